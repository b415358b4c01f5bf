/* seccomp_notify_test.c - SCMP_ACT_NOTIFY: when there is an agent, what it is told, what must be allowed for it. */
#include "../../libcontainer/process/internal.h"
#include "../../libcontainer/process/seccomp.h"
#include "steps.h"

static const struct request request;
static const struct host root = {.cap_effective = UINT64_MAX};

static struct spec_syscall rule(char *action, char *call) {
	static char *names[8][1];
	static size_t n;

	names[n = (n + 1) % 8][0] = call;
	return (struct spec_syscall){.names = {names[n], 1}, .action = action};
}

/* A profile of these rules whose agent listens at /agent. */
#define PROFILE(...)                                                                               \
	(struct spec_seccomp) {                                                                    \
		.default_action = "SCMP_ACT_ALLOW", .listener_path = "/agent", .syscalls = {       \
			(struct spec_syscall[]){__VA_ARGS__},                                      \
			sizeof((struct spec_syscall[]){__VA_ARGS__}) / sizeof(struct spec_syscall) \
		}                                                                                  \
	}

static int plan(struct plan *p, const struct spec_seccomp *s, struct pairs annotations, struct error *e) {
	struct spec *spec = arena_new(p->a, struct spec);

	spec->process = arena_new(p->a, struct spec_process);
	spec->annotations = annotations;
	spec->linux_.seccomp = s;
	return plan_seccomp(p, spec, &root, e);
}

static void refused(struct arena *a, const struct spec_seccomp *s, const char *field, const char *words) {
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};

	is_refused(plan(&p, s, (struct pairs){0}, &e), &e, field, words);
}

static const struct seccomp_filter *filter_of(struct arena *a, const struct spec_seccomp *s) {
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};

	if (plan(&p, s, (struct pairs){0}, &e) < 0)
		fail_msg("%s: %s", e.field, e.text);
	return p.filter;
}

static void a_filter_has_a_listener_when_a_rule_notifies(void **state) {
	struct spec_seccomp s = PROFILE(rule("SCMP_ACT_ERRNO", "sync"), rule("SCMP_ACT_NOTIFY", "mkdir"));
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	assert_int_equal(plan(&p, &s, (struct pairs){0}, &e), 0);
	assert_string_equal(p.filter->agent, "/agent");
	plan_filter(&p);
	are_steps(&p, "inside seccomp /linux/seccomp");
	says(&p, 0, "load the seccomp filter, whose listener goes to /agent");
	s.syscalls.n = 1;
	s.listener_path = "relative, and ignored";
	assert_null(filter_of(*state, &s)->agent);
}

