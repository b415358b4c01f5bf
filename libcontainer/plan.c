/* plan.c - adding steps to a plan, and putting a step into words. */
#include "plan.h"
#include <stdarg.h>
#include <stdio.h>

void plan_push(struct plan *p, const struct step *step) {
	p->v = arena_grow(p->a, p->v, p->n, sizeof(*p->v));
	p->v[p->n++] = *step;
}

void plan_warn(struct plan *p, const char *format, ...) {
	va_list args;

	va_start(args, format);
	strings_add(p->a, &p->warnings, arena_vprintf(p->a, format, args));
	va_end(args);
}

void step_field(const struct step *s, struct text *out) {
	if (s->field)
		text_add(out, "%s", s->field);
	if (s->index != NO_INDEX)
		text_add(out, "/%d", s->index);
}

void step_phrase(const struct step *s, struct text *out) {
	size_t used = 1;

	for (const char *c = s->says[0] ? s->says[0] : s->name; *c; c++) {
		if (c[0] != '%' || c[1] != 's') {
			text_add(out, "%c", *c);
			continue;
		}
		text_add(out, "%s", used < 3 && s->says[used] ? s->says[used] : "");
		used++;
		c++;
	}
}

void run_hint(struct run *r, const char *format, ...) {
	struct text hint = {.at = r->hint, .size = HINT_SIZE};
	va_list args;

	va_start(args, format);
	vsnprintf(hint.at, hint.size, format, args);
	va_end(args);
}
