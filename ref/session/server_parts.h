/*
 * NAME
 *     server_parts.h: what the files of the server session share
 *
 * DESCRIPTION
 *     server.c          the order in which things are looked at, ends and time
 *     server_rules.c    the sequencing table, and nothing else
 *     server_reply.c    replies, and what an answer does to the state
 *     server_command.c  lines: framed, judged, asked about
 *     server_mail.c, server_rcpt.c, server_text.c, server_chunk.c, server_tls.c, server_auth.c
 *                       what one command needs of its own
 *     ext.c             what is offered, and the keywords of EHLO
 *     ext_params.c      the parameters of MAIL and RCPT
 *     A step function is called in its state with room for a reply; it fills the event and returns
 *     true, or consumes what it can and returns false.
 */
#ifndef SMTP_SERVER_PARTS_H
#define SMTP_SERVER_PARTS_H

#include "smtp/server.h"

/* ---- server.c ---- */

/* The one setter of the state. */
void smtp_session_enter(struct smtp_server *s, enum smtp_state state);

/* So many octets of a text have come: RFC 5321 4.5.3.2.5 gives time anew for each part of it, and who
 * sends one octet now and then shall not stay for ever. */
void smtp_session_came(struct smtp_server *s, size_t octets, uint64_t now_ms);

/* The octets of the last event are done with. */
void smtp_session_release(struct smtp_server *s);

bool smtp_session_has(const struct smtp_server *s, enum smtp_ext extension);

/* ---- server_reply.c ---- */

/* Gives the row to the application, or moves by itself where it has no reply. Returns wants_reply.
 */
bool smtp_session_ask(struct smtp_server *s, enum smtp_verb verb, const struct smtp_rule *rule);

/* Whether the answer to EHLO can be given at all, in clear and inside TLS. */
bool smtp_session_hello_fits(struct smtp_server *s);

/* Answers with the row's own reply and takes its next state. */
void smtp_session_answer(struct smtp_server *s, enum smtp_verb verb, const struct smtp_rule *rule);

/* Answers with the fault's reply; the verb tells what becomes of the state. */
void smtp_session_refuse(struct smtp_server *s, enum smtp_verb verb, enum smtp_fault why);

/* ---- server_command.c ---- */

bool smtp_session_step_command(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev);

/* RFC 5321 3.8 and 7.8: whether 421 is due instead of an answer. */
enum smtp_fault smtp_session_farewell(const struct smtp_server *s);

/* Whether the command has UTF-8 in it that only SMTPUTF8 allows. */
bool smtp_session_needs_utf8(const struct smtp_server *s, const struct smtp_event *ev);

/* ---- one command's own ---- */

/* May this command be asked about? A fault, with *off in the line. */
enum smtp_fault smtp_session_check_mail(struct smtp_server *s, struct smtp_event *ev, size_t *off);
enum smtp_fault smtp_session_check_rcpt(struct smtp_server *s, struct smtp_event *ev, size_t *off);
enum smtp_fault smtp_session_check_data(struct smtp_server *s, struct smtp_event *ev, size_t *off);
enum smtp_fault smtp_session_check_bdat(struct smtp_server *s, struct smtp_event *ev, size_t *off);
enum smtp_fault smtp_session_check_auth(struct smtp_server *s, struct smtp_event *ev, size_t *off);
enum smtp_fault smtp_session_check_starttls(struct smtp_server *s, struct smtp_event *ev,
                                            size_t *off);

/* RFC 6409 4.2: whether a submission server has to refuse the path for its domain. */
bool smtp_session_lacks_domain(const struct smtp_server *s, const struct smtp_path *path);

bool smtp_session_step_text(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev);
bool smtp_session_step_chunk(struct smtp_server *s, uint64_t now_ms, struct smtp_event *ev);
bool smtp_session_step_tls(struct smtp_server *s, struct smtp_event *ev);
bool smtp_session_step_auth(struct smtp_server *s, struct smtp_event *ev);

/* Counts octets of the text and looks at them; a BODY event with what the limit lets through. */
bool smtp_session_body(struct smtp_server *s, smtp_span run, struct smtp_event *ev);

/* What is wrong with the text so far. */
enum smtp_fault smtp_session_text_fault(const struct smtp_server *s, uint64_t *off);

/* Refuses with the event's fault, or gives the row of the verb to the application. Returns true. */
bool smtp_session_finish(struct smtp_server *s, enum smtp_verb verb, struct smtp_event *ev);

/* The event for the whole text, however it came. */
bool smtp_session_end_of_data(struct smtp_server *s, struct smtp_event *ev);

/* A chunk is refused: the answer is owed until its octets are gone. */
void smtp_session_owe_chunk(struct smtp_server *s, enum smtp_fault fault,
                            const struct smtp_rule *rule);

/* Drops what is here of a refused chunk; true when there is none, or no more of it. */
bool smtp_session_drop_chunk(struct smtp_server *s, uint64_t now_ms);

/* Gives the answer that is owed, or one of them. */
bool smtp_session_pay_chunk(struct smtp_server *s, struct smtp_event *ev);

/* The names of those that are offered now. */
smtp_span smtp_session_mechanisms(const struct smtp_server *s);

/* Nobody's log shall show what follows the mechanism of AUTH: cuts it off line and argument. */
void smtp_session_hide(struct smtp_command *cmd);

/* ---- ext.c ---- */

/* Whether it is offered now, to this client. */
bool smtp_session_offers(const struct smtp_server *s, enum smtp_ext extension);

/* What the offered extensions add to the longest command line. */
size_t smtp_session_ext_line(unsigned extensions);

/* Prints '\n' and the keyword line for each extension that is offered now. */
void smtp_session_ext_print(const struct smtp_server *s, smtp_room to, size_t *at);

/* ---- ext_params.c: fault, with *off in the line ---- */

enum smtp_fault smtp_session_ext_mail(const struct smtp_server *s, const struct smtp_command *cmd,
                                      struct smtp_mail_params *out, size_t *off);

enum smtp_fault smtp_session_ext_rcpt(const struct smtp_server *s, const struct smtp_command *cmd,
                                      struct smtp_rcpt_params *out, size_t *off);

#endif
