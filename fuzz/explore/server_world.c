#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"
#include "explore/server_model.h"
#include "observer/observer.h"

enum { IN = 2048, OUT = 1024, SIZE_LIMIT = 1000, START_MS = 1000 };

/* ---- how servers are set up ---- */

static const struct smtp_limits few = {.command_line = 512,
                                       .recipients = 2,
                                       .message = SIZE_LIMIT,
                                       .errors = 0,
                                       .command_ms = 300000,
                                       .text_ms = 300000,
                                       .tls_ms = 60000,
                                       .auth_line = 600,
                                       .transactions = 2,
                                       .hops = 3,
                                       .auth_tries = 2};
#define EXTENDED                                                                                   \
    .name = "s.test", .limits = &few, .extensions = ~0U, .auth_clear = "PLAIN LOGIN",              \
    .auth_tls = "PLAIN LOGIN", .deliver_by_min = 60, .hold_max_s = 86400,                          \
    .hold_max_until = "2030-01-01T00:00:00Z", .priority_profile = "STANAG4406"
static const struct {
    const char *name;
    struct smtp_server_config config;
} setups[] = {
    {"server, plain", {.name = "s.test", .limits = &few, .extensions = SMTP_X_SIZE}},
    {"server, all extensions", {EXTENDED}},
    {"server, submission, TLS and AUTH needed",
     {EXTENDED, .mode = SMTP_MODE_SUBMISSION, .tls_needed = true, .auth_needed = true}},
    {"server, LMTP", {EXTENDED, .mode = SMTP_MODE_LMTP}},
};

/* ---- the world ---- */

static struct smtp_server_config config;

static struct live {
    struct smtp_server server;
    struct model model;
    struct observer *observer;
    uint64_t now_ms;
    bool in_reply; /* reading the server's lines: within a reply */
    size_t column;
    char code[3];
    char in[IN], out[OUT];
} live;

/* Of the step that is under way. */
static struct answers seen;
static struct finding *finding;

static void report(void *arg, const struct observer_rule *rule, const char *why, smtp_span bytes)
{
    (void)arg;
    if (rule->side == 'S' && finding != NULL)
        finding_add(finding, rule->name, "%s: %.*s", why, (int)bytes.n, bytes.n > 0 ? bytes.p : "");
}

/* ---- replies, counted without the parser of the reference ---- */

static void read_octet(char octet)
{
    if (live.column < 3)
        live.code[live.column] = octet;
    if (live.column == 3)
        live.in_reply = octet == '-';
    live.column = octet == '\n' ? 0 : live.column + 1;
    if (octet != '\n' || live.in_reply)
        return;
    if (seen.count++ == 0)
        seen.first =
            (unsigned)(100 * (live.code[0] - '0') + 10 * (live.code[1] - '0') + live.code[2] - '0');
}

static bool drain(void)
{
    smtp_span out = smtp_edge_out(&live.server.edge);
    if (out.n == 0)
        return false;
    observer_server(live.observer, out, live.now_ms);
    for (size_t i = 0; i < out.n; i++)
        read_octet(out.p[i]);
    smtp_edge_sent(&live.server.edge, out.n);
    return true;
}

/* ---- one letter ---- */

static void choose(const struct smtp_event *ev, size_t choice)
{
    static const enum smtp_fault faults[CHOICES] = {
        [CHOICE_REFUSE] = SMTP_E_NO_MAILBOX,
        [CHOICE_DEFER] = SMTP_E_LATER,
        [CHOICE_CLOSE] = SMTP_E_SHUTDOWN,
    };
    bool login = ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_AUTH && ev->bytes.n == 0;
    if (choice != CHOICE_ACCEPT)
        smtp_server_refuse(&live.server, faults[choice]);
    else if (!login || !smtp_server_challenge(&live.server, SMTP_SPAN("who?")))
        smtp_server_accept(&live.server);
}

static void settle(size_t choice)
{
    struct smtp_event ev;
    for (bool moved = true; moved; moved = drain() || moved) {
        moved = smtp_server_next(&live.server, live.now_ms, &ev);
        if (!moved)
            continue;
        seen.closed = seen.closed || ev.kind == SMTP_EV_CLOSED;
        seen.asked = seen.asked || ev.wants_reply;
        if (ev.wants_reply)
            choose(&ev, choice);
    }
}

static void feed(const struct letter *letter, size_t choice)
{
    struct smtp_edge *e = &live.server.edge;
    smtp_span octets = {letter->octets, letter->n};
    observer_client(live.observer, octets, live.now_ms);
    while (octets.n > 0 && (smtp_edge_want(e) & SMTP_WANT_READ) != 0) {
        smtp_room room = smtp_edge_room(e);
        size_t n = octets.n < room.n ? octets.n : room.n;
        memcpy(room.p, octets.p, n);
        smtp_edge_got(e, n);
        octets = smtp_span_cut(octets, n, octets.n);
        settle(choice);
    }
}

