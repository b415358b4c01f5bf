/* order.h - the order in which a container is made. */
#pragma once
#include "state.h"

int plan_container(struct plan *p, const struct spec *spec, const struct host *h, const struct record *record,
		   const char *config, struct error *e);
