/*
 * NAME
 *     evidence.h: what shows that a case went wrong
 *
 * DESCRIPTION
 *     Clause and paraphrase, expected against received, what was sent last, the conversation, and
 *     the line that plays the case again; the same in all formats that are read by people. Octets
 *     are escaped and bounded: a long line loses its middle, and so does a long conversation.
 */
#ifndef CONFORMANCE_REPORT_EVIDENCE_H
#define CONFORMANCE_REPORT_EVIDENCE_H

#include "report/findings.h"
#include "report/layout.h"

/* "RFC 5321 4.1.1.4", or the id where the ledger has no such id. */
void evidence_clause(const struct ledger *ledger, const char *id, char *out, size_t size);

/* The rows below a failure's first line. */
void evidence_case(struct layout *l, const struct report_run *run,
                   const struct player_outcome *outcome);

/* The rows below a finding's first line. */
void evidence_finding(struct layout *l, const struct report_run *run,
                      const struct finding *finding);

/* The same as a string without colour, for other formats. Caller frees; NULL: no memory. */
char *evidence_case_text(const struct report_run *run, const struct player_outcome *outcome);
char *evidence_finding_text(const struct report_run *run, const struct finding *finding);

#endif
