/*
 * NAME
 *     json.c: the results for programs, REPORT version 1
 *
 * DESCRIPTION
 *     One object, written member by member and case by case, so that only one case is in memory
 *     twice. smtpspec-report.schema.json says what it holds.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/evidence.h"
#include "report/findings.h"
#include "report/groups.h"

#define SCHEMA "smtpspec-report/1"

/* ---- values ---------------------------------------------------------------------------------- */

/* A string of ours that is freed here. */
static json_t *take(char *text)
{
    json_t *value = text == NULL ? NULL : json_string(text);
    free(text);
    return value;
}

static json_t *text(const char *s)
{
    return take(escape_text(s));
}

static json_t *octets(smtp_span s)
{
    return take(report_escape(s));
}

/* As octets that stand in a string; null where there are none. */
static json_t *octets_or_null(const char *s)
{
    return s == NULL ? json_null() : octets(smtp_span_of(s));
}

static json_t *text_or_null(const char *s)
{
    return s == NULL ? json_null() : text(s);
}

static json_t *number(size_t n)
{
    return json_integer((json_int_t)n);
}

/* Milliseconds and seconds to a thousandth: more digits would be noise. */
static json_t *duration(double t)
{
    return json_real(isfinite(t) ? round(t * 1000) / 1000 : 0);
}

static json_t *texts(const char *const *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(array, text(list[i])) != 0)
            goto no_memory;
    return array;
no_memory:
    json_decref(array);
    return NULL;
}

static size_t length_of(const char *const *list)
{
    size_t n = 0;
    while (list != NULL && list[n] != NULL)
        n++;
    return n;
}

