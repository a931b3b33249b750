#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "user_file.h"

static uint64_t now(const struct bench *b)
{
    return b->world->ops->now(b->world);
}

static void look(struct drive_host *host)
{
    struct bench *b = (struct bench *)host;
    b->done = b->open == 0 && host->sessions == 0 && host->transfers == 0 && b->worker.pending == 0;
}

/* ---- the store ----------------------------------------------------------------------------- */

struct drive_delivery {
    struct net_timer timer; /* first */
    struct bench_store *store;
    struct drive_giver *giver;
    struct drive_envelope *envelope;
    bool ended, full, first;
};

/* As the store sees it at the end, and what it says about some of the recipients. */
static void note_envelope(struct bench_store *s, struct drive_envelope *envelope)
{
    size_t n = 0;
    for (size_t i = 0; i < envelope->recipient_count; i++) {
        struct drive_recipient *r = &envelope->recipients[i];
        n += (size_t)snprintf(s->recipients + n, sizeof s->recipients - n, "%s<%.*s>",
                              i > 0 ? " " : "", (int)r->mailbox.n, r->mailbox.p);
        ck_assert_uint_lt(n, sizeof s->recipients);
        ck_assert_int_eq(r->fault, SMTP_OK);
        r->fault = envelope->each && s->fault == SMTP_OK && i < 4 ? s->faults[i] : s->fault;
        r->enhanced = s->enhanced;
    }
    snprintf(s->sender, sizeof s->sender, "%.*s", (int)envelope->sender.n, envelope->sender.p);
}

static void finish(struct net_timer *timer, uint64_t now_ms)
{
    struct drive_delivery *d = (struct drive_delivery *)timer;
    struct drive_giver *giver = d->giver;
    enum smtp_fault fault = d->store->fault;
    (void)now_ms;
    d->full = false;
    if (!d->ended) {
        giver->room(giver);
        return;
    }
    note_envelope(d->store, d->envelope);
    free(d);
    giver->done(giver, fault);
}

static void finish_after(struct drive_delivery *d, uint64_t ms)
{
    struct bench *b = d->store->bench;
    if (ms == 0) {
        finish(&d->timer, now(b));
        return;
    }
    d->timer.at_ms = now(b) + ms;
    d->timer.done = finish;
    net_mem_timer(b->mem, &d->timer);
}

static struct drive_delivery *store_begin(struct drive_store *store, const char *id,
                                          struct drive_envelope *envelope,
                                          struct drive_giver *giver)
{
    struct bench_store *s = (struct bench_store *)store;
    if (s->no_memory)
        return NULL;
    struct drive_delivery *d = calloc(1, sizeof *d);
    ck_assert_ptr_nonnull(d);
    d->store = s;
    d->giver = giver;
    d->first = true;
    d->envelope = envelope;
    s->begun++;
    s->n = 0;
    ck_assert_uint_lt(strlen(id), sizeof s->id);
    memcpy(s->id, id, strlen(id) + 1);
    return d;
}

static size_t store_room(const struct drive_delivery *d)
{
    return d->full ? 0 : DRIVE_WRITE_MAX;
}

static void store_write(struct drive_delivery *d, smtp_span octets)
{
    struct bench_store *s = d->store;
    ck_assert(!d->ended && !d->full);
    ck_assert_uint_le(octets.n, DRIVE_WRITE_MAX);
    ck_assert_uint_le(s->n + octets.n, sizeof s->text);
    memcpy(s->text + s->n, octets.p, octets.n);
    s->n += octets.n;
    d->full = s->room_ms > 0 && !d->first;
    d->first = false;
    if (!d->full)
        return;
    s->waits++;
    finish_after(d, s->room_ms);
}

static void end(struct drive_delivery *d)
{
    ck_assert(!d->ended);
    if (d->full)
        net_mem_timer_stop(d->store->bench->mem, &d->timer);
    d->ended = true;
    finish_after(d, d->store->commit_ms);
}

static void store_commit(struct drive_delivery *d)
{
    d->store->committed++;
    end(d);
}

static void store_abort(struct drive_delivery *d)
{
    d->store->aborted++;
    end(d);
}

static const struct drive_store_ops store_ops = {store_begin,  store_room,  store_write,
                                                 store_commit, store_abort, NULL};

