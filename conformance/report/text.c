/*
 * NAME
 *     text.c: the results for people
 *
 * DESCRIPTION
 *     Who was tested; a line a topic, below it what did not pass; the observer's findings; why
 *     cases were skipped; totals and what they amount to.
 */
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/evidence.h"
#include "report/groups.h"
#include "report/totals.h"

enum { VERDICT = 3, LEVEL = 17, ID = 25, WHY = 52 };

static const struct {
    const char *name;
    enum layout_style style;
} looks[GROUP_VERDICTS] = {
    [PLAYER_PASS] = {"pass", LAYOUT_GOOD},   [PLAYER_INFO] = {"info", LAYOUT_NOTE},
    [PLAYER_WARN] = {"warn", LAYOUT_WARN},   [PLAYER_FAIL] = {"FAIL", LAYOUT_BAD},
    [PLAYER_SKIP] = {"skipped", LAYOUT_DIM}, [PLAYER_INCONCLUSIVE] = {"inconclusive", LAYOUT_OPEN},
    [PLAYER_ERROR] = {"ERROR", LAYOUT_BAD},
};

/* ---- who was tested -------------------------------------------------------------------------- */

static void put_clean(struct layout *l, enum layout_style style, const char *text)
{
    char *clean = escape_text(text);
    layout_put(l, style, clean == NULL ? "" : clean);
    free(clean);
}

/* "TLSv1.3" as people write it. */
static void tls(struct layout *l, const struct report_run *run)
{
    bool starttls = run->tls != NULL && strcmp(run->tls, "starttls") == 0;
    bool implicit = run->tls != NULL && strcmp(run->tls, "implicit") == 0;
    if (!starttls && !implicit) {
        layout_put(l, LAYOUT_PLAIN, "no TLS");
        return;
    }
    layout_put(l, LAYOUT_PLAIN, starttls ? "STARTTLS" : "implicit TLS");
    if (run->tls_version == NULL)
        return;
    bool named = strncmp(run->tls_version, "TLSv", 4) == 0;
    layout_put(l, LAYOUT_PLAIN, named ? (starttls ? " TLS " : " ") : " ");
    put_clean(l, LAYOUT_PLAIN, run->tls_version + (named ? 4 : 0));
}

static void header(struct layout *l, const struct report_run *run)
{
    enum { KEYWORD_MAX = 64, INDENT = 9 };
    layout_put(l, LAYOUT_STRONG, "smtpspec ");
    put_clean(l, LAYOUT_STRONG, run->version);
    layout_put(l, LAYOUT_PLAIN, " · ");
    put_clean(l, LAYOUT_STRONG, run->url);
    layout_put(l, LAYOUT_PLAIN, " · ");
    tls(l, run);
    layout_put(l, LAYOUT_PLAIN,
               run->ehlo == NULL || run->ehlo[0] == NULL ? " · no EHLO keywords" : " · EHLO:");
    for (size_t i = 0; run->ehlo != NULL && run->ehlo[i] != NULL; i++) {
        char keyword[KEYWORD_MAX];
        snprintf(keyword, sizeof keyword, "%.*s", (int)strcspn(run->ehlo[i], " ="), run->ehlo[i]);
        layout_wrap(l, INDENT, keyword);
    }
    layout_end(l);
}

/* ---- cases ----------------------------------------------------------------------------------- */

static void level_name(struct layout *l, enum scenario_level level)
{
    static const char *const names[] = {
        [SCENARIO_MUST] = "MUST",
        [SCENARIO_SHOULD] = "SHOULD",
        [SCENARIO_MAY] = "MAY",
        [SCENARIO_INFO] = "INFO",
    };
    layout_tab(l, LEVEL);
    layout_put(l, LAYOUT_PLAIN, names[level]);
}

static const char *why_of(const struct player_outcome *outcome)
{
    return outcome->why == NULL ? "" : outcome->why;
}

/* What a baseline says of it; NULL: nothing. */
static void excuse(struct layout *l, const char *known)
{
    if (known == NULL)
        return;
    layout_wrap(l, WHY, "· known:");
    layout_wrap(l, WHY, strcmp(known, "-") == 0 ? "no reason given" : known);
}

/* Verdict, level, id, why. */
static void case_line(struct layout *l, const struct player_outcome *outcome)
{
    const struct scenario *scenario = outcome->scenario;
    bool disputed = outcome->verdict == PLAYER_FAIL && outcome->disputed;
    layout_tab(l, VERDICT);
    bool known = outcome->known != NULL;
    layout_put(l, disputed || known ? LAYOUT_OPEN : looks[outcome->verdict].style,
               known      ? "known"
               : disputed ? "disputed"
                          : looks[outcome->verdict].name);
    level_name(l, scenario->level);
    layout_tab(l, ID);
    put_clean(l, LAYOUT_STRONG, scenario->id);
    if (why_of(outcome)[0] != '\0') {
        layout_tab(l, WHY);
        layout_wrap(l, WHY, why_of(outcome));
    }
    if (disputed && scenario->disputed != NULL) {
        layout_wrap(l, WHY, "· disputed:");
        layout_wrap(l, WHY, scenario->disputed);
    }
    excuse(l, outcome->known);
    layout_end(l);
}

static bool has_evidence(const struct player_outcome *outcome)
{
    return outcome->verdict == PLAYER_ERROR ||
           (outcome->verdict == PLAYER_FAIL && !outcome->disputed && outcome->known == NULL);
}