static void flags_go_with_a_listener(void **state) {
	struct spec_seccomp s = PROFILE(rule("SCMP_ACT_NOTIFY", "mkdir"));

	assert_int_equal(filter_of(*state, &s)->flags,
			 SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW);
	s.flags = (struct strings)LIST("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
	assert_int_equal(filter_of(*state, &s)->flags, SECCOMP_FILTER_FLAG_NEW_LISTENER | 1 << 5);
	s.flags = (struct strings)LIST("SECCOMP_FILTER_FLAG_TSYNC");
	assert_int_equal(filter_of(*state, &s)->flags, SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC |
							       SECCOMP_FILTER_FLAG_TSYNC_ESRCH);
}

static void who_notifies_needs_an_absolute_path(void **state) {
	struct spec_seccomp s = PROFILE(rule("SCMP_ACT_ERRNO", "sync"), rule("SCMP_ACT_NOTIFY", "mkdir"));

	s.listener_path = NULL;
	refused(*state, &s, "/linux/seccomp/syscalls/1/action", "needs /linux/seccomp/listenerPath");
	s.listener_path = "agent";
	refused(*state, &s, "/linux/seccomp/listenerPath", "\"agent\" is not absolute");
	s.listener_path = "";
	refused(*state, &s, "/linux/seccomp/listenerPath", "is not absolute");
}

static void metadata_needs_a_path_whether_a_rule_notifies_or_not(void **state) {
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ALLOW", .listener_metadata = "x"};

	refused(*state, &s, "/linux/seccomp/listenerMetadata", "only allowed beside /linux/seccomp/listenerPath");
}

static void an_annotation_names_the_agent_where_the_config_does_not(void **state) {
	struct spec_seccomp s = PROFILE(rule("SCMP_ACT_NOTIFY", "mkdir"));
	struct pair receiver = {"run.oci.seccomp.receiver", "/annotated"};
	struct request ignoring = {.ignore_annotations = true};
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	assert_int_equal(plan(&p, &s, (struct pairs){&receiver, 1}, &e), 0);
	assert_string_equal(p.filter->agent, "/agent");
	s.listener_path = NULL;
	assert_int_equal(plan(&p, &s, (struct pairs){&receiver, 1}, &e), 0);
	assert_string_equal(p.filter->agent, "/annotated");
	receiver.text = "annotated";
	is_refused(plan(&p, &s, (struct pairs){&receiver, 1}, &e), &e, "/annotations/run.oci.seccomp.receiver",
		   "is not absolute");
	p.request = &ignoring;
	is_refused(plan(&p, &s, (struct pairs){&receiver, 1}, &e), &e, "/linux/seccomp/syscalls/0/action", "needs");
}

static void the_way_of_the_listener_is_open_whatever_the_arguments(void **state) {
	static char *const calls[] = {"sendmsg", "close", "read"};
	static char *const actions[] = {"ERRNO", "KILL", "KILL_PROCESS", "TRAP", "TRACE", "NOTIFY"};
	struct spec_syscall_arg arg = {0, 9, 0, "SCMP_CMP_EQ"};

	for (size_t i = 0; i < 18; i++) {
		char *action = arena_printf(*state, "SCMP_ACT_%s", actions[i / 3]);
		struct spec_seccomp s = PROFILE(rule("SCMP_ACT_NOTIFY", "mkdir"), rule(action, calls[i % 3]));

		refused(*state, &s, "/linux/seccomp/syscalls/1/action", calls[i % 3]);
		s.syscalls.v[1].args = (struct spec_syscall_args){&arg, 1};
		refused(*state, &s, "/linux/seccomp/syscalls/1/action", action);
	}
	struct spec_seccomp s = PROFILE(rule("SCMP_ACT_NOTIFY", "execve"), rule("SCMP_ACT_ERRNO", "write"),
					rule("SCMP_ACT_ERRNO", "poll"), rule("SCMP_ACT_LOG", "read"));
	assert_non_null(filter_of(*state, &s));
}

static void where_the_default_action_denies_rules_must_allow_that_way(void **state) {
	struct spec_syscall_arg arg = {0, 9, 0, "SCMP_CMP_EQ"};
	struct spec_seccomp s = PROFILE(rule("SCMP_ACT_NOTIFY", "mkdir"), rule("SCMP_ACT_ALLOW", "sendmsg"),
					rule("SCMP_ACT_ALLOW", "close"), rule("SCMP_ACT_ALLOW", "read"));

	s.default_action = "SCMP_ACT_ERRNO";
	assert_non_null(filter_of(*state, &s));
	s.syscalls.v[3].args = (struct spec_syscall_args){&arg, 1};
	refused(*state, &s, "/linux/seccomp/defaultAction", "SCMP_ACT_ERRNO for read");
	s.syscalls.n = 3;
	refused(*state, &s, "/linux/seccomp/defaultAction", "SCMP_ACT_ERRNO for read");
}

static void the_agent_is_told_the_state_and_the_metadata(void **state) {
	struct spec_seccomp s = {.listener_metadata = "a\"b"};
	struct spec spec = {.linux_.seccomp = &s};

	assert_string_equal(seccomp_agent_message(*state, &spec, 7, "{\"id\":\"x\"}"),
			    "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":7,\"metadata\":\"a\\\"b\","
			    "\"state\":{\"id\":\"x\"}}");
	s.listener_metadata = NULL;
	assert_string_equal(seccomp_agent_message(*state, &spec, 7, "{}"),
			    "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":7,\"state\":{}}");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_filter_has_a_listener_when_a_rule_notifies),
		arena_test(flags_go_with_a_listener),
		arena_test(who_notifies_needs_an_absolute_path),
		arena_test(metadata_needs_a_path_whether_a_rule_notifies_or_not),
		arena_test(an_annotation_names_the_agent_where_the_config_does_not),
		arena_test(the_way_of_the_listener_is_open_whatever_the_arguments),
		arena_test(where_the_default_action_denies_rules_must_allow_that_way),
		arena_test(the_agent_is_told_the_state_and_the_metadata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
