/*
 * NAME
 *     self.c: the reference server in memory, and its policy
 *
 * DESCRIPTION
 *     Every dial makes a session of its own, joined to the player by a pair in memory: player, its
 *     TLS filter, the pair, the server's TLS filter, the mutant's rewriting, the session. The
 *     policy is that of a small site: three mailboxes and postmaster at example.test, no relaying.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/mem.h"
#include "net/tls.h"
#include "target/deliver.h"
#include "target/mutant.h"
#include "target/rewrite.h"
#include "target/target.h"

#define DOMAIN "example.test"
#define HOST "mx." DOMAIN
#define LIST "team"
#define REFUSED_SENDER "refused@example.org"

enum { BUFFER = 16384, EHLO_LINES = 16, INBOX_MS = 30000 };

/* One of the ways to reach it. */
struct door {
    struct net_dialler dialler; /* first: a door is a dialler */
    struct target_self *self;
    bool implicit, denies;
};

struct target_self {
    struct door front, clear, denying;
    struct net_mem *mem;
    enum player_mode mode;
    struct session *sessions; /* those that are served now */
    struct player_hooks hooks;
    struct inbox inbox;
    const struct mutant *mutant;
    struct smtp_server_config config;
    struct smtp_limits limits;
    struct player_tls tls;
    char ehlo_text[1024];
    const char *ehlo[EHLO_LINES + 1];
};

struct session {
    struct net_end end; /* first: a session is its own end */
    struct smtp_server server;
    struct target_self *self;
    struct session *next, **link; /* in the list of all */
    bool denies;                  /* 554 in place of a greeting */
    bool begun, traced;           /* text has come; it began with a trace field */
    struct delivery delivery;
    char in[BUFFER], out[BUFFER];
};

/* ---- policy ---------------------------------------------------------------------------------- */

static bool is_mailbox(const struct smtp_path *path)
{
    static const char *const names[] = {"tester", "tester2", "tester3", LIST};
    char local[SMTP_LOCAL_MAX + 1];
    size_t n = smtp_print_local_meaning((smtp_room){local, sizeof local}, path->local);
    smtp_span meaning = {local, n <= sizeof local ? n : 0};
    if (smtp_span_is_nocase(meaning, SMTP_SPAN("postmaster"))) /* RFC 5321 4.5.1 */
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (smtp_span_is(meaning, smtp_span_of(names[i])))
            return true;
    return false;
}

static enum smtp_fault judge_recipient(const struct smtp_path *path)
{
    bool ours = path->domain.kind == SMTP_D_NONE ||
                smtp_span_is_nocase(path->domain.text, SMTP_SPAN(DOMAIN));
    if (!ours)
        return SMTP_E_NO_RELAY;
    return is_mailbox(path) ? SMTP_OK : SMTP_E_NO_MAILBOX;
}

static bool has_capital(smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'A' && s.p[i] <= 'Z')
            return true;
    return false;
}

static bool is_literal(const struct smtp_domain *d)
{
    return d->kind == SMTP_D_IPV4 || d->kind == SMTP_D_IPV6 || d->kind == SMTP_D_GENERAL;
}

/* Whether the mutant's condition holds for a command with a path. */
static bool path_holds(enum mutant_when when, const struct smtp_command *cmd)
{
    const struct smtp_path *path = &cmd->path;
    bool rcpt = cmd->verb == SMTP_V_RCPT;
    switch (when) {
    case MUTANT_NULL_PATH:
        return !rcpt && path->null;
    case MUTANT_SENDER:
        return !rcpt;
    case MUTANT_BODY:
        return !rcpt && cmd->params.at < cmd->params.end &&
               smtp_span_has_head_nocase(
                   (smtp_span){cmd->params.at, (size_t)(cmd->params.end - cmd->params.at)},
                   SMTP_SPAN(" BODY="));
    case MUTANT_POSTMASTER:
        return rcpt && path->domain.kind == SMTP_D_NONE && !path->null;
    case MUTANT_ROUTE:
        return path->route.n > 0;
    case MUTANT_QUOTED:
        return path->quoted;
    case MUTANT_LONG:
        return path->local.n >= SMTP_LOCAL_MAX;
    case MUTANT_CASE:
        return has_capital(path->domain.text);
    case MUTANT_LITERAL:
        return is_literal(&path->domain);
    case MUTANT_FOREIGN:
        return rcpt && judge_recipient(path) == SMTP_E_NO_RELAY;
    case MUTANT_UNKNOWN:
        return rcpt && judge_recipient(path) == SMTP_E_NO_MAILBOX;
    case MUTANT_NEVER:
    case MUTANT_GREETING:
    case MUTANT_HELLO:
    case MUTANT_TEXT:
    case MUTANT_TRACE:
    case MUTANT_VRFY:
        return false;
    }
    return false;
}

