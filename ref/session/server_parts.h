/*
 * NAME
 *     server_parts.h: what the files of the server session share
 *
 * DESCRIPTION
 *     server.c          the order in which things are looked at, ends and time
 *     server_rules.c    the sequencing table, and nothing else
 *     server_reply.c    replies, and what an answer does to the state
 *     server_command.c  lines: framed, judged, asked about
 *     server_mail.c, server_rcpt.c, server_text.c, server_tls.c   what one command needs of its own
 *     ext.c             EHLO keywords and the parameters of MAIL
 *     A step function is called in its state with room for a reply; it fills the event and returns
 *     true, or consumes what it can and returns false.
 */
#ifndef SMTP_SERVER_PARTS_H
#define SMTP_SERVER_PARTS_H

#include "smtp/server.h"

/* ---- server.c ---- */

/* The one setter of the state. */
void smtp_session_enter(struct smtp_server *s, enum smtp_state state);

/* The octets of the last event are done with. */
void smtp_session_release(struct smtp_server *s);

bool smtp_session_has(const struct smtp_server *s, enum smtp_ext extension);

/* ---- server_reply.c ---- */

/* Gives the row to the application, or moves by itself where it has no reply. Returns wants_reply.
 */
bool smtp_session_ask(struct smtp_server *s, enum smtp_verb verb, const struct smtp_rule *rule);

/* Answers with the row's own reply and takes its next state. */
void smtp_session_answer(struct smtp_server *s, enum smtp_verb verb, const struct smtp_rule *rule);

/* Answers with the fault's reply; the verb tells what becomes of the state. */
void smtp_session_refuse(struct smtp_server *s, enum smtp_verb verb, enum smtp_fault why);

/* ---- server_command.c ---- */

bool smtp_session_step_command(struct smtp_server *s, struct smtp_event *ev);

/* ---- one command's own ---- */

/* May this command be asked about? A fault, with *off in the line. */
enum smtp_fault smtp_session_check_mail(struct smtp_server *s, struct smtp_event *ev, size_t *off);
enum smtp_fault smtp_session_check_rcpt(struct smtp_server *s, struct smtp_event *ev, size_t *off);
enum smtp_fault smtp_session_check_starttls(struct smtp_server *s, struct smtp_event *ev,
                                            size_t *off);

bool smtp_session_step_text(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev);
bool smtp_session_step_tls(struct smtp_server *s, struct smtp_event *ev);

/* ---- ext.c ---- */

/* What the offered extensions add to the longest command line. */
size_t smtp_session_ext_line(unsigned extensions);

/* Prints '\n' and the keyword line for each extension that is offered now. */
void smtp_session_ext_print(const struct smtp_server *s, smtp_room to, size_t *at);

/* Reads the parameters of MAIL. */
enum smtp_fault smtp_session_ext_mail(const struct smtp_server *s, const struct smtp_command *cmd,
                                      struct smtp_mail_params *out, size_t *off);

/* No parameter of RCPT is known. */
enum smtp_fault smtp_session_ext_rcpt(const struct smtp_server *s, const struct smtp_command *cmd,
                                      size_t *off);

#endif
