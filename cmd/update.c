/* update.c - husk update */
#include "../specs/merge.h"
#include "../specs/parse.h"
#include "../specs/spec.h"
#include "input.h"
#include "verb.h"
#include <string.h>

struct update {
	const char *id, *file, *l3_cache_schema, *mem_bw_schema;
	struct spec_resources resources;
};

#define T struct update
static const struct option update_options[] = {
	OPTION(T, file, "resources", "r", "FILE",
	       "read linux.resources as JSON from FILE (-: stdin), and nothing else"),
	OPTION(T, resources.memory.limit, "memory", NULL, "SIZE", "memory in bytes, or as 64m or 1.5g; -1: no limit"),
	OPTION(T, resources.memory.swap, "memory-swap", NULL, "SIZE", "memory and swap together"),
	OPTION(T, resources.memory.reservation, "memory-reservation", NULL, "SIZE", "soft limit of memory"),
	OPTION(T, resources.memory.kernel, "kernel-memory", NULL, "SIZE", "kernel memory (until Linux 5.16)"),
	OPTION(T, resources.memory.kernel_tcp, "kernel-memory-tcp", NULL, "SIZE", "TCP buffers (cgroup v1)"),
	OPTION(T, resources.cpu.shares, "cpu-share", NULL, "N", "weight among others, from 2 to 262144"),
	OPTION(T, resources.cpu.quota, "cpu-quota", NULL, "USEC", "time in each period; -1: no limit"),
	OPTION(T, resources.cpu.period, "cpu-period", NULL, "USEC", "length of a period"),
	OPTION(T, resources.cpu.burst, "cpu-burst", NULL, "USEC", "time that may be saved up, at most the quota"),
	OPTION(T, resources.cpu.idle, "cpu-idle", NULL, "0|1", "1: run only when nobody else wants to"),
	OPTION(T, resources.cpu.realtime_period, "cpu-rt-period", NULL, "USEC",
	       "period of realtime processes (cgroup v1)"),
	OPTION(T, resources.cpu.realtime_runtime, "cpu-rt-runtime", NULL, "USEC", "time in each of these (cgroup v1)"),
	OPTION(T, resources.cpu.cpus, "cpuset-cpus", NULL, "LIST", "processors, such as 0-3,7"),
	OPTION(T, resources.cpu.mems, "cpuset-mems", NULL, "LIST", "memory nodes, such as 0-1"),
	OPTION(T, resources.pids.limit, "pids-limit", NULL, "N", "processes and threads; -1: no limit"),
	OPTION(T, resources.block_io.weight, "blkio-weight", NULL, "N", "weight for disks, from 10 to 1000"),
	OPTION(T, l3_cache_schema, "l3-cache-schema", NULL, "L3:0=MASK;...",
	       "part of the cache, where the container has intelRdt"),
	OPTION(T, mem_bw_schema, "mem-bw-schema", NULL, "MB:0=N;...", "bandwidth of the memory, where it has intelRdt"),
	ARGUMENT(T, id, "ID", "the container"),
	{0},
};
#undef T

static int read_file(struct container_env *env, const char *file, struct spec_resources *resources, struct error *e) {
	const char *name = strcmp(file, "-") == 0 ? "stdin" : file;
	struct strings unknown = {0};
	struct input input;

	if (input_read(env->a, file, PARSE_MAX_SIZE, &input, e) < 0 ||
	    parse_object(env->a, &spec_resources_type, name, input.text, input.n, resources, &unknown, e) < 0)
		return -1;
	/* What config.json may have for others is most likely a mistake here: the update would do nothing. */
	for (size_t i = 0; i < unknown.n; i++)
		strings_add(
			env->a, &env->warnings,
			arena_printf(env->a, "%s: %s is no property of linux.resources, ignored", name, unknown.v[i]));
	return 0;
}

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct update *o = options;
	struct spec_resources resources = o->resources;
	bool flags = !object_is_empty(&spec_resources_type, &resources) || o->l3_cache_schema || o->mem_bw_schema;

	if (o->file && flags)
		return error_set(e, 0, NULL, "--resources says everything: the other flags cannot stand beside it");
	if (!o->file && !flags)
		return error_set(e, 0, NULL, "nothing to update: `husk update --help` lists what can be");
	if (o->file && read_file(env, o->file, &resources, e) < 0)
		return -1;
	return container_update(
		env, o->id, &(struct container_update_options){&resources, o->l3_cache_schema, o->mem_bw_schema}, e);
}

const struct verb verb_update = {
	.name = "update",
	.group = GROUP_LIFE,
	.summary = "change the resource limits of a container",
	.description =
		"Changes the limits of a created, running or paused container, all that are given or none. "
		"What is not given stays as it is; a 0 for memory, its reservation, shares, the period or the "
		"weight for disks gives nothing. JSON may have all of linux.resources: disks, huge pages, unified "
		"and device rules too. With checkBeforeUpdate in it cgroup v2 refuses less memory than is in "
		"use; without, the kernel kills.",
	.examples = (const struct example[]){{"husk update --memory 128m --pids-limit 50 demo", "two limits at once"},
					     {"echo '{\"cpu\": {\"quota\": 50000}}' | husk update -r - demo",
					      "JSON from a pipe"},
					     {0}},
	.options = {update_options},
	.size = sizeof(struct update),
	.run = run,
};
