/* device_program.c - device rules as a program of cgroup v2, which the kernel asks before a device is opened or made.
 *
 * It goes through the rules from the last to the first, takes off the access that a rule allows, and ends when nothing is left
 * to allow or a rule denies some of it. It lives as long as the cgroup. */
#include "device_rules.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIELD "/linux/resources/devices"
#define NAME "husk_devices" /* by which husk knows its own */
#define MAX_PROGRAMS 64     /* the kernel's BPF_CGROUP_MAX_PROGS */

enum {
	VERDICT = BPF_REG_0,
	CONTEXT = BPF_REG_1,
	TYPE = BPF_REG_2,
	ACCESS = BPF_REG_3,
	MAJOR = BPF_REG_4,
	MINOR = BPF_REG_5
};

/* The instructions that it is made of; each is one struct bpf_insn. `skip`: how many behind it a jump goes over. */
#define INSTRUCTION(...) (&(struct bpf_insn){__VA_ARGS__})
#define LOAD(to, member)                                                                    \
	INSTRUCTION(.code = BPF_LDX | BPF_W | BPF_MEM, .dst_reg = (to), .src_reg = CONTEXT, \
		    .off = offsetof(struct bpf_cgroup_dev_ctx, member))
#define SET(to, value) INSTRUCTION(.code = BPF_ALU | BPF_MOV | BPF_K, .dst_reg = (to), .imm = (value))
#define AND(to, value) INSTRUCTION(.code = BPF_ALU | BPF_AND | BPF_K, .dst_reg = (to), .imm = (int)(value))
#define SHIFT_RIGHT(to, bits) INSTRUCTION(.code = BPF_ALU | BPF_RSH | BPF_K, .dst_reg = (to), .imm = (bits))
#define JUMP(skip) INSTRUCTION(.code = BPF_JMP | BPF_JA, .off = (skip))
#define JUMP_UNLESS_EQUAL(reg, value, skip) \
	INSTRUCTION(.code = BPF_JMP32 | BPF_JNE | BPF_K, .dst_reg = (reg), .off = (skip), .imm = (int)(value))
#define JUMP_IF_SOME(reg, bits, skip) \
	INSTRUCTION(.code = BPF_JMP32 | BPF_JSET | BPF_K, .dst_reg = (reg), .off = (skip), .imm = (int)(bits))
#define EXIT INSTRUCTION(.code = BPF_JMP | BPF_EXIT)

static int bpf(enum bpf_cmd command, union bpf_attr *attr, unsigned size) {
	return (int)syscall(SYS_bpf, command, attr, size);
}

static int load(const struct device_program *program) {
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
			       .insns = (uintptr_t)program->v,
			       .insn_cnt = (uint32_t)program->n,
			       .license = (uintptr_t) "Apache-2.0",
			       .prog_name = NAME};

	return bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static bool is_ours(int program_fd) {
	struct bpf_prog_info about = {0};
	union bpf_attr attr = {
		.info = {.bpf_fd = (uint32_t)program_fd, .info_len = sizeof(about), .info = (uintptr_t)&about}};

	return bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) == 0 && strcmp(about.name, NAME) == 0;
}

/* The program that husk has attached to a cgroup; -ENOENT: it has none. Others, such as systemd, may have attached their own. */
static int find_ours(int cgroup_fd) {
	uint32_t ids[MAX_PROGRAMS] = {0};
	union bpf_attr attr = {.query = {.target_fd = (uint32_t)cgroup_fd,
					 .attach_type = BPF_CGROUP_DEVICE,
					 .prog_ids = (uintptr_t)ids,
					 .prog_cnt = MAX_PROGRAMS}};

	if (bpf(BPF_PROG_QUERY, &attr, sizeof(attr)) < 0)
		return -errno;
	for (uint32_t i = 0; i < attr.query.prog_cnt; i++) {
		union bpf_attr one = {.prog_id = ids[i]};
		auto_close int fd = bpf(BPF_PROG_GET_FD_BY_ID, &one, sizeof(one));

		if (fd < 0)
			return -errno;
		if (is_ours(fd))
			return fd_take(&fd);
	}
	return -ENOENT;
}

/* ALLOW_MULTI: whoever manages a cgroup above may have a program too, and all must agree. replaced: the program that it takes
 * the place of, or negative. */
