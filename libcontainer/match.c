/* match.c - the containers whose ids an expression matches, and one command for all of them. */
#include "match.h"
#include "state.h"
#include "../specs/text.h"
#include <dirent.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What is not a container has a name that no id can have. */
static bool is_wanted(const char *name, const regex_t *expression) {
	struct error ignored;

	return state_id_valid(name, &ignored) && (!expression || regexec(expression, name, 0, NULL, 0) == 0);
}

/* expression: NULL for all. */
static int read_ids(struct container_env *env, const regex_t *expression, struct strings *ids, struct error *e) {
	DIR *dir = opendir(env->root);

	*ids = (struct strings){0};
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return error_set(e, errno, NULL, "cannot read %s", env->root);
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		if (is_wanted(entry->d_name, expression))
			strings_add(env->a, ids, arena_strdup(env->a, entry->d_name));
	closedir(dir);
	if (ids->n)
		qsort(ids->v, ids->n, sizeof(*ids->v), by_name);
	return 0;
}

int match_ids(struct container_env *env, const char *regex, struct strings *ids, struct error *e) {
	regex_t expression;
	char why[128];
	int rc;

	if (!regex)
		return read_ids(env, NULL, ids, e);
	rc = regcomp(&expression, regex, REG_EXTENDED | REG_NOSUB);
	if (rc != 0) {
		regerror(rc, &expression, why, sizeof(why));
		return error_set(e, 0, NULL, "%s is no regular expression: %s", regex, why);
	}
	rc = read_ids(env, &expression, ids, e);
	regfree(&expression);
	return rc;
}

/* A container that another command has deleted meanwhile, or one that `list` does not show either. */
static bool is_gone(struct container_env *env, const char *id, const struct error *why) {
	struct container_state state;
	struct error e;

	return (why->errnum == ENOENT || why->errnum == ENOTDIR) && container_state(env, id, &state, &e) < 0 &&
	       (e.errnum == ENOENT || e.errnum == ENOTDIR);
}

/* Adds to the error of the first who has failed. */
static void name_all(const struct strings *failed, size_t matched, struct error *e) {
	struct text text = {.at = e->text, .size = sizeof(e->text), .n = strlen(e->text)};

	text_add(&text, "; %zu of %zu containers failed: %s", failed->n, matched, failed->v[0]);
	for (size_t i = 1; i < failed->n; i++)
		text_add(&text, ", %s", failed->v[i]);
}

int container_each(struct container_env *env, const char *regex, container_act *act, const void *with,
		   struct error *e) {
	struct strings ids = {0}, failed = {0};

	if (match_ids(env, regex, &ids, e) < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++) {
		struct error why = {0};

		if (act(env, ids.v[i], with, &why) == 0 || is_gone(env, ids.v[i], &why))
			continue;
		if (failed.n == 0)
			*e = why;
		else
			strings_add(env->a, &env->warnings, arena_printf(env->a, "%s: %s", ids.v[i], why.text));
		strings_add(env->a, &failed, ids.v[i]);
	}
	if (failed.n == 0)
		return 0;
	if (ids.n > 1)
		name_all(&failed, ids.n, e);
	return -1;
}