static bool holds(const struct session *s, enum mutant_when when, const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_CONNECT)
        return when == MUTANT_GREETING;
    if (ev->kind == SMTP_EV_MESSAGE)
        return when == MUTANT_TEXT || (when == MUTANT_TRACE && s->traced);
    enum smtp_verb verb = ev->cmd.verb;
    if (verb == SMTP_V_EHLO || verb == SMTP_V_HELO)
        return when == MUTANT_HELLO || (when == MUTANT_LITERAL && is_literal(&ev->cmd.host));
    if (verb == SMTP_V_MAIL || verb == SMTP_V_RCPT)
        return path_holds(when, &ev->cmd);
    return verb == SMTP_V_VRFY && when == MUTANT_VRFY;
}

/* RFC 5321 3.5: 250 and the mailbox for those that RCPT takes, 550 for others. */
static void verify(struct session *s, const struct smtp_command *cmd)
{
    struct smtp_cursor c = smtp_cursor_of(cmd->argument, 0);
    struct smtp_path path = {.local = cmd->argument};
    if (smtp_parse_mailbox(&c, &path) != SMTP_OK)
        path = (struct smtp_path){.local = cmd->argument};
    char text[2 * SMTP_LOCAL_MAX];
    int n = snprintf(text, sizeof text, "<%.*s@" DOMAIN ">", (int)path.local.n, path.local.p);
    enum smtp_fault fault = judge_recipient(&path);
    if (fault != SMTP_OK || n < 0 || (size_t)n >= sizeof text)
        smtp_server_refuse(&s->server, SMTP_E_NO_MAILBOX);
    else if (!smtp_server_reply(&s->server, 250, "2.1.5", smtp_span_of(text)))
        abort();
}

/* RFC 5321 3.5.1, 3.5.2: the members of the list, a line each. */
static void expand(struct session *s, const struct smtp_command *cmd)
{
    static const char members[] = "Tester <tester@" DOMAIN ">\n<tester2@" DOMAIN ">";
    bool known = smtp_span_is(cmd->argument, SMTP_SPAN(LIST)) ||
                 smtp_span_is(cmd->argument, SMTP_SPAN(LIST "@" DOMAIN));
    if (!known)
        smtp_server_accept(&s->server); /* the table's own, 252 */
    else if (!smtp_server_reply(&s->server, 250, "2.1.5", smtp_span_of(members)))
        abort();
}

static enum smtp_fault judge(const struct session *s, const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_CONNECT && s->denies)
        return SMTP_E_NO_SERVICE;
    if (ev->kind != SMTP_EV_COMMAND)
        return SMTP_OK;
    if (ev->cmd.verb == SMTP_V_RCPT)
        return judge_recipient(&ev->cmd.path);
    bool refused = ev->cmd.verb == SMTP_V_MAIL &&
                   smtp_span_is(ev->cmd.path.mailbox, smtp_span_of(REFUSED_SENDER));
    return refused ? SMTP_E_SENDER : SMTP_OK;
}

/* What the answer means for the message. */
static void note(struct session *s, const struct smtp_event *ev, bool accepted)
{
    s->delivery.secure = s->server.edge.secure;
    if (ev->kind == SMTP_EV_COMMAND && accepted)
        deliver_command(&s->delivery, &ev->cmd);
    if (ev->kind == SMTP_EV_MESSAGE && !deliver_end(&s->delivery, accepted))
        abort();
}

static void decide(struct session *s, const struct smtp_event *ev)
{
    const struct mutant *m = s->self->mutant;
    if (m != NULL && holds(s, m->when, ev)) {
        char enhanced[] = "2.0.0";
        note(s, ev, m->code < 400);
        enhanced[0] = (char)('0' + m->code / 100);
        if (!smtp_server_reply(&s->server, m->code, enhanced, SMTP_SPAN("mutant")))
            abort();
        return;
    }
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_VRFY) {
        verify(s, &ev->cmd);
        return;
    }
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_EXPN) {
        expand(s, &ev->cmd);
        return;
    }
    enum smtp_fault fault = judge(s, ev);
    note(s, ev, fault == SMTP_OK);
    if (fault == SMTP_OK)
        smtp_server_accept(&s->server);
    else
        smtp_server_refuse(&s->server, fault);
}

