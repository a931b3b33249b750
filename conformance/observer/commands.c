#include <stdlib.h>
#include <string.h>

#include "observer/observer_parts.h"

/* ---- the queue of replies that are due ------------------------------------------------------- */

static bool due_grow(struct observer *o)
{
    size_t room = o->due_room == 0 ? 16 : o->due_room * 2;
    struct said_entry *due = malloc(room * sizeof *due);
    if (due == NULL)
        return false;
    size_t to_end = o->due_room - o->due_head;
    for (size_t i = 0; i < o->due_n; i++)
        due[i] = o->due[i < to_end ? o->due_head + i : i - to_end];
    free(o->due);
    o->due = due;
    o->due_head = 0;
    o->due_room = room;
    return true;
}

void observer_due(struct observer *o, struct said_entry entry)
{
    if (o->due_n == o->due_room && !due_grow(o)) {
        observer_blind(o);
        return;
    }
    o->due[(o->due_head + o->due_n++) % o->due_room] = entry;
    o->last_due = entry.what;
}

bool observer_take(struct observer *o, struct said_entry *out)
{
    if (o->due_n == 0)
        return false;
    *out = o->due[o->due_head];
    o->due_head = (o->due_head + 1) % o->due_room;
    o->due_n--;
    return true;
}

/* ---- octets whose meaning a reply decides ---------------------------------------------------- */

void observer_hold(struct observer *o, enum said what)
{
    o->reading = READ_HELD;
    o->held_for = what;
}

void observer_drop_held(struct observer *o)
{
    free(o->held);
    o->held = NULL;
    o->held_n = o->held_room = 0;
}

/*
 * RFC 5321 4.3.1: without an extension the sender has to wait. Servers refuse, drop or close where
 * it does not, so that nothing more can be said of them.
 */
static void find_pipelined(struct observer *o, const char *why, smtp_span line)
{
    observer_find(o, RULE_CLIENT_PIPELINES, why, line);
    observer_blind(o);
}

/* RFC 2920 3.1, RFC 3207 4: what may not be followed by more before its reply. */
static void find_behind(struct observer *o)
{
    if (o->misled)
        observer_blind(o);
    else if (o->held_for == SAID_STARTTLS)
        observer_find(o, RULE_CLIENT_WAITS_FOR_TLS, "octets in clear behind STARTTLS",
                      SMTP_SPAN(""));
    else if ((o->offers & OFFER_PIPELINING) == 0)
        find_pipelined(o, "octets before the reply to the last command", SMTP_SPAN(""));
    else if (o->held_for == SAID_DATA || o->held_for == SAID_QUIT)
        observer_find_said(o, RULE_CLIENT_ENDS_GROUP, "octets behind", o->held_for, SMTP_SPAN(""));
}

static void keep(struct observer *o, smtp_span octets)
{
    if (octets.n == 0)
        return;
    if (o->held_n == 0)
        find_behind(o);
    if (o->blind)
        return;
    if (o->held_n + octets.n > o->held_room) {
        size_t room = (o->held_n + octets.n) * 2;
        char *held = room > HELD_MAX ? NULL : realloc(o->held, room);
        if (held == NULL) {
            observer_blind(o);
            return;
        }
        o->held = held;
        o->held_room = room;
    }
    memcpy(o->held + o->held_n, octets.p, octets.n);
    o->held_n += octets.n;
}

void observer_resume(struct observer *o, enum reading as)
{
    char *held = o->held;
    size_t n = o->held_n;
    o->held = NULL;
    o->held_n = o->held_room = 0;
    o->reading = as;
    if (n > 0)
        observer_commands(o, (smtp_span){held, n});
    free(held);
}

/* ---- commands -------------------------------------------------------------------------------- */

static const struct {
    const char *verb;
    enum said what;
} verbs[] = {
    {"EHLO", SAID_EHLO}, {"HELO", SAID_HELO},         {"MAIL", SAID_MAIL}, {"RCPT", SAID_RCPT},
    {"DATA", SAID_DATA}, {"BDAT", SAID_BDAT},         {"RSET", SAID_RSET}, {"VRFY", SAID_VRFY},
    {"EXPN", SAID_EXPN}, {"HELP", SAID_HELP},         {"NOOP", SAID_NOOP}, {"QUIT", SAID_QUIT},
    {"AUTH", SAID_AUTH}, {"STARTTLS", SAID_STARTTLS},
};

/* RFC 2033 (many replies to one text), RFC 821 and 2645 (the sides change), and private verbs that
 * start the session anew: what follows them is not read here. */
static const char *const unclear[] = {"LHLO", "TURN", "ATRN", "XCLIENT"};

/* Mechanisms that end without a security layer (RFC 4954 4: with one, other octets than lines
 * follow). */
static const char *const plain_ends[] = {
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "EXTERNAL",
    "ANONYMOUS",
    "SCRAM-SHA-1",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-256-PLUS",
    "XOAUTH2",
    "OAUTHBEARER",
};

static bool listed(const char *const *words, size_t count, smtp_span word)
{
    for (size_t i = 0; i < count; i++)
        if (smtp_span_is_nocase(smtp_span_of(words[i]), word))
            return true;
    return false;
}

/* The octets up to the next blank or the end. RFC 5321 4.1.1: what is white behind a verb is no part of it. */
static smtp_span word(smtp_span s, size_t from)
{
    size_t to = from;
    while (to < s.n && s.p[to] != ' ' && s.p[to] != '\t')
        to++;
    return smtp_span_cut(s, from, to);
}

static bool is_blank(smtp_span line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != ' ' && line.p[i] != '\t')
            return false;
    return true;
}

