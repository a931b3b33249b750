#include <stdlib.h>
#include <string.h>

#include "explore/client_model.h"
#include "observer/observer.h"

/* LEFT: octets of the input that a letter may leave there. */
enum { START_MS = 1000, CHOICES = 5, LEFT = 64 };

static const struct {
    const char *name;
    struct smtp_client_config config;
} setups[] = {
    {"client, TLS if offered", {.name = "c.test"}},
    {"client, TLS always", {.name = "c.test", .tls = SMTP_TLS_ALWAYS}},
    {"client, LMTP", {.name = "c.test", .tls = SMTP_TLS_NEVER, .lmtp = true}},
};

static struct smtp_client_config config;

static struct live {
    struct smtp_client client;
    struct smtp_mail mail;
    struct smtp_rcpt rcpts[MODEL_RCPTS];
    size_t text_at;
    struct client_model model;
    struct observer *observer;
    uint64_t now_ms;
    char in[SMTP_CLIENT_IN_MIN];
} live;

/* Empty between two letters. */
static char out[SMTP_CLIENT_OUT_MIN];

static bool asked, closed;
static struct finding *finding;

/* RFC 5321 4.1.1.10: who gives up says QUIT, whatever is still due. */
static void report(void *arg, const struct observer_rule *rule, const char *why, smtp_span bytes)
{
    (void)arg;
    if (rule->side == 'C' && finding != NULL && !live.model.quit_said)
        finding_add(finding, rule->name, "%s: %.*s", why, (int)bytes.n, bytes.n > 0 ? bytes.p : "");
}

/* ---- the caller ---- */

static const char text[] = "one\r\n.two\r\n";

enum { GIVE_ALL, GIVE_PART, GIVE_UP, GIVE_BARE, GO_AWAY };

static void begin_mail(size_t rcpts, enum smtp_body body)
{
    static const char *const addresses[MODEL_RCPTS] = {"b@s.test", "c@s.test"};
    size_t which;
    live.mail = (struct smtp_mail){
        .sender = SMTP_SPAN("a@c.test"),
        .params = {.given = body != SMTP_BODY_NONE ? SMTP_P_BODY : 0, .body = body},
        .rcpts = live.rcpts,
        .rcpt_count = rcpts};
    for (size_t i = 0; i < rcpts; i++)
        live.rcpts[i] = (struct smtp_rcpt){.address = smtp_span_of(addresses[i])};
    live.text_at = 0;
    live.model.begun++;
    if (smtp_client_mail(&live.client, &live.mail, &which) != SMTP_OK)
        finding_add(finding, "client", "mail() refuses a good mail");
}

static void take_turn(size_t choice)
{
    struct smtp_client *c = &live.client;
    if (choice == 1 && smtp_client_auth(c, SMTP_SPAN("LOGIN"), false, SMTP_SPAN("")) == SMTP_OK)
        return;
    if (choice == 2 && smtp_client_command(c, SMTP_V_VRFY, SMTP_SPAN("joe")) == SMTP_OK)
        return;
    if (choice == 3)
        smtp_client_quit(c);
    else
        begin_mail(choice == 4 ? 2 : 1, choice == 1 ? SMTP_BODY_8BITMIME : SMTP_BODY_NONE);
}

static void give_text(size_t choice)
{
    size_t left = sizeof text - 1 - live.text_at, n = choice == GIVE_PART && left > 5 ? 5 : left;
    if (choice == GIVE_UP)
        smtp_client_abandon(&live.client);
    else if (choice == GIVE_BARE)
        (void)smtp_client_text(&live.client, SMTP_SPAN("a\nb"), true);
    else
        live.text_at +=
            smtp_client_text(&live.client, (smtp_span){text + live.text_at, n}, n == left);
    if (choice == GO_AWAY)
        smtp_client_quit(&live.client);
}

static void answer(size_t choice)
{
    if (choice == 1)
        smtp_client_cancel(&live.client);
    else if (choice == 2)
        smtp_client_quit(&live.client);
    else if (!smtp_client_respond(&live.client, SMTP_SPAN("u")))
        finding_add(finding, "client", "respond() refuses");
}

