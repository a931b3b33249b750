/*
 * NAME
 *     probe.c: the conversation of a first contact
 *
 * DESCRIPTION
 *     One edge and a list of states, each of which waits for one reply; the table says what is sent
 *     on entering it. After a verdict the rest is a QUIT that nobody waits long for.
 */
#include "probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "first_reply.h"
#include "net/tls.h"
#include "player/encode.h"

enum { ROOM = 4096, OUT_ROOM = 2048, GOODBYE_MS = 1000, LINE = 1024 };

enum state { GREETING, EHLO, HELO, STARTTLS, HANDSHAKE, LOGIN, GOODBYE };

/* What is waited for, in messages. */
static const char *const waits[] = {
    [GREETING] = "the greeting",       [EHLO] = "the answer to EHLO",
    [HELO] = "the answer to HELO",     [STARTTLS] = "the answer to STARTTLS",
    [HANDSHAKE] = "the TLS handshake", [LOGIN] = "the answer to AUTH",
    [GOODBYE] = "the answer to QUIT",
};

struct probe {
    struct net_end end; /* first */
    struct smtp_edge edge;
    const struct probe_plan *plan;
    struct net_world *world;
    struct net_dialler *dialler;
    struct net_end *outer; /* the filter, or the end itself */
    bool *stop;
    enum state state;
    uint64_t limit_ms; /* on the world's clock */
    bool over, judged;
    struct first_reply reply;
    struct first_lines ehlo, listed[2]; /* listed: in clear, inside TLS */
    char *greeting;
    char name[256], tls_version[32];
    struct probe_result result;
    char in[ROOM], out[OUT_ROOM];
};

/* ---- verdicts -------------------------------------------------------------------------------- */

