/*
 * NAME
 *     story.h: a find as a scenario
 *
 * DESCRIPTION
 *     Writes the moves of a find in the notation: what we say as exact octets, each reply as `any`, so
 *     that the observer and the count of replies judge. The run's names stand as variables, so that
 *     the file can be played on any server. story_play() plays it at once: a find whose scenario does
 *     not fail is said to be one that does not come again by itself.
 */
#ifndef FUZZ_BLACKBOX_STORY_H
#define FUZZ_BLACKBOX_STORY_H

#include <stdio.h>

#include "blackbox/hunt.h"

/* A text of the notation; the caller frees it. NULL: no memory. `note` becomes a comment. */
char *story_print(const struct catch *c, const struct talk_result *result, const struct site *site,
                  const char *note);

/* The verdict that `smtpspec check` would give; PLAYER_ERROR and *why where it cannot be played. */
enum player_verdict story_play(const char *text, struct site *site, char *why, size_t size);

#endif
