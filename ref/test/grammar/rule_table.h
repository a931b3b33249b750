/*
 * NAME
 *     rule_table.h: accept and refuse tables of a rule of the grammar
 *
 * DESCRIPTION
 *     A row is an input and what the rule makes of it. rule_check() parses it flush against a guard
 *     page and says NULL, or what is wrong. It checks fault and offset, that the cursor stands
 *     where the contract of smtp/grammar.h puts it, which tolerances were used, and for what was
 *     accepted strictly that it prints to the octets that were read, into rooms of every size,
 *     never beyond.
 */
#ifndef RULE_TABLE_H
#define RULE_TABLE_H

#include "smtp/grammar.h"

#define T(literal)                                                                                 \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* Octets by the dozen. */
#define X8(s) s s s s s s s s
#define X64(s) X8(X8(s))
#define X63(s) X8(s) X8(s) X8(s) X8(s) X8(s) X8(s) X8(s) s s s s s s s

struct rule_row {
    const char *clause;
    smtp_span in;
    enum smtp_fault fault;
    size_t at;          /* OK: octets read; a fault: its offset; NOMATCH: 0 */
    unsigned lax, used; /* allowed, and needed */
};

struct rule {
    enum smtp_fault (*parse)(struct smtp_cursor *c, void *result);
    size_t (*print)(smtp_room to, const void *result);
    void *result; /* storage of the right size */
};

const char *rule_check(const struct rule *rule, const struct rule_row *row);

#endif