/* ---- the worker ---------------------------------------------------------------------------- */

struct bench_job {
    struct net_timer timer; /* first */
    struct bench_worker *worker;
    struct drive_job *job;
};

static void job_done(struct net_timer *timer, uint64_t now_ms)
{
    struct bench_job *j = (struct bench_job *)timer;
    struct bench_worker *w = j->worker;
    struct drive_job *job = j->job;
    (void)now_ms;
    free(j);
    w->pending--;
    job->work(job);
    job->done(job);
    look(&w->bench->host);
}

static bool worker_take(struct drive_worker *worker, struct drive_job *job)
{
    struct bench_worker *w = (struct bench_worker *)worker;
    struct bench_job *j = calloc(1, sizeof *j);
    ck_assert_ptr_nonnull(j);
    w->jobs++;
    w->pending++;
    *j = (struct bench_job){.worker = w, .job = job};
    j->timer.at_ms = now(w->bench) + w->later_ms;
    j->timer.done = job_done;
    if (w->later_ms == 0)
        job_done(&j->timer, now(w->bench));
    else
        net_mem_timer(w->bench->mem, &j->timer);
    return true;
}

void bench_users(struct bench *b, const char *file)
{
    const char *why = "";
    b->users = user_file_users(file);
    b->config.sasl = drive_sasl_new(b->users, &b->worker.worker, &why);
    ck_assert_msg(b->config.sasl != NULL, "%s", why);
    b->config.session.extensions |= (unsigned)SMTP_X_AUTH;
    b->config.session.auth_tls = drive_sasl_offer(b->config.sasl, DRIVE_OFFER_TLS);
    b->config.session.auth_clear = drive_sasl_offer(b->config.sasl, DRIVE_OFFER_CLEAR);
}

void bench_tls(struct bench *b)
{
    const char *why = "";
    char *pem = NULL;
    b->config.tls = net_tls_context_self_signed("mx.example.test", &pem, &why);
    ck_assert_msg(b->config.tls != NULL, "%s", why);
    b->client_tls = net_tls_context_trusting(pem, "mx.example.test", &why);
    ck_assert_msg(b->client_tls != NULL, "%s", why);
    b->config.session.extensions |= (unsigned)SMTP_X_STARTTLS;
    free(pem);
}

/* ---- the policy ---------------------------------------------------------------------------- */

static void tell(struct net_timer *timer, uint64_t now_ms)
{
    struct bench_policy *p =
        (struct bench_policy *)(void *)((char *)timer - offsetof(struct bench_policy, timer));
    struct drive_session *session = p->session;
    (void)now_ms;
    p->session = NULL;
    drive_session_answer(session, &p->verdict);
}

static bool policy_judge(struct drive_policy *policy, struct drive_session *session,
                         const struct smtp_event *ev, struct drive_verdict *out)
{
    struct bench_policy *p = (struct bench_policy *)policy;
    bool wanted = ev->kind == p->kind && (p->verb == SMTP_V_UNKNOWN || ev->cmd.verb == p->verb);
    p->judged++;
    if (!wanted)
        return true;
    *out = p->verdict;
    if (p->later_ms == 0)
        return true;
    p->session = session;
    p->timer.at_ms = now(p->bench) + p->later_ms;
    p->timer.done = tell;
    net_mem_timer(p->bench->mem, &p->timer);
    return false;
}

static void policy_forget(struct drive_policy *policy, struct drive_session *session)
{
    struct bench_policy *p = (struct bench_policy *)policy;
    ck_assert_ptr_eq(p->session, session);
    net_mem_timer_stop(p->bench->mem, &p->timer);
    p->session = NULL;
    p->forgotten++;
}

/* ---- clients ------------------------------------------------------------------------------- */

static void client_step(struct net_end *at, uint64_t now_ms)
{
    struct bench_client *c = (struct bench_client *)at;
    smtp_span in = smtp_edge_in(&c->edge);
    (void)now_ms;
    ck_assert_uint_lt(c->seen_n + in.n, sizeof c->seen);
    if (in.n > 0)
        memcpy(c->seen + c->seen_n, in.p, in.n);
    c->seen_n += in.n;
    c->seen[c->seen_n] = '\0';
    smtp_edge_take(&c->edge, in.n);
    if (c->edge.end != SMTP_END_NONE)
        c->edge.ask |= SMTP_WANT_CLOSE;
    if (c->react != NULL)
        c->react(c);
}

