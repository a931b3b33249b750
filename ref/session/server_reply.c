#include "server_parts.h"

#include <assert.h>
#include <string.h>

#include "smtp/chars.h"
#include "smtp/reply.h"

/* A text on its way to a reply: '\n' between the lines. */
struct draft {
    char octets[SMTP_SERVER_REPLY_MAX];
    size_t n; /* what it would need */
};

static smtp_room draft_room(struct draft *d)
{
    return (smtp_room){d->octets, sizeof d->octets};
}

/* RFC 2034 4: in 2yz, 4yz and 5yz, but for the greeting and the answers to EHLO and HELO. */
static const char *enhanced_for(const struct smtp_server *s, enum smtp_verb verb, unsigned code,
                                const char *enhanced)
{
    bool hello = verb == SMTP_V_EHLO || verb == SMTP_V_HELO || verb == SMTP_V_LHLO;
    if (hello || verb == SMTP_V_CONNECT || code / 100 == 3 ||
        !smtp_session_has(s, SMTP_X_ENHANCEDSTATUSCODES))
        return NULL;
    return enhanced;
}

/* Room for the longest reply is there before anything is answered. */
static void say(struct smtp_server *s, unsigned code, const char *enhanced, const struct draft *d)
{
    char octets[SMTP_SERVER_REPLY_MAX];
    smtp_room room = {octets, sizeof octets};
    assert(d->n <= sizeof d->octets);
    size_t n = smtp_print_reply(room, code, enhanced, (smtp_span){d->octets, d->n});
    assert(n <= sizeof octets);
    bool fits = smtp_edge_put(&s->edge, (smtp_span){octets, n});
    assert(fits);
    (void)fits;
}

static void expand(const struct smtp_server *s, struct draft *d, smtp_span text)
{
    static const smtp_span name = {"{name}", 6}, extensions = {"{extensions}", 12};
    while (text.n > 0) {
        size_t used;
        if (smtp_span_is(smtp_span_cut(text, 0, name.n), name)) {
            smtp_room_put(draft_room(d), &d->n, smtp_span_of(s->config->name));
            used = name.n;
        } else if (smtp_span_is(smtp_span_cut(text, 0, extensions.n), extensions)) {
            smtp_session_ext_print(s, draft_room(d), &d->n);
            used = extensions.n;
        } else {
            const char *brace = memchr(text.p + 1, '{', text.n - 1);
            used = brace != NULL ? (size_t)(brace - text.p) : text.n;
            smtp_room_put(draft_room(d), &d->n, smtp_span_cut(text, 0, used));
        }
        text = smtp_span_cut(text, used, text.n);
    }
}

/* RFC 5321 4.2: 220, 221 and 421 carry the domain in front of their text. */
static void draft_text(const struct smtp_server *s, enum smtp_verb verb, unsigned code,
                       smtp_span text, struct draft *d)
{
    d->n = 0;
    if (code == 221 || code == 421 || (code == 220 && verb == SMTP_V_CONNECT)) {
        smtp_room_put(draft_room(d), &d->n, smtp_span_of(s->config->name));
        if (text.n > 0 && text.p[0] != '\n')
            smtp_room_put(draft_room(d), &d->n, SMTP_SPAN(" "));
    }
    smtp_room_put(draft_room(d), &d->n, text);
}

/* RFC 2920 3.2(5) and (6): these answers wait for no other. RFC 4954 4: AUTH ends a group. */
static bool leaves_at_once(enum smtp_verb verb)
{
    static const enum smtp_verb alone[] = {
        SMTP_V_UNKNOWN, SMTP_V_CONNECT, SMTP_V_EHLO, SMTP_V_LHLO, SMTP_V_DATA, SMTP_V_VRFY,
        SMTP_V_EXPN,    SMTP_V_TURN,    SMTP_V_QUIT, SMTP_V_NOOP, SMTP_V_AUTH, SMTP_V_RESPONSE,
    };
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (alone[i] == verb)
            return true;
    return false;
}

/* RFC 4954 9: an exchange that failed, but for what the session has not begun. */
static bool is_failed_login(const struct smtp_server *s, enum smtp_verb verb, unsigned code)
{
    bool begun = verb == SMTP_V_RESPONSE || (verb == SMTP_V_AUTH && s->due != NULL);
    return begun && code / 100 == 5;
}

