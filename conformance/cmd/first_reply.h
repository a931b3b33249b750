/*
 * NAME
 *     first_reply.h: one reply of a server that nothing is known of
 *
 * DESCRIPTION
 *     Reads a reply of any number of lines and keeps its text up to 64 KiB; a line that is none, or
 *     more octets than that without an end, are told apart. Lines may end in LF alone: it is the
 *     scenarios that judge.
 */
#ifndef CONFORMANCE_CMD_FIRST_REPLY_H
#define CONFORMANCE_CMD_FIRST_REPLY_H

#include "smtp/span.h"

enum { FIRST_MOST = 65536 };

enum first_step { FIRST_MORE, FIRST_WHOLE, FIRST_FLOOD, FIRST_WRONG };

struct first_reply {
    unsigned code;
    size_t n, line; /* octets so far; where the line that is being read begins */
    char text[FIRST_MOST];
};

void first_reply_restart(struct first_reply *reply);

/* Takes octets up to the end of a reply. */
enum first_step first_reply_read(struct first_reply *reply, smtp_span in, size_t *taken);

/* What has come, lines as they were, CRLF included. */
smtp_span first_reply_text(const struct first_reply *reply);

/* ---- EHLO lines ------------------------------------------------------------------------------ */

struct first_lines {
    char *text;
    const char **list;
    size_t count;
};

/*
 * Keeps the lines behind the first in place of those that it has; of those it has, STARTTLS stays,
 * which is not offered any more inside TLS. False: no memory.
 */
bool first_lines_take(struct first_lines *lines, const struct first_reply *reply);
bool first_lines_have(const struct first_lines *lines, const char *keyword);
const char *const *first_lines_list(const struct first_lines *lines); /* NULL-terminated */
void first_lines_free(struct first_lines *lines);

#endif
