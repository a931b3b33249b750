#include "sasl_client.h"

#include <gsasl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { BOUND = 1, FIRST = 2, SHOWN = 4 };

/* The strongest first. */
static const struct mechanism {
    const char *name;
    unsigned traits; /* binds the channel; the client speaks first; the password itself is sent */
} mechanisms[] = {
    {"SCRAM-SHA-256-PLUS", BOUND | FIRST}, /* RFC 7677 */
    {"SCRAM-SHA-256", FIRST},
    {"SCRAM-SHA-1-PLUS", BOUND | FIRST}, /* RFC 5802 */
    {"SCRAM-SHA-1", FIRST},
    {"CRAM-MD5", 0},          /* RFC 2195 */
    {"PLAIN", FIRST | SHOWN}, /* RFC 4616 */
    {"LOGIN", SHOWN},
};
enum { MECHANISMS = sizeof mechanisms / sizeof *mechanisms };

struct sasl_client {
    const struct mechanism *mechanism;
    Gsasl *context;
    Gsasl_session *session;
    char *out;
    size_t out_n;
    int status; /* of the last step */
};

/* ---- the choice ---------------------------------------------------------------------------- */

static bool will_do(const struct mechanism *m, unsigned offered, const struct sasl_login *login,
                    bool binds)
{
    smtp_span name = smtp_span_of(m->name);
    if (login->mechanism != NULL && !smtp_span_is_nocase(smtp_span_of(login->mechanism), name))
        return false;
    if ((m->traits & BOUND) != 0 && !binds)
        return false;
    if ((m->traits & SHOWN) != 0 && !login->secure && !login->clear)
        return false;
    return (smtp_mechanism_of(name) & offered) != 0;
}

static bool can_bind(const struct sasl_binding *binding)
{
    return binding->exporter.n > 0 || binding->unique.n > 0;
}

const char *sasl_client_choose(unsigned offered, const struct sasl_login *login,
                               const struct sasl_binding *binding)
{
    for (size_t i = 0; i < MECHANISMS; i++)
        if (will_do(&mechanisms[i], offered, login, can_bind(binding)))
            return mechanisms[i].name;
    return NULL;
}

/* ---- the exchange -------------------------------------------------------------------------- */

static bool set_binding(Gsasl_session *session, Gsasl_property property, smtp_span octets)
{
    char *text = NULL;
    if (octets.n == 0)
        return true;
    bool good = gsasl_base64_to(octets.p, octets.n, &text, NULL) == GSASL_OK &&
                gsasl_property_set(session, property, text) == GSASL_OK;
    gsasl_free(text);
    return good;
}

/* GNU SASL refuses SCRAM without -PLUS when it knows a binding. */
static bool begin(struct sasl_client *c, const struct sasl_login *login,
                  const struct sasl_binding *binding)
{
    if (gsasl_init(&c->context) != GSASL_OK) {
        c->context = NULL; /* it may point to what was freed again */
        return false;
    }
    if (gsasl_client_start(c->context, c->mechanism->name, &c->session) != GSASL_OK) {
        c->session = NULL;
        return false;
    }
    if (gsasl_property_set(c->session, GSASL_AUTHID, login->user) != GSASL_OK ||
        gsasl_property_set(c->session, GSASL_PASSWORD, login->password) != GSASL_OK)
        return false;
    if ((c->mechanism->traits & BOUND) == 0)
        return true;
    return set_binding(c->session, GSASL_CB_TLS_EXPORTER, binding->exporter) &&
           set_binding(c->session, GSASL_CB_TLS_UNIQUE, binding->unique);
}

static const struct mechanism *find(const char *name)
{
    for (size_t i = 0; i < MECHANISMS; i++)
        if (strcmp(mechanisms[i].name, name) == 0)
            return &mechanisms[i];
    return NULL;
}

struct sasl_client *sasl_client_new(const struct sasl_login *login, const char *mechanism,
                                    const struct sasl_binding *binding)
{
    const struct mechanism *m = find(mechanism);
    struct sasl_client *c = m != NULL ? calloc(1, sizeof *c) : NULL;
    if (c == NULL)
        return NULL;
    c->mechanism = m;
    c->status = GSASL_NEEDS_MORE;
    if (begin(c, login, binding))
        return c;
    sasl_client_free(c);
    return NULL;
}

static void wipe(struct sasl_client *c)
{
    if (c->out != NULL)
        OPENSSL_cleanse(c->out, c->out_n);
    gsasl_free(c->out);
    c->out = NULL;
    c->out_n = 0;
}

/* GNU SASL frees its copy of the password, but does not wipe it. */
static void wipe_password(struct sasl_client *c)
{
    const char *password =
        c->session != NULL ? gsasl_property_fast(c->session, GSASL_PASSWORD) : NULL;
    if (password != NULL)
        OPENSSL_cleanse((char *)(uintptr_t)password, strlen(password));
}

void sasl_client_free(struct sasl_client *c)
{
    if (c == NULL)
        return;
    wipe(c);
    wipe_password(c);
    if (c->session != NULL && c->status != GSASL_MALLOC_ERROR)
        gsasl_finish(c->session); /* where memory was short it frees twice: better lost than that */
    if (c->context != NULL)
        gsasl_done(c->context);
    free(c);
}

bool sasl_client_is_first(const struct sasl_client *c)
{
    return (c->mechanism->traits & FIRST) != 0;
}

bool sasl_client_step(struct sasl_client *c, smtp_span challenge, smtp_span *out)
{
    wipe(c);
    if (c->status == GSASL_OK) { /* the mechanism has nothing to say any more */
        *out = (smtp_span){NULL, 0};
        return challenge.n == 0;
    }
    c->status =
        gsasl_step(c->session, challenge.n > 0 ? challenge.p : "", challenge.n, &c->out, &c->out_n);
    bool good = c->status == GSASL_OK || c->status == GSASL_NEEDS_MORE;
    if (good && c->out == NULL && c->out_n > 0) { /* LOGIN, without memory for its answer */
        c->status = GSASL_MALLOC_ERROR;
        good = false;
    }
    if (!good) { /* SCRAM gives one that it has no memory to remember */
        gsasl_free(c->out);
        c->out = NULL;
        c->out_n = 0;
    }
    *out = (smtp_span){c->out, c->out_n};
    return good;
}

bool sasl_client_is_done(const struct sasl_client *c)
{
    return c->status == GSASL_OK;
}

const char *sasl_client_why(const struct sasl_client *c)
{
    const char *why = gsasl_strerror(c->status);
    return c->status != GSASL_OK && why != NULL ? why : "a challenge that nobody expects";
}
