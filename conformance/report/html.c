/*
 * NAME
 *     html.c: the results as one page for people
 *
 * DESCRIPTION
 *     What the page is drawn from: the JSON report as it is, the rules of the observer, and of the
 *     ledger what binds the side under test or is cited, so that the page can say what each clause
 *     wants and which of them this run has not touched.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "observer/observer.h"
#include "report/escape.h"
#include "report/page.h"
#include "report/report.h"

/* Writes it and drops it; NULL, from a lack of memory, is passed on as false. */
static bool put(FILE *to, json_t *value)
{
    bool ok = value != NULL && json_dumpf(value, to, JSON_COMPACT) == 0;
    json_decref(value);
    return ok;
}

static json_t *clean(const char *text)
{
    char *copy = escape_text(text);
    json_t *value = copy == NULL ? NULL : json_string(copy);
    free(copy);
    return value;
}

/* ---- the ledger ------------------------------------------------------------------------------ */

static bool is_cited(const struct report_run *run, const char *id)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct scenario *s = run->outcomes[i] == NULL ? NULL : run->outcomes[i]->scenario;
        for (size_t r = 0; s != NULL && r < s->req_count; r++)
            if (strcmp(s->req[r], id) == 0)
                return true;
    }
    return false;
}

static bool is_rules(const char *id)
{
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++)
        for (const char *const *req = rule->req; *req != NULL; req++)
            if (strcmp(*req, id) == 0)
                return true;
    return false;
}

static bool binds(const struct report_run *run, const struct ledger_row *row)
{
    return strcmp(row->role, report_role(run)) == 0 || strcmp(row->role, "both") == 0;
}

static json_t *row_value(const struct ledger_row *row)
{
    return json_pack("[s I s s s s o]", row->id, (json_int_t)row->rfc, row->section, row->level,
                     row->role, row->testability, clean(row->text));
}

static bool put_ledger(FILE *to, const struct report_run *run)
{
    const char *between = "\n";
    fputs("\"ledger\": [", to);
    for (size_t i = 0; run->ledger != NULL && i < ledger_count(run->ledger); i++) {
        const struct ledger_row *row = ledger_at(run->ledger, i);
        if (!binds(run, row) && !is_rules(row->id) && !is_cited(run, row->id))
            continue;
        fputs(between, to);
        between = ",\n";
        if (!put(to, row_value(row)))
            return false;
    }
    fputs("],\n", to);
    return true;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static json_t *rule_value(const struct observer_rule *rule)
{
    const char side[2] = {rule->side, '\0'};
    json_t *req = json_array();
    for (const char *const *id = rule->req; *id != NULL; id++) {
        if (json_array_append_new(req, json_string(*id)) != 0) {
            json_decref(req);
            return NULL;
        }
    }
    return json_pack("[s s s o o]", rule->name, scenario_level_name(rule->level), side,
                     clean(rule->text), req);
}

static bool put_rules(FILE *to)
{
    const char *between = "\n";
    fputs("\"rules\": [", to);
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++) {
        fputs(between, to);
        between = ",\n";
        if (!put(to, rule_value(rule)))
            return false;
    }
    fputs("],\n", to);
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------- */

struct content {
    const struct report_run *run;
    bool transcripts;
};

static bool put_data(FILE *to, const void *arg)
{
    const struct content *content = arg;
    fputs("{ ", to);
    if (!put_ledger(to, content->run) || !put_rules(to))
        return false;
    fputs("\"report\": ", to);
    bool ok = report_json(to, content->run, content->transcripts);
    fputs("}", to);
    return ok;
}

bool report_html(FILE *to, const struct report_run *run, bool transcripts)
{
    struct content content = {run, transcripts};
    return page_write(to, &page_report, put_data, &content);
}