static void obey(const struct letter *letter, size_t choice)
{
    struct smtp_edge *e = &live.server.edge;
    switch (letter->kind) {
    case LETTER_LINE:
        feed(letter, choice);
        return;
    case LETTER_TLS:
    case LETTER_TLS_FAILS:
        if (letter->kind == LETTER_TLS)
            observer_tls(live.observer, true);
        smtp_edge_tls_done(e, letter->kind == LETTER_TLS);
        break;
    case LETTER_LATE:
        live.now_ms = e->deadline_ms;
        break;
    case LETTER_END:
        smtp_edge_ended(e, SMTP_END_CLOSE);
        break;
    case LETTER_CONNECT:
        break;
    case LETTER_STOP:
        smtp_server_stop(&live.server);
        break;
    }
    settle(choice);
}

/* ---- what holds in every state ---- */

/* RFC 5321 4.5.3.2.7: five minutes; the handshake has no clause, but an end all the same. */
static void check_deadline(struct finding *f)
{
    const struct smtp_edge *e = &live.server.edge;
    uint64_t least = live.model.at == SMTP_S_TLS ? 1 : 300000;
    if (live.model.at == SMTP_S_CLOSED)
        return;
    if (e->deadline_ms == SMTP_NEVER || e->deadline_ms < live.now_ms + least)
        finding_add(f, "deadline", "%llu ms in state %s",
                    (unsigned long long)(e->deadline_ms - live.now_ms),
                    smtp_state_name(live.model.at));
}

static void check_state(struct finding *f)
{
    const struct smtp_server *s = &live.server;
    const struct model *m = &live.model;
    if (smtp_server_state(s) != m->at)
        finding_add(f, "state", "%s, and the model is in %s", smtp_state_name(smtp_server_state(s)),
                    smtp_state_name(m->at));
    if (m->at == SMTP_S_CLOSED)
        return;
    if (s->recipients != m->rcpts || s->utf8 != m->utf8 || s->binary != m->binary)
        finding_add(f, "atomicity", "%zu recipients of %u, SMTPUTF8 %d, BINARYMIME %d",
                    s->recipients, m->rcpts, s->utf8, s->binary);
    if (smtp_server_is_authenticated(s) != m->authenticated)
        finding_add(f, "state", "authenticated: %d", !m->authenticated);
    if (s->edge.in_len > 0 || s->edge.out_len > 0)
        finding_add(f, "state", "%zu octets left, %zu to write", s->edge.in_len, s->edge.out_len);
}

static enum step step(size_t letter, size_t choice, bool *asked, struct finding *f)
{
    const struct letter *l = &server_letters[letter];
    if (!model_allows(&live.model, l))
        return STEP_NONE;
    seen = (struct answers){.count = 0};
    finding = f;
    obey(l, choice);
    *asked = seen.asked;
    model_step(&live.model, &config, l, (enum model_choice)choice, &seen, f);
    check_state(f);
    check_deadline(f);
    finding = NULL;
    return seen.closed ? STEP_OVER : STEP_DONE;
}

/* ---- states ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Octet for octet, but for what is only counted and told: faults so far, places in the text; of the text's
 * length no more matters than whether it is over the limit. */
static size_t key(char *out)
{
    struct smtp_server s;
    memcpy(&s, &live.server, sizeof s);
    s.errors = 0;
    s.text = least(s.text, SIZE_LIMIT + 1);
    s.dot.seen = s.dot.fault_off = s.ending.fault_off = 0;
    s.line.fault_off = 0;
    memcpy(out, &s, sizeof s);
    memcpy(out + sizeof s, live.in + s.edge.in_head, s.edge.in_len);
    return sizeof s + s.edge.in_len;
}

static void begin(void)
{
    observer_free(live.observer);
    memset(&live, 0, sizeof live);
    live.now_ms = START_MS;
    live.observer = observer_new(report, NULL);
    if (live.observer == NULL ||
        smtp_server_init(&live.server, &config, (smtp_room){live.in, IN},
                         (smtp_room){live.out, OUT}, live.now_ms) != SMTP_OK)
        abort();
    live.model = (struct model){.at = SMTP_S_CONNECT};
}

static void save(void *to)
{
    struct live *saved = to;
    memcpy(saved, &live, sizeof live);
    saved->observer = observer_copy(live.observer);
    if (saved->observer == NULL)
        abort();
}

static void load(const void *from)
{
    const struct live *saved = from;
    observer_free(live.observer);
    memcpy(&live, saved, sizeof live);
    live.observer = observer_copy(saved->observer);
    if (live.observer == NULL)
        abort();
}

static void drop(void *saved)
{
    observer_free(((struct live *)saved)->observer);
}

static const char *letter_name(size_t letter)
{
    return server_letters[letter].name;
}

static const char *choice_name(size_t choice)
{
    static const char *const names[CHOICES] = {"accept", "refuse", "defer", "close"};
    return names[choice];
}

const struct world *server_world(size_t which, const struct smtp_rule *rules)
{
    static struct world world;
    if (which >= sizeof setups / sizeof *setups)
        return NULL;
    config = setups[which].config;
    config.rules = rules;
    world = (struct world){.name = setups[which].name,
                           .letters = server_letter_count,
                           .choices = CHOICES,
                           .size = sizeof live,
                           .letter_name = letter_name,
                           .choice_name = choice_name,
                           .begin = begin,
                           .step = step,
                           .key = key,
                           .save = save,
                           .load = load,
                           .drop = drop};
    return &world;
}