/* The answer has been given: what it does to the session but for the state. */
static void answered(struct smtp_server *s, enum smtp_verb verb, unsigned code)
{
    s->auth_failures += is_failed_login(s, verb, code) ? 1 : 0;
    s->due = NULL;
    s->edge.ask &= ~(unsigned)SMTP_WANT_REPLY;
    s->edge.hold = false;
    s->flush = leaves_at_once(verb);
    s->restart = true;
    if (code / 100 == 5)
        s->errors++;
    smtp_session_release(s);
}

/* RFC 2033 4.2: the end of data takes as many answers as recipients, and the last one counts. */
static void enter_behind(struct smtp_server *s, enum smtp_verb verb, enum smtp_state then)
{
    bool each = s->config->mode == SMTP_MODE_LMTP && verb == SMTP_V_END_OF_DATA;
    if (!each || ++s->ending.answered >= s->recipients)
        smtp_session_enter(s, then);
}

/* Law 2: the state moves when the answer is chosen. */
static void move(struct smtp_server *s, enum smtp_verb verb, enum smtp_state then)
{
    enter_behind(s, verb, then);
    if (verb == SMTP_V_EHLO || verb == SMTP_V_LHLO || verb == SMTP_V_HELO)
        s->extended = verb != SMTP_V_HELO;
    if (verb == SMTP_V_AUTH || verb == SMTP_V_RESPONSE)
        s->authenticated = true;
    if (verb == SMTP_V_RCPT)
        s->recipients++;
}

/*
 * RFC 5321 3.1: after a refusal to serve only QUIT. 4.1.1.4: the end of data ends the transaction
 * whatever the answer. RFC 3030 2: what fails a chunk, fails the message until RSET; RFC 2033 4.3: but
 * the last one has an answer for each recipient and ends it. All else that is refused leaves the
 * session as it was.
 */
static enum smtp_state state_behind(const struct smtp_server *s, enum smtp_verb verb)
{
    static const unsigned transaction = SMTP_S_MAIL | SMTP_S_RCPT | SMTP_S_CHUNKS;
    if (verb == SMTP_V_CONNECT)
        return SMTP_S_REFUSED;
    if (verb == SMTP_V_END_OF_CHUNK)
        return SMTP_S_FAILED;
    if (verb == SMTP_V_END_OF_DATA && s->state == SMTP_S_CHUNK)
        return s->config->mode == SMTP_MODE_LMTP ? SMTP_S_READY : SMTP_S_FAILED;
    if (verb == SMTP_V_END_OF_DATA || verb == SMTP_V_RESPONSE)
        return SMTP_S_READY;
    bool chunk = verb == SMTP_V_BDAT && ((unsigned)s->state & transaction) != 0;
    return chunk ? SMTP_S_FAILED : SMTP_S_SAME;
}

static void stay(struct smtp_server *s, enum smtp_verb verb, unsigned code)
{
    s->mailless = s->mailless || (verb == SMTP_V_CONNECT && code == 521); /* RFC 7504 3 */
    if (verb == SMTP_V_MAIL && s->state == SMTP_S_READY)
        s->utf8 = s->binary = false;
    if (code == 421)
        smtp_session_enter(s, SMTP_S_CLOSED);
    else
        enter_behind(s, verb, state_behind(s, verb));
}

bool smtp_session_ask(struct smtp_server *s, enum smtp_verb verb, const struct smtp_rule *rule)
{
    s->verb = verb;
    if (rule->code == 0) {
        move(s, verb, rule->then);
        return false;
    }
    s->due = rule;
    s->edge.ask |= SMTP_WANT_REPLY;
    s->edge.hold = true;
    return true;
}

void smtp_session_answer(struct smtp_server *s, enum smtp_verb verb, const struct smtp_rule *rule)
{
    struct draft d = {.n = 0};
    expand(s, &d, smtp_span_of(rule->text));
    say(s, rule->code, enhanced_for(s, verb, rule->code, rule->enhanced), &d);
    answered(s, verb, rule->code);
    if (rule->code < 400)
        move(s, verb, rule->then);
    else
        enter_behind(s, verb, rule->then);
}

void smtp_session_refuse(struct smtp_server *s, enum smtp_verb verb, enum smtp_fault why)
{
    const struct smtp_fault_row *row = smtp_fault_row(why);
    struct draft d;
    assert(row->code >= 400);
    draft_text(s, verb, row->code, smtp_span_of(row->text), &d);
    say(s, row->code, enhanced_for(s, verb, row->code, row->enhanced), &d);
    answered(s, verb, row->code);
    stay(s, verb, row->code);
}

