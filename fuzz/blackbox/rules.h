/*
 * NAME
 *     rules.h: what is asked of a server beside the observer's rules
 *
 * DESCRIPTION
 *     The observer reads both sides as they are and says nothing where it cannot tell what the client
 *     means. Here the client is ours: we know what each of our moves is owed. As in the observer, a
 *     rule has a name, the requirements that it stands for, and a level.
 */
#ifndef FUZZ_BLACKBOX_RULES_H
#define FUZZ_BLACKBOX_RULES_H

#include "observer/observer.h"

enum rule_id {
    RULES_NO_REPLY,
    RULES_TEXT_ENDS_EARLY,
    RULES_CHUNK_ENDS_EARLY,
    RULES_TEXT_FOR_NOBODY,
    RULES_RCPT_WITHOUT_MAIL,
    RULES_HANGS_UP,
    RULES_SERVER_GONE,
    RULES_REPLY_DIFFERS,
    RULES_COUNT
};

extern const struct observer_rule rules_own[RULES_COUNT + 1]; /* ended by a NULL name */

#endif
