/*
 * NAME
 *     trace_view.h: a message's way as all outputs of smtpref trace see it
 *
 * DESCRIPTION
 *     trace.c        options, exit status
 *     trace_file.c   the header section of a file, whatever its line ends
 *     trace_words.c  words for people: hosts, times, findings
 *     trace_text.c trace_json.c trace_dot.c
 *     trace_svg.c trace_layout.c  the outputs
 *     Nothing of a message reaches an output as it is: octets that are not printable ASCII become
 *     \xNN.
 */
#ifndef CMD_TRACE_VIEW_H
#define CMD_TRACE_VIEW_H

#include <stdio.h>

#include "smtp/chain.h"

/* ---- trace_file.c ---- */

/* Where a line begins: in the header section, where each ends in CRLF, and in the file. */
struct trace_line {
    size_t header, file;
};

struct trace_file {
    char *header, *lines; /* lines: of struct trace_line */
    size_t header_n, lines_n;
};

/* Reads up to the empty line. NULL, or why it could not. */
const char *trace_file_read(struct trace_file *file, FILE *from);
void trace_file_free(struct trace_file *file);

struct trace_place {
    size_t octet, line; /* of the file: octets from 0, lines from 1 */
};

/* Where in the file an offset of the header section is. */
struct trace_place trace_file_place(const struct trace_file *file, size_t at);

/* ---- trace_words.c ---- */

struct trace_view {
    const char *name; /* of the file */
    struct trace_file file;
    struct smtp_chain chain;
    size_t limit;
};

enum { TRACE_WORD = 1024, TRACE_TEXT = 4096 };

/* Printable ASCII, cut to `room`; always ended by NUL. */
void trace_clean(char *to, size_t room, smtp_span s);

/* "2 s", "1 min 12 s", "-3 h", "4 d 11 h": the two largest units. */
void trace_duration(char *to, size_t room, int64_t seconds);

/* "2026-01-15 11:30:07", UTC. */
void trace_time(char *to, size_t room, int64_t seconds);

/* "mx.example.org [192.0.2.1]"; "-" without a host. */
void trace_host(char *to, size_t room, const struct smtp_trace_host *host);

/* The name of a host alone. */
void trace_host_name(char *to, size_t room, const struct smtp_trace_host *host);

/* "yes", "no", "?" */
const char *trace_tls(enum smtp_hop_tls tls);

/* A finding or note, of a hop or of the whole chain. */
struct trace_item {
    enum smtp_finding finding;
    const struct smtp_hop *hop; /* NULL: of the chain */
    size_t at;                  /* offset in the header section */
    const char *symbol;         /* MALFORMED: also which fault */
    const char *clause;
    char text[TRACE_WORD];
};

/* The next item; *state begins as 0. Those of the chain come first, then hop by hop. */
bool trace_item_next(const struct trace_view *view, size_t *state, struct trace_item *out);

/* The number of a hop, from 1. */
size_t trace_number(const struct trace_view *view, const struct smtp_hop *hop);

/* The names of the findings of a hop in small letters, with commas between; bad: no notes. */
void trace_names(char *to, size_t room, unsigned findings, bool bad);

/* ---- outputs ---- */

void trace_text(const struct trace_view *view, FILE *to, bool colour);
bool trace_json(const struct trace_view *view, FILE *to); /* false: no memory */
void trace_dot(const struct trace_view *view, FILE *to);
void trace_svg(const struct trace_view *view, FILE *to);

#endif
