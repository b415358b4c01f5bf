/* faults_none.c - no fault injection: what is shipped. */
#include "container.h"
#include "faults.h"

const bool container_can_fail = false;

int fault_before(const struct run *r, int step) {
	(void)r, (void)step;
	return 0;
}
