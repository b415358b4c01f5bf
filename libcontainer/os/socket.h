/* socket.h - Unix sockets of somebody else, for what husk hands out. */
#pragma once

/* Connects to a stream socket, and never waits: where the backlog is full it is -EAGAIN. A path may be of any length. A descriptor,
 * or -errno. */
int socket_connect(const char *path);

/* The same to a datagram socket, which sends without waiting too: -EAGAIN where the other side has no room. An address that begins
 * with @ is an abstract name. */
int socket_connect_datagram(const char *address);
