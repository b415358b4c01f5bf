/* seal.c - running from an image of ourselves that nobody can write (CVE-2019-5736: a container that finds the runtime in
 * /proc overwrites the host's binary). */
#include "container.h"
#include "os/fd.h"
#include "os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* On a read-only mount, ours or the system's. */
static bool is_on_readonly_mount(void) {
	struct statvfs fs;

	return statvfs("/proc/self/exe", &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

static bool is_sealed_copy(int self) {
	int seals = fcntl(self, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS) == SEALS;
}

/* A clone of the mount that holds the binary, read-only and attached nowhere. O_CLOEXEC matters: once the new image runs,
 * the mount belongs to no namespace, and nobody can make it writable again. */
static int image_by_mount(void) {
	const struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
	auto_close int fd = sys_open_tree(AT_FDCWD, "/proc/self/exe", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd < 0 || sys_mount_setattr(fd, "", AT_EMPTY_PATH, &read_only) < 0)
		return -1;
	return fd_take(&fd);
}

static int start_image(int image, char **argv, struct error *e) {
	if (image < 0)
		return error_set(e, errno, NULL, "cannot make a read-only image of husk itself");
	syscall(SYS_execveat, image, "", argv, environ, AT_EMPTY_PATH);
	return error_set(e, errno, NULL, "cannot start the read-only image of husk itself");
}

/* For who may not clone mounts. */
static int start_copy(char **argv, struct error *e) {
	auto_close int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	auto_close int fd = memfd_create("husk", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct stat st;

	if (self >= 0 && is_sealed_copy(self))
		return 0;
	if (self < 0 || fd < 0 || fstat(self, &st) < 0)
		return start_image(-1, argv, e);
	for (off_t left = st.st_size; left > 0;) {
		ssize_t n = sendfile(fd, self, NULL, (size_t)left);

		if (n <= 0)
			return start_image(-1, argv, e);
		left -= n;
	}
	return start_image(fcntl(fd, F_ADD_SEALS, SEALS) < 0 ? -1 : fd, argv, e);
}

int container_seal(char **argv, struct error *e) {
	if (is_on_readonly_mount()) {
		prctl(PR_SET_NAME,
		      "husk"); /* before Linux 6.14 it is the number of the descriptor we were started from */
		return 0;
	}
	if (geteuid() != 0)
		return start_copy(argv, e);
	auto_close int image = image_by_mount();
	return start_image(image, argv, e);
}
