/*
 * NAME
 *     evidence.c: what shows that a case went wrong
 */
#include "report/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "report/conversation.h"
#include "report/escape.h"

enum { LABEL = 9, VALUE = 20, VALUE_LINES = 14 };

static void label(struct layout *l, const char *name)
{
    layout_tab(l, LABEL);
    layout_put(l, LAYOUT_DIM, name);
    layout_tab(l, VALUE);
}

static void text_row(struct layout *l, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    label(l, name);
    layout_wrap(l, VALUE, text);
    layout_end(l);
}

static void octets_row(struct layout *l, const char *name, smtp_span octets)
{
    label(l, name);
    if (octets.n == 0)
        layout_put(l, LAYOUT_DIM, "nothing");
    else
        layout_octets(l, VALUE, VALUE_LINES, octets);
    layout_end(l);
}

static void words_row(struct layout *l, const char *name, const char *const *words, size_t count)
{
    if (count == 0)
        return;
    label(l, name);
    for (size_t i = 0; i < count; i++)
        layout_wrap(l, VALUE, words[i]);
    layout_end(l);
}

/* ---- clauses --------------------------------------------------------------------------------- */

void evidence_clause(const struct ledger *ledger, const char *id, char *out, size_t size)
{
    const struct ledger_row *row = ledger == NULL ? NULL : ledger_find(ledger, id);
    if (row == NULL)
        snprintf(out, size, "%s", id);
    else
        snprintf(out, size, "RFC %u %s", row->rfc, row->section);
}

/* "RFC 5321 4.1.1.4 (R5321-4.1.1.4-i)" and what stands behind it; an unknown id by itself. */
static void put_clause(struct layout *l, const struct ledger *ledger, const char *id,
                       const char *behind)
{
    char clause[64], text[256];
    evidence_clause(ledger, id, clause, sizeof clause);
    bool known = strcmp(clause, id) != 0;
    snprintf(text, sizeof text, "%s%s%s%s%s", clause, known ? " (" : "", known ? id : "",
             known ? ")" : "", behind);
    layout_wrap(l, VALUE, text);
}

/* The first clause in full, the others by name. */
static void clause_rows(struct layout *l, const struct ledger *ledger, const char *const *req,
                        size_t count)
{
    if (count == 0)
        return;
    const struct ledger_row *row = ledger == NULL ? NULL : ledger_find(ledger, req[0]);
    label(l, "clause");
    put_clause(l, ledger, req[0], row == NULL ? "" : ":");
    if (row != NULL)
        layout_wrap(l, VALUE, row->text);
    layout_end(l);
    if (count == 1)
        return;
    label(l, "also");
    for (size_t i = 1; i < count; i++)
        put_clause(l, ledger, req[i], i + 1 < count ? "," : "");
    layout_end(l);
}

/* ---- a case, a finding ----------------------------------------------------------------------- */

/* As the scenario's first line says it. */
static void claim_row(struct layout *l, const struct scenario *scenario)
{
    label(l, "scenario");
    layout_print(l, LAYOUT_PLAIN, "%s %s:", scenario->role == SCENARIO_CLIENT ? "client" : "server",
                 scenario_level_name(scenario->level));
    layout_wrap(l, VALUE, scenario->title);
    layout_end(l);
}

/* In one piece, however long: it is there to be copied. */
static void again_row(struct layout *l, const struct report_run *run,
                      const struct scenario *scenario)
{
    char *again = report_again(run, scenario), *clean = again == NULL ? NULL : escape_text(again);
    label(l, "again");
    layout_put(l, LAYOUT_STRONG, clean == NULL ? "" : clean);
    layout_end(l);
    free(again);
    free(clean);
}

static void effect_row(struct layout *l, const struct scenario *scenario)
{
    if (scenario->effect == SCENARIO_EFFECT_NONE && scenario->tag_count == 0)
        return;
    label(l, "effect");
    layout_wrap(l, VALUE, scenario_effect_name(scenario->effect));
    for (size_t i = 0; i < scenario->tag_count; i++) {
        layout_wrap(l, VALUE, i == 0 ? "·" : "");
        layout_wrap(l, VALUE, scenario->tags[i]);
    }
    layout_end(l);
}

static void place_row(struct layout *l, const struct player_outcome *outcome)
{
    char line[24] = "";
    if (outcome->scenario->file == NULL)
        return;
    if (outcome->line > 0)
        snprintf(line, sizeof line, "line %u", outcome->line);
    label(l, "file");
    layout_wrap(l, VALUE, outcome->scenario->file);
    layout_wrap(l, VALUE, line);
    layout_end(l);
}

void evidence_case(struct layout *l, const struct report_run *run,
                   const struct player_outcome *outcome)
{
    const struct scenario *scenario = outcome->scenario;
    const struct player_line *sent = conversation_sent(outcome);
    claim_row(l, scenario);
    clause_rows(l, run->ledger, scenario->req, scenario->req_count);
    text_row(l, "expected", outcome->expected);
    octets_row(l, "received", conversation_received(outcome));
    if (sent != NULL)
        octets_row(l, "sent", sent->bytes);
    if (outcome->line_count > 0)
        label(l, "dialogue");
    conversation_print(l, outcome);
    effect_row(l, scenario);
    words_row(l, "see", scenario->cite, scenario->cite_count);
    place_row(l, outcome);
    again_row(l, run, scenario);
}

void evidence_finding(struct layout *l, const struct report_run *run, const struct finding *finding)
{
    const struct player_finding *first = finding->first;
    size_t count = 0;
    while (first->req != NULL && first->req[count] != NULL)
        count++;
    clause_rows(l, run->ledger, first->req, count);
    octets_row(l, "octets", first->bytes);
    label(l, "seen");
    layout_print(l, LAYOUT_PLAIN, "%zu time%s in %zu case%s, first in", finding->count,
                 finding->count == 1 ? "" : "s", finding->cases, finding->cases == 1 ? "" : "s");
    layout_wrap(l, VALUE, finding->scenario->id);
    layout_end(l);
    again_row(l, run, finding->scenario);
}

char *evidence_case_text(const struct report_run *run, const struct player_outcome *outcome)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL)
        return NULL;
    struct layout l = {.to = to};
    evidence_case(&l, run, outcome);
    return fclose(to) == 0 ? text : NULL;
}

char *evidence_finding_text(const struct report_run *run, const struct finding *finding)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL)
        return NULL;
    struct layout l = {.to = to};
    evidence_finding(&l, run, finding);
    return fclose(to) == 0 ? text : NULL;
}
