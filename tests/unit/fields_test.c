/* fields_test.c - every property of config.json arrives in the member of its name, and the tables hold together. */
#include "../../specs/fields.h"
#include "../../specs/features.h"
#include "../../specs/parse.h"
#include "../../specs/spec.h"
#include "test.h"
#include "whole_config.h"
#include <string.h>

static struct spec read_whole(struct arena *a) {
	struct error e = {0};
	struct strings unknown = {0};
	struct spec spec;

	if (parse_object(a, &spec_type, "config.json", WHOLE_CONFIG, strlen(WHOLE_CONFIG), &spec, &unknown, &e) < 0)
		fail_msg("%s: %s", e.field, e.text);
	assert_int_equal(unknown.n, 0);
	return spec;
}

static void assert_strings(const struct strings *list, size_t n, const char *first) {
	assert_int_equal(list->n, n);
	assert_non_null(list->v);
	if (n)
		assert_string_equal(list->v[0], first);
	assert_null(list->v[n]);
}

static void root_and_mounts_are_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_mount *m = s.mounts.v;

	assert_string_equal(s.oci_version, "1.3.0");
	assert_string_equal(s.root.path, "rootfs");
	assert_true(s.root.readonly);
	assert_string_equal(s.hostname, "host");
	assert_string_equal(s.domainname, "domain");
	assert_int_equal(s.mounts.n, 2);
	assert_string_equal(m->destination, "/data");
	assert_string_equal(m->type, "none");
	assert_string_equal(m->source, "/srv");
	assert_strings(&m->options, 2, "rbind");
	assert_int_equal(m->uid_mappings.n, 1);
	assert_int_equal(m->uid_mappings.v[0].container_id, 0);
	assert_int_equal(m->uid_mappings.v[0].host_id, 100000);
	assert_int_equal(m->uid_mappings.v[0].size, 65536);
	assert_int_equal(m->gid_mappings.v[0].container_id, 1);
	assert_int_equal(m->gid_mappings.v[0].host_id, 200000);
	assert_string_equal(m[1].destination, "/proc");
	assert_null(m[1].type);
	assert_null(m[1].source);
	assert_null(m[1].options.v);
	assert_null(m[1].uid_mappings.v);
}

static void the_process_is_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_process *p = s.process;

	assert_true(p->terminal);
	assert_int_equal(p->console_size->height, 25);
	assert_int_equal(p->console_size->width, 80);
	assert_int_equal(p->user.uid, 1000);
	assert_int_equal(p->user.gid, 1001);
	assert_int_equal(*p->user.umask, 63);
	assert_int_equal(p->user.additional_gids.n, 2);
	assert_int_equal(p->user.additional_gids.v[0], 5);
	assert_int_equal(p->user.additional_gids.v[1], 4294967294);
	assert_strings(&p->args, 3, "sh");
	assert_string_equal(p->args.v[2], "");
	assert_strings(&p->env, 1, "A=1");
	assert_string_equal(p->cwd, "/home");
	assert_true(p->no_new_privileges);
	assert_string_equal(p->apparmor_profile, "profile");
	assert_int_equal(*p->oom_score_adj, -500);
	assert_string_equal(p->selinux_label, "label");
	assert_string_equal(p->io_priority->class, "IOPRIO_CLASS_BE");
	assert_int_equal(p->io_priority->priority, 7);
	assert_string_equal(p->exec_cpu_affinity->initial, "0-3");
	assert_string_equal(p->exec_cpu_affinity->final, "7");
}

static void limits_of_the_process_are_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_capabilities *c = s.process->capabilities;
	const struct spec_rlimit *r = s.process->rlimits.v;
	const struct spec_scheduler *sched = s.process->scheduler;

	assert_strings(&c->bounding, 1, "CAP_A");
	assert_strings(&c->effective, 1, "CAP_B");
	assert_strings(&c->inheritable, 0, NULL);
	assert_strings(&c->permitted, 1, "CAP_D");
	assert_strings(&c->ambient, 2, "CAP_E");
	assert_int_equal(s.process->rlimits.n, 1);
	assert_string_equal(r->type, "RLIMIT_NOFILE");
	assert_int_equal(r->soft, 1024);
	assert_true(r->hard == UINT64_MAX);
	assert_string_equal(sched->policy, "SCHED_DEADLINE");
	assert_int_equal(sched->nice, -19);
	assert_int_equal(sched->priority, 99);
	assert_strings(&sched->flags, 1, "SCHED_FLAG_RECLAIM");
	assert_int_equal(sched->runtime, 1);
	assert_int_equal(sched->deadline, 2);
	assert_int_equal(sched->period, 3);
}

