#include "rule_table.h"

#include <stdio.h>
#include <string.h>

#include "guard.h"

enum { MOST = 1024 };
static char complaint[2 * MOST];

static const char *complain(const struct rule_row *row, const char *what, size_t number)
{
    snprintf(complaint, sizeof complaint, "%s %.*s: %s %zu", row->clause, (int)row->in.n, row->in.p,
             what, number);
    return complaint;
}

/* Prints flush against a guard page: what does not fit is counted, not written. */
static const char *check_print(const struct rule *rule, const struct rule_row *row, size_t room)
{
    static const char blank[MOST];
    smtp_span place = guard_copy((smtp_span){blank, room});
    size_t n = rule->print((smtp_room){(char *)(uintptr_t)place.p, room}, rule->result);
    bool same = room < row->at || memcmp(place.p, row->in.p, row->at) == 0;
    guard_free(place);
    if (n != row->at)
        return complain(row, "printed in octets:", n);
    return same ? NULL : complain(row, "printed differently, room", room);
}

static const char *check_accepted(const struct rule *rule, const struct rule_row *row,
                                  const struct smtp_cursor *c, const char *begin)
{
    if ((size_t)(c->at - begin) != row->at)
        return complain(row, "read up to", (size_t)(c->at - begin));
    if (row->used != 0)
        return NULL;
    for (size_t room = 0; room <= row->at + 1; room++) {
        const char *wrong = check_print(rule, row, room);
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

static const char *check_result(const struct rule *rule, const struct rule_row *row,
                                const struct smtp_cursor *c, const char *begin,
                                enum smtp_fault fault)
{
    if (fault != row->fault)
        return complain(row, smtp_fault_row(fault)->symbol, (size_t)(c->fault_at - begin));
    if (fault == SMTP_OK && c->lax_used != row->used)
        return complain(row, "used tolerances", c->lax_used);
    if (fault == SMTP_OK)
        return check_accepted(rule, row, c, begin);
    if (c->at != begin)
        return complain(row, "the cursor moved by", (size_t)(c->at - begin));
    if (fault != SMTP_NOMATCH && (size_t)(c->fault_at - begin) != row->at)
        return complain(row, "fault at", (size_t)(c->fault_at - begin));
    return NULL;
}

const char *rule_check(const struct rule *rule, const struct rule_row *row)
{
    smtp_span in = guard_copy(row->in);
    struct smtp_cursor c = smtp_cursor_of(in, row->lax);
    enum smtp_fault fault = rule->parse(&c, rule->result);
    const char *wrong = check_result(rule, row, &c, in.p, fault);
    guard_free(in);
    return wrong;
}
