/* keyring.c - a session keyring of the container's own, so that it does not get the keys of whoever started it. */
#include "internal.h"
#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a new session keyring has (everything for who possesses it; view, read and link for its owner), and search for the
 * owner: a later `exec` joins the keyring by its name, which the kernel allows to whom can search it. */
#define PERMISSIONS 0x3f1b0000UL

/* ENOSYS: a kernel without keyrings has no keys to give away either. EDQUOT and all else is an error: the alternative is
 * the caller's keyring, and nobody asked for that. */
static int run_keyring(struct run *r, const void *name) {
	long keyring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name);

	if (keyring < 0 && errno == ENOSYS)
		return 0;
	if (keyring < 0 && errno == EDQUOT)
		run_hint(
			r,
			"%s: the user's quota of keys is used up (/proc/key-users); --no-new-keyring of `create` does without",
			error_text(EDQUOT));
	if (keyring < 0)
		return -errno;
	return syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, PERMISSIONS) == 0 ? 0 : -errno;
}

void plan_keyring(struct plan *p) {
	if (p->request->keyring)
		plan_add(p, INSIDE, run_keyring, p->request->keyring, NULL, NO_INDEX, NULL,
			 "join a session keyring of the container's own");
}