static void hooks_and_annotations_are_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_hook *h = s.hooks.prestart.v;

	assert_int_equal(s.hooks.prestart.n, 1);
	assert_string_equal(h->path, "/1");
	assert_strings(&h->args, 1, "1");
	assert_strings(&h->env, 0, NULL);
	assert_int_equal(*h->timeout, 30);
	assert_string_equal(s.hooks.create_runtime.v[0].path, "/2");
	assert_null(s.hooks.create_runtime.v[0].args.v);
	assert_null(s.hooks.create_runtime.v[0].env.v);
	assert_null(s.hooks.create_runtime.v[0].timeout);
	assert_string_equal(s.hooks.create_container.v[0].path, "/3");
	assert_string_equal(s.hooks.start_container.v[0].path, "/4");
	assert_string_equal(s.hooks.poststart.v[0].path, "/5");
	assert_string_equal(s.hooks.poststop.v[0].path, "/6");
	assert_int_equal(s.annotations.n, 2);
	assert_string_equal(pairs_get(&s.annotations, "org.example.a"), "1");
	assert_string_equal(pairs_get(&s.annotations, "org.example.b"), "");
}

static void linux_is_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_linux *l = &s.linux_;

	assert_int_equal(l->uid_mappings.v[0].host_id, 1000);
	assert_int_equal(l->gid_mappings.v[0].host_id, 1001);
	assert_string_equal(pairs_get(&l->sysctl, "net.ipv4.ip_forward"), "1");
	assert_string_equal(l->cgroups_path, "/husk/a");
	assert_int_equal(l->namespaces.n, 2);
	assert_string_equal(l->namespaces.v[0].type, "pid");
	assert_null(l->namespaces.v[0].path);
	assert_string_equal(l->namespaces.v[1].path, "/run/netns/a");
	assert_string_equal(l->rootfs_propagation, "slave");
	assert_strings(&l->masked_paths, 1, "/proc/kcore");
	assert_strings(&l->readonly_paths, 1, "/proc/sys");
	assert_string_equal(l->mount_label, "mount label");
	assert_string_equal(l->intel_rdt->clos_id, "group");
	assert_strings(&l->intel_rdt->schemata, 1, "L2:0=f");
	assert_string_equal(l->intel_rdt->l3_cache_schema, "L3:0=7f0");
	assert_string_equal(l->intel_rdt->mem_bw_schema, "MB:0=20");
	assert_true(l->intel_rdt->enable_monitoring);
	assert_string_equal(l->memory_policy->mode, "MPOL_BIND");
	assert_string_equal(l->memory_policy->nodes, "0,1");
	assert_strings(&l->memory_policy->flags, 1, "MPOL_F_STATIC_NODES");
	assert_string_equal(l->personality->domain, "LINUX32");
	assert_strings(&l->personality->flags, 1, "F");
	assert_int_equal(l->time_offsets.monotonic->secs, -5);
	assert_int_equal(l->time_offsets.monotonic->nanosecs, 6);
	assert_int_equal(l->time_offsets.boottime->secs, 7);
}

static void devices_are_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_device *d = s.linux_.devices.v;
	const struct spec_device_rule *r = s.linux_.resources.devices.v;
	const struct spec_net_device *n = s.linux_.net_devices.v;

	assert_string_equal(d->type, "c");
	assert_string_equal(d->path, "/dev/fuse");
	assert_int_equal(*d->major, 10);
	assert_int_equal(*d->minor, 229);
	assert_int_equal(*d->file_mode, 438);
	assert_int_equal(*d->uid, 1);
	assert_int_equal(*d->gid, 2);
	assert_null(d[1].major);
	assert_null(d[1].file_mode);
	assert_int_equal(s.linux_.resources.devices.n, 2);
	assert_true(r->allow);
	assert_string_equal(r->type, "b");
	assert_int_equal(*r->major, 8);
	assert_int_equal(*r->minor, 0);
	assert_string_equal(r->access, "r");
	assert_false(r[1].allow);
	assert_null(r[1].minor);
	assert_int_equal(s.linux_.net_devices.n, 2);
	assert_string_equal(n[0].key, "eth0");
	assert_string_equal(n[0].name, "inside0");
	assert_string_equal(n[1].key, "eth1");
	assert_null(n[1].name);
}

static void memory_cpu_and_pids_are_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_memory *m = &s.linux_.resources.memory;
	const struct spec_cpu *c = &s.linux_.resources.cpu;

	assert_int_equal(*m->limit, 11);
	assert_int_equal(*m->reservation, 12);
	assert_int_equal(*m->swap, -1);
	assert_int_equal(*m->kernel, 14);
	assert_int_equal(*m->kernel_tcp, 15);
	assert_int_equal(*m->swappiness, 16);
	assert_false(*m->disable_oom_killer);
	assert_true(*m->use_hierarchy);
	assert_true(*m->check_before_update);
	assert_int_equal(*c->shares, 21);
	assert_int_equal(*c->quota, -22);
	assert_int_equal(*c->burst, 23);
	assert_int_equal(*c->period, 24);
	assert_int_equal(*c->realtime_runtime, 25);
	assert_int_equal(*c->realtime_period, 26);
	assert_string_equal(c->cpus, "0-1");
	assert_string_equal(c->mems, "0");
	assert_int_equal(*c->idle, 1);
	assert_int_equal(*s.linux_.resources.pids.limit, 0);
}