/* RFC 5321 4.4: what stands on top of a message that has travelled. */
static void look_at_text(struct session *s, const struct smtp_event *ev)
{
    if (ev->kind == SMTP_EV_BODY && !s->begun)
        s->traced = smtp_span_has_head_nocase(ev->bytes, SMTP_SPAN("Received:")) ||
                    smtp_span_has_head_nocase(ev->bytes, SMTP_SPAN("Return-Path:"));
    s->begun = ev->kind == SMTP_EV_BODY;
    if (ev->kind == SMTP_EV_BODY)
        deliver_text(&s->delivery, ev->bytes);
    if (ev->kind == SMTP_EV_MESSAGE && !ev->wants_reply)
        note(s, ev, false);
}

/* ---- sessions -------------------------------------------------------------------------------- */

static void session_step(struct net_end *end, uint64_t now_ms)
{
    struct session *s = (struct session *)end;
    struct smtp_event ev;
    while (smtp_server_next(&s->server, now_ms, &ev)) {
        look_at_text(s, &ev);
        if (ev.wants_reply)
            decide(s, &ev);
    }
}

static void session_gone(struct net_end *end, uint64_t now_ms)
{
    struct session *s = (struct session *)end;
    (void)now_ms;
    *s->link = s->next;
    if (s->next != NULL)
        s->next->link = s->link;
    deliver_free(&s->delivery);
    free(s);
}

static struct session *session_new(struct target_self *self, uint64_t now_ms)
{
    struct session *s = malloc(sizeof *s); /* the buffers need not be zeroed */
    if (s == NULL)
        return NULL;
    s->self = self;
    s->denies = s->begun = s->traced = false;
    s->next = self->sessions;
    s->link = &self->sessions;
    if (s->next != NULL)
        s->next->link = &s->next;
    self->sessions = s;
    deliver_init(&s->delivery, &self->inbox, self->mutant, HOST, DOMAIN);
    s->end = (struct net_end){.edge = &s->server.edge, .step = session_step, .gone = session_gone};
    if (smtp_server_init(&s->server, &self->config, (smtp_room){s->in, sizeof s->in},
                         (smtp_room){s->out, sizeof s->out}, now_ms) != SMTP_OK)
        abort();
    return s;
}

/* ---- TLS: one certificate for all targets of the process ------------------------------------- */

static struct {
    struct net_tls_context *server, *client;
    char *pem;
    bool tried;
} shared_tls;

static bool make_tls(const char **why)
{
    if (!shared_tls.tried) {
        shared_tls.tried = true;
        shared_tls.server = net_tls_context_self_signed(HOST, &shared_tls.pem, why);
        if (shared_tls.server != NULL)
            shared_tls.client = net_tls_context_trusting(shared_tls.pem, HOST, why);
    }
    return shared_tls.client != NULL;
}

static struct net_end *client_wrap(void *arg, struct net_end *inner, bool implicit)
{
    (void)arg;
    return net_tls_wrap(shared_tls.client, inner, implicit);
}

static const char *client_why(void *arg, const struct net_end *filter)
{
    (void)arg;
    return net_tls_why(filter);
}

/* ---- the dialler ----------------------------------------------------------------------------- */

static void self_dial(struct net_dialler *dialler, struct net_end *end)
{
    const struct door *door = (const struct door *)dialler;
    struct target_self *self = door->self;
    struct net_world *world = net_mem_world(self->mem);
    struct session *s = session_new(self, world->ops->now(world));
    struct net_end *outer = s == NULL ? NULL : &s->end;
    if (s != NULL)
        s->denies = door->denies;
    if (outer != NULL && self->mutant != NULL)
        outer = rewrite_wrap(self->mutant, outer);
    if (outer != NULL)
        outer = net_tls_wrap(shared_tls.server, outer, door->implicit);
    if (outer != NULL && net_mem_join(self->mem, end, outer))
        return;
    dialler->why = "no memory";
    smtp_edge_ended(end->edge, SMTP_END_REFUSED);
    if (end->gone != NULL)
        end->gone(end, world->ops->now(world));
}

static void open_door(struct door *door, struct target_self *self, bool implicit, bool denies)
{
    static const struct net_dialler_ops ops = {self_dial};
    *door = (struct door){{.ops = &ops}, self, implicit, denies};
}

/* As SIGTERM does to a server on sockets: RFC 5321 3.8. */
static bool self_stop(void *arg, const char **why)
{
    struct target_self *self = arg;
    (void)why;
    for (struct session *s = self->sessions, *next; s != NULL; s = next) {
        next = s->next; /* a kick may end it */
        smtp_server_stop(&s->server);
        net_kick(&s->end);
    }
    return true;
}