static void judge(struct probe *p, enum probe_fate fate, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first one counts. */
static void judge(struct probe *p, enum probe_fate fate, const char *format, ...)
{
    char what[512];
    va_list arguments;
    if (p->judged)
        return;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    p->judged = true;
    p->result.fate = fate;
    snprintf(p->result.why, sizeof p->result.why, "%s: %s", p->plan->where, what);
}

static void fail_reply(struct probe *p, const char *what)
{
    char quoted[200];
    encode_quote(first_reply_text(&p->reply), quoted, sizeof quoted);
    judge(p, PROBE_FAILED, "%s: %s", what, quoted);
}

static void close_now(struct probe *p)
{
    p->edge.ask |= SMTP_WANT_CLOSE;
}

/* ---- what is said ---------------------------------------------------------------------------- */

static void say(struct probe *p, enum state next, const char *line)
{
    p->state = next;
    first_reply_restart(&p->reply);
    if (!smtp_edge_put(&p->edge, smtp_span_of(line))) {
        judge(p, PROBE_FAILED, "the line to be sent is too long");
        close_now(p);
    }
}

static void say_goodbye(struct probe *p, uint64_t now_ms)
{
    uint64_t soon = now_ms + GOODBYE_MS;
    say(p, GOODBYE, "QUIT\r\n");
    p->edge.deadline_ms = soon < p->limit_ms ? soon : p->limit_ms;
}

/* RFC 2033 4.1 */
static const char *hello_verb(const struct probe *p, enum state state)
{
    return p->plan->lmtp ? "LHLO" : state == HELO ? "HELO" : "EHLO";
}

static void say_hello(struct probe *p, enum state next)
{
    char line[LINE];
    snprintf(line, sizeof line, "%s %s\r\n", hello_verb(p, next), p->plan->me);
    say(p, next, line);
}

/* RFC 4616: message = [authzid] NUL authcid NUL passwd; RFC 4954 4: as initial response */
static void say_login(struct probe *p)
{
    char message[512], line[LINE] = "AUTH PLAIN ";
    size_t u = strlen(p->plan->user), w = strlen(p->plan->password), at = strlen(line);
    if (u + w + 2 > sizeof message || at + encode_base64_size(u + w + 2) + 3 > sizeof line) {
        judge(p, PROBE_FAILED, "user and password are too long");
        close_now(p);
        return;
    }
    message[0] = '\0';
    memcpy(message + 1, p->plan->user, u + 1);
    memcpy(message + u + 2, p->plan->password, w);
    at += encode_base64((smtp_span){message, u + w + 2}, line + at);
    memcpy(line + at, "\r\n", 3);
    say(p, LOGIN, line);
}

/* ---- what is heard --------------------------------------------------------------------------- */

/* The first line, and what stands behind its code. */
static void keep_greeting(struct probe *p)
{
    smtp_span text = first_reply_text(&p->reply);
    size_t n = 0;
    while (n < text.n && text.p[n] != '\r' && text.p[n] != '\n')
        n++;
    p->greeting = strndup(text.p, n);
    p->result.greeting = p->greeting;
    if (p->greeting == NULL || strlen(p->greeting) < 5)
        return;
    size_t word = strcspn(p->greeting + 4, " \t");
    if (word == 0 || word >= sizeof p->name)
        return;
    memcpy(p->name, p->greeting + 4, word);
    p->name[word] = '\0';
    p->result.name = p->name;
}

static void heard_greeting(struct probe *p, uint64_t now_ms)
{
    unsigned code = p->reply.code;
    keep_greeting(p);
    if (code == 220) {
        say_hello(p, EHLO);
        return;
    }
    if (code == 554 || code == 521) { /* RFC 5321 3.1, RFC 7504 3 */
        char quoted[200];
        encode_quote(first_reply_text(&p->reply), quoted, sizeof quoted);
        judge(p, PROBE_DENIED, "gives no service: %s", quoted);
    } else if (code / 100 == 4) {
        fail_reply(p, "is not ready now");
    } else {
        fail_reply(p, "greets with something else than 220");
    }
    say_goodbye(p, now_ms);
}

static void ready(struct probe *p, uint64_t now_ms)
{
    if (p->plan->user != NULL && p->state != LOGIN) {
        say_login(p);
        return;
    }
    judge(p, PROBE_FINE, "fine");
    say_goodbye(p, now_ms);
}

static void want_starttls(struct probe *p, uint64_t now_ms)
{
    if (first_lines_have(&p->ehlo, "STARTTLS")) {
        say(p, STARTTLS, "STARTTLS\r\n");
        return;
    }
    judge(p, PROBE_FAILED, "does not offer STARTTLS");
    say_goodbye(p, now_ms);
}

/* What cases need, and what was listed: inside TLS STARTTLS is in the first only. */
static bool take_lines(struct probe *p)
{
    struct first_lines *listed = &p->listed[p->edge.secure];
    bool ok = first_lines_take(listed, &p->reply) && first_lines_take(&p->ehlo, &p->reply);
    p->result.listed = first_lines_list(listed);
    if (p->edge.secure && p->plan->mode == PLAYER_STARTTLS)
        p->result.listed_clear = first_lines_list(&p->listed[false]);
    return ok;
}

static void heard_hello(struct probe *p, uint64_t now_ms)
{
    bool starttls = p->plan->mode == PLAYER_STARTTLS && !p->edge.secure;
    unsigned code = p->reply.code;
    if (code == 250) {
        if (p->state == EHLO && !take_lines(p))
            judge(p, PROBE_FAILED, "no memory for the answer to EHLO");
        p->result.ehlo = first_lines_list(&p->ehlo);
        if (starttls)
            want_starttls(p, now_ms);
        else
            ready(p, now_ms);
    } else if (p->state == EHLO && code / 100 == 5 &&
               !p->plan->lmtp) { /* RFC 5321 3.2: an old server */
        say_hello(p, HELO);
    } else {
        char what[300];
        const char *verb = hello_verb(p, p->state);
        if (code / 100 == 4 || code / 100 == 5)
            snprintf(what, sizeof what, "refuses %s %.200s (another name goes with --ehlo)", verb,
                     p->plan->me);
        else
            snprintf(what, sizeof what, "answers %s with neither 250 nor a refusal", verb);
        fail_reply(p, what);
        say_goodbye(p, now_ms);
    }
}

static void heard_starttls(struct probe *p, uint64_t now_ms)
{
    if (p->reply.code == 220) {
        p->state = HANDSHAKE;
        p->edge.ask |= SMTP_WANT_TLS;
        return;
    }
    fail_reply(p, "refuses STARTTLS");
    say_goodbye(p, now_ms);
}

static void heard_login(struct probe *p, uint64_t now_ms)
{
    if (p->reply.code == 235)
        ready(p, now_ms);
    else
        fail_reply(p, "refuses the log in of --auth");
    if (p->state != GOODBYE)
        say_goodbye(p, now_ms);
}

static void heard(struct probe *p, uint64_t now_ms)
{
    switch (p->state) {
    case GREETING:
        heard_greeting(p, now_ms);
        return;
    case EHLO:
    case HELO:
        heard_hello(p, now_ms);
        return;
    case STARTTLS:
        heard_starttls(p, now_ms);
        return;
    case LOGIN:
        heard_login(p, now_ms);
        return;
    case HANDSHAKE:
    case GOODBYE:
        close_now(p);
        return;
    }
}

/* ---- the edge -------------------------------------------------------------------------------- */

static const char *waited(const struct probe *p)
{
    bool implicit = p->plan->mode == PLAYER_IMPLICIT && !p->edge.secure;
    return waits[implicit ? HANDSHAKE : p->state];
}

static void fail_octets(struct probe *p, enum first_step step)
{
    char what[128];
    if (step == FIRST_FLOOD)
        snprintf(what, sizeof what, "sends %d KiB and more without an end as %s", FIRST_MOST / 1024,
                 waited(p));
    else
        snprintf(what, sizeof what, "sends what is no SMTP reply as %s", waited(p));
    fail_reply(p, what);
}

static void read_replies(struct probe *p, uint64_t now_ms)
{
    smtp_span in;
    while ((in = smtp_edge_in(&p->edge)).n > 0 && p->state != HANDSHAKE &&
           (p->edge.ask & SMTP_WANT_CLOSE) == 0) {
        size_t taken = 0;
        enum first_step step = first_reply_read(&p->reply, in, &taken);
        smtp_edge_take(&p->edge, taken);
        if (step == FIRST_MORE)
            continue;
        if (step == FIRST_WHOLE) {
            heard(p, now_ms);
            continue;
        }
        fail_octets(p, step);
        close_now(p);
    }
}

static void note_tls(struct probe *p)
{
    const char *version = net_tls_version(p->outer);
    if (version == NULL || p->tls_version[0] != '\0')
        return;
    snprintf(p->tls_version, sizeof p->tls_version, "%s", version);
    p->result.tls_version = p->tls_version;
}

static void tls_failed(struct probe *p)
{
    const char *why = p->plan->tls->why(p->plan->tls->arg, p->outer);
    bool certificate = why != NULL && strncmp(why, "certificate", 11) == 0;
    bool name = certificate && strstr(why, "mismatch") != NULL;
    const char *remedy = name          ? " (HOST has to be a name in it; --insecure takes any)"
                         : certificate ? " (--ca FILE trusts its issuer, --insecure takes any)"
                                       : "";
    judge(p, PROBE_FAILED, "TLS cannot be had: %s%s", why != NULL ? why : "the handshake failed",
          remedy);
    close_now(p);
}

static void ended(struct probe *p)
{
    static const char *const hows[] = {
        [SMTP_END_NONE] = "",
        [SMTP_END_CLOSE] = "closed the connection",
        [SMTP_END_CUT] = "cut the connection off inside TLS",
        [SMTP_END_RESET] = "reset the connection",
        [SMTP_END_REFUSED] = "refused the connection",
    };
    judge(p, PROBE_FAILED, "%s before %s", hows[p->edge.end], waited(p));
    close_now(p);
}

static void probe_step(struct net_end *end, uint64_t now_ms)
{
    struct probe *p = (struct probe *)end;
    p->result.connected = true;
    if (p->edge.secure && p->state == HANDSHAKE)
        say_hello(p, EHLO);
    if (p->edge.secure)
        note_tls(p);
    read_replies(p, now_ms);
    if (p->edge.tls_failed)
        tls_failed(p);
    else if (p->edge.end != SMTP_END_NONE)
        ended(p);
    else if (now_ms >= p->edge.deadline_ms) {
        judge(p, PROBE_FAILED, "%s has not %s within %.6g s", waited(p),
              strcmp(waited(p), waits[HANDSHAKE]) == 0 ? "ended" : "come",
              (double)p->plan->timeout_ms / 1000);
        p->edge.ask |= SMTP_WANT_RESET;
    }
}

static void probe_gone(struct net_end *end, uint64_t now_ms)
{
    struct probe *p = (struct probe *)end;
    (void)now_ms;
    if (!p->result.connected && p->edge.end == SMTP_END_REFUSED)
        judge(p, PROBE_FAILED, "%s", p->dialler->why != NULL ? p->dialler->why : "no connection");
    judge(p, PROBE_FAILED, "the connection is gone");
    p->over = true;
    *p->stop = true;
}

struct probe *probe_start(const struct probe_plan *plan, struct net_world *world,
                          struct net_dialler *dialler, bool *stop)
{
    static const char *const none[] = {NULL};
    struct probe *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->plan = plan;
    p->world = world;
    p->dialler = dialler;
    p->stop = stop;
    p->result.ehlo = p->result.listed = none;
    p->limit_ms = world->ops->now(world) + plan->timeout_ms;
    smtp_edge_init(&p->edge, (smtp_room){p->in, sizeof p->in}, (smtp_room){p->out, sizeof p->out});
    p->edge.deadline_ms = p->limit_ms;
    p->end = (struct net_end){.edge = &p->edge, .step = probe_step, .gone = probe_gone};
    p->outer = plan->tls->wrap(plan->tls->arg, &p->end, plan->mode == PLAYER_IMPLICIT);
    if (p->outer == NULL) {
        free(p);
        return NULL;
    }
    dialler->ops->dial(dialler, p->outer);
    return p;
}

bool probe_is_over(const struct probe *p)
{
    return p->over;
}

const struct probe_result *probe_result(const struct probe *p)
{
    return &p->result;
}

void probe_free(struct probe *p)
{
    if (p == NULL)
        return;
    first_lines_free(&p->ehlo);
    first_lines_free(&p->listed[false]);
    first_lines_free(&p->listed[true]);
    free(p->greeting);
    free(p);
}
