#include "quiet.h"

#include <stdlib.h>

#include "report/evidence.h"

enum { LEVEL = 7, ID = 15, WHY = 44 };

static void head(struct layout *l, const char *verdict, enum scenario_level level, const char *id,
                 const char *why)
{
    layout_put(l, LAYOUT_BAD, verdict);
    layout_tab(l, LEVEL);
    layout_put(l, LAYOUT_PLAIN, scenario_level_name(level));
    layout_tab(l, ID);
    layout_put(l, LAYOUT_STRONG, id);
    layout_tab(l, WHY);
    layout_wrap(l, WHY, why != NULL ? why : "");
    layout_end(l);
}

static void cases(struct layout *l, const struct report_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct player_outcome *outcome = run->outcomes[i];
        bool fail = outcome != NULL && outcome->verdict == PLAYER_FAIL && !outcome->disputed &&
                    outcome->known == NULL;
        bool error = outcome != NULL && outcome->verdict == PLAYER_ERROR;
        if (!fail && !error)
            continue;
        head(l, fail ? "FAIL" : "ERROR", outcome->scenario->level, outcome->scenario->id,
             outcome->why);
        evidence_case(l, run, outcome);
    }
}

static void findings(struct layout *l, const struct report_run *run)
{
    struct findings list;
    if (!findings_of_target(run, &list))
        return;
    for (size_t i = 0; i < list.count; i++) {
        const struct finding *finding = &list.items[i];
        if (finding_verdict(finding->first) != PLAYER_FAIL || finding->first->known != NULL)
            continue;
        head(l, "FAIL", finding->first->level, finding->first->rule, finding->first->why);
        evidence_finding(l, run, finding);
    }
    free(list.items);
}

static void baseline(struct layout *l, const struct report_run *run)
{
    for (size_t i = 0; run->baseline != NULL && i < run->baseline->count; i++) {
        const struct baseline_row *row = &run->baseline->rows[i];
        if (!baseline_is_broken(row))
            continue;
        layout_put(l, LAYOUT_BAD, "FAIL");
        layout_tab(l, LEVEL);
        layout_put(l, LAYOUT_PLAIN, "baseline");
        layout_tab(l, ID + 1);
        layout_put(l, LAYOUT_STRONG, row->id);
        layout_tab(l, WHY);
        layout_wrap(l, WHY, baseline_says(row));
        layout_end(l);
    }
}

static const char *conclusion(const struct report_run *run)
{
    switch ((enum verdict_exit)run->exit) {
    case VERDICT_OK:
        if (run->tally.known > 0)
            return "conformant but for what is known";
        return "conformant in what was tested";
    case VERDICT_FAIL:
        if (run->tally.fail + run->tally.finding_fail == 0 && run->tally.baseline_broken > 0)
            return "the baseline does not hold";
        return "not conformant";
    case VERDICT_NOTHING:
        return run->tally.inconclusive > 0 ? "not all was concluded" : "nothing was concluded";
    case VERDICT_TROUBLE:
    case VERDICT_USAGE:
        break;
    }
    return "the run could not be finished";
}

static void number(FILE *to, size_t n, const char *what)
{
    if (n > 0)
        fprintf(to, "%zu %s, ", n, what);
}

void quiet_text(FILE *to, const struct report_run *run, bool colour)
{
    const struct verdict_tally *tally = &run->tally;
    struct layout l = {.to = to, .colour = colour};
    cases(&l, run);
    findings(&l, run);
    baseline(&l, run);
    fprintf(to, "%s: %zu pass, ", run->url, tally->pass);
    number(to, tally->fail, "FAIL");
    number(to, tally->finding_fail, "of the observer's rules broken");
    number(to, tally->warn + tally->finding_warn, "warn");
    number(to, tally->info, "info");
    number(to, tally->inconclusive, "inconclusive");
    number(to, tally->skip, "skipped");
    number(to, tally->known, "known");
    number(to, tally->baseline_broken, "of the baseline not holding");
    number(to, tally->error, "ERROR");
    fprintf(to, "%.1f s: %s\n", run->seconds, conclusion(run));
}
