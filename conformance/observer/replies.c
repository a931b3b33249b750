#include <string.h>

#include "observer/observer_parts.h"

static const char in_clear[] = "a reply inside TLS to what stood in clear behind STARTTLS";

/* A reply begins that no whole command asked for. RFC 5321 4.3.1, 3.8: 421 may come at any time. */
static void judge_unasked(struct observer *o, unsigned code)
{
    bool cut_off = code >= 400 && (o->reading == READ_TEXT || o->reading == READ_CHUNK);
    /* half a command, or a message given up half-way: whose reply it is cannot be told */
    if (code != 421 && o->line_n == 0 && !cut_off) {
        bool injected = o->clear_behind && !o->said_in_tls;
        observer_find(o, injected ? RULE_STARTTLS_INJECTION : RULE_REPLY_UNSOLICITED,
                      injected ? in_clear : "a reply that no command asked for",
                      observer_kept_line(o));
        o->misled = true;
    }
    if (code == 421 || o->line_n > 0 || o->reading == READ_TEXT || o->reading == READ_CHUNK)
        observer_blind(o);
}

static void begin_reply(struct observer *o, unsigned code)
{
    o->code = code;
    o->reply_line = 0;
    o->enhanced[0] = '\0';
    o->has_entry = !o->blind && observer_take(o, &o->entry);
    if (!o->has_entry && !o->blind)
        judge_unasked(o, code);
    if (o->has_entry)
        observer_judge_code(o, &o->entry, code);
    o->greeted = true;
}

/*
 * RFC 5321 4.2: machines read the text of 251 and 551; 4.2.3: "<forward-path>". In a reply of
 * several lines it may stand in any of them.
 */
static void judge_forward_path(struct observer *o, char mark, smtp_span text)
{
    const char *end = text.n == 0 ? NULL : text.p + text.n;
    const char *open = text.n == 0 ? NULL : memchr(text.p, '<', text.n);
    const char *at = open == NULL ? NULL : memchr(open, '@', (size_t)(end - open));
    if (mark == '-' || o->reply_line > 1)
        return;
    if (at == NULL || memchr(at, '>', (size_t)(end - at)) == NULL)
        observer_find(o, RULE_FORWARD_PATH, "no path in angle brackets", observer_kept_line(o));
}

static void judge_line(struct observer *o, char mark, smtp_span text)
{
    enum said what = o->entry.what;
    if (what == SAID_CONNECT && o->code == 220 && o->reply_line == 1)
        observer_greeting_line(o, text);
    if (what == SAID_EHLO && o->code == 250)
        observer_ehlo_line(o, text);
    if (what == SAID_HELO && o->code == 250)
        o->offers &= OFFER_ENHANCED; /* RFC 2034 4: whether EHLO is used or not */
    if (o->code == 251 || o->code == 551)
        judge_forward_path(o, mark, text);
    if (o->code == 334)
        observer_challenge(o, mark, text);
    if (what != SAID_CONNECT && what != SAID_EHLO && what != SAID_HELO)
        observer_enhanced(o, text);
}

/* RFC 5321 4.1.1.4: 354, then the text; 4.2.1: so does a client with any 3yz. What follows a refused DATA is
 * text or commands, who knows. */
static void after_data(struct observer *o)
{
    if (o->code / 100 == 3) {
        o->text_state = 0;
        observer_resume(o, READ_TEXT);
    } else if (o->held_n > 0) {
        observer_blind(o);
    } else {
        observer_resume(o, READ_COMMAND);
    }
}

/* RFC 4954 4: 334 asks for a line; success may begin a security layer. */
static void after_auth(struct observer *o)
{
    if (o->code == 334)
        observer_resume(o, READ_RESPONSE);
    else if (o->code / 100 == 2 && o->entry.layer)
        observer_blind(o);
    else
        observer_resume(o, READ_COMMAND);
}

/* RFC 3207 4 and 4.2: what came in clear behind STARTTLS is dropped. */
static void after_starttls(struct observer *o)
{
    if (o->code != 220) {
        observer_resume(o, READ_COMMAND);
        return;
    }
    o->clear_behind = o->held_n > 0;
    o->awaits_tls = true;
    observer_drop_held(o);
}

/* RFC 5321 4.1.1.10: 221, and no reply behind it. */
static void after_quit(struct observer *o)
{
    if (o->code / 100 != 2)
        observer_resume(o, READ_COMMAND);
    else if (o->held_n > 0)
        observer_blind(o);
}

static void end_reply(struct observer *o)
{
    if (!o->has_entry || o->blind)
        return;
    switch (o->entry.what) {
    case SAID_DATA:
        after_data(o);
        break;
    case SAID_AUTH:
    case SAID_RESPONSE:
        after_auth(o);
        break;
    case SAID_STARTTLS:
        after_starttls(o);
        break;
    case SAID_QUIT:
        after_quit(o);
        break;
    case SAID_CONNECT:
    case SAID_EHLO:
    case SAID_HELO:
    case SAID_MAIL:
    case SAID_RCPT:
    case SAID_TEXT:
    case SAID_BDAT:
    case SAID_RSET:
    case SAID_VRFY:
    case SAID_EXPN:
    case SAID_HELP:
    case SAID_NOOP:
    case SAID_OTHER:
        break;
    }
    if (o->code == 421 || (o->entry.what == SAID_OTHER && o->code / 100 == 3))
        observer_blind(o);
}

void observer_reply_line(struct observer *o, unsigned code, char mark, smtp_span text)
{
    if (!o->in_reply)
        begin_reply(o, code);
    else if (code != o->code)
        observer_find(o, RULE_REPLY_CODES_EQUAL, "a line with another code than the first",
                      observer_kept_line(o));
    o->reply_line++;
    /* 334 has a rule of its own for its text */
    if (mark == '\0' && code != 334)
        observer_find(o, RULE_REPLY_HAS_TEXT, "a bare code", observer_kept_line(o));
    if (o->has_entry && !o->blind)
        judge_line(o, mark, text);
    o->in_reply = mark == '-';
    if (o->in_reply)
        return;
    o->last_ms = o->now_ms; /* RFC 5321 4.5.3.2: the wait is for the reply, not for parts of it */
    end_reply(o);
}