/* Reads the EHLO lines off a session of its own, so that nobody keeps a second list of them. */
static void read_ehlo(struct target_self *self)
{
    struct session *s = session_new(self, 0);
    if (s == NULL)
        return;
    session_step(&s->end, 0);
    smtp_edge_sent(&s->server.edge, smtp_edge_out(&s->server.edge).n);
    smtp_room room = smtp_edge_room(&s->server.edge);
    static const char hello[] = "EHLO a.example\r\n";
    memcpy(room.p, hello, sizeof hello - 1);
    smtp_edge_got(&s->server.edge, sizeof hello - 1);
    session_step(&s->end, 0);
    smtp_span out = smtp_edge_out(&s->server.edge);
    snprintf(self->ehlo_text, sizeof self->ehlo_text, "%.*s", (int)out.n, out.p);
    session_gone(&s->end, 0);
    size_t count = 0;
    char *line = strstr(self->ehlo_text, "\r\n");
    while (line != NULL && line[2] != '\0' && count < EHLO_LINES) {
        *line = '\0';
        self->ehlo[count++] = line + 2 + 4; /* behind "250-" */
        line = strstr(line + 2, "\r\n");
    }
    if (line != NULL)
        *line = '\0';
}

struct target_self *target_self_new(enum player_mode mode, const struct mutant *mutant,
                                    const char **why)
{
    if (!make_tls(why))
        return NULL;
    struct target_self *self = calloc(1, sizeof *self);
    if (self != NULL)
        self->mem = net_mem_new(0);
    if (self == NULL || self->mem == NULL) {
        free(self);
        *why = "no memory";
        return NULL;
    }
    open_door(&self->front, self, mode == PLAYER_IMPLICIT, false);
    open_door(&self->clear, self, false, false);
    open_door(&self->denying, self, mode == PLAYER_IMPLICIT, true);
    inbox_init(&self->inbox);
    self->inbox.wait_ms = INBOX_MS;
    self->hooks = (struct player_hooks){.stop = self_stop, .arg = self};
    self->mode = mode;
    self->config = (struct smtp_server_config){
        .name = HOST,
        .lax = SMTP_LAX_ADVISED,
        .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING |
                      SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_STARTTLS | SMTP_X_HELP | SMTP_X_EXPN,
    };
    self->tls = (struct player_tls){.wrap = client_wrap, .why = client_why};
    read_ehlo(self);
    self->mutant = mutant;
    if (mutant != NULL) {
        self->limits = mutant->limits;
        self->config.limits = &self->limits;
        self->config.rules = mutant->rules;
        self->config.lax |= mutant->lax;
        self->config.extensions &= ~mutant->without;
    }
    return self;
}

void target_self_free(struct target_self *self)
{
    if (self == NULL)
        return;
    net_mem_free(self->mem);
    inbox_free(&self->inbox);
    free(self);
}

struct net_world *target_self_world(struct target_self *self)
{
    return net_mem_world(self->mem);
}

struct net_dialler *target_self_dialler(struct target_self *self)
{
    return &self->front.dialler;
}

void target_self_doors(struct target_self *self, struct player_run *run)
{
    run->tls = &self->tls;
    run->hooks = &self->hooks;
    run->inbox = &self->inbox;
    run->denying = &self->denying.dialler;
    if (self->mode == PLAYER_IMPLICIT)
        run->clear = &self->clear.dialler;
}

const struct player_tls *target_self_tls(struct target_self *self)
{
    return &self->tls;
}

const char *const *target_self_ehlo(const struct target_self *self)
{
    return self->ehlo;
}

const struct player_var *target_self_vars(const struct target_self *self)
{
    static const struct player_var vars[] = {
        {"me", "client.example.org"},
        {"mx", HOST},
        {"from", "sender@example.org"},
        {"bad-from", REFUSED_SENDER},
        {"rcpt", "tester@" DOMAIN},
        {"rcpt2", "tester2@" DOMAIN},
        {"rcpt3", "tester3@" DOMAIN},
        {"bad-rcpt", "nobody@" DOMAIN},
        {"foreign-rcpt", "nobody@foreign.example"},
        {"list", LIST "@" DOMAIN},
        {NULL, NULL},
    };
    (void)self;
    return vars;
}

const char *const *target_self_facts(const struct target_self *self)
{
    static const char *const facts[] = {"tls", "list", NULL};
    (void)self;
    return facts;
}