static json_t *ehlo_lines(const char *const *lines)
{
    json_t *array = json_array();
    for (size_t i = 0; lines != NULL && lines[i] != NULL; i++) {
        if (json_array_append_new(array, octets(smtp_span_of(lines[i]))) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* ---- the run --------------------------------------------------------------------------------- */

const char *report_role(const struct report_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        if (run->outcomes[i] != NULL)
            return run->outcomes[i]->scenario->role == SCENARIO_CLIENT ? "client" : "server";
    return "server";
}

static json_t *target(const struct report_run *run)
{
    return json_pack("{so ss so so so so so so}", "url", text(run->url), "role", report_role(run),
                     "tls", text(run->tls != NULL ? run->tls : "none"), "greeting",
                     octets_or_null(run->greeting), "ehlo", ehlo_lines(run->ehlo), "ehlo_clear",
                     run->ehlo_clear == NULL ? json_null() : ehlo_lines(run->ehlo_clear),
                     "tls_version", text_or_null(run->tls_version), "profile",
                     text_or_null(run->profile));
}

static json_t *summary(const struct verdict_tally *t)
{
    return json_pack("{so so so so so so so so s{so so} s{so so}}", "pass", number(t->pass), "fail",
                     number(t->fail), "warn", number(t->warn), "info", number(t->info),
                     "inconclusive", number(t->inconclusive), "skip", number(t->skip), "error",
                     number(t->error), "known", number(t->known), "must", "met",
                     number(t->must_met), "of", number(t->must_of), "should", "met",
                     number(t->should_met), "of", number(t->should_of));
}

/* ---- a case ---------------------------------------------------------------------------------- */

static json_t *line_value(const struct player_line *line)
{
    const char from[2] = {line->from, '\0'};
    return json_pack("{so so ss sb so}", "ms", duration((double)line->ms), "conn",
                     number(line->conn), "from", from, "tls", (int)line->secure, "bytes",
                     octets(line->bytes));
}

static json_t *transcript(const struct player_outcome *outcome)
{
    json_t *array = json_array();
    for (size_t i = 0; i < outcome->line_count; i++) {
        if (json_array_append_new(array, line_value(&outcome->lines[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* Below the folder that ids count from: "data/eod-bare.smtp" for "data/eod-bare/lf". */
static const char *file_below(const struct scenario *s)
{
    static const char ending[] = ".smtp";
    size_t whole = strlen(s->file), n = whole;
    if (n >= sizeof ending - 1 && strcmp(s->file + n - (sizeof ending - 1), ending) == 0)
        n -= sizeof ending - 1;
    for (size_t at = 0; at < n; at++) {
        const char *name = s->file + at;
        if (at > 0 && name[-1] != '/')
            continue;
        if (strncmp(name, s->id, n - at) == 0 && strchr("/", s->id[n - at]) != NULL)
            return name;
    }
    return s->file;
}

/* A failure that counts was not expected, nor was trouble of ours. */
static const char *expectation(const struct player_outcome *outcome)
{
    bool fails = outcome->verdict == PLAYER_FAIL && !outcome->disputed;
    if (outcome->known != NULL)
        return "baseline";
    return fails || outcome->verdict == PLAYER_ERROR ? "unexpected" : "as-expected";
}

static json_t *case_head(const struct player_outcome *outcome)
{
    const struct scenario *s = outcome->scenario;
    smtp_span received = {outcome->received,
                          outcome->received == NULL ? 0 : outcome->received_length};
    return json_pack("{so so ss ss so so so so so ss so so so so ss}", "id", text(s->id), "title",
                     text(s->title), "verdict", player_verdict_name(outcome->verdict), "level",
                     scenario_level_name(s->level), "req", texts(s->req, s->req_count), "why",
                     text(outcome->why), "file", text(file_below(s)), "line", number(outcome->line),
                     "ms", duration(outcome->ms), "effect", scenario_effect_name(s->effect), "tags",
                     texts(s->tags, s->tag_count), "cite", texts(s->cite, s->cite_count),
                     "expected", text(outcome->expected), "received", octets(received),
                     "expectation", expectation(outcome));
}

static json_t *case_value(const struct report_run *run, const struct player_outcome *outcome,
                          bool transcripts)
{
    json_t *value = case_head(outcome);
    char *again = report_again(run, outcome->scenario);
    bool ok = json_object_set_new(value, "again", again == NULL ? NULL : text(again)) == 0;
    if (ok && outcome->disputed)
        ok = json_object_set_new(value, "disputed", text(outcome->scenario->disputed)) == 0;
    if (ok && outcome->attempts > 1)
        ok = json_object_set_new(value, "attempts", number(outcome->attempts)) == 0;
    if (ok && outcome->known != NULL)
        ok = json_object_set_new(value, "known", text(outcome->known)) == 0;
    if (ok && transcripts)
        ok = json_object_set_new(value, "transcript", transcript(outcome)) == 0;
    free(again);
    if (ok)
        return value;
    json_decref(value);
    return NULL;
}

static json_t *finding_value(const struct finding *finding)
{
    const struct player_finding *first = finding->first;
    json_t *value = json_pack(
        "{so so ss ss ss so so so so}", "rule", text(first->rule), "req",
        texts(first->req, length_of(first->req)), "level", scenario_level_name(first->level),
        "verdict", player_verdict_name(finding_verdict(first)), "side",
        first->side == 'C' ? "client" : "server", "case", text(finding->scenario->id), "count",
        number(finding->count), "why", text(first->why), "bytes", octets(first->bytes));
    if (first->known == NULL || json_object_set_new(value, "known", text(first->known)) == 0)
        return value;
    json_decref(value);
    return NULL;
}

/* The entries that did not hold. */
static json_t *baseline(const struct report_run *run)
{
    json_t *array = json_array();
    for (size_t i = 0; i < run->baseline->count; i++) {
        const struct baseline_row *row = &run->baseline->rows[i];
        if (baseline_is_broken(row) &&
            json_array_append_new(array, json_pack("{so so so ss}", "id", text(row->id), "file",
                                                   text(run->baseline_file), "line",
                                                   number(row->line), "why", baseline_says(row))) !=
                0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Writes a value and drops it. NULL, from a lack of memory above, is passed on as false. */
static bool put(FILE *to, json_t *value)
{
    enum { DIGITS = 15 };
    bool ok =
        value != NULL && json_dumpf(value, to, JSON_ENCODE_ANY | JSON_REAL_PRECISION(DIGITS)) == 0;
    json_decref(value);
    return ok;
}

static bool member(FILE *to, const char *name, json_t *value)
{
    fprintf(to, ",\n  \"%s\": ", name);
    return put(to, value);
}

static bool put_cases(FILE *to, const struct report_run *run, bool transcripts)
{
    const char *between = "\n    ";
    fputs(",\n  \"cases\": [", to);
    for (size_t i = 0; i < run->count; i++) {
        if (run->outcomes[i] == NULL)
            continue;
        fputs(between, to);
        between = ",\n    ";
        if (!put(to, case_value(run, run->outcomes[i], transcripts)))
            return false;
    }
    fputs("]", to);
    return true;
}

/* The findings of one case; *between is what stands before the next one. */
static bool put_findings_of(FILE *to, const struct player_outcome *outcome, const char **between)
{
    struct findings list;
    bool ok = findings_of_case(outcome, &list);
    for (size_t i = 0; ok && i < list.count; i++) {
        fputs(*between, to);
        *between = ",\n    ";
        ok = put(to, finding_value(&list.items[i]));
    }
    free(list.items);
    return ok;
}

static bool put_findings(FILE *to, const struct report_run *run)
{
    const char *between = "\n    ";
    fputs(",\n  \"findings\": [", to);
    for (size_t i = 0; i < run->count; i++)
        if (run->outcomes[i] != NULL && !put_findings_of(to, run->outcomes[i], &between))
            return false;
    fputs("]", to);
    return true;
}

static json_t *tool(const struct report_run *run)
{
    char *version = escape_text(run->version);
    json_t *value = version == NULL ? NULL : json_sprintf("smtpspec %s", version);
    free(version);
    return value;
}

static json_t *started(const struct report_run *run)
{
    char stamp[32] = "";
    struct tm utc;
    if (gmtime_r(&run->started, &utc) != NULL)
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(stamp);
}

bool report_json(FILE *to, const struct report_run *run, bool transcripts)
{
    fputs("{ \"schema\": \"" SCHEMA "\"", to);
    bool ok = member(to, "tool", tool(run)) && member(to, "target", target(run)) &&
              member(to, "started", started(run)) && member(to, "seconds", duration(run->seconds));
    /* by hand: Jansson's integers have a sign, the seed has none */
    fprintf(to, ",\n  \"seed\": %llu", (unsigned long long)run->seed);
    ok = ok && member(to, "interrupted", json_boolean(run->interrupted)) &&
         member(to, "not_run", number(groups_not_run(run))) &&
         member(to, "summary", summary(&run->tally)) &&
         member(to, "exit", json_integer(run->exit)) && put_cases(to, run, transcripts) &&
         put_findings(to, run) &&
         (run->baseline == NULL || member(to, "baseline_broken", baseline(run)));
    fputs(" }\n", to);
    return ok && fflush(to) == 0 && ferror(to) == 0;
}
