/*
 * NAME
 *     witness_mail.h: what the witness delivers
 *
 * DESCRIPTION
 *     For each @inbox that the plan passes so many messages, with the fields that its M lines ask
 *     for on top. An M line that is the goal of a run is broken, so that it is seen to find that; an
 *     @inbox that is the goal finds one message more.
 */
#ifndef CONFORMANCE_PLAYER_WITNESS_MAIL_H
#define CONFORMANCE_PLAYER_WITNESS_MAIL_H

#include "player/match.h"

enum { WITNESS_INBOXES = 16 };

struct witness_mail {
    struct inbox inbox;
    const struct scenario *scenario;
    struct matcher *matcher;
    const struct scenario_step *inboxes[WITNESS_INBOXES]; /* those that the plan passes */
    size_t count, at;
    const struct scenario_step *goal; /* NULL: nothing is broken */
};

void witness_mail_init(struct witness_mail *mail, const struct scenario *scenario,
                       struct matcher *matcher);
void witness_mail_free(struct witness_mail *mail);

/* The message that such a source of M lines brings: an @inbox, or an HC. line. False: no memory;
 * free out->p in both cases. */
bool witness_mail_make(struct witness_mail *mail, const struct scenario_step *source,
                       smtp_room *out);

/* The plan passes this @inbox. False: too many. */
SMTP_CHECK bool witness_mail_pass(struct witness_mail *mail, const struct scenario_step *inbox);

/* The groups of an M line that the plan passes have the values that the delivery will have. False: no
 * memory. */
SMTP_CHECK bool witness_mail_foresee(struct witness_mail *mail, const struct scenario_step *line);

/* Whether the M line could be broken with all others whole: not where the message itself, or another
 * line, has what it asks for. */
bool witness_mail_can_break(struct witness_mail *mail, const struct scenario_step *line);

#endif
