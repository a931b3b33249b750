/*
 * NAME
 *     received_parts.h: what the files of the trace fields share
 *
 * DESCRIPTION
 *     blank.c     white space, folding, comments
 *     date.c      date-time       calendar.c   days and seconds
 *     received.c  Stamp           trace_line.c the two lines, and print
 *     with.c      protocols
 *     A reader that fails leaves the cursor at the octet that broke the rule; the parsers of
 *     smtp/received.h make that the place of the fault by smtp_trace_end().
 */
#ifndef RECEIVED_PARTS_H
#define RECEIVED_PARTS_H

#include "grammar_parts.h"
#include "smtp/received.h"

/* Reads FWS; false: there is none. */
bool smtp_trace_fws(struct smtp_cursor *c);

/* Reads [CFWS]; `some` says whether there was any. */
enum smtp_trace_fault smtp_trace_cfws(struct smtp_cursor *c, bool *some);

/* FWS that has to be there. */
enum smtp_trace_fault smtp_trace_blank(struct smtp_cursor *c);

/* The end of a parser that began at `begin`: after a fault, the cursor goes back to there. */
enum smtp_trace_fault smtp_trace_end(struct smtp_cursor *c, const char *begin,
                                     enum smtp_trace_fault fault);

/* What is left of a room behind the first `at` octets. */
smtp_room smtp_trace_rest(smtp_room to, size_t at);

#endif