static bool is_of(const struct player_outcome *outcome, const struct topic *topic)
{
    return outcome != NULL && smtp_span_is(topic_name(outcome->scenario), topic->name);
}

static void failures(struct layout *l, const struct report_run *run, const struct topic *topic)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct player_outcome *outcome = run->outcomes[i];
        if (!is_of(outcome, topic) || !has_evidence(outcome))
            continue;
        case_line(l, outcome);
        evidence_case(l, run, outcome);
    }
}

/* A line each; skips are summed up elsewhere, passes are for those who ask. */
static void others(struct layout *l, const struct report_run *run, const struct topic *topic,
                   bool verbose)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct player_outcome *outcome = run->outcomes[i];
        if (!is_of(outcome, topic) || has_evidence(outcome))
            continue;
        bool quiet = outcome->verdict == PLAYER_PASS || outcome->verdict == PLAYER_SKIP;
        if (verbose || !quiet)
            case_line(l, outcome);
    }
}

/* ---- topics ---------------------------------------------------------------------------------- */

static void counts_line(struct layout *l, smtp_span name, const size_t counts[GROUP_VERDICTS],
                        size_t disputed, size_t known)
{
    enum { DISPUTED = 98, KNOWN = 111 };
    static const struct {
        size_t column;
        enum player_verdict verdict;
    } columns[] = {
        {16, PLAYER_PASS},         {26, PLAYER_FAIL}, {36, PLAYER_WARN},  {46, PLAYER_INFO},
        {56, PLAYER_INCONCLUSIVE}, {74, PLAYER_SKIP}, {87, PLAYER_ERROR},
    };
    char head[64];
    snprintf(head, sizeof head, "%.*s", (int)name.n, name.p);
    layout_tab(l, 1);
    put_clean(l, LAYOUT_STRONG, head);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        enum player_verdict verdict = columns[i].verdict;
        if (counts[verdict] == 0)
            continue;
        layout_tab(l, columns[i].column);
        layout_print(l, looks[verdict].style, "%3zu %s", counts[verdict], looks[verdict].name);
    }
    if (disputed > 0) {
        layout_tab(l, DISPUTED);
        layout_print(l, LAYOUT_OPEN, "%3zu disputed", disputed);
    }
    if (known > 0) {
        layout_tab(l, KNOWN);
        layout_print(l, LAYOUT_OPEN, "%3zu known", known);
    }
    layout_end(l);
}

static void topics(struct layout *l, const struct report_run *run, bool verbose)
{
    struct topics list;
    if (!topics_collect(run, &list)) {
        layout_put(l, LAYOUT_BAD, "no memory for the results");
        layout_end(l);
        return;
    }
    for (size_t i = 0; i < list.count; i++) {
        counts_line(l, list.items[i].name, list.items[i].counts, list.items[i].disputed,
                    list.items[i].known);
        failures(l, run, &list.items[i]);
        others(l, run, &list.items[i], verbose);
    }
    free(list.items);
}

/* ---- findings -------------------------------------------------------------------------------- */

static void finding_lines(struct layout *l, const struct report_run *run,
                          const struct finding *finding)
{
    enum player_verdict verdict = finding_verdict(finding->first);
    layout_tab(l, VERDICT);
    bool known = finding->first->known != NULL;
    layout_put(l, known ? LAYOUT_OPEN : looks[verdict].style,
               known ? "known" : looks[verdict].name);
    level_name(l, finding->first->level);
    layout_tab(l, ID);
    put_clean(l, LAYOUT_STRONG, finding->first->rule);
    layout_tab(l, WHY);
    layout_wrap(l, WHY, finding->first->why);
    excuse(l, finding->first->known);
    layout_end(l);
    if (!known)
        evidence_finding(l, run, finding);
}

static void findings(struct layout *l, const struct report_run *run)
{
    struct findings list;
    if (!findings_of_target(run, &list) || list.count == 0)
        return;
    size_t counts[GROUP_VERDICTS] = {0}, known = 0;
    for (size_t i = 0; i < list.count; i++) {
        counts[finding_verdict(list.items[i].first)] += list.items[i].first->known == NULL;
        known += list.items[i].first->known != NULL;
    }
    counts_line(l, SMTP_SPAN("observer"), counts, 0, known);
    for (size_t i = 0; i < list.count; i++)
        finding_lines(l, run, &list.items[i]);
    free(list.items);
}

/* ---- the baseline ---------------------------------------------------------------------------- */

static void baseline(struct layout *l, const struct report_run *run)
{
    if (baseline_count_broken(run->baseline) == 0)
        return;
    layout_tab(l, 1);
    layout_put(l, LAYOUT_STRONG, "baseline");
    layout_end(l);
    for (size_t i = 0; i < run->baseline->count; i++) {
        const struct baseline_row *row = &run->baseline->rows[i];
        if (!baseline_is_broken(row))
            continue;
        layout_tab(l, VERDICT);
        layout_put(l, LAYOUT_BAD, "FAIL");
        layout_tab(l, LEVEL);
        layout_print(l, LAYOUT_PLAIN, "%u", row->line);
        layout_tab(l, ID);
        put_clean(l, LAYOUT_STRONG, row->id);
        layout_tab(l, WHY);
        layout_wrap(l, WHY, baseline_says(row));
        layout_end(l);
    }
}

void report_text(FILE *to, const struct report_run *run, bool colour, bool verbose)
{
    struct layout l = {.to = to, .colour = colour};
    header(&l, run);
    topics(&l, run, verbose);
    findings(&l, run);
    baseline(&l, run);
    totals_print(&l, run);
}
