/* options.h - what a command understands, as one table: parsing and --help are made from it.
 *
 * An entry writes to a member of the command's own struct; the type of the member is the kind of the entry. A table ends
 * in {0}. An entry without a name is an argument by place. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../specs/arena.h"
#include "../specs/error.h"

enum option_kind {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_NUMBER,
	OPTION_SIGNED, /* this and the next are pointers, NULL when not given */
	OPTION_UNSIGNED,
	OPTION_UNSIGNED_16,
	OPTION_TEXTS, /* an argument, and all behind it */
	OPTION_REST,  /* the same for another program: its flags are among them; NULL when there are none */
};

struct option {
	enum option_kind kind;
	size_t offset;       /* of the member */
	const char *name;    /* "bundle" is --bundle and -bundle; NULL: an argument by place */
	const char *letters; /* "b" is -b, each letter is one; NULL: it has none */
	const char *value;   /* its value in --help: "DIR"; "text|json": one of these; "[SIGNAL]": may be left out;
				"SIZE": bytes, also as 64m */
	const char *says;    /* what it does, in --help */
};

#define OPTION_KIND(T, member) \
	_Generic(((T *)0)->member,             \
		bool: OPTION_FLAG,             \
		char *: OPTION_TEXT,           \
		const char *: OPTION_TEXT,     \
		unsigned: OPTION_NUMBER,       \
		const int64_t *: OPTION_SIGNED, \
		const uint64_t *: OPTION_UNSIGNED, \
		const uint16_t *: OPTION_UNSIGNED_16, \
		struct strings: OPTION_TEXTS, \
		char **: OPTION_REST)

#define OPTION(T, member, name_, letters_, value_, says_)                                                              \
	{                                                                                                              \
		.kind = OPTION_KIND(T, member), .offset = offsetof(T, member), .name = (name_), .letters = (letters_), \
		.value = (value_), .says = (says_)                                                                     \
	}
#define ARGUMENT(T, member, value, says) OPTION(T, member, NULL, NULL, value, says)

/* Tables of a command, all for the same struct; NULL behind the last. */
enum { OPTION_TABLES = 3 };

/* A command: the words that start it, and its tables. */
struct grammar {
	struct arena *a;                             /* for the values of options that are pointers */
	const char *command;                         /* "husk create" */
	const struct option *options[OPTION_TABLES]; /* its tables */
	const struct option *before; /* options that stand before the verb, told apart in an error; or NULL */
};

/* The entry with this index among all of a command; NULL behind the last. */
const struct option *option_at(const struct grammar *g, size_t index);

/* Reads options into the struct `into` up to the first word that is none. Returns the words behind them, or NULL with *e
 * filled. At --help it stops at once, and *help is true. */
char **options_parse(const struct grammar *g, char **words, void *into, bool *help, struct error *e);

/* Reads the words behind the options, which the command's arguments must use up. */
int arguments_parse(const struct grammar *g, char **words, void *into, struct error *e);
