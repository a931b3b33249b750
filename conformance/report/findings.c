/*
 * NAME
 *     findings.c: the observer's findings, joined
 */
#include "report/findings.h"

#include <stdlib.h>
#include <string.h>

bool finding_is_targets(const struct scenario *scenario, const struct player_finding *finding)
{
    return finding->side == (scenario->role == SCENARIO_CLIENT ? 'C' : 'S');
}

enum player_verdict finding_verdict(const struct player_finding *finding)
{
    switch (finding->level) {
    case SCENARIO_MUST:
        return PLAYER_FAIL;
    case SCENARIO_SHOULD:
        return PLAYER_WARN;
    case SCENARIO_MAY:
    case SCENARIO_INFO:
        break;
    }
    return PLAYER_INFO;
}

static struct finding *find(const struct findings *list, const struct player_finding *like)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct player_finding *first = list->items[i].first;
        if (first->side == like->side && strcmp(first->rule, like->rule) == 0)
            return &list->items[i];
    }
    return NULL;
}

/* The item that it has become a part of; NULL: no memory. */
static struct finding *join(struct findings *list, const struct scenario *scenario,
                            const struct player_finding *finding)
{
    struct finding *item = find(list, finding);
    if (item == NULL) {
        struct finding *items = realloc(list->items, (list->count + 1) * sizeof *items);
        if (items == NULL)
            return NULL;
        list->items = items;
        item = &items[list->count++];
        *item = (struct finding){finding, scenario, 0, 0};
    }
    item->count += finding->count;
    return item;
}

bool findings_of_case(const struct player_outcome *outcome, struct findings *out)
{
    *out = (struct findings){NULL, 0};
    for (size_t i = 0; i < outcome->finding_count; i++) {
        if (join(out, outcome->scenario, &outcome->findings[i]) == NULL) {
            free(out->items);
            *out = (struct findings){NULL, 0};
            return false;
        }
    }
    return true;
}

/* The case's own joining is what makes each case count once. */
static bool join_case(struct findings *list, const struct player_outcome *outcome)
{
    struct findings own;
    bool ok = findings_of_case(outcome, &own);
    for (size_t i = 0; ok && i < own.count; i++) {
        const struct player_finding *first = own.items[i].first;
        if (!finding_is_targets(outcome->scenario, first))
            continue;
        struct finding *item = join(list, outcome->scenario, first);
        ok = item != NULL;
        if (!ok)
            break;
        item->cases++;
        item->count += own.items[i].count - first->count;
    }
    free(own.items);
    return ok;
}

bool findings_of_target(const struct report_run *run, struct findings *out)
{
    *out = (struct findings){NULL, 0};
    for (size_t i = 0; i < run->count; i++) {
        const struct player_outcome *outcome = run->outcomes[i];
        if (outcome == NULL || outcome->finding_count == 0)
            continue;
        if (!join_case(out, outcome)) {
            free(out->items);
            *out = (struct findings){NULL, 0};
            return false;
        }
    }
    return true;
}
