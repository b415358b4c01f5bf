/* template.c - the config.json that `spec` writes: what a first container needs, and no more rights than that. */
#include "../specs/emit.h"
#include "../specs/fields.h"
#include "../specs/spec.h"
#include "cgroup/cgroup.h"
#include "container.h"
#include "host.h"
#include <unistd.h>

#define LIST(...) \
	{ (char *[]){__VA_ARGS__, NULL}, sizeof((char *[]){__VA_ARGS__}) / sizeof(char *) }
#define CAPABILITIES LIST("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE")

static struct spec_rlimit rlimits[] = {{"RLIMIT_NOFILE", 1024, 1024}};

static const struct spec_capabilities capabilities = {
	.bounding = CAPABILITIES, .effective = CAPABILITIES, .permitted = CAPABILITIES};

static const struct spec_process process = {
	.terminal = true,
	.args = LIST("sh"),
	.env = LIST("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"),
	.cwd = "/",
	.capabilities = &capabilities,
	.rlimits = {rlimits, 1},
	.no_new_privileges = true,
};

static struct spec_mount mounts[] = {
	{.destination = "/proc", .type = "proc", .source = "proc"},
	{.destination = "/dev",
	 .type = "tmpfs",
	 .source = "tmpfs",
	 .options = LIST("nosuid", "strictatime", "mode=755", "size=65536k")},
	{.destination = "/dev/pts",
	 .type = "devpts",
	 .source = "devpts",
	 .options = LIST("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")},
	{.destination = "/dev/shm",
	 .type = "tmpfs",
	 .source = "shm",
	 .options = LIST("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")},
	{.destination = "/dev/mqueue",
	 .type = "mqueue",
	 .source = "mqueue",
	 .options = LIST("nosuid", "noexec", "nodev")},
	{.destination = "/sys", .type = "sysfs", .source = "sysfs", .options = LIST("nosuid", "noexec", "nodev", "ro")},
	{.destination = "/sys/fs/cgroup",
	 .type = "cgroup",
	 .source = "cgroup",
	 .options = LIST("nosuid", "noexec", "nodev", "relatime", "ro")},
};

/* Without root: group 5 is not mapped, and a sysfs belongs to who owns the network namespace. */
static struct spec_mount rootless_mounts[] = {
	{.destination = "/proc", .type = "proc", .source = "proc"},
	{.destination = "/dev",
	 .type = "tmpfs",
	 .source = "tmpfs",
	 .options = LIST("nosuid", "strictatime", "mode=755", "size=65536k")},
	{.destination = "/dev/pts",
	 .type = "devpts",
	 .source = "devpts",
	 .options = LIST("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620")},
	{.destination = "/dev/shm",
	 .type = "tmpfs",
	 .source = "shm",
	 .options = LIST("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")},
	{.destination = "/dev/mqueue",
	 .type = "mqueue",
	 .source = "mqueue",
	 .options = LIST("nosuid", "noexec", "nodev")},
	{.destination = "/sys",
	 .type = "none",
	 .source = "/sys",
	 .options = LIST("rbind", "nosuid", "noexec", "nodev", "ro")},
};

static struct spec_device_rule device_rules[] = {{.allow = false, .access = "rwm"}};

static const struct strings masked =
	LIST("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
	     "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi");
static const struct strings readonly = LIST("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

/* The last one, network or user, is chosen by the caller; a cgroup namespace only where there is one hierarchy to hide. */
static struct spec_namespace namespaces[] = {
	{.type = "pid"}, {.type = "ipc"}, {.type = "uts"}, {.type = "mount"}, {0}, {0}};

char *container_spec_template(struct container_env *env, bool rootless) {
	struct spec_id_mapping uid = {0, geteuid(), 1}, gid = {0, getegid(), 1};
	struct spec spec = {
		.oci_version = SPEC_VERSION,
		.root = {"rootfs", true},
		.hostname = "husk",
		.process = &process,
		.mounts = {mounts, sizeof(mounts) / sizeof(*mounts)},
		.linux_ = {.masked_paths = masked,
			   .readonly_paths = readonly,
			   .namespaces = {namespaces, 5},
			   .resources.devices = {device_rules, 1}},
	};
	struct host h = {0};
	struct error ignored; /* no cgroup file system: no cgroup namespace either */

	namespaces[4].type = rootless ? "user" : "network";
	if (cgroup_detect(env->a, &h, &ignored) == 0 && host_cgroup_mode(&h) == CGROUP_V2)
		namespaces[spec.linux_.namespaces.n++].type = "cgroup";
	if (rootless) {
		spec.mounts = (struct spec_mounts){rootless_mounts, sizeof(rootless_mounts) / sizeof(*rootless_mounts)};
		spec.linux_.resources.devices.n = 0;
		spec.linux_.uid_mappings = (struct spec_id_mappings){&uid, 1};
		spec.linux_.gid_mappings = (struct spec_id_mappings){&gid, 1};
	}
	return emit_object(env->a, &spec_type, &spec, true);
}
