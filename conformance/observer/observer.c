#include <stdlib.h>
#include <string.h>

#include "observer/observer_parts.h"

struct observer *observer_new(observer_report *report, void *arg)
{
    struct observer *o = calloc(1, sizeof *o);
    if (o == NULL)
        return NULL;
    o->report = report;
    o->arg = arg;
    observer_due(o, (struct said_entry){.what = SAID_CONNECT});
    return o;
}

void observer_free(struct observer *o)
{
    if (o == NULL)
        return;
    free(o->held);
    free(o->due);
    free(o);
}

static void *copy_of(const void *from, size_t n)
{
    void *to = n > 0 ? malloc(n) : NULL;
    if (to != NULL)
        memcpy(to, from, n);
    return to;
}

struct observer *observer_copy(const struct observer *o)
{
    struct observer *copy = copy_of(o, sizeof *o);
    if (copy == NULL)
        return NULL;
    copy->held = copy_of(o->held, o->held_room);
    copy->due = copy_of(o->due, o->due_room * sizeof *o->due);
    if ((copy->held == NULL && o->held != NULL) || (copy->due == NULL && o->due != NULL)) {
        observer_free(copy);
        return NULL;
    }
    return copy;
}

void observer_find(struct observer *o, enum observer_rule_id rule, const char *why, smtp_span bytes)
{
    bool of_server = observer_rules[rule].side == 'S';
    o->wronged = o->wronged || (of_server && observer_rules[rule].level == SCENARIO_MUST);
    o->report(o->arg, &observer_rules[rule], why, bytes);
}

void observer_blind(struct observer *o)
{
    o->blind = true;
    o->reading = READ_NOTHING;
    o->due_n = 0;
    o->line_n = 0;
    observer_drop_held(o);
}

void observer_client(struct observer *o, smtp_span octets, uint64_t now_ms)
{
    if (octets.n == 0)
        return;
    o->waited_ms = now_ms - o->last_ms;
    o->last_ms = o->now_ms = now_ms;
    if (o->awaits_tls) {
        /* RFC 3207 4: behind the 220 comes a handshake, and what the server makes of this is open
         */
        observer_find(o, RULE_CLIENT_WAITS_FOR_TLS, "octets in clear behind the 220 to STARTTLS",
                      SMTP_SPAN(""));
        o->awaits_tls = false;
        o->muted = true;
        observer_blind(o);
        return;
    }
    o->said_in_tls = o->secure;
    observer_commands(o, octets);
}

void observer_server(struct observer *o, smtp_span octets, uint64_t now_ms)
{
    o->now_ms = now_ms;
    for (size_t i = 0; i < octets.n; i++)
        observer_reply_octet(o, octets.p[i]);
}

/*
 * Octets of the server behind its 220 to STARTTLS. To a client that did not wait it may be
 * answering something; then this rule is silent.
 */
void observer_find_clear(struct observer *o)
{
    if (o->awaits_tls && !o->clear_behind && o->reply_n > 0)
        observer_find(o, RULE_STARTTLS_CLEAR_OCTETS, "octets in clear behind the 220 to STARTTLS",
                      observer_kept_line(o));
}

/*
 * RFC 3207 4.2: both sides are back where they were behind the greeting, so whatever was unclear
 * before is clear now.
 */
static void begin_tls(struct observer *o)
{
    bool greeted = o->greeted;
    observer_find_clear(o);
    o->clear_behind = o->clear_behind && o->awaits_tls;
    observer_blind(o);
    o->blind = o->muted = o->awaits_tls = o->said_in_tls = o->helloed = o->misled = o->after_cr =
        o->after_bare_lf = o->in_reply = false;
    o->reading = READ_COMMAND;
    o->offers = 0;
    o->reply_n = 0;
    if (!greeted)
        observer_due(o, (struct said_entry){.what = SAID_CONNECT});
}

void observer_tls(struct observer *o, bool up)
{
    if (up && !o->secure)
        begin_tls(o);
    if (!up && o->secure)
        observer_blind(o); /* what is still under way belongs to neither side */
    o->secure = up;
}

/* RFC 5321 4.5.3.2, in minutes; 0: no clause. */
uint64_t observer_patience(enum said what)
{
    static const unsigned char minutes[] = {
        [SAID_CONNECT] = 5, [SAID_MAIL] = 5,  [SAID_RCPT] = 5,
        [SAID_DATA] = 2,    [SAID_TEXT] = 10, [SAID_OTHER] = 0,
    };
    return (uint64_t)minutes[what] * 60000;
}

void observer_end(struct observer *o, char who, uint64_t now_ms)
{
    static const char cut[] = "the server closed within a reply line";
    if (who != 'C')
        observer_find_clear(o);
    if (who == 'S' && !o->muted && !o->awaits_tls && !o->client_gone && o->reply_n > 0)
        observer_find(o, RULE_REPLY_LINE_CRLF, cut, observer_kept_line(o));
    if (who == 'C' && !o->blind && !o->wronged && o->due_n > 0 &&
        now_ms - o->last_ms < observer_patience(o->due[o->due_head].what))
        observer_find_said(o, RULE_CLIENT_PATIENCE, "closed before the reply to",
                           o->due[o->due_head].what, SMTP_SPAN(""));
    observer_blind(o);
    o->client_gone = o->client_gone || who == 'C';
}
