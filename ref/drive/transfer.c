#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"
#include "trace.h"

enum { ID_SIZE = 64, DATE_SIZE = 64, MESSAGE_ID_SIZE = ID_SIZE + SMTP_DOMAIN_MAX + 4 };

struct transfer {
    struct drive_giver giver; /* first: a transfer is the store's giver */
    struct drive_host *host;
    struct drive_session *session; /* NULL: it has let go */
    struct envelope *envelope;
    struct drive_delivery *delivery;
    struct return_path filter;
    struct smtp_mend *mend; /* NULL: nothing is submitted here */
    char date[DATE_SIZE], message_id[MESSAGE_ID_SIZE];
    bool ended; /* commit or abort was called */
    char id[ID_SIZE];
};

static const struct drive_store_ops *store_of(const struct transfer *t)
{
    return t->host->config->store->ops;
}

/* Time, process and a number: no two messages have all three. All of it is atext (RFC 5321 4.4: ID
 * takes an Atom). */
static void make_id(char *to, const struct timespec *now)
{
    static unsigned long count;
    count++;
    snprintf(to, ID_SIZE, "%llxM%lxP%lxQ%lx", (unsigned long long)now->tv_sec,
             (unsigned long)(now->tv_nsec / 1000), (unsigned long)getpid(), count);
}

static void write_octets(struct transfer *t, smtp_span octets)
{
    store_of(t)->write(t->delivery, octets);
}

static void write_trace(struct transfer *t, const struct timespec *now)
{
    const struct drive_session *s = t->session;
    const struct drive_envelope *envelope = &t->envelope->shown;
    struct trace trace = {
        .sender = envelope->sender,
        .hello = {s->hello, s->hello_n},
        .peer = s->peer,
        .name = s->host->config->session.name,
        .id = t->id,
        .extended = s->server.extended,
        .relayed = t->host->config->store->relays,
        .secure = s->server.edge.secure,
        .authenticated = smtp_server_is_authenticated(&s->server),
        .utf8 = s->server.utf8,
        .lmtp = s->server.config->mode == SMTP_MODE_LMTP,
        .seconds = now->tv_sec,
        .zone_minutes = trace_zone_at(now->tv_sec),
    };
    if (envelope->recipient_count == 1)
        trace.recipient = envelope->recipients[0].mailbox;
    char octets[TRACE_MAX];
    size_t n = trace_print((smtp_room){octets, sizeof octets}, &trace);
    assert(n <= sizeof octets);
    write_octets(t, (smtp_span){octets, n < sizeof octets ? n : sizeof octets});
}

static void giver_room(struct drive_giver *giver)
{
    struct transfer *t = (struct transfer *)giver;
    if (t->session != NULL)
        connection_room(t->session);
}

static void giver_done(struct drive_giver *giver, enum smtp_fault fault)
{
    struct transfer *t = (struct transfer *)giver;
    struct drive_host *host = t->host;
    if (t->session != NULL)
        connection_stored(t->session, fault);
    else
        envelope_free(t->envelope);
    free(t->mend);
    free(t);
    host->transfers--;
    host->left(host);
}

/* RFC 6409 8.2, 8.3: what a text that is submitted may lack. False: no memory. */
static bool begin_mending(struct transfer *t, const struct timespec *now)
{
    const struct smtp_server_config *config = &t->host->config->session;
    struct smtp_date date;
    smtp_room room = {t->date, sizeof t->date};
    if (config->mode != SMTP_MODE_SUBMISSION)
        return true;
    t->mend = malloc(sizeof *t->mend);
    if (t->mend == NULL || !smtp_date_at(now->tv_sec, trace_zone_at(now->tv_sec), &date))
        return false;
    size_t n = smtp_print_date(room, &date);
    snprintf(t->message_id, sizeof t->message_id, "<%s@%s>", t->id, config->name);
    smtp_mend_init(t->mend, (smtp_span){t->date, n}, smtp_span_of(t->message_id));
    return true;
}

struct transfer *transfer_new(struct drive_session *s)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct transfer *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->giver = (struct drive_giver){giver_room, giver_done};
    t->host = s->host;
    t->session = s;
    t->envelope = s->envelope;
    t->envelope->shown.each = s->host->config->session.mode == SMTP_MODE_LMTP; /* RFC 2033 4.2 */
    make_id(t->id, &now);
    if (begin_mending(t, &now))
        t->delivery =
            store_of(t)->begin(s->host->config->store, t->id, &t->envelope->shown, &t->giver);
    if (t->delivery == NULL) {
        free(t->mend);
        free(t);
        return NULL;
    }
    s->host->transfers++;
    write_trace(t, &now);
    return t;
}

const char *transfer_id(const struct transfer *t)
{
    return t->id;
}

bool transfer_has_room(const struct transfer *t)
{
    return t->ended || store_of(t)->room(t->delivery) >= DRIVE_WRITE_MAX;
}

/* As one write, for a store may have room for no second one. */
static void write_filtered(struct transfer *t, smtp_span text)
{
    char octets[DRIVE_WRITE_MAX];
    size_t n = 0;
    smtp_span run;
    while (return_path_next(&t->filter, &text, &run)) {
        assert(run.n <= sizeof octets - n);
        memcpy(octets + n, run.p, run.n);
        n += run.n;
    }
    if (n > 0)
        write_octets(t, (smtp_span){octets, n});
}

/* RFC 5321 4.4: a relay "MUST NOT inspect the message data". */
static void write_text(struct transfer *t, smtp_span text)
{
    if (text.n == 0)
        return;
    if (t->host->config->store->relays || return_path_is_done(&t->filter))
        write_octets(t, text);
    else
        write_filtered(t, text);
}

/* RFC 6409 8: a submission server may look, whatever it does with the message then. */
void transfer_write(struct transfer *t, smtp_span text)
{
    char octets[DRIVE_WRITE_MAX - RETURN_PATH_HELD];
    if (t->mend != NULL) {
        size_t n = smtp_mend_next(t->mend, text, (smtp_room){octets, sizeof octets});
        assert(n <= sizeof octets);
        text = (smtp_span){octets, n};
    }
    write_text(t, text);
}

enum smtp_fault transfer_finish(struct transfer *t)
{
    char octets[SMTP_MEND_MORE];
    if (t->mend == NULL)
        return SMTP_OK;
    size_t n = smtp_mend_end(t->mend, (smtp_room){octets, sizeof octets});
    assert(n <= sizeof octets);
    write_text(t, (smtp_span){octets, n});
    return smtp_mend_fault(t->mend);
}

void transfer_commit(struct transfer *t)
{
    smtp_span rest = return_path_end(&t->filter);
    if (rest.n > 0)
        write_octets(t, rest);
    t->ended = true;
    store_of(t)->commit(t->delivery);
}

void transfer_let_go(struct transfer *t)
{
    t->session = NULL;
    if (t->ended)
        return;
    t->ended = true;
    store_of(t)->abort(t->delivery);
}
