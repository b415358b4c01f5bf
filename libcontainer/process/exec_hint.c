/* exec_hint.c - why execve refused a file that is there: words for the three errors that puzzle people most. The errno alone
 * says "no such file or directory" of a file that one can see, when its interpreter is missing. */
#include "internal.h"
#include "../os/fd.h"
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MAX_SEGMENTS 64

static const struct machine {
	uint16_t elf;
	const char *name; /* as uname -m has it */
} machines[] = {
	{EM_X86_64, "x86_64"}, {EM_AARCH64, "aarch64"}, {EM_386, "i686"},  {EM_ARM, "arm"}, {EM_RISCV, "riscv64"},
	{EM_PPC64, "ppc64"},   {EM_S390, "s390x"},      {EM_MIPS, "mips"}, {EM_PPC, "ppc"}, {258, "loongarch64"},
};

/* The part of a program header that differs in layout between 32 and 64 bits. */
struct segment {
	uint32_t type;
	uint64_t offset, size;
};

static bool is_native_order(const unsigned char *ident) {
	return ident[EI_DATA] == (BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB);
}

static bool read_segment(int fd, const Elf64_Ehdr *h, size_t i, struct segment *s) {
	Elf32_Ehdr small;
	Elf64_Phdr phdr;
	Elf32_Phdr small_phdr;

	memcpy(&small, h, sizeof(small));
	if (h->e_ident[EI_CLASS] == ELFCLASS64) {
		if (i >= h->e_phnum ||
		    pread(fd, &phdr, sizeof(phdr), (off_t)(h->e_phoff + i * sizeof(phdr))) != sizeof(phdr))
			return false;
		*s = (struct segment){phdr.p_type, phdr.p_offset, phdr.p_filesz};
		return true;
	}
	if (i >= small.e_phnum || pread(fd, &small_phdr, sizeof(small_phdr),
					(off_t)(small.e_phoff + i * sizeof(small_phdr))) != sizeof(small_phdr))
		return false;
	*s = (struct segment){small_phdr.p_type, small_phdr.p_offset, small_phdr.p_filesz};
	return true;
}

/* The dynamic loader that an ELF program names; false when it names none. */
static bool read_loader(int fd, const Elf64_Ehdr *h, char *loader, size_t size) {
	struct segment s;

	for (size_t i = 0; i < MAX_SEGMENTS && read_segment(fd, h, i, &s); i++) {
		ssize_t n = s.type == PT_INTERP ? pread(fd, loader, s.size < size ? s.size : size - 1, (off_t)s.offset)
						: -1;

		if (n > 0) {
			loader[n] = '\0';
			return true;
		}
	}
	return false;
}

static void hint_elf(struct text *out, int fd, const Elf64_Ehdr *h, int errnum) {
	uint16_t elf = is_native_order(h->e_ident) ? h->e_machine : (uint16_t)(h->e_machine >> 8 | h->e_machine << 8);
	const char *name = NULL;
	char loader[SCRIPT_SIZE];
	struct utsname host = {0};

	uname(&host);
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (machines[i].elf == elf)
			name = machines[i].name;
	if (errnum == ENOEXEC && name && strcmp(name, host.machine) != 0)
		text_add(out, ": it is a program for %s, and this machine is %s", name, host.machine);
	if (errnum != ENOEXEC && is_native_order(h->e_ident) && read_loader(fd, h, loader, sizeof(loader)))
		text_add(out, ": it needs the loader %s, which is not there or cannot be executed", loader);
}

static void hint_script(struct text *out, char *line) {
	char *end = line + strcspn(line, "\n"), *interpreter = line + 2;
	bool dos = end > line && end[-1] == '\r';

	*end = '\0';
	interpreter += strspn(interpreter, " \t");
	interpreter[strcspn(interpreter, " \t\r")] = '\0';
	text_add(out, ": its first line asks for the interpreter %s", interpreter);
	text_add(out, dos ? ", and ends in CR LF: save the file with the line ends of Unix"
			  : ", which is not there or cannot be executed");
}

void exec_hint(struct text *out, const char *path, int errnum) {
	union {
		char line[SCRIPT_SIZE + 1];
		Elf64_Ehdr elf;
	} head = {0};
	auto_close int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : pread(fd, &head, SCRIPT_SIZE, 0);

	if (n < 0 || (errnum != ENOENT && errnum != EACCES && errnum != ENOEXEC))
		return;
	if (n > (ssize_t)sizeof(head.elf) && memcmp(head.elf.e_ident, ELFMAG, SELFMAG) == 0)
		hint_elf(out, fd, &head.elf, errnum);
	else if (strncmp(head.line, "#!", 2) == 0)
		hint_script(out, head.line);
	else if (errnum == ENOEXEC)
		text_add(out, ": it is neither an ELF program nor a script that begins with #!");
}
