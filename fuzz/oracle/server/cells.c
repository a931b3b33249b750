#include "oracle/server/play.h"

#include <assert.h>
#include <stdio.h>

/* ---- for fuzzers: a function for each of state, verb and outcome ---- */

enum { OUTCOMES = 3, CELLS = SMTP_STATE_COUNT * SMTP_V_ROW_COUNT * OUTCOMES };
static_assert(CELLS <= 1000, "there is a function for each");

static volatile unsigned newest;

/* Numbers with a 1 in front, so that none is octal. */
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define HUNDRED(F, n)                                                                              \
    TEN(F, n##0)                                                                                   \
    TEN(F, n##1)                                                                                   \
    TEN(F, n##2)                                                                                   \
    TEN(F, n##3)                                                                                   \
    TEN(F, n##4) TEN(F, n##5) TEN(F, n##6) TEN(F, n##7) TEN(F, n##8) TEN(F, n##9)
#define THOUSAND(F, n)                                                                             \
    HUNDRED(F, n##0)                                                                               \
    HUNDRED(F, n##1)                                                                               \
    HUNDRED(F, n##2)                                                                               \
    HUNDRED(F, n##3)                                                                               \
    HUNDRED(F, n##4)                                                                               \
    HUNDRED(F, n##5) HUNDRED(F, n##6) HUNDRED(F, n##7) HUNDRED(F, n##8) HUNDRED(F, n##9)
#define VISIT(n)                                                                                   \
    static void visit_##n(void)                                                                    \
    {                                                                                              \
        newest = n;                                                                                \
    }
#define NAME(n) visit_##n,

THOUSAND(VISIT, 1)
static void (*const visits[])(void) = {THOUSAND(NAME, 1)};

static unsigned index_of(enum smtp_state state)
{
    unsigned i = 0;
    while (i + 1 < SMTP_STATE_COUNT && (unsigned)state >> (i + 1) != 0)
        i++;
    return i;
}

/* The words that are no commands have a verb of their own in the table. */
static enum smtp_verb verb_of(const struct smtp_event *ev)
{
    return ev->rule != NULL ? ev->rule->verb : ev->cmd.verb;
}

/* Taken, refused by the application, rejected by the session. */
static unsigned outcome_of(const struct smtp_event *ev, bool refused)
{
    if (ev->fault != SMTP_OK)
        return 2;
    return refused ? 1 : 0;
}

/* ---- for us: the cells of the two tables ---- */

enum { ROWS = 128 };
static bool seen[2][ROWS][SMTP_STATE_COUNT];
static const struct smtp_rule *const tables[] = {smtp_server_rules, smtp_lmtp_rules};
static const char *const names[] = {"smtp", "lmtp"};

/* The row decided: by its own reply, or it was the application's to give. */
static bool is_decided(const struct smtp_event *ev)
{
    return ev->rule != NULL && (ev->wants_reply || ev->rule->code == 0 || ev->rule->code >= 400);
}

void server_cell(const struct smtp_server *s, enum smtp_state before, const struct smtp_event *ev,
                 bool refused)
{
    unsigned state = index_of(before), table = s->rules == smtp_lmtp_rules ? 1 : 0;
    bool known = s->rules == tables[table]; /* a mode may have a table of its own */
    unsigned pair = state * SMTP_V_ROW_COUNT + (unsigned)verb_of(ev);
    visits[pair * OUTCOMES + outcome_of(ev, refused)]();
    if (known && is_decided(ev))
        seen[table][ev->rule - tables[table]][state] = true;
}

/* RFC 3030: where CHUNKING is not offered no chunk is ever taken or failed. */
static bool cannot_be(const struct smtp_rule *rule, unsigned state)
{
    static const unsigned chunks = SMTP_S_CHUNK | SMTP_S_CHUNKS | SMTP_S_FAILED;
    return (rule->without & SMTP_X_CHUNKING) != 0 && (1U << state & chunks) != 0;
}

static bool count_row(unsigned table, unsigned row, size_t *covered, size_t *all)
{
    const struct smtp_rule *rule = &tables[table][row];
    for (unsigned state = 0; state < SMTP_STATE_COUNT; state++) {
        const struct smtp_rule *first =
            smtp_rule_for(tables[table], rule->verb, (enum smtp_state)(1U << state),
                          rule->without != 0 ? 0 : ~0U);
        if ((rule->in >> state & 1) == 0 || first != rule || cannot_be(rule, state))
            continue;
        *all += 1;
        *covered += seen[table][row][state] ? 1 : 0;
        if (!seen[table][row][state])
            printf("not covered: %s, %s in %s\n", names[table], smtp_verb_name(rule->verb),
                   smtp_state_name((enum smtp_state)(1U << state)));
    }
    return row + 1 < ROWS && tables[table][row + 1].in != 0;
}

bool server_cells_print(void)
{
    size_t covered = 0, all = 0;
    for (unsigned table = 0; table < 2; table++)
        for (unsigned row = 0; count_row(table, row, &covered, &all); row++)
            continue;
    printf("%zu of %zu cells of the server's tables\n", covered, all);
    return covered == all;
}