void smtp_server_accept(struct smtp_server *s)
{
    assert(s->due != NULL);
    smtp_session_answer(s, s->verb, s->due);
}

void smtp_server_refuse(struct smtp_server *s, enum smtp_fault why)
{
    assert(s->due != NULL);
    smtp_session_refuse(s, s->verb, why);
}

/* Reply-line of RFC 5321 4.2, and 4.5.3.1.5. */
static bool is_sayable(unsigned code, const char *enhanced, const struct draft *d)
{
    if (code < 200 || code > 559 || code / 10 % 10 > 5 || d->n > sizeof d->octets)
        return false;
    size_t line = 0, each = 6 + (enhanced != NULL ? smtp_span_of(enhanced).n + 1 : 0), lines = 1;
    for (size_t i = 0; i < d->n; i++) {
        bool ends = d->octets[i] == '\n';
        if (!ends && !smtp_is(d->octets[i], SMTP_C_TEXT))
            return false;
        line = ends ? 0 : line + 1;
        lines += ends ? 1 : 0;
        if (each + line > SMTP_REPLY_LINE_MAX)
            return false;
    }
    return d->n - (lines - 1) + lines * each <= sizeof d->octets;
}

bool smtp_session_hello_fits(struct smtp_server *s)
{
    enum smtp_verb verb = s->config->mode == SMTP_MODE_LMTP ? SMTP_V_LHLO : SMTP_V_EHLO;
    const struct smtp_rule *row =
        smtp_rule_for(s->rules, verb, SMTP_S_START, s->config->extensions);
    bool fits = true;
    for (int secure = 1; row != NULL && secure >= 0; secure--) {
        struct draft d = {.n = 0};
        s->edge.secure = secure == 1;
        expand(s, &d, smtp_span_of(row->text));
        fits = fits && is_sayable(250, NULL, &d);
    }
    return fits;
}

static const char *class_default(unsigned code)
{
    static const char *const of_class[] = {NULL, NULL, "2.0.0", NULL, "4.0.0", "5.0.0"};
    return code / 100 < sizeof of_class / sizeof *of_class ? of_class[code / 100] : NULL;
}

bool smtp_server_reply(struct smtp_server *s, unsigned code, const char *enhanced, smtp_span text)
{
    assert(s->due != NULL);
    const struct smtp_rule *rule = s->due;
    enum smtp_verb verb = s->verb;
    struct draft d;
    bool exchange = verb == SMTP_V_AUTH || verb == SMTP_V_RESPONSE;
    if (enhanced != NULL && (unsigned)(enhanced[0] - '0') != code / 100)
        return false;
    if (exchange && code / 100 == 3) /* that is smtp_server_challenge()'s */
        return false;
    if (enhanced == NULL)
        enhanced = class_default(code);
    enhanced = enhanced_for(s, verb, code, enhanced);
    draft_text(s, verb, code, text, &d);
    if (!is_sayable(code, enhanced, &d))
        return false;
    say(s, code, enhanced, &d);
    answered(s, verb, code);
    if (code < 400)
        move(s, verb, rule->then);
    else
        stay(s, verb, code);
    return true;
}

/*
 * RFC 4954 4: nothing but base64 behind "334 ", whose space stands there also when nothing follows. Its
 * lines may be longer than others.
 */
bool smtp_server_challenge(struct smtp_server *s, smtp_span octets)
{
    assert(s->due != NULL && (s->verb == SMTP_V_AUTH || s->verb == SMTP_V_RESPONSE));
    char line[SMTP_SERVER_REPLY_MAX];
    smtp_room room = {line, sizeof line};
    size_t n = 0, need = smtp_print_base64((smtp_room){NULL, 0}, octets);
    if (need + 6 > sizeof line)
        return false;
    smtp_room_put(room, &n, SMTP_SPAN("334 "));
    n += smtp_print_base64((smtp_room){line + n, sizeof line - n}, octets);
    smtp_room_put(room, &n, SMTP_SPAN("\r\n"));
    bool fits = smtp_edge_put(&s->edge, (smtp_span){line, n});
    assert(fits);
    (void)fits;
    answered(s, s->verb, 334);
    smtp_session_enter(s, SMTP_S_AUTH);
    return true;
}
