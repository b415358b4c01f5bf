/* seccomp_none.c - a husk without libseccomp (-Dseccomp=disabled): no filter, and so no container that asks for one. */
#include "internal.h"
#include "seccomp.h"
#include <errno.h>

int plan_seccomp(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	(void)p, (void)h;
	return spec->linux_.seccomp ? error_set(e, 0, "/linux/seccomp", "this husk was built without seccomp") : 0;
}

void plan_filter(struct plan *p) {
	(void)p;
}

int seccomp_prepare(struct plan *p, const struct host *h, struct error *e) {
	(void)p, (void)h, (void)e;
	return 0;
}

void seccomp_tell_unknown(struct arena *a, const struct spec_seccomp *profile, struct strings *debug) {
	(void)a, (void)profile, (void)debug;
}

int seccomp_enter(const struct seccomp_filter *f, int *listener) {
	(void)f;
	*listener = -1;
	return -ENOSYS;
}

void seccomp_features(struct arena *a, struct features_seccomp *f) {
	static const bool no;

	(void)a;
	f->enabled = &no;
}

char *seccomp_library_version(struct arena *a) {
	(void)a;
	return NULL;
}
