/*
 * NAME
 *     rules.h: the rules of the grammar as ABNF, and which of them a fault broke
 *
 * DESCRIPTION
 *     For people: the RFC's own rule, with the erratum that corrects it where one was verified, and
 *     the rules that it leans on as far as they help. Nothing is parsed by these.
 */
#ifndef RULES_H
#define RULES_H

#include "smtp/fault.h"
#include "smtp/received.h"

struct rule_text {
    const char *name, *source; /* "Local-part", "RFC 5321 4.1.2" */
    const char *abnf;          /* lines between '\n' */
};

/* NULL: no such rule. */
const struct rule_text *rule_of(const char *name);

/* The name of the rule that the fault says is broken; NULL for faults that are not of grammar. */
const char *rule_of_fault(enum smtp_fault fault);
const char *rule_of_trace_fault(enum smtp_trace_fault fault);

#endif