static void the_other_resources_are_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_resources *r = &s.linux_.resources;
	const struct spec_block_io *b = &r->block_io;

	assert_int_equal(*b->weight, 31);
	assert_int_equal(*b->leaf_weight, 32);
	assert_int_equal(b->weight_device.v[0].minor, 1);
	assert_int_equal(*b->weight_device.v[0].weight, 33);
	assert_int_equal(*b->weight_device.v[0].leaf_weight, 34);
	assert_int_equal(b->throttle_read_bps_device.v[0].rate, 35);
	assert_int_equal(b->throttle_write_bps_device.v[0].rate, 36);
	assert_int_equal(b->throttle_read_iops_device.v[0].rate, 37);
	assert_int_equal(b->throttle_write_iops_device.v[0].rate, 38);
	assert_int_equal(b->throttle_write_iops_device.v[0].major, 8);
	assert_int_equal(b->throttle_write_iops_device.v[0].minor, 5);
	assert_string_equal(r->hugepage_limits.v[0].page_size, "2MB");
	assert_true(r->hugepage_limits.v[0].limit == (uint64_t)INT64_MAX + 1);
	assert_int_equal(*r->network.class_id, 1048577);
	assert_string_equal(r->network.priorities.v[0].name, "eth0");
	assert_int_equal(r->network.priorities.v[0].priority, 500);
	assert_string_equal(r->rdma.v[0].key, "mlx5_1");
	assert_int_equal(*r->rdma.v[0].hca_handles, 3);
	assert_int_equal(*r->rdma.v[0].hca_objects, 10000);
	assert_string_equal(pairs_get(&r->unified, "io.max"), "259:0 rbps=2\n");
}

static void seccomp_is_read(void **state) {
	struct spec s = read_whole(*state);
	const struct spec_seccomp *c = s.linux_.seccomp;
	const struct spec_syscall *call = c->syscalls.v;

	assert_string_equal(c->default_action, "SCMP_ACT_ERRNO");
	assert_int_equal(*c->default_errno_ret, 38);
	assert_strings(&c->architectures, 1, "SCMP_ARCH_X86");
	assert_strings(&c->flags, 1, "SECCOMP_FILTER_FLAG_LOG");
	assert_string_equal(c->listener_path, "/run/agent");
	assert_string_equal(c->listener_metadata, "meta");
	assert_int_equal(c->syscalls.n, 1);
	assert_strings(&call->names, 2, "getcwd");
	assert_string_equal(call->action, "SCMP_ACT_ALLOW");
	assert_int_equal(*call->errno_ret, 1);
	assert_int_equal(call->args.n, 1);
	assert_int_equal(call->args.v[0].index, 2);
	assert_int_equal(call->args.v[0].value, 2114060288);
	assert_true(call->args.v[0].value_two == UINT64_MAX);
	assert_string_equal(call->args.v[0].op, "SCMP_CMP_MASKED_EQ");
}

static size_t member_size(const struct field *f) {
	static const size_t sizes[] = {
		[STRING] = sizeof(char *),          [BOOL] = sizeof(bool),
		[INT32] = sizeof(int32_t),          [INT64] = sizeof(int64_t),
		[UINT16] = sizeof(uint16_t),        [UINT32] = sizeof(uint32_t),
		[UINT64] = sizeof(uint64_t),        [STRINGS] = sizeof(struct strings),
		[UINT32S] = sizeof(struct uint32s), [PAIRS] = sizeof(struct pairs),
		[OBJECTS] = sizeof(struct strings), [MAP] = sizeof(struct strings),
	};

	if (f->kind & POINTER)
		return sizeof(void *);
	return f->kind == OBJECT ? f->type->size : sizes[f->kind];
}

/* Fails where two lines of a table have the same name or write to the same bytes, as a line copied and half changed does. */
static void assert_holds_together(const struct type *type) {
	for (size_t i = 0; i < type->n; i++) {
		const struct field *f = &type->fields[i];

		assert_true(f->offset + member_size(f) <= type->size);
		for (size_t k = 0; k < i; k++) {
			const struct field *other = &type->fields[k];

			assert_string_not_equal(f->name, other->name);
			if (f->kind != SKIPPED && other->kind != SKIPPED)
				assert_true(f->offset + member_size(f) <= other->offset ||
					    other->offset + member_size(other) <= f->offset);
		}
		if (f->type)
			assert_holds_together(f->type);
	}
}

static void no_two_properties_share_a_name_or_a_member(void **state) {
	(void)state;
	assert_holds_together(&spec_type);
	assert_holds_together(&features_type);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(root_and_mounts_are_read),
		arena_test(the_process_is_read),
		arena_test(limits_of_the_process_are_read),
		arena_test(hooks_and_annotations_are_read),
		arena_test(linux_is_read),
		arena_test(devices_are_read),
		arena_test(memory_cpu_and_pids_are_read),
		arena_test(the_other_resources_are_read),
		arena_test(seccomp_is_read),
		cmocka_unit_test(no_two_properties_share_a_name_or_a_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
