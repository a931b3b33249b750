/*
 * NAME
 *     cases.h: the defects of an earlier library, by number, and that ours has none of them
 *
 * DESCRIPTION
 *     That library is colombe 0.13.0 with its family. A case is named by its number there: "01" to
 *     "16" were seen by running it, "read_01" and on by reading. `ctest -R colombe` runs each by itself.
 *     grammar.c   01 06 07 08 10 16, read_05       server.c   02 03 04, read_01 read_04
 *     client.c    05 09 11 12 13 14 15, read_02 read_03
 */
#ifndef CASES_H
#define CASES_H

#include "check_main.h"
#include "smtp/client.h"
#include "smtp/server.h"

void grammar_cases(Suite *suite);
void server_cases(Suite *suite);
void client_cases(Suite *suite);

/* A case with one test of it; call it again with the same name for more. */
void add_case(Suite *suite, const char *name, const TTest *test);

/* ---- what a server answers, the codes of all replies; the same for every segmentation ---- */

extern const struct smtp_server_config usual;

const char *answers(const struct smtp_server_config *config, smtp_span octets);

#define ANSWERS(octets) answers(&usual, SMTP_SPAN(octets))

/* ---- what a client says to a server's octets: see vectors/clients.h ---- */

const char *says(const char *kind, const char *server, smtp_span text);

#define SAYS(kind, server) says(kind, server, SMTP_SPAN("x\r\n"))

#endif
