/* socket.h - stream sockets on which somebody else listens, for what husk hands out. */
#pragma once

/* Connects, and never waits: where the backlog is full it is -EAGAIN. A path may be of any length. A descriptor, or -errno. */
int socket_connect(const char *path);
