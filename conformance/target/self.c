/*
 * NAME
 *     self.c: the reference server in memory
 *
 * DESCRIPTION
 *     Every dial makes a session of its own, joined to the player by a pair in memory: player, its
 *     TLS filter, the pair, the server's TLS filter, the mutant's rewriting, the session. The
 *     policy is that of a small site: four mailboxes and postmaster at example.test, relaying to
 *     hop.example.test alone, one account. It offers all that the session has. LOGIN is for TLS alone, so that there is a
 *     mechanism that waits for TLS; PLAIN is not, since nobody listens here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/mem.h"
#include "net/tls.h"
#include "target/rewrite.h"
#include "target/self_parts.h"

/* ---- sessions -------------------------------------------------------------------------------- */

static void session_step(struct net_end *end, uint64_t now_ms)
{
    struct session *s = (struct session *)end;
    struct smtp_event ev;
    while (smtp_server_next(&s->server, now_ms, &ev)) {
        policy_look(s, &ev);
        if (ev.wants_reply)
            policy_decide(s, &ev);
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
    drive_parcel_free(s->parcel);
    free(s);
}

static struct session *session_new(struct target_self *self,
                                   const struct smtp_server_config *config, uint64_t now_ms)
{
    struct session *s = malloc(sizeof *s); /* the buffers need not be zeroed */
    if (s == NULL)
        return NULL;
    s->self = self;
    s->late = s->begun = s->traced = false;
    s->greeting = SMTP_OK;
    s->parcel = NULL;
    s->next = self->sessions;
    s->link = &self->sessions;
    if (s->next != NULL)
        s->next->link = &s->next;
    self->sessions = s;
    deliver_init(&s->delivery, &self->inbox, self->mutant, HOST, DOMAIN);
    s->end = (struct net_end){.edge = &s->server.edge, .step = session_step, .gone = session_gone};
    if (smtp_server_init(&s->server, config, (smtp_room){s->in, sizeof s->in},
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
    struct session *s = self->down ? NULL : session_new(self, door->config, world->ops->now(world));
    struct net_end *outer = s == NULL ? NULL : &s->end;
    if (s != NULL) {
        s->greeting = door->greeting;
        s->late = door->late;
    }
    if (outer != NULL && self->mutant != NULL)
        outer = rewrite_wrap(self->mutant, outer);
    if (outer != NULL)
        outer = net_tls_wrap(shared_tls.server, outer, door->implicit);
    if (outer != NULL && net_mem_join(self->mem, end, outer))
        return;
    dialler->why = self->down ? "it was killed" : "no memory";
    smtp_edge_ended(end->edge, SMTP_END_REFUSED);
    if (end->gone != NULL)
        end->gone(end, world->ops->now(world));
}

static void open_door(struct door *door, struct target_self *self, size_t profile)
{
    static const struct net_dialler_ops ops = {self_dial};
    *door = (struct door){.dialler = {.ops = &ops},
                          .self = self,
                          .config = &self->configs[profile],
                          .implicit = self->mode == PLAYER_IMPLICIT};
}

static void open_doors(struct target_self *self)
{
    open_door(&self->front, self, self->profile);
    open_door(&self->clear, self, self->profile);
    self->clear.implicit = false;
    open_door(&self->denying, self, self->profile);
    self->denying.greeting = SMTP_E_NO_SERVICE;
    open_door(&self->late, self, self->profile);
    self->late.late = true;
    open_door(&self->mailless, self, self->profile);
    self->mailless.greeting = SMTP_E_NO_MAIL;
    open_door(&self->submission, self, TARGET_SUBMISSION);
    open_door(&self->lmtp, self, TARGET_LMTP);
    open_door(&self->plain, self, TARGET_PROFILES);
    open_door(&self->strict, self, TARGET_PROFILES + 1);
    self->strict.implicit = false;
    open_door(&self->boundless, self, TARGET_PROFILES + 2);
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

/* What was accepted and not yet on a disk: nobody's message any more. */
static void lose_all(struct inbox *inbox)
{
    for (struct inbox_message *m = inbox->first; m != NULL; m = m->next)
        m->mailbox.n = 0;
}

/* As SIGKILL does: connections break off, and what was accepted is there (RFC 5321 6.1). */
static bool self_kill(void *arg, const char **why)
{
    struct target_self *self = arg;
    (void)why;
    self->down = true;
    if (self->mutant != NULL && self->mutant->slip == MUTANT_SLIP_CRASH_LOSES)
        lose_all(&self->inbox);
    for (struct session *s = self->sessions, *next; s != NULL; s = next) {
        next = s->next;
        s->server.edge.ask |= SMTP_WANT_RESET;
        net_kick(&s->end);
    }
    return true;
}

static bool self_start(void *arg, const char **why)
{
    (void)why;
    ((struct target_self *)arg)->down = false;
    return true;
}

/* Reads the EHLO lines off a session of its own, so that nobody keeps a second list of them. */
static void read_ehlo(struct target_self *self)
{
    const struct smtp_server_config *config = &self->configs[self->profile];
    struct session *s = session_new(self, config, 0);
    if (s == NULL)
        return;
    session_step(&s->end, 0);
    smtp_edge_sent(&s->server.edge, smtp_edge_out(&s->server.edge).n);
    smtp_room room = smtp_edge_room(&s->server.edge);
    const char *hello =
        config->mode == SMTP_MODE_LMTP ? "LHLO a.example\r\n" : "EHLO a.example\r\n";
    memcpy(room.p, hello, strlen(hello));
    smtp_edge_got(&s->server.edge, strlen(hello));
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

/* RFC 6409 4.3: a submission server wants to know who submits. */
static void configure(struct target_self *self, enum target_profile profile)
{
    static const enum smtp_mode modes[] = {
        [TARGET_MX] = SMTP_MODE_SMTP,
        [TARGET_SUBMISSION] = SMTP_MODE_SUBMISSION,
        [TARGET_LMTP] = SMTP_MODE_LMTP,
    };
    struct smtp_server_config *config = &self->configs[profile];
    *config = (struct smtp_server_config){
        .name = HOST,
        .mode = modes[profile],
        .lax = SMTP_LAX_ADVISED,
        .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING |
                      SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_STARTTLS | SMTP_X_HELP | SMTP_X_EXPN |
                      SMTP_X_CHUNKING | SMTP_X_BINARYMIME | SMTP_X_SMTPUTF8 | SMTP_X_DSN |
                      SMTP_X_AUTH | SMTP_X_REQUIRETLS | SMTP_X_LIMITS | SMTP_X_DELIVERBY |
                      SMTP_X_MT_PRIORITY | SMTP_X_FUTURERELEASE,
        .limits = &self->limits,
        .auth_clear = "CRAM-MD5 PLAIN",
        .auth_tls = "CRAM-MD5 PLAIN LOGIN",
        .auth_needed = profile == TARGET_SUBMISSION,
        .deliver_by_min = 60,
        .hold_max_s = 86400,
        .hold_max_until = "2038-01-01T00:00:00Z",
        .priority_profile = "MIXER",
    };
}

static void mutate(struct target_self *self, const struct mutant *mutant)
{
    self->mutant = mutant;
    self->limits = self->boundless_limits = mutant->limits;
    self->boundless_limits.message = 0;
    for (size_t i = 0; i < sizeof self->configs / sizeof *self->configs; i++) {
        struct smtp_server_config *config = &self->configs[i];
        config->limits = config->size_unsaid ? &self->boundless_limits : &self->limits;
        config->rules = config->mode == SMTP_MODE_LMTP ? NULL : mutant->rules;
        config->lax |= mutant->lax;
        config->extensions &= ~mutant->without;
    }
}

struct target_self *target_self_new(enum player_mode mode, enum target_profile profile,
                                    const struct mutant *mutant, const char **why)
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
    inbox_init(&self->inbox);
    self->inbox.wait_ms = INBOX_MS;
    self->inbox.prompt = true; /* deliver.c puts a message in before its 250 */
    self->onward = onward_new(self->mem, &self->inbox, mutant, HOST, DOMAIN);
    if (self->onward == NULL) {
        target_self_free(self);
        *why = "no memory";
        return NULL;
    }
    self->mode = mode;
    self->profile = profile;
    self->hooks = (struct player_hooks){
        .stop = self_stop, .kill = self_kill, .start = self_start, .arg = self};
    self->tls = (struct player_tls){.wrap = client_wrap, .why = client_why};
    mutant_base_limits(&self->limits);
    for (size_t i = 0; i < TARGET_PROFILES; i++)
        configure(self, (enum target_profile)i);
    self->configs[TARGET_PROFILES] = self->configs[TARGET_MX];
    self->configs[TARGET_PROFILES].extensions = 0;
    self->configs[TARGET_PROFILES + 1] = self->configs[TARGET_MX];
    self->configs[TARGET_PROFILES + 1].tls_needed = true;
    self->boundless_limits = self->limits;
    self->boundless_limits.message = 0;
    self->configs[TARGET_PROFILES + 2] = self->configs[TARGET_MX];
    self->configs[TARGET_PROFILES + 2].limits = &self->boundless_limits;
    self->configs[TARGET_PROFILES + 2].size_unsaid = true;
    open_doors(self);
    read_ehlo(self);
    if (mutant != NULL)
        mutate(self, mutant);
    return self;
}

void target_self_free(struct target_self *self)
{
    if (self == NULL)
        return;
    onward_close(self->onward);
    net_mem_free(self->mem);
    onward_free(self->onward);
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
    run->hop = onward_hop(self->onward);
    run->denying = &self->denying.dialler;
    run->mailless = &self->mailless.dialler;
    run->submission = &self->submission.dialler;
    run->lmtp = &self->lmtp.dialler;
    run->plain = &self->plain.dialler;
    run->strict = &self->strict.dialler;
    if (self->profile != TARGET_LMTP) /* RFC 2033 4.2: its answer for each comes behind the text */
        run->late = &self->late.dialler;
    run->boundless = &self->boundless.dialler;
    run->auth = self->profile == TARGET_SUBMISSION;
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
        {"utf8-rcpt", UTF8_LOCAL "@" DOMAIN},
        {"list", LIST "@" DOMAIN},
        {"alias", DELIVER_ALIAS "@" DOMAIN},
        {"user", LOGIN_USER},
        {"password", LOGIN_PASSWORD},
        {NULL, NULL},
    };
    (void)self;
    return vars;
}

const char *const *target_self_facts(const struct target_self *self)
{
    static const char *const facts[TARGET_PROFILES][6] = {
        [TARGET_MX] = {"tls", "public", "list", "alias", "auth", NULL},
        [TARGET_SUBMISSION] = {"tls", "list", "alias", "auth", "submission", NULL},
        [TARGET_LMTP] = {"tls", "list", "alias", "auth", "lmtp", NULL},
    };
    return facts[self->profile];
}