/* RFC 5321 4.5.3.2, 4.1.1.10: who has waited long enough may leave, and says so. */
static bool is_patient(const struct observer *o)
{
    enum { MINUTES = 5 };
    uint64_t ms = o->due_n > 0 ? observer_patience(o->due[o->due_head].what) : 0;
    return o->waited_ms >= (ms > 0 ? ms : MINUTES * UINT64_C(60000));
}

static bool is_quit(smtp_span line)
{
    return smtp_span_is_nocase(smtp_span_of("QUIT"), line);
}

/* RFC 5321 4.3.1, RFC 2920 3.1: what the client may do while replies are due. */
static void find_early(struct observer *o, smtp_span line)
{
    if (!o->early)
        return;
    if (!o->greeted)
        observer_find(o, RULE_CLIENT_WAITS_FOR_GREETING, "a command before the greeting", line);
    else if (o->misled || (o->patient && is_quit(line)))
        observer_blind(o);
    else if ((o->offers & OFFER_PIPELINING) == 0)
        find_pipelined(o, "a command while a reply is due", line);
    else if (o->last_due == SAID_EHLO || o->last_due == SAID_VRFY || o->last_due == SAID_EXPN ||
             o->last_due == SAID_NOOP)
        observer_find_said(o, RULE_CLIENT_ENDS_GROUP, "a command behind", o->last_due, line);
}

/* What this command alone says of the client. */
static void find_in_command(struct observer *o, enum said what, smtp_span line)
{
    if (what == SAID_EHLO || what == SAID_HELO)
        o->helloed = true;
    if (what == SAID_MAIL && !o->helloed)
        observer_find(o, RULE_CLIENT_HELLO_FIRST, "MAIL before EHLO and HELO", line);
    if (what == SAID_AUTH && !o->secure && smtp_span_is_nocase(word(line, 5), SMTP_SPAN("PLAIN")))
        observer_find(o, RULE_CLIENT_SECRET_IN_CLEAR, "AUTH PLAIN in clear", word(line, 0));
    if (what == SAID_BDAT && (o->offers & OFFER_CHUNKING) == 0)
        observer_find(o, RULE_CLIENT_BDAT_WITH_LEAVE, "CHUNKING was not listed", line);
}

static enum said verb_of(smtp_span verb)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (smtp_span_is_nocase(smtp_span_of(verbs[i].verb), verb))
            return verbs[i].what;
    return SAID_OTHER;
}

/* RFC 5321 4.1.1, a line without its CRLF. */
static void command(struct observer *o, smtp_span line)
{
    smtp_span verb = word(line, 0);
    if (is_blank(line) || listed(unclear, sizeof unclear / sizeof *unclear, verb)) {
        observer_blind(o);
        return;
    }
    enum said what = verb_of(verb);
    find_early(o, line);
    if (o->blind)
        return;
    find_in_command(o, what, line);
    if (what == SAID_BDAT) {
        observer_bdat(o, line);
        return;
    }
    struct said_entry entry = {.what = what, .bare = line.n == verb.n};
    if (what == SAID_AUTH)
        entry.layer = !listed(plain_ends, sizeof plain_ends / sizeof *plain_ends, word(line, 5));
    observer_due(o, entry);
    if (what == SAID_DATA || what == SAID_AUTH || what == SAID_STARTTLS || what == SAID_QUIT)
        observer_hold(o, what);
}

static void line_end(struct observer *o)
{
    size_t n = o->line_n - 2;
    bool response = o->reading == READ_RESPONSE;
    o->line_n = 0;
    if (!response) {
        command(o, smtp_span_cut((smtp_span){o->line, sizeof o->line}, 0, n));
        return;
    }
    observer_due(o, (struct said_entry){.what = SAID_RESPONSE, .layer = o->entry.layer});
    observer_hold(o, SAID_RESPONSE);
}

static bool is_full(const struct observer *o)
{
    if (o->line_n < COMMAND_MAX)
        return false;
    bool auth =
        o->reading == READ_RESPONSE || verb_of(word((smtp_span){o->line, 5}, 0)) == SAID_AUTH;
    return !auth || o->line_n == RESPONSE_MAX;
}

/*
 * RFC 5321 2.3.8: only CR LF ends a line. A bare CR or LF, a NUL or a line over its limit: servers
 * differ in what they make of it.
 */
static void line_octet(struct observer *o, char octet)
{
    bool after_cr = o->after_cr;
    if (o->line_n == 0) {
        o->early = o->due_n > 0;
        o->patient = is_patient(o);
    }
    o->after_cr = octet == '\r';
    if (after_cr != (octet == '\n')) {
        observer_find(o, RULE_CLIENT_LINE_CRLF, "a bare CR or LF in a command line", SMTP_SPAN(""));
        observer_blind(o);
    } else if (octet == '\0' || is_full(o)) {
        observer_blind(o);
    } else {
        if (o->line_n < sizeof o->line)
            o->line[o->line_n] = octet;
        o->line_n++;
        if (octet == '\n')
            line_end(o);
    }
}

void observer_commands(struct observer *o, smtp_span octets)
{
    for (size_t i = 0; i < octets.n && o->reading != READ_NOTHING;) {
        smtp_span rest = smtp_span_cut(octets, i, octets.n);
        switch (o->reading) {
        case READ_COMMAND:
        case READ_RESPONSE:
            line_octet(o, octets.p[i++]);
            break;
        case READ_TEXT:
            i += observer_text(o, rest);
            break;
        case READ_CHUNK:
            i += observer_chunk(o, rest);
            break;
        case READ_HELD:
            keep(o, rest);
            i = octets.n;
            break;
        case READ_NOTHING:
            break;
        }
        o->waited_ms = 0;
    }
}
