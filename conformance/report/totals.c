/*
 * NAME
 *     totals.c: the last lines of the text for people
 */
#include "report/totals.h"

#include <stdlib.h>

#include "report/escape.h"
#include "report/groups.h"

enum { INDENT = 1, NAMED_REASONS = 2 };

static void part(struct layout *l, const char *text)
{
    if (l->column > INDENT)
        layout_wrap(l, INDENT, "·");
    layout_wrap(l, INDENT, text);
}

static void number(struct layout *l, size_t n, const char *what)
{
    char text[64];
    snprintf(text, sizeof text, "%zu %s", n, what);
    if (n > 0)
        part(l, text);
}

static void met(struct layout *l, const char *level, size_t met_count, size_t of)
{
    char text[96];
    snprintf(text, sizeof text, "%s %zu of %zu", level, met_count, of);
    part(l, text);
}

/* "31 skipped (needs --rcpt: 28, AUTH is not offered: 3)"; more reasons stand above, a line each. */
static void skipped(struct layout *l, size_t n, const struct reasons *reasons)
{
    number(l, n, "skipped");
    for (size_t i = 0; i < reasons->count && reasons->count <= NAMED_REASONS; i++) {
        char text[160], count[32] = "", *why = escape_text(reasons->items[i].why);
        if (reasons->count > 1)
            snprintf(count, sizeof count, ": %zu", reasons->items[i].count);
        snprintf(text, sizeof text, "%s%.100s%s%s", i == 0 ? "(" : "", why == NULL ? "" : why,
                 count, i + 1 == reasons->count ? ")" : ",");
        layout_wrap(l, INDENT, text);
        free(why);
    }
}

static void all_reasons(struct layout *l, const struct reasons *reasons)
{
    enum { COUNT = 3, WHY = 9 };
    if (reasons->count <= NAMED_REASONS)
        return;
    layout_tab(l, INDENT);
    layout_put(l, LAYOUT_STRONG, "skipped");
    layout_end(l);
    for (size_t i = 0; i < reasons->count; i++) {
        layout_tab(l, COUNT);
        layout_print(l, LAYOUT_PLAIN, "%4zu", reasons->items[i].count);
        layout_tab(l, WHY);
        layout_wrap(l, WHY, reasons->items[i].why);
        layout_end(l);
    }
}

static size_t disputed(const struct report_run *run)
{
    size_t n = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct player_outcome *outcome = run->outcomes[i];
        n += outcome != NULL && outcome->verdict == PLAYER_FAIL && outcome->disputed;
    }
    return n;
}

static void sums(struct layout *l, const struct report_run *run, const struct reasons *reasons)
{
    char text[64];
    const struct verdict_tally *tally = &run->tally;
    layout_tab(l, INDENT);
    met(l, "MUST", tally->must_met, tally->must_of);
    met(l, "SHOULD", tally->should_met, tally->should_of);
    number(l, tally->inconclusive, "inconclusive");
    number(l, disputed(run), "disputed");
    number(l, tally->known, "known");
    skipped(l, tally->skip, reasons);
    number(l, tally->error, tally->error == 1 ? "error of ours" : "errors of ours");
    snprintf(text, sizeof text, "%.1f s", run->seconds);
    part(l, text);
    layout_end(l);
}

static void interruption(struct layout *l, const struct report_run *run)
{
    size_t missing = groups_not_run(run);
    if (!run->interrupted && missing == 0)
        return;
    layout_tab(l, INDENT);
    layout_print(l, LAYOUT_WARN, "%s: %zu of %zu cases were not run",
                 run->interrupted ? "interrupted" : "incomplete", missing, run->count);
    layout_end(l);
}

/* One more thing to be said, if there are any; returns what stands before the next one. */
static const char *add(struct layout *l, enum layout_style style, const char *before, size_t n,
                       const char *what, const char *behind)
{
    if (n == 0)
        return before;
    layout_print(l, style, "%s %zu %s%s%s", before, n, what, n == 1 ? "" : "s", behind);
    return ",";
}

static void not_conformant(struct layout *l, const struct verdict_tally *tally)
{
    size_t clauses = tally->must_of - tally->must_met;
    layout_put(l, LAYOUT_BAD, "not conformant");
    const char *before = add(l, LAYOUT_BAD, ":", clauses, "MUST clause", " broken");
    if (clauses == 0) /* of a weaker level: a server that was gone behind it */
        before = add(l, LAYOUT_BAD, before, tally->fail, "case", " failed");
    add(l, LAYOUT_BAD, before, tally->finding_fail, "rule", " of the observer broken");
}

/* Nothing but what a baseline excuses, if there is one. */
static void conformant(struct layout *l, const struct verdict_tally *tally)
{
    layout_put(l, tally->known > 0 ? LAYOUT_OPEN : LAYOUT_GOOD,
               tally->known > 0 ? "conformant but for what is known"
                                : "conformant in what was tested");
}

static void conclusion(struct layout *l, const struct report_run *run)
{
    const struct verdict_tally *tally = &run->tally;
    bool whole = !run->interrupted && groups_not_run(run) == 0;
    layout_tab(l, INDENT);
    if (tally->fail + tally->finding_fail > 0) {
        not_conformant(l, tally);
    } else if (tally->pass + tally->warn + tally->info + tally->known == 0) {
        layout_put(l, LAYOUT_OPEN, "nothing was concluded");
    } else {
        /* what keeps it from being a plain success is said with it */
        if (whole)
            conformant(l, tally);
        else
            layout_put(l, LAYOUT_OPEN, "not finished: nothing is broken so far");
        add(l, LAYOUT_OPEN, ",", tally->inconclusive, "inconclusive case", "");
        add(l, LAYOUT_OPEN, ",", tally->error, "error", " of ours");
    }
    if (tally->baseline_broken > 0)
        layout_print(l, LAYOUT_BAD, "; of the baseline %zu do%s not hold", tally->baseline_broken,
                     tally->baseline_broken == 1 ? "es" : "");
    layout_end(l);
}

void totals_print(struct layout *l, const struct report_run *run)
{
    struct reasons reasons;
    if (!reasons_collect(run, &reasons))
        return;
    all_reasons(l, &reasons);
    sums(l, run, &reasons);
    interruption(l, run);
    conclusion(l, run);
    free(reasons.items);
}
