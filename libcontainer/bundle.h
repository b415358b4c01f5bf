/* bundle.h - a bundle on disk, read and compiled: what create, run and explain begin with. */
#pragma once
#include "container.h"
#include "plan.h"
#include "state.h"

struct bundle {
	char *dir;               /* absolute */
	const char *config_name; /* config.json, or the file that --config names; for errors */
	char *text;              /* the whole config, NUL-terminated */
	size_t length;
	struct spec spec;
};

/* Reads and parses <dir>/config.json, or the file `config`. What is not in the spec is told to env->debug. */
int bundle_load(struct container_env *env, const char *dir, const char *config, struct bundle *b, struct error *e);

/* The config as it was at create, with the resources of the last update and the annotations that may act, from a state
 * directory. */
int bundle_load_copy(struct container_env *env, int state_fd, const struct record *record, struct bundle *b,
		     struct error *e);

/* Adds the place in the config to an error whose field points into it. Returns -1. */
int bundle_locate(const struct bundle *b, struct error *e);

/* A path of the caller's from the working directory on; NULL stays NULL. */
int bundle_absolute(struct arena *a, const char *path, const char **absolute, struct error *e);

/* What is asked for besides the config, made absolute. */
int bundle_request(struct container_env *env, const struct bundle *b, const struct container_create_options *o,
		   struct request *request, struct error *e);

/* What delete will need to know, but for cgroups_made. */
int bundle_record(struct container_env *env, const struct bundle *b, const struct request *request,
		  const struct host *h, struct record *record, struct error *e);

/* The whole plan. Nothing is touched; an error knows its line and column. */
int bundle_plan(struct container_env *env, const struct bundle *b, const struct host *h, const struct record *record,
		struct plan *p, struct error *e);