/* The choice is for the first question of a letter; what follows takes the first way, and who has begun a mail
 * that could not be leaves. */
static void be_asked(const struct smtp_client_event *ev, size_t choice)
{
    bool asked_before = asked;
    size_t now = asked_before ? 0 : choice;
    asked = true;
    if (ev->kind == SMTP_CE_READY)
        take_turn(asked_before ? 3 : now);
    else if (ev->kind == SMTP_CE_TEXT)
        give_text(now);
    else
        answer(now);
}

/* ---- one letter ---- */

static bool drain(void)
{
    smtp_span octets = smtp_edge_out(&live.client.edge);
    if ((smtp_edge_want(&live.client.edge) & SMTP_WANT_WRITE) == 0)
        return false;
    client_model_said(&live.model, octets, config.lmtp, finding);
    observer_client(live.observer, octets, live.now_ms);
    smtp_edge_sent(&live.client.edge, octets.n);
    return true;
}

static void settle(size_t choice)
{
    struct smtp_client_event ev;
    for (bool moved = true; moved; moved = drain() || moved) {
        moved = smtp_client_next(&live.client, live.now_ms, &ev);
        if (!moved)
            continue;
        if (closed)
            finding_add(finding, "client", "an event behind CLOSED");
        closed = ev.kind == SMTP_CE_CLOSED;
        if (ev.kind == SMTP_CE_DONE)
            client_model_done(&live.model, &live.mail, finding);
        if (ev.kind == SMTP_CE_READY || ev.kind == SMTP_CE_TEXT || ev.kind == SMTP_CE_CHALLENGE)
            be_asked(&ev, choice);
    }
}

static bool wants(unsigned what)
{
    return (smtp_edge_want(&live.client.edge) & what) != 0;
}

static void feed(const struct reply_letter *letter, size_t choice)
{
    smtp_span octets = smtp_span_of(letter->octets);
    observer_server(live.observer, octets, live.now_ms);
    client_model_heard(&live.model, letter, config.lmtp);
    while (octets.n > 0 && wants(SMTP_WANT_READ)) {
        smtp_room room = smtp_edge_room(&live.client.edge);
        size_t n = octets.n < room.n ? octets.n : room.n;
        memcpy(room.p, octets.p, n);
        smtp_edge_got(&live.client.edge, n);
        octets = smtp_span_cut(octets, n, octets.n);
        settle(choice);
    }
}

static void shake_hands(bool up)
{
    smtp_edge_tls_done(&live.client.edge, up);
    if (up)
        observer_tls(live.observer, true);
    live.model.in_clear_only = false;
    live.model.offers = 0;
}

static void obey(const struct reply_letter *letter, size_t choice)
{
    struct smtp_edge *e = &live.client.edge;
    switch (letter->mark) {
    case MARK_NONE:
        feed(letter, choice);
        return;
    case MARK_TLS:
    case MARK_TLS_FAILS:
        shake_hands(letter->mark == MARK_TLS);
        break;
    case MARK_LATE:
        live.now_ms = e->deadline_ms;
        break;
    case MARK_CLOSE:
    case MARK_RESET:
        smtp_edge_ended(e, letter->mark == MARK_CLOSE ? SMTP_END_CLOSE : SMTP_END_RESET);
        break;
    case MARK_QUIT:
        smtp_client_quit(&live.client);
        break;
    case MARK_ABANDON:
        smtp_client_abandon(&live.client);
        break;
    }
    settle(choice);
}

static bool is_possible(const struct reply_letter *l)
{
    bool tls = l->mark == MARK_TLS || l->mark == MARK_TLS_FAILS;
    if (l->mark == MARK_LATE)
        return live.client.edge.deadline_ms != SMTP_NEVER;
    if (l->mark != MARK_NONE && !tls)
        return true;
    return tls == wants(SMTP_WANT_TLS);
}

/* ---- what holds in every state ---- */

