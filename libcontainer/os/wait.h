/* wait.h - waiting for a descriptor, never without the process that is to make it readable. */
#pragma once

/* Until fd is readable or the process of pidfd has ended (either may be -1), at most timeout_ms (-1: for ever). 0, or
 * -ETIMEDOUT. EINTR is repeated. */
int wait_for(int fd, int pidfd, int timeout_ms);
