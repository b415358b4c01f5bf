/* exec_sealed.c - a program of the host, executed where processes of other containers can see it: from a read-only mount that
 * is attached nowhere, so that none of them writes it through /proc/PID/exe (CVE-2019-5736, kernel.md "hooks"). */
#include "../os/fd.h"
#include "../os/syscalls.h"
#include "launch.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define SCRIPT_SIZE 256 /* BINPRM_BUF_SIZE: what the kernel reads of a first line */

/* CLOEXEC matters: the mount belongs to no namespace once the program runs, and stays read-only. */
static int image_open(const char *path) {
	static const struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
	auto_close int fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd < 0 || sys_mount_setattr(fd, "", AT_EMPTY_PATH, &read_only) < 0)
		return -1;
	return fd_take(&fd);
}

/* "#!", the interpreter and, as one, what is behind it. False when the file is no script. line outlives the call. */
static bool read_script(const char *path, char *line, char **interpreter, char **argument) {
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, line, SCRIPT_SIZE - 1);
	size_t length;

	if (n < 2 || line[0] != '#' || line[1] != '!')
		return false;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	length = strlen(line);
	while (line[length - 1] == ' ' || line[length - 1] == '\t')
		line[--length] = '\0';
	*interpreter = line + 2 + strspn(line + 2, " \t");
	*argument = *interpreter + strcspn(*interpreter, " \t");
	if (**argument)
		*(*argument)++ = '\0';
	*argument += strspn(*argument, " \t");
	return true;
}

/* The kernel would open a script's interpreter by its path, unsealed, and cannot hand it a script that is CLOEXEC: so the
 * interpreter is what is executed, with the arguments that the kernel would give it. */
int exec_sealed(const char *path, char **argv, char **envp) {
	char line[SCRIPT_SIZE], *interpreter, *argument;
	bool script = read_script(path, line, &interpreter, &argument);
	auto_close int fd = image_open(script ? interpreter : path);

	if (fd < 0)
		return -1;
	if (script) {
		argv[0] = (char *)path;
		if (*argument)
			*--argv = argument;
		*--argv = interpreter;
	}
	return (int)syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
}
