#include "player/findings.h"

#include <stdlib.h>
#include <string.h>

enum { OCTETS_MAX = 512 };

/* Whether the rule binds the target and is one of those that the scenario is about. */
static bool is_mismatch(const struct scenario *s, const struct observer_rule *rule)
{
    if ((s->role == SCENARIO_SERVER) != (rule->side == 'S'))
        return false;
    for (const char *const *id = rule->req; *id != NULL; id++)
        for (size_t i = 0; i < s->req_count; i++)
            if (strcmp(*id, s->req[i]) == 0)
                return true;
    return false;
}

static struct finding_entry *entry_of(struct findings *f, const struct observer_rule *rule)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->entries[i].rule == rule)
            return &f->entries[i];
    if (f->count == f->room) {
        size_t room = f->room == 0 ? 4 : 2 * f->room;
        struct finding_entry *entries = realloc(f->entries, room * sizeof *entries);
        if (entries == NULL)
            return NULL;
        f->entries = entries;
        f->room = room;
    }
    struct finding_entry *entry = &f->entries[f->count++];
    *entry = (struct finding_entry){.rule = rule};
    return entry;
}

void findings_report(void *arg, const struct observer_rule *rule, const char *why, smtp_span bytes)
{
    struct findings *f = arg;
    struct finding_entry *entry = entry_of(f, rule);
    if (entry == NULL)
        return;
    if (entry->count++ > 0)
        return;
    bytes = smtp_span_cut(bytes, 0, OCTETS_MAX);
    size_t n = strlen(why);
    entry->text = malloc(n + 1 + bytes.n);
    if (entry->text == NULL)
        return;
    memcpy(entry->text, why, n + 1);
    if (bytes.n > 0)
        memcpy(entry->text + n + 1, bytes.p, bytes.n);
    entry->why_length = n;
    entry->octets = bytes.n;
    if (f->mismatch_at == 0 && is_mismatch(f->scenario, rule))
        f->mismatch_at = (size_t)(entry - f->entries) + 1;
}

const struct finding_entry *findings_mismatch(const struct findings *f)
{
    return f->mismatch_at == 0 ? NULL : &f->entries[f->mismatch_at - 1];
}

smtp_span findings_octets(const struct finding_entry *entry)
{
    if (entry->text == NULL)
        return (smtp_span){NULL, 0};
    return (smtp_span){entry->text + entry->why_length + 1, entry->octets};
}

struct player_finding *findings_list(const struct findings *f, size_t *count)
{
    size_t texts = 0;
    *count = 0;
    for (size_t i = 0; i < f->count; i++)
        texts += f->entries[i].why_length + 1 + f->entries[i].octets;
    struct player_finding *list = f->count == 0 ? NULL : malloc(f->count * sizeof *list + texts);
    if (list == NULL)
        return NULL;
    char *at = (char *)(list + f->count);
    for (size_t i = 0; i < f->count; i++) {
        const struct finding_entry *entry = &f->entries[i];
        size_t n = entry->why_length + 1 + entry->octets;
        if (entry->text != NULL)
            memcpy(at, entry->text, n);
        else
            at[0] = '\0';
        list[i] = (struct player_finding){
            .rule = entry->rule->name,
            .req = entry->rule->req,
            .level = entry->rule->level,
            .side = entry->rule->side,
            .why = at,
            .bytes = {at + entry->why_length + 1, entry->octets},
            .count = entry->count,
        };
        at += n;
    }
    *count = f->count;
    return list;
}

void findings_free(struct findings *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->entries[i].text);
    free(f->entries);
}