/* RFC 5321 4.5.3.2; while it is the caller's turn nobody waits for the server. */
static void check_deadline(struct finding *f)
{
    const struct smtp_edge *e = &live.client.edge;
    uint64_t least = client_model_patience(&live.model);
    if (live.model.quit_said)
        least = 0;
    if (e->deadline_ms == SMTP_NEVER)
        finding_add(f, "deadline", "nothing ends the wait in phase %d", (int)live.client.phase);
    else if (e->deadline_ms < live.now_ms + least || e->deadline_ms <= live.now_ms)
        finding_add(f, "deadline", "%llu ms, and %llu are the least",
                    (unsigned long long)(e->deadline_ms - live.now_ms), (unsigned long long)least);
}

static void check_end(const struct reply_letter *l, bool ends, struct finding *f)
{
    if (ends && !closed && !live.model.quit_said)
        finding_add(f, "client", "goes on behind %s", l->name);
    if (closed && live.model.done != live.model.begun)
        finding_add(f, "client", "closed, and a mail without DONE");
}

static enum step step(size_t letter, size_t choice, bool *more, struct finding *f)
{
    const struct reply_letter *l = &client_letters[letter];
    if (!is_possible(l))
        return STEP_NONE;
    asked = closed = false;
    finding = f;
    bool reply = l->mark == MARK_NONE && l->form != REPLY_PART;
    bool ends = reply && (live.model.due_n == 0 || client_model_is_broken(&live.model, l));
    obey(l, choice);
    *more = asked;
    check_end(l, ends, f);
    if (!closed)
        check_deadline(f);
    finding = NULL;
    return closed ? STEP_OVER : STEP_DONE;
}

/* ---- states ---- */

/* Octet for octet, but for what is only told: codes and status codes of results, places in lines. Of the
 * mails so far no more matters than whether there was one. */
static size_t key(char *to)
{
    struct smtp_client c;
    memcpy(&c, &live.client, sizeof c);
    c.mails = c.mails > 0;
    c.code = 0;
    c.text_at = c.text_n = 0;
    memset(&c.enhanced, 0, sizeof c.enhanced);
    memcpy(to, &c, sizeof c);
    size_t n = sizeof c;
    for (size_t i = 0; c.mail != NULL && i < MODEL_RCPTS; i++)
        to[n++] = (char)live.rcpts[i].outcome;
    if (c.mail != NULL)
        to[n++] = (char)live.mail.rcpt_count;
    to[n++] = (char)live.text_at;
    memcpy(to + n, live.in + c.edge.in_head, c.edge.in_len);
    return n + c.edge.in_len;
}

static void begin(void)
{
    observer_free(live.observer);
    memset(&live, 0, sizeof live);
    live.now_ms = START_MS;
    live.observer = observer_new(report, NULL);
    if (live.observer == NULL ||
        smtp_client_init(&live.client, &config, (smtp_room){live.in, sizeof live.in},
                         (smtp_room){out, sizeof out}, live.now_ms) != SMTP_OK)
        abort();
    client_model_begin(&live.model);
    settle(0);
}

/* Of the input no more is kept than what is in it. */
static void save(void *to)
{
    struct live *saved = to;
    if (live.client.edge.in_head + live.client.edge.in_len > LEFT)
        abort();
    memcpy(saved, &live, offsetof(struct live, in) + LEFT);
    saved->observer = observer_copy(live.observer);
    if (saved->observer == NULL)
        abort();
}

static void load(const void *from)
{
    const struct live *saved = from;
    observer_free(live.observer);
    memcpy(&live, saved, offsetof(struct live, in) + LEFT);
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
    return client_letters[letter].name;
}

static const char *choice_name(size_t choice)
{
    static const char *const names[CHOICES] = {"mail, all, respond", "AUTH, part, cancel",
                                               "VRFY, give up, quit", "quit, bare LF",
                                               "two recipients, and away"};
    return names[choice];
}

const struct world *client_world(size_t which)
{
    static struct world world;
    if (which >= sizeof setups / sizeof *setups)
        return NULL;
    config = setups[which].config;
    world = (struct world){.name = setups[which].name,
                           .letters = client_letter_count,
                           .choices = CHOICES,
                           .size = offsetof(struct live, in) + LEFT,
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