static void client_gone(struct net_end *at, uint64_t now_ms)
{
    struct bench_client *c = (struct bench_client *)at;
    c->how = c->edge.end;
    c->gone_ms = now_ms;
    c->bench->open--;
    look(&c->bench->host);
}

static struct bench_client *connect_to(struct bench *b, bool implicit, bool secure)
{
    struct net_end *end = connection_new(&b->host, b->peer, implicit, now(b));
    if (end == NULL)
        return NULL;
    struct bench_client *c = calloc(1, sizeof *c);
    ck_assert_ptr_nonnull(c);
    smtp_edge_init(&c->edge, (smtp_room){c->in, sizeof c->in}, (smtp_room){c->out, sizeof c->out});
    c->end = (struct net_end){&c->edge, client_step, client_gone, NULL};
    c->bench = b;
    ck_assert_uint_lt(b->client_count, BENCH_CLIENTS);
    b->clients[b->client_count++] = c;
    b->open++;
    struct net_end *outer = &c->end;
    if (b->client_tls != NULL) {
        outer = net_tls_wrap(b->client_tls, &c->end, secure);
        ck_assert_ptr_nonnull(outer);
        c->outer = outer;
    }
    ck_assert(net_mem_join(b->mem, outer, end));
    return c;
}

struct bench_client *bench_connect(struct bench *b, const char *script)
{
    struct bench_client *c = connect_to(b, false, false);
    if (c != NULL)
        bench_say(c, smtp_span_of(script));
    return c;
}

struct bench_client *bench_connect_tls(struct bench *b)
{
    return connect_to(b, true, false);
}

struct bench_client *bench_connect_secure(struct bench *b)
{
    return connect_to(b, true, true);
}

void bench_say(struct bench_client *c, smtp_span octets)
{
    ck_assert(smtp_edge_put(&c->edge, octets));
    net_kick(&c->end);
}

const char *bench_codes(const struct bench_client *c)
{
    static char codes[512];
    size_t n = 0;
    for (const char *line = c->seen; strstr(line, "\r\n") != NULL;
         line = strstr(line, "\r\n") + 2) {
        if (line[3] != ' ')
            continue;
        ck_assert_uint_lt(n + 5, sizeof codes);
        if (n > 0)
            codes[n++] = ' ';
        memcpy(codes + n, line, 3);
        n += 3;
    }
    codes[n] = '\0';
    return codes;
}

/* ---- the bench ----------------------------------------------------------------------------- */

struct bench *bench_new(void)
{
    struct bench *b = calloc(1, sizeof *b);
    ck_assert_ptr_nonnull(b);
    b->mem = net_mem_new(0);
    ck_assert_ptr_nonnull(b->mem);
    b->world = net_mem_world(b->mem);
    b->limits = smtp_limits_default;
    b->store.store.ops = &store_ops;
    b->store.bench = b;
    b->policy.policy = (struct drive_policy){policy_judge, policy_forget};
    b->policy.bench = b;
    b->worker = (struct bench_worker){.worker = {worker_take}, .bench = b};
    b->peer = "192.0.2.1";
    b->policy.kind = SMTP_EV_CLOSED; /* nobody is asked about it */
    b->config = (struct drive_serve_config){
        .session = {.name = "mx.example.test",
                    .limits = &b->limits,
                    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING |
                                  SMTP_X_ENHANCEDSTATUSCODES},
        .policy = &b->policy.policy,
        .store = &b->store.store,
        .connections = BENCH_CLIENTS,
        .log = open_memstream(&b->log, &b->log_n),
    };
    b->host = (struct drive_host){.config = &b->config, .left = look};
    return b;
}

void bench_run(struct bench *b)
{
    look(&b->host);
    if (!b->done)
        ck_assert(b->world->ops->run(b->world, &b->done));
}

void bench_free(struct bench *b)
{
    for (size_t i = 0; i < b->client_count; i++)
        free(b->clients[i]);
    net_mem_free(b->mem);
    drive_sasl_free(b->config.sasl);
    drive_users_free(b->users);
    net_tls_context_free(b->config.tls);
    net_tls_context_free(b->client_tls);
    fclose(b->config.log);
    free(b->log);
    free(b);
}
