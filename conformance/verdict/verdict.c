#include "verdict/verdict.h"

#include <stdlib.h>
#include <string.h>

/* ---- cases ----------------------------------------------------------------------------------- */

/* A disputed failure is in no column: it neither counts against the target nor for it. */
static bool is_disputed(const struct player_outcome *outcome)
{
    return outcome->verdict == PLAYER_FAIL && outcome->disputed;
}

static size_t *column(struct verdict_tally *tally, const struct player_outcome *outcome)
{
    if (outcome->known != NULL)
        return &tally->known;
    switch (outcome->verdict) {
    case PLAYER_PASS:
        return &tally->pass;
    case PLAYER_INFO:
        return &tally->info;
    case PLAYER_WARN:
        return &tally->warn;
    case PLAYER_FAIL:
        return &tally->fail;
    case PLAYER_SKIP:
        return &tally->skip;
    case PLAYER_INCONCLUSIVE:
        return &tally->inconclusive;
    case PLAYER_ERROR:
        return &tally->error;
    }
    return &tally->error;
}

/* ---- requirements ---------------------------------------------------------------------------- */

/* An id that a concluded case cites, and how that case came out. */
struct citation {
    const char *id;
    bool failed;
};

static bool is_concluded(const struct player_outcome *outcome, enum scenario_level level)
{
    if (outcome == NULL || outcome->scenario->level != level || is_disputed(outcome))
        return false;
    return outcome->verdict == PLAYER_PASS || outcome->verdict == PLAYER_INFO ||
           outcome->verdict == PLAYER_WARN || outcome->verdict == PLAYER_FAIL;
}

/* NOTATION 4: a `should` that is broken comes out as a warning. */
static bool is_failure(const struct player_outcome *outcome)
{
    return outcome->verdict == PLAYER_FAIL ||
           (outcome->verdict == PLAYER_WARN && outcome->scenario->level == SCENARIO_SHOULD);
}

/* By id; within one id a failure comes first. */
static int compare(const void *left, const void *right)
{
    const struct citation *a = left, *b = right;
    int order = strcmp(a->id, b->id);
    return order != 0 ? order : (int)b->failed - (int)a->failed;
}

/* The citations of concluded cases of a level, sorted; NULL and count 0: none, or no memory. */
static struct citation *cite(struct player_outcome *const *outcomes, size_t count,
                             enum scenario_level level, size_t *out)
{
    size_t n = 0;
    *out = 0;
    for (size_t i = 0; i < count; i++)
        if (is_concluded(outcomes[i], level))
            *out += outcomes[i]->scenario->req_count;
    struct citation *list = *out == 0 ? NULL : calloc(*out, sizeof *list);
    if (list == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!is_concluded(outcomes[i], level))
            continue;
        const struct scenario *scenario = outcomes[i]->scenario;
        for (size_t r = 0; r < scenario->req_count; r++)
            list[n++] = (struct citation){scenario->req[r], is_failure(outcomes[i])};
    }
    qsort(list, n, sizeof *list, compare);
    return list;
}

/* A requirement is met when no concluded case of the level that cites it failed; other notes do not
 * count. */
static bool count_requirements(struct player_outcome *const *outcomes, size_t count,
                               enum scenario_level level, size_t *met, size_t *of)
{
    size_t n;
    struct citation *list = cite(outcomes, count, level, &n);
    for (size_t i = 0; list != NULL && i < n; i++) {
        if (i > 0 && strcmp(list[i].id, list[i - 1].id) == 0)
            continue;
        *of += 1;
        *met += !list[i].failed;
    }
    free(list);
    return list != NULL || n == 0;
}

/* ---- findings -------------------------------------------------------------------------------- */

/* Whether the finding is about the side under test. */
static bool is_targets(const struct player_outcome *outcome, const struct player_finding *finding)
{
    return finding->side == (outcome->scenario->role == SCENARIO_SERVER ? 'S' : 'C');
}

static bool found_before(struct player_outcome *const *outcomes, size_t i, size_t finding)
{
    const struct player_finding *like = &outcomes[i]->findings[finding];
    for (size_t k = 0; k <= i; k++) {
        size_t n = outcomes[k] == NULL ? 0 : outcomes[k]->finding_count;
        if (k == i)
            n = finding;
        for (size_t f = 0; f < n; f++)
            if (is_targets(outcomes[k], &outcomes[k]->findings[f]) &&
                strcmp(outcomes[k]->findings[f].rule, like->rule) == 0)
                return true;
    }
    return false;
}

/* Each rule counts once, however many cases it was broken in. */
static void count_findings(struct player_outcome *const *outcomes, size_t i,
                           struct verdict_tally *tally)
{
    for (size_t f = 0; f < outcomes[i]->finding_count; f++) {
        const struct player_finding *finding = &outcomes[i]->findings[f];
        if (!is_targets(outcomes[i], finding) || found_before(outcomes, i, f))
            continue;
        tally->known += finding->known != NULL;
        if (finding->known != NULL)
            continue;
        tally->finding_fail += finding->level == SCENARIO_MUST;
        tally->finding_warn += finding->level == SCENARIO_SHOULD;
    }
}

void verdict_tally(struct player_outcome *const *outcomes, size_t count, struct verdict_tally *out)
{
    *out = (struct verdict_tally){0};
    for (size_t i = 0; i < count; i++) {
        if (outcomes[i] == NULL)
            continue;
        if (!is_disputed(outcomes[i]))
            ++*column(out, outcomes[i]);
        count_findings(outcomes, i, out);
    }
    bool must = count_requirements(outcomes, count, SCENARIO_MUST, &out->must_met, &out->must_of);
    bool should =
        count_requirements(outcomes, count, SCENARIO_SHOULD, &out->should_met, &out->should_of);
    /* without memory the figures are wrong, and that is trouble of ours */
    out->error += !must || !should;
}

enum verdict_exit verdict_exit(const struct verdict_tally *tally, bool trouble,
                               size_t allow_inconclusive, bool strict)
{
    if (trouble || tally->error > 0)
        return VERDICT_TROUBLE;
    if (tally->fail > 0 || tally->finding_fail > 0 || tally->baseline_broken > 0)
        return VERDICT_FAIL;
    if (strict && (tally->warn > 0 || tally->finding_warn > 0))
        return VERDICT_FAIL;
    if (tally->pass + tally->info + tally->warn + tally->known == 0 ||
        tally->inconclusive > allow_inconclusive)
        return VERDICT_NOTHING;
    return VERDICT_OK;
}
