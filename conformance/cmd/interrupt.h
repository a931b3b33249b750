/*
 * NAME
 *     interrupt.h: SIGINT and SIGTERM end a run, not the program
 *
 * DESCRIPTION
 *     The first one sets *stop and is remembered, so that running cases can be given up and the
 *     reports written whole; those of the next second are the same wish (a terminal, timeout(1) and
 *     a shell may each pass it on), a later one has its usual effect.
 */
#ifndef CONFORMANCE_CMD_INTERRUPT_H
#define CONFORMANCE_CMD_INTERRUPT_H

#include <stdbool.h>

/* loop: the uv_loop_t to be woken up, or NULL. Once in a program; the loop's end closes what it
 * adds. */
bool interrupt_watch(void *loop, bool *stop);
bool interrupt_came(void);

/* Before the loop is closed: whoever wakes a loop that is gone aborts. */
void interrupt_forget_loop(void);

#endif
