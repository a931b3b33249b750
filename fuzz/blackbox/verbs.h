/*
 * NAME
 *     verbs.h: a move for each verb
 */
#ifndef FUZZ_BLACKBOX_VERBS_H
#define FUZZ_BLACKBOX_VERBS_H

#include "blackbox/guide.h"
#include "blackbox/words.h"

/* Puts the octets of a move with that verb where the words go; they are out->octets. */
void verb_make(enum verb verb, struct words *words, struct move *out);

/* Which verb a move is of. */
enum verb verb_of(const struct move *move);

#endif
