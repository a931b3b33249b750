/*
 * NAME
 *     connection.h: the one connection of a server that was built for sockets
 *
 * DESCRIPTION
 *     The preload puts the fuzzer's input where the server accepts a connection. What it reads comes
 *     from the kit's wire; what it writes goes to a file in memory, so that buffered output works as
 *     it does with a socket, and from there to the wire before each read and at the end. So the
 *     observer sees both directions in their order, and a server that breaks a rule dies of it.
 *
 *     KIT_INPUT    the file with the input, "-" for standard input; without it nothing is changed
 *     KIT_KNOWN    rules of the observer that are known to be broken, with spaces between
 *     KIT_NO_FORK  the first fork() behind the connection returns 0 without a child: a server that
 *                  forks for each connection then serves it in the process that the fuzzer watches
 *
 * SEE
 *     ../README.md: how to build a server for it; preload.c: which calls are taken.
 */
#ifndef KIT_CONNECTION_H
#define KIT_CONNECTION_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether KIT_INPUT is set. */
bool connection_wanted(void);

/* Reads the input and gives the descriptor of the connection; the second call ends the process: the
 * server would serve the next. */
int connection_accept(void);

/* KIT_NO_FORK: whether this fork() is the one that makes no child. True once. */
bool connection_takes_fork(void);

bool connection_is(int fd);
bool connection_began(void);

/* As recv(). */
ssize_t connection_read(void *room, size_t n);

/* Whether octets are here already. */
bool connection_ready(void);

/* Tells the oracles that the server has ended, once. */
void connection_end(void);

#endif
