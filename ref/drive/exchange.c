#include "exchange.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* ---- the end -------------------------------------------------------------------------------- */

static void wipe(char **octets, size_t *n)
{
    if (*octets != NULL)
        OPENSSL_cleanse(*octets, *n);
    free(*octets);
    *octets = NULL;
    *n = 0;
}

static void destroy(struct drive_exchange *e)
{
    if (e->session != NULL) {
        exchange_wipe(e->session);
        if (e->result != GSASL_MALLOC_ERROR) /* where memory was short it frees twice: lost, then */
            gsasl_finish(e->session);
    }
    wipe(&e->input, &e->input_n);
    wipe(&e->output, &e->output_n);
    user_clear(&e->nobody);
    OPENSSL_cleanse(e, sizeof *e);
    free(e);
}

void drive_exchange_drop(struct drive_exchange *e)
{
    if (e == NULL)
        return;
    e->dropped = true;
    if (!e->working && e->telling == 0)
        destroy(e);
}

/* ---- answers -------------------------------------------------------------------------------- */

/* In there the exchange may be dropped, or its next step begin. */
static void tell(struct drive_exchange *e, const struct drive_sasl_answer *answer)
{
    e->telling++;
    if (!e->dropped)
        e->ask.answer(e->ask.who, answer);
    e->telling--;
    if (e->dropped && !e->working && e->telling == 0)
        destroy(e);
}

static void refuse(struct drive_exchange *e, enum smtp_fault fault)
{
    tell(e, &(struct drive_sasl_answer){.fault = fault});
}

static void challenge(struct drive_exchange *e)
{
    tell(e, &(struct drive_sasl_answer){.challenge = {e->output, e->output_n}});
}

/* The same word for whatever the client did wrong: it tells nobody what was right. */
static enum smtp_fault refusal(const struct drive_exchange *e)
{
    bool ours = e->no_memory || e->result == GSASL_MALLOC_ERROR || e->result == GSASL_CRYPTO_ERROR;
    return ours ? SMTP_E_AUTH_TEMPORARY : SMTP_E_AUTH_CREDENTIALS;
}

static void accept(struct drive_exchange *e)
{
    char *name = exchange_identity(e);
    struct drive_sasl_answer answer = {
        .fault = name != NULL ? SMTP_OK : refusal(e),
        .done = name != NULL,
        .user = name,
    };
    tell(e, &answer);
    users_wipe(name);
}

static void answer(struct drive_exchange *e)
{
    if (e->result == GSASL_NEEDS_MORE && !e->no_memory) {
        challenge(e);
    } else if (e->result == GSASL_OK && e->output_n > 0) {
        e->last = true; /* RFC 4954 4: 235 carries no data, so it goes ahead as a challenge */
        challenge(e);
    } else if (e->result == GSASL_OK) {
        accept(e);
    } else {
        refuse(e, refusal(e));
    }
}

/* ---- steps ---------------------------------------------------------------------------------- */

static void work(struct drive_job *job)
{
    struct drive_exchange *e = (struct drive_exchange *)job;
    e->result = gsasl_step(e->session, e->input, e->input_n, &e->output, &e->output_n);
    bool good = e->result == GSASL_OK || e->result == GSASL_NEEDS_MORE;
    if (good && e->output == NULL &&
        e->output_n > 0) { /* LOGIN, without memory for its challenge */
        e->result = GSASL_MALLOC_ERROR;
        good = false;
    }
    if (!good) { /* SCRAM gives one that it has no memory to remember */
        gsasl_free(e->output);
        e->output = NULL;
        e->output_n = 0;
    }
    wipe(&e->input, &e->input_n);
}

static void worked(struct drive_job *job)
{
    struct drive_exchange *e = (struct drive_exchange *)job;
    e->working = false;
    answer(e);
}

