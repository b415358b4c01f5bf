/* exec_sealed.c - a program of the host, executed where processes of other containers can see it: from a read-only mount that
 * is attached nowhere, so that none of them writes it through /proc/PID/exe (CVE-2019-5736, kernel.md "hooks"). */
#include "../os/fd.h"
#include "../os/syscalls.h"
#include "internal.h"
#include "launch.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#define MAX_SCRIPTS 5 /* in a row, each the interpreter of the one before: the kernel's limit */

struct script {
	char line[SCRIPT_SIZE];
	char *interpreter, *argument; /* in the line */
};

/* CLOEXEC matters: the mount belongs to no namespace once the program runs, and stays read-only. */
static int image_open(const char *path) {
	static const struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
	auto_close int fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd < 0 || sys_mount_setattr(fd, "", AT_EMPTY_PATH, &read_only) < 0)
		return -1;
	return fd_take(&fd);
}

/* "#!", the interpreter and, as one, what is behind it. False when the file is no script. */
static bool read_script(const char *path, struct script *s) {
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, s->line, SCRIPT_SIZE - 1);
	size_t length;

	if (n < 2 || s->line[0] != '#' || s->line[1] != '!')
		return false;
	s->line[n] = '\0';
	s->line[strcspn(s->line, "\n")] = '\0';
	length = strlen(s->line);
	while (s->line[length - 1] == ' ' || s->line[length - 1] == '\t')
		s->line[--length] = '\0';
	s->interpreter = s->line + 2 + strspn(s->line + 2, " \t");
	s->argument = s->interpreter + strcspn(s->interpreter, " \t");
	if (*s->argument)
		*s->argument++ = '\0';
	s->argument += strspn(s->argument, " \t");
	return true;
}

/* argv with room in front of it: pages of its own, since there is no allocating after the clone. */
static char **copy_argv(char *const *argv, size_t room) {
	size_t n = 0;
	char **copy;

	while (argv[n])
		n++;
	copy = mmap(NULL, (room + n + 1) * sizeof(*copy), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copy == MAP_FAILED)
		return NULL;
	return memcpy(copy + room, argv, (n + 1) * sizeof(*copy));
}

/* The kernel would open a script's interpreter by its path, unsealed, and cannot hand it a script that is CLOEXEC: so the
 * interpreter is what is executed, with the arguments that the kernel would give it. */
int exec_sealed(const char *path, char *const *argv, char *const *envp) {
	struct script scripts[MAX_SCRIPTS + 1];
	const char *image = path;
	auto_close int fd = -1;
	char **args = copy_argv(argv, (size_t)2 * MAX_SCRIPTS);
	size_t n = 0;

	while (args && n <= MAX_SCRIPTS && read_script(image, &scripts[n]))
		image = scripts[n++].interpreter;
	if (n > MAX_SCRIPTS)
		errno = ELOOP;
	else if (args)
		fd = image_open(image);
	if (fd < 0)
		return -1;
	if (n > 0)
		args[0] = (char *)path;
	for (size_t i = 0; i < n; i++) {
		if (*scripts[i].argument)
			*--args = scripts[i].argument;
		*--args = scripts[i].interpreter;
	}
	return (int)syscall(SYS_execveat, fd, "", args, envp, AT_EMPTY_PATH);
}
