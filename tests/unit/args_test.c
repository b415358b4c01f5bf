/* args_test.c - process.args: where the program is looked for, and the words when it cannot be executed. */
#include "../../libcontainer/os/fd.h"
#include "../../libcontainer/process/internal.h"
#include "test.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A directory with two more in it, a and b, for PATH. */
struct place {
	struct arena a;
	char dir[64];
};

static int place_setup(void **state) {
	struct place *t = calloc(1, sizeof(*t));

	strcpy(t->dir, "/tmp/husk-args-test.XXXXXX");
	*state = t;
	return mkdtemp(t->dir) && mkdir(arena_printf(&t->a, "%s/a", t->dir), 0755) == 0 &&
			       mkdir(arena_printf(&t->a, "%s/b", t->dir), 0755) == 0
		       ? 0
		       : -1;
}

static int place_teardown(void **state) {
	struct place *t = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", t->dir);
	arena_free(&t->a);
	if (system(command) != 0)
		return -1;
	free(t);
	return 0;
}

#define place_test(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)

static char *file(struct place *t, const char *name, const void *content, size_t n, mode_t mode) {
	char *path = arena_printf(&t->a, "%s/%s", t->dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write(fd, content, n), 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static char *script(struct place *t, const char *name, mode_t mode) {
	return file(t, name, "#!/bin/sh\n", 10, mode);
}

struct attempt {
	int rc;
	char hint[HINT_SIZE];
	const struct program *program;
};

static struct plan *plan_of(struct arena *a, const char *name, const char *path, struct program *g) {
	struct spec_process *process = arena_new(a, struct spec_process);
	struct plan *p = arena_new(a, struct plan);
	struct error e = {0};

	p->a = a;
	strings_add(a, &process->args, (char *)name);
	if (path)
		strings_add(a, &process->env, arena_printf(a, "PATH=%s", path));
	g->process = process;
	assert_int_equal(env_build(a, g, &e), 0);
	assert_int_equal(plan_lookup(p, g, &e), 0);
	return p;
}

static struct attempt *look_up(struct place *t, const char *name, const char *path) {
	struct attempt *result = arena_new(&t->a, struct attempt);
	struct program *g = arena_new(&t->a, struct program);
	struct plan *p = plan_of(&t->a, name, path, g);
	struct run r = {.plan = p, .hint = result->hint};

	result->rc = p->v[0].run(&r, p->v[0].arg);
	result->program = g;
	return result;
}

static char *both(struct place *t) {
	return arena_printf(&t->a, "%s/none:%s/a:%s/b", t->dir, t->dir, t->dir);
}

static void the_first_program_in_path_wins(void **state) {
	struct place *t = *state;
	char *second = script(t, "b/tool", 0755), *first;

	assert_string_equal(look_up(t, "tool", both(t))->program->found, second);
	first = script(t, "a/tool", 0755);
	assert_string_equal(look_up(t, "tool", both(t))->program->found, first);
}

static void a_name_with_a_slash_is_used_as_it_is(void **state) {
	struct place *t = *state;
	char *path = script(t, "a/tool", 0755);

	assert_string_equal(look_up(t, path, "/bin")->program->found, path);
	assert_int_equal(look_up(t, "./tool", both(t))->rc, -ENOENT);
}

static void what_may_not_be_executed_is_passed_over(void **state) {
	struct place *t = *state;
	char *path;

	script(t, "a/tool", 0644);
	path = script(t, "b/tool", 0755);
	assert_string_equal(look_up(t, "tool", both(t))->program->found, path);

	assert_int_equal(mkdir(arena_printf(&t->a, "%s/a/other", t->dir), 0755), 0);
	path = script(t, "b/other", 0755);
	assert_string_equal(look_up(t, "other", both(t))->program->found, path);
}

static void a_missing_program_is_said_in_the_words_of_go(void **state) {
	struct place *t = *state;
	struct attempt *try = look_up(t, "tool", both(t));

	assert_int_equal(try->rc, -ENOENT);
	assert_string_equal(try->hint, "exec: \"tool\": executable file not found in $PATH");
	assert_string_equal(look_up(t, "", both(t))->hint, "exec: \"\": executable file not found in $PATH");
	assert_int_equal(look_up(t, "tool", "")->rc, -ENOENT);

	try = look_up(t, "/no/such/tool", NULL);
	assert_int_equal(try->rc, -ENOENT);
	assert_string_equal(try->hint, "exec: \"/no/such/tool\": no such file or directory");
}

static void a_file_without_permission_and_a_directory_say_so(void **state) {
	struct place *t = *state;
	struct attempt *try;

	script(t, "a/tool", 0644);
	try = look_up(t, "tool", both(t));
	assert_int_equal(try->rc, -EACCES);
	assert_string_equal(try->hint, "exec: \"tool\": permission denied");

	try = look_up(t, t->dir, NULL);
	assert_int_equal(try->rc, -EISDIR);
	assert_non_null(strstr(try->hint, "\": is a directory: permission denied"));
	assert_int_equal(look_up(t, "/dev/null", NULL)->rc, -EACCES);
}

static void without_path_the_usual_directories_are_searched(void **state) {
	struct place *t = *state;

	assert_int_equal(look_up(t, "sh", NULL)->rc, 0);
}

static void a_path_of_any_length_is_no_overflow(void **state) {
	struct place *t = *state;
	char *path = arena_alloc(&t->a, 20000), *name = arena_alloc(&t->a, PATH_MAX + 1);
	struct spec_process process = {.args = {(char *[]){name, NULL}, 1}};
	struct program g = {.process = &process};
	struct plan p = {.a = &t->a};
	struct error e = {0};

	memset(path, 'x', 10000);
	sprintf(path + 10000, ":%s/b", t->dir);
	script(t, "b/tool", 0755);
	assert_int_equal(look_up(t, "tool", path)->rc, 0);

	memset(name, 'n', PATH_MAX);
	assert_int_equal(plan_lookup(&p, &g, &e), -1);
	assert_string_equal(e.field, "/process/args/0");
	name[PATH_MAX - 1] = '\0';
	assert_int_equal(look_up(t, name, both(t))->rc, -ENOENT);
}

static void args_without_an_entry_are_refused(void **state) {
	struct place *t = *state;
	struct spec_process process = {0};
	struct program g = {.process = &process};
	struct plan p = {.a = &t->a};
	struct error e = {0};

	assert_int_equal(plan_lookup(&p, &g, &e), -1);
	assert_string_equal(e.field, "/process/args");
}

/* What the program prints or, when it cannot be executed, the hint; the child's memory is shared with us. */
static struct attempt *execute(struct place *t, const char *name) {
	struct attempt *result = arena_new(&t->a, struct attempt);
	struct program *g = arena_new(&t->a, struct program);
	struct plan *p = plan_of(&t->a, name, NULL, g);
	size_t size = sizeof(struct report) + HINT_SIZE;
	char *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct run r = {.plan = p, .report = (struct report *)(void *)shared, .hint = shared + sizeof(struct report)};
	int status;

	plan_execve(p);
	pid_t pid = fork();
	if (pid == 0) {
		if (p->v[0].run(&r, p->v[0].arg) == 0)
			_exit(-p->v[1].run(&r, p->v[1].arg));
		_exit(255);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(r.report->exec_called, 1);
	assert_int_equal(r.report->failed, WEXITSTATUS(status) != 0);
	result->rc = -WEXITSTATUS(status);
	strcpy(result->hint, r.hint);
	munmap(shared, size);
	return result;
}

static void fails(struct place *t, const char *path, int errnum, const char *words) {
	struct attempt *try = execute(t, path);

	assert_int_equal(try->rc, -errnum);
	if (!strstr(try->hint, words))
		fail_msg("\"%s\" is not in \"%s\"", words, try->hint);
	assert_non_null(strstr(try->hint, error_text(errnum)));
	assert_non_null(strstr(try->hint, path));
}

static void a_program_is_executed(void **state) {
	assert_int_equal(execute(*state, "/bin/true")->rc, 0);
	assert_int_equal(execute(*state, script(*state, "a/script", 0755))->rc, 0);
}

static void scripts_whose_first_line_is_wrong_are_explained(void **state) {
	struct place *t = *state;
	static const char missing[] = "#! /no/such/interpreter -x\n", dos[] = "#!/bin/sh\r\necho\r\n",
			  none[] = "echo hi\n";

	fails(t, file(t, "a/missing", missing, sizeof(missing) - 1, 0755), ENOENT,
	      "interpreter /no/such/interpreter, which is not there");
	fails(t, file(t, "a/dos", dos, sizeof(dos) - 1, 0755), ENOENT, "interpreter /bin/sh, and ends in CR LF");
	fails(t, file(t, "a/none", none, sizeof(none) - 1, 0755), ENOEXEC, "neither an ELF program nor a script");
	fails(t, file(t, "a/empty", "", 0, 0755), ENOEXEC, "neither an ELF program nor a script");
	fails(t,
	      file(t, "a/closed", arena_printf(&t->a, "#!%s\n", script(t, "b/closed", 0600)), 5 + strlen(t->dir) + 7,
		   0755),
	      EACCES, "b/closed");
}

/* An ELF file that the kernel looks at as far as its interpreter. */
struct tiny {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	char loader[32];
};

static struct tiny tiny(uint16_t machine) {
	struct tiny t = {
		.header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			   .e_type = ET_EXEC,
			   .e_machine = machine,
			   .e_version = EV_CURRENT,
			   .e_phoff = sizeof(Elf64_Ehdr),
			   .e_ehsize = sizeof(Elf64_Ehdr),
			   .e_phentsize = sizeof(Elf64_Phdr),
			   .e_phnum = 1},
		.segment = {.p_type = PT_INTERP, .p_offset = offsetof(struct tiny, loader), .p_filesz = 16},
		.loader = "/no/such/loader",
	};

	return t;
}

static void a_missing_loader_and_another_machine_are_explained(void **state) {
	struct place *t = *state;
	struct tiny native = tiny(0), sparc = tiny(EM_S390);
	char hint[HINT_SIZE] = "";
	Elf64_Ehdr own;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	assert_int_equal(fd_read(fd, &own, sizeof(own)), 0);
	close(fd);
	native.header.e_machine = own.e_machine;
	fails(t, file(t, "a/native", &native, sizeof(native), 0755), ENOENT, "it needs the loader /no/such/loader");

	sparc.header.e_ident[EI_DATA] = ELFDATA2MSB;
	sparc.header.e_machine = (uint16_t)(EM_S390 << 8);
	fails(t, file(t, "a/other", &sparc, sizeof(sparc), 0755), ENOEXEC,
	      "it is a program for s390x, and this machine is ");

	/* A header that is cut, or points anywhere, is no reason to fall. */
	native.header.e_phoff = UINT64_MAX - 5;
	native.header.e_phnum = UINT16_MAX;
	exec_hint(&TEXT(hint), file(t, "a/bad", &native, sizeof(native), 0755), ENOENT);
	exec_hint(&TEXT(hint), file(t, "a/cut", &native, 20, 0755), ENOENT);
	exec_hint(&TEXT(hint), "/no/such/file", ENOENT);
	exec_hint(&TEXT(hint), "/bin/true", E2BIG);
	assert_string_equal(hint, "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		place_test(the_first_program_in_path_wins),
		place_test(a_name_with_a_slash_is_used_as_it_is),
		place_test(what_may_not_be_executed_is_passed_over),
		place_test(a_missing_program_is_said_in_the_words_of_go),
		place_test(a_file_without_permission_and_a_directory_say_so),
		place_test(without_path_the_usual_directories_are_searched),
		place_test(a_path_of_any_length_is_no_overflow),
		place_test(args_without_an_entry_are_refused),
		place_test(a_program_is_executed),
		place_test(scripts_whose_first_line_is_wrong_are_explained),
		place_test(a_missing_loader_and_another_machine_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