/* With a NUL behind, which GNU SASL does not count on everywhere but looks at in places. */
static bool take_input(struct drive_exchange *e, smtp_span octets)
{
    wipe(&e->output, &e->output_n);
    e->input = malloc(octets.n + 1);
    if (e->input == NULL)
        return false;
    if (octets.n > 0)
        memcpy(e->input, octets.p, octets.n);
    e->input[octets.n] = '\0';
    e->input_n = octets.n;
    return true;
}

/* RFC 5802 6: who says that he binds has to name a -PLUS mechanism; GNU SASL lets him off. */
static bool binds_without_plus(const struct drive_exchange *e, smtp_span octets)
{
    bool scram = e->mechanism->needs == FORM_SHA1 || e->mechanism->needs == FORM_SHA256;
    return scram && !e->mechanism->plus && !e->spoken && octets.n > 0 && octets.p[0] == 'p';
}

/* What is refused without a step; SMTP_OK where one is needed. */
static enum smtp_fault judge(const struct drive_exchange *e, bool has_input, smtp_span octets)
{
    /* RFC 4954 4: no initial response where the server begins */
    if (!e->begun && has_input && !e->mechanism->client_first)
        return SMTP_E_AUTH_INITIAL;
    /* no mechanism of ours has an empty response but the one behind our last octets */
    if (has_input && (octets.n == 0) != e->last)
        return SMTP_E_AUTH_CREDENTIALS;
    return binds_without_plus(e, octets) ? SMTP_E_AUTH_CREDENTIALS : SMTP_OK;
}

void drive_exchange_step(struct drive_exchange *e, bool has_input, smtp_span octets)
{
    assert(!e->working && !e->dropped);
    enum smtp_fault fault = judge(e, has_input, octets);
    e->begun = true;
    e->spoken = e->spoken || octets.n > 0;
    if (fault == SMTP_OK && e->last) {
        accept(e);
        return;
    }
    if (fault == SMTP_OK && !take_input(e, octets))
        fault = SMTP_E_AUTH_TEMPORARY;
    if (fault != SMTP_OK) {
        refuse(e, fault);
        return;
    }
    e->job = (struct drive_job){work, worked};
    e->working = true;
    if (e->sasl->worker->take(e->sasl->worker, &e->job))
        return;
    e->working = false;
    refuse(e, SMTP_E_AUTH_TEMPORARY);
}

/* ---- the beginning -------------------------------------------------------------------------- */

static void bind_to(const struct net_end *outer, enum net_tls_binding kind, char *to)
{
    unsigned char octets[NET_TLS_BINDING_MAX];
    size_t n = outer != NULL ? net_tls_binding(outer, kind, octets) : 0;
    to[0] = '\0';
    if (n > 0)
        (void)EVP_EncodeBlock((unsigned char *)to, octets, (int)n);
    OPENSSL_cleanse(octets, sizeof octets);
}

enum smtp_fault drive_exchange_new(struct drive_sasl *sasl, const struct drive_ask *ask,
                                   struct drive_exchange **out)
{
    const struct mechanism *mechanism = sasl_mechanism(sasl, ask->mechanism);
    if (mechanism == NULL)
        return SMTP_E_AUTH_MECHANISM;
    struct drive_exchange *e = calloc(1, sizeof *e);
    if (e == NULL)
        return SMTP_E_AUTH_TEMPORARY;
    e->sasl = sasl;
    e->mechanism = mechanism;
    e->ask = *ask;
    bind_to(ask->outer, NET_TLS_EXPORTER, e->exporter);
    bind_to(ask->outer, NET_TLS_UNIQUE, e->unique);
    enum smtp_fault fault = SMTP_OK;
    if (mechanism->plus && e->exporter[0] == '\0' && e->unique[0] == '\0')
        fault = SMTP_E_AUTH_MECHANISM;
    else if (gsasl_server_start(sasl->gsasl, mechanism->name, &e->session) != GSASL_OK)
        fault = SMTP_E_AUTH_TEMPORARY;
    if (fault != SMTP_OK) {
        e->session = NULL;
        destroy(e);
        return fault;
    }
    gsasl_session_hook_set(e->session, e);
    *out = e;
    return SMTP_OK;
}
