/*
 * NAME
 *     groups.c: a run by topic, and why cases were skipped
 */
#include "report/groups.h"

#include <stdlib.h>
#include <string.h>

/* ---- topics ---------------------------------------------------------------------------------- */

smtp_span topic_name(const struct scenario *scenario)
{
    return (smtp_span){scenario->id, strcspn(scenario->id, "/")};
}

static struct topic *topic_of(struct topics *list, const struct scenario *scenario)
{
    smtp_span name = topic_name(scenario);
    for (size_t i = list->count; i-- > 0;) /* from the end: outcomes come topic by topic */
        if (smtp_span_is(list->items[i].name, name))
            return &list->items[i];
    struct topic *items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (items == NULL)
        return NULL;
    list->items = items;
    items[list->count] = (struct topic){.name = name};
    return &items[list->count++];
}

bool topics_collect(const struct report_run *run, struct topics *out)
{
    *out = (struct topics){NULL, 0};
    for (size_t i = 0; i < run->count; i++) {
        const struct player_outcome *outcome = run->outcomes[i];
        if (outcome == NULL)
            continue;
        struct topic *topic = topic_of(out, outcome->scenario);
        if (topic == NULL) {
            free(out->items);
            *out = (struct topics){NULL, 0};
            return false;
        }
        topic->cases++;
        topic->ms += outcome->ms;
        if (outcome->known != NULL)
            topic->known++;
        else if (outcome->verdict == PLAYER_FAIL && outcome->disputed)
            topic->disputed++;
        else
            topic->counts[outcome->verdict]++;
    }
    return true;
}

/* ---- why cases were skipped ------------------------------------------------------------------ */

static bool count_reason(struct reasons *list, const char *why)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].why, why) == 0) {
            list->items[i].count++;
            return true;
        }
    }
    struct reason *items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (items == NULL)
        return false;
    list->items = items;
    items[list->count++] = (struct reason){why, 1};
    return true;
}

/* Insertion: few, and those of one count keep their order. */
static void sort_reasons(struct reasons *list)
{
    for (size_t i = 1; i < list->count; i++) {
        struct reason moved = list->items[i];
        size_t to = i;
        for (; to > 0 && list->items[to - 1].count < moved.count; to--)
            list->items[to] = list->items[to - 1];
        list->items[to] = moved;
    }
}

bool reasons_collect(const struct report_run *run, struct reasons *out)
{
    *out = (struct reasons){NULL, 0};
    for (size_t i = 0; i < run->count; i++) {
        const struct player_outcome *outcome = run->outcomes[i];
        if (outcome == NULL || outcome->verdict != PLAYER_SKIP)
            continue;
        const char *why =
            outcome->why == NULL || outcome->why[0] == '\0' ? "no reason given" : outcome->why;
        if (!count_reason(out, why)) {
            free(out->items);
            *out = (struct reasons){NULL, 0};
            return false;
        }
    }
    sort_reasons(out);
    return true;
}

/* ---- the whole run --------------------------------------------------------------------------- */

size_t groups_not_run(const struct report_run *run)
{
    size_t missing = 0;
    for (size_t i = 0; i < run->count; i++)
        missing += run->outcomes[i] == NULL;
    return missing;
}
