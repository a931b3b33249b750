/*
 * NAME
 *     findings.h: what the observers of a case found
 *
 * DESCRIPTION
 *     Joined, one for each rule, with a count; why and octets are those of the first. A finding
 *     about the target on an id of `req:` waits here until the player takes it for a mismatch.
 */
#ifndef CONFORMANCE_PLAYER_FINDINGS_H
#define CONFORMANCE_PLAYER_FINDINGS_H

#include "observer/observer.h"
#include "player/player.h"

struct finding_entry {
    const struct observer_rule *rule;
    char *text; /* why, NUL, octets */
    size_t why_length, octets;
    unsigned count;
};

struct findings {
    const struct scenario *scenario;
    struct finding_entry *entries;
    size_t count, room;
    size_t mismatch_at; /* index + 1 of the first on an id of req:; 0: none */
};

/* An observer_report. */
void findings_report(void *arg, const struct observer_rule *rule, const char *why, smtp_span bytes);

/* The first finding on an id of req:, NULL if none. */
const struct finding_entry *findings_mismatch(const struct findings *f);
smtp_span findings_octets(const struct finding_entry *entry);

/* All in one allocation. NULL: no memory, or none. */
struct player_finding *findings_list(const struct findings *f, size_t *count);
void findings_free(struct findings *f);

#endif
