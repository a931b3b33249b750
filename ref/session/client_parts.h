/*
 * NAME
 *     client_parts.h: what the files of the client session share
 *
 * DESCRIPTION
 *     client.c           the order in which things are looked at, ends and time
 *     client_rules.c     the table of commands and their replies, and nothing else
 *     client_reply.c     reply lines, put together and matched to commands
 *     client_hello.c     greeting, EHLO and HELO, STARTTLS
 *     client_auth.c, client_command.c     what one request needs of its own
 *     client_mail.c      a transaction before it begins: what is checked, what is offered
 *     client_envelope.c  MAIL, RCPT and DATA: said, and answered
 *     client_text.c      the text, its end, and the replies to it
 *     client_outcome.c   what becomes of recipients and transaction
 *     A speaker puts what may be said now into the output, as far as it fits, and returns nothing; a
 *     hearer is called with a whole reply that was asked for, and returns true when it made an event.
 */
#ifndef SMTP_CLIENT_PARTS_H
#define SMTP_CLIENT_PARTS_H

#include "smtp/client.h"

/* The parameters of one command, more than all extensions of ours together allow. */
enum { SMTP_DIALOG_PARAMS_MAX = 2048 };

/* ---- client.c ---- */

/* The one setter of the phase. Positions begin anew. */
void smtp_dialog_enter(struct smtp_client *c, enum smtp_client_phase phase);

/* The session is READY again, or says QUIT where that was wished. */
void smtp_dialog_ready(struct smtp_client *c);

/* This connection is of no more use: the transaction is settled, QUIT said where it may be. */
void smtp_dialog_end(struct smtp_client *c, enum smtp_fault why);

/* The same at once and without a word: what has not left is dropped. */
void smtp_dialog_break(struct smtp_client *c, enum smtp_fault why);

/* Replies that were asked for and did not come yet. */
size_t smtp_dialog_open(const struct smtp_client *c);

/* The place behind what waits in the output; n octets of it were filled. */
smtp_room smtp_dialog_tail(const struct smtp_client *c);
void smtp_dialog_grow(struct smtp_client *c, size_t n);

/* Puts "VERB[ argument]" CRLF, whole or not at all; one reply more is open then. */
bool smtp_dialog_say(struct smtp_client *c, smtp_span verb, smtp_span argument);

/* Offered, and not to be ignored. */
bool smtp_dialog_has(const struct smtp_client *c, enum smtp_keyword keyword);

/* ---- client_command.c ---- */

/* The first octet that breaks a line, by its name: BARE_CR, BARE_LF, NUL. */
enum smtp_fault smtp_dialog_breaks_line(smtp_span text);

/* ---- client_reply.c ---- */

/* Replies to the end of the text: one, or one for each accepted recipient (RFC 2033 4.2, 4.3). */
size_t smtp_dialog_end_replies(const struct smtp_client *c);

/* The verb whose reply is due; UNKNOWN: none. */
enum smtp_verb smtp_dialog_awaited(const struct smtp_client *c);

/* The octets of the last line are done with. */
void smtp_dialog_release(struct smtp_client *c);

/* The next line of a reply; false: none is here. */
bool smtp_dialog_line(struct smtp_client *c, struct smtp_client_event *ev);

/* Acts on the reply that is complete; true: there is an event. */
bool smtp_dialog_hear(struct smtp_client *c, struct smtp_client_event *ev);

/* ---- the phases ---- */

void smtp_dialog_say_hello(struct smtp_client *c);
bool smtp_dialog_hear_greeting(struct smtp_client *c, struct smtp_client_event *ev);
bool smtp_dialog_hear_hello(struct smtp_client *c, struct smtp_client_event *ev);
bool smtp_dialog_hear_starttls(struct smtp_client *c, struct smtp_client_event *ev);
bool smtp_dialog_step_tls(struct smtp_client *c, struct smtp_client_event *ev);
void smtp_dialog_offer(struct smtp_client *c, struct smtp_client_event *ev);

bool smtp_dialog_hear_auth(struct smtp_client *c, struct smtp_client_event *ev);
bool smtp_dialog_hear_command(struct smtp_client *c, struct smtp_client_event *ev);

void smtp_dialog_say_envelope(struct smtp_client *c);
bool smtp_dialog_hear_envelope(struct smtp_client *c, struct smtp_client_event *ev);

void smtp_dialog_begin_text(struct smtp_client *c);
bool smtp_dialog_step_text(struct smtp_client *c, struct smtp_client_event *ev);
void smtp_dialog_say_end(struct smtp_client *c); /* the lone end-of-data line */
bool smtp_dialog_hear_text(struct smtp_client *c, struct smtp_client_event *ev);
bool smtp_dialog_hear_failed(struct smtp_client *c, struct smtp_client_event *ev);

/* ---- client_outcome.c ---- */

enum smtp_outcome smtp_dialog_outcome(enum smtp_verdict verdict);

/* The reply decides about this recipient. */
void smtp_dialog_decide(struct smtp_client *c, size_t rcpt, enum smtp_outcome outcome);

/* The reply decides about all of whom this outcome says the last. */
void smtp_dialog_decide_all(struct smtp_client *c, enum smtp_outcome from, enum smtp_outcome to);

/* The transaction is over: its own result from those of its recipients; DONE is due. */
void smtp_dialog_settle(struct smtp_client *c);

#endif