static int attach(int cgroup_fd, int program_fd, int replaced) {
	union bpf_attr attr = {.target_fd = (uint32_t)cgroup_fd,
			       .attach_bpf_fd = (uint32_t)program_fd,
			       .attach_type = BPF_CGROUP_DEVICE,
			       .attach_flags = BPF_F_ALLOW_MULTI | (replaced < 0 ? 0 : BPF_F_REPLACE),
			       .replace_bpf_fd = replaced < 0 ? 0 : (uint32_t)replaced};

	return bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
}

static int failed(struct run *r, const char *doing, int errnum) {
	run_hint(r, "%s the BPF program: %s; right is %s", doing, error_text(errnum),
		 errnum == E2BIG ? "fewer rules: the kernel takes no program as long"
				 : "root with CAP_BPF, in a kernel with CGROUP_BPF");
	return -errnum;
}

/* r->cgroup_fd is O_PATH, which bpf() does not take. */
static int put_program(struct run *r, const struct device_program *program, bool replace) {
	auto_close int cgroup_fd = open(program->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close int old = -ENOENT, new = -1;

	if (cgroup_fd < 0)
		return -errno;
	if (replace)
		old = find_ours(cgroup_fd);
	if (old < 0 && old != -ENOENT)
		return failed(r, "finding", -old);
	new = load(program);
	if (new < 0)
		return failed(r, "loading", errno);
	return attach(cgroup_fd, new, old) == 0 ? 0 : failed(r, "attaching", errno);
}

static int run_device_rules(struct run *r, const void *arg) {
	return put_program(r, arg, false);
}

static int run_change_device_rules(struct run *r, const void *arg) {
	return put_program(r, arg, true);
}

static void add(struct arena *a, struct device_program *program, const struct bpf_insn *instruction) {
	program->v = arena_grow(a, program->v, program->n, sizeof(*program->v));
	program->v[program->n++] = *instruction;
}

/* Who is not meant goes on behind the rule: those jumps get their lengths when the rule is complete. */
static void add_rule(struct arena *a, struct device_program *p, const struct device_rule *rule) {
	size_t begin = p->n, decision;

	add(a, p, JUMP_UNLESS_EQUAL(TYPE, rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR, 0));
	if (rule->major != ALL_NUMBERS)
		add(a, p, JUMP_UNLESS_EQUAL(MAJOR, rule->major, 0));
	if (rule->minor != ALL_NUMBERS)
		add(a, p, JUMP_UNLESS_EQUAL(MINOR, rule->minor, 0));
	decision = p->n;
	if (rule->allow) {
		add(a, p, AND(ACCESS, ~rule->access));
		add(a, p, JUMP_UNLESS_EQUAL(ACCESS, 0, 2));
		add(a, p, SET(VERDICT, 1));
	} else {
		add(a, p, JUMP_IF_SOME(ACCESS, rule->access, 1));
		add(a, p, JUMP(1));
	}
	add(a, p, EXIT);
	for (size_t i = begin; i < decision; i++)
		p->v[i].off = (int16_t)(p->n - i - 1);
}

void device_program_write(struct arena *a, const struct device_rules *rules, struct device_program *p) {
	add(a, p, SET(VERDICT, 0));
	add(a, p, LOAD(TYPE, access_type)); /* the type in the lower half, the access in the upper */
	add(a, p, LOAD(ACCESS, access_type));
	add(a, p, AND(TYPE, 0xffff));
	add(a, p, SHIFT_RIGHT(ACCESS, 16));
	add(a, p, LOAD(MAJOR, major));
	add(a, p, LOAD(MINOR, minor));
	for (size_t i = rules->n; i-- > 0;)
		add_rule(a, p, &rules->v[i]);
	if (rules->allow)
		add(a, p, SET(VERDICT, 1));
	add(a, p, EXIT);
}

static struct device_program *program_new(struct arena *a, const char *dir, const struct device_rules *rules) {
	struct device_program *program = arena_new(a, struct device_program);

	program->dir = dir;
	device_program_write(a, rules, program);
	return program;
}

void plan_device_program(struct plan *p, const char *dir, const struct device_rules *rules) {
	plan_add(p, HOST, run_device_rules, program_new(p->a, dir, rules), FIELD, NO_INDEX, NULL,
		 "write device rules for %s", dir);
}

void plan_device_program_change(struct plan *p, const char *dir, const struct device_rules *rules) {
	plan_add(p, HOST, run_change_device_rules, program_new(p->a, dir, rules), FIELD, NO_INDEX, NULL,
		 "change device rules for %s", dir);
}
