/*
 * NAME
 *     mail.h: @inbox and the M lines (notation, section 5)
 *
 * DESCRIPTION
 *     @inbox waits for its messages; the M lines behind it look at each of them, at fields from the
 *     top on, each line from where the one above has ended. One message more is a mismatch at
 *     @inbox, at the end of the case, and at the end of the run (mail_recount()).
 */
#ifndef CONFORMANCE_PLAYER_MAIL_H
#define CONFORMANCE_PLAYER_MAIL_H

#include "player/machine.h"

enum { MAIL_SHOWN = 2000 }; /* octets of a message, as evidence */

smtp_span mail_nonce(struct player *p);
smtp_span mail_mailbox(struct player *p, const struct scenario_step *inbox); /* {rcpt}, or named */

/* True: go on; false: wait. */
bool mail_inbox_play(struct player *p, const struct scenario_step *step);
bool mail_line_play(struct player *p, const struct scenario_step *step);

/* A message that an M line looks at. */
struct mail_looked {
    struct player *p;
    const struct scenario_step *step;
    smtp_span octets;
    bool lf;           /* its lines end with LF where it is stored */
    size_t *at;        /* how far its header has been read */
    size_t number, of; /* which of how many; 0: there is only one */
};

/* Looks by one M line; false: the case has ended. */
bool mail_look(const struct mail_looked *looked);

/* Whether its tail is the message of the case; false: the case has ended with the difference. */
bool mail_look_tail(const struct mail_looked *looked);

/* Whether it is the message of the case with header fields above (notation, section 5). */
bool mail_has_message(const struct mail_looked *looked);

/* Whether all line ends are CRLF. */
bool mail_is_text(smtp_span octets);

/* Whether the value of a field is what the M line asks for. False also for want of memory. */
bool mail_field_fits(const struct scenario_step *line, struct matcher *matcher, smtp_span value,
                     bool *no_memory);

/* The end of the case: no more than what it has asked for. */
void mail_end(struct player *p);

/* What keeps the messages that it asks for from being seen: false and why. */
bool mail_met(struct player *p, char *why, size_t size);

#endif
