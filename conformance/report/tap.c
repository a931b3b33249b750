/*
 * NAME
 *     tap.c: the results as TAP, version 13
 *
 * DESCRIPTION
 *     A point a case, then one for each rule of the observer that the target broke. A failure that
 *     is disputed, or known to a baseline, is a TODO like an inconclusive case: none is a pass, and
 *     none stops a build by itself. Entries of a baseline that do not hold are points too. An interrupted run bails out.
 */
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/evidence.h"
#include "report/groups.h"

struct tap {
    FILE *to;
    size_t number;
};

/* Text in which # begins no directive. */
static bool put_text(FILE *to, const char *text)
{
    char *clean = escape_text(text);
    for (const char *at = clean; at != NULL && *at != '\0'; at++) {
        if (*at == '#')
            fputc('\\', to);
        fputc(*at, to);
    }
    free(clean);
    return clean != NULL;
}

/* Each line of it behind "# ". */
static bool put_diagnostic(FILE *to, char *text)
{
    if (text == NULL)
        return false;
    for (char *at = text; *at != '\0';) {
        size_t n = strcspn(at, "\n");
        fprintf(to, "# %.*s\n", (int)n, at);
        at += n + (at[n] == '\n');
    }
    free(text);
    return true;
}

/* "ok 3 - id", and whatever is due behind it. */
static bool point(struct tap *tap, enum player_verdict verdict, const char *name)
{
    bool ok = verdict == PLAYER_PASS || verdict == PLAYER_WARN || verdict == PLAYER_INFO ||
              verdict == PLAYER_SKIP;
    fprintf(tap->to, "%s %zu - ", ok ? "ok" : "not ok", ++tap->number);
    return put_text(tap->to, name);
}

static bool reason(FILE *to, const char *before, const char *why)
{
    fputs(before, to);
    bool ok = put_text(to, why);
    fputc('\n', to);
    return ok;
}

static bool failure(FILE *to, const struct report_run *run, const struct player_outcome *outcome)
{
    fputc('\n', to);
    return reason(to, outcome->verdict == PLAYER_ERROR ? "# error: " : "# fail: ", outcome->why) &&
           put_diagnostic(to, evidence_case_text(run, outcome));
}

/* A failure that a baseline excuses is a TODO; an excused warning is "ok" as all warnings are. */
static bool known(FILE *to, enum player_verdict verdict, const char *why, const char *excuse)
{
    return reason(to, verdict == PLAYER_FAIL ? " # TODO known: " : "\n# known: ", excuse) &&
           reason(to, "# ", why);
}

static bool put_case(struct tap *tap, const struct report_run *run,
                     const struct player_outcome *outcome)
{
    if (!point(tap, outcome->verdict, outcome->scenario->id))
        return false;
    if (outcome->known != NULL)
        return known(tap->to, outcome->verdict, outcome->why, outcome->known);
    switch (outcome->verdict) {
    case PLAYER_PASS:
        fputc('\n', tap->to);
        return true;
    case PLAYER_INFO:
        return reason(tap->to, "\n# info: ", outcome->why);
    case PLAYER_WARN:
        return reason(tap->to, "\n# warn: ", outcome->why);
    case PLAYER_SKIP:
        return reason(tap->to, " # SKIP ", outcome->why);
    case PLAYER_INCONCLUSIVE:
        return reason(tap->to, " # TODO inconclusive: ", outcome->why);
    case PLAYER_FAIL:
        if (outcome->disputed)
            return reason(tap->to, " # TODO disputed: ", outcome->why);
        break;
    case PLAYER_ERROR:
        break;
    }
    return failure(tap->to, run, outcome);
}

static bool put_finding(struct tap *tap, const struct report_run *run,
                        const struct finding *finding)
{
    char name[128];
    enum player_verdict verdict = finding_verdict(finding->first);
    snprintf(name, sizeof name, "observer/%s", finding->first->rule);
    if (!point(tap, verdict, name))
        return false;
    if (finding->first->known != NULL)
        return known(tap->to, verdict, finding->first->why, finding->first->known);
    fprintf(tap->to, "\n# %s: ", player_verdict_name(verdict));
    return reason(tap->to, "", finding->first->why) &&
           put_diagnostic(tap->to, evidence_finding_text(run, finding));
}

/* What a baseline expected, and did not come: a point each. */
static bool put_baseline(struct tap *tap, const struct report_run *run)
{
    bool ok = true;
    for (size_t i = 0; ok && run->baseline != NULL && i < run->baseline->count; i++) {
        const struct baseline_row *row = &run->baseline->rows[i];
        if (!baseline_is_broken(row))
            continue;
        fprintf(tap->to, "not ok %zu - baseline/", ++tap->number);
        ok = put_text(tap->to, row->id) && reason(tap->to, "\n# fail: ", baseline_says(row));
    }
    return ok;
}

bool report_tap(FILE *to, const struct report_run *run)
{
    struct tap tap = {to, 0};
    struct findings list;
    size_t missing = groups_not_run(run);
    if (!findings_of_target(run, &list))
        return false;
    fprintf(to, "TAP version 13\n1..%zu\n",
            run->count - missing + list.count + baseline_count_broken(run->baseline));
    bool ok = true;
    for (size_t i = 0; ok && i < run->count; i++)
        ok = run->outcomes[i] == NULL || put_case(&tap, run, run->outcomes[i]);
    for (size_t i = 0; ok && i < list.count; i++)
        ok = put_finding(&tap, run, &list.items[i]);
    ok = ok && put_baseline(&tap, run);
    if (run->interrupted || !ok)
        fprintf(to, "Bail out! %s: %zu of %zu cases were not run\n",
                ok ? "interrupted" : "no memory", missing, run->count);
    free(list.items);
    return ok && fflush(to) == 0 && ferror(to) == 0;
}
