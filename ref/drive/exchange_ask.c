#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange.h"

static struct drive_exchange *exchange_of(Gsasl_session *session)
{
    return gsasl_session_hook_get(session);
}

/* RFC 4013 2.5: a query. */
static char *prepare(struct drive_exchange *e, const char *text)
{
    bool no_memory = false;
    char *prepared = users_prepare(text, GSASL_ALLOW_UNASSIGNED, &no_memory);
    e->no_memory = e->no_memory || no_memory;
    return prepared;
}

/* Looked up once; the one who is not there is made then, and goes the same way. */
static const struct user *find_user(struct drive_exchange *e)
{
    const char *said = gsasl_property_fast(e->session, GSASL_AUTHID);
    if (e->user != NULL || said == NULL)
        return e->user;
    char *name = prepare(e, said);
    e->user = name != NULL ? users_find(e->sasl->users, name) : NULL;
    if (e->user == NULL) {
        e->nobody = users_nobody(e->sasl->users, name != NULL ? name : said);
        e->user = &e->nobody;
        e->no_memory =
            e->no_memory || ((e->nobody.forms & FORM_PASSWORD) != 0 && e->nobody.password == NULL);
    }
    users_wipe(name);
    return e->user;
}

static int set(Gsasl_session *session, Gsasl_property what, const char *value)
{
    return value[0] != '\0' ? gsasl_property_set(session, what, value) : GSASL_NO_CALLBACK;
}

/* ---- SCRAM ---------------------------------------------------------------------------------- */

/* The keys that the mechanism's hash needs; NULL: they are made of the password. */
static const struct keys *find_keys(struct drive_exchange *e)
{
    const struct user *user = find_user(e);
    if (user == NULL || (user->forms & e->mechanism->needs) == 0)
        return NULL;
    return e->mechanism->needs == FORM_SHA256 ? &user->sha256 : &user->sha1;
}

static int set_key(struct drive_exchange *e, Gsasl_property what)
{
    const struct keys *keys = find_keys(e);
    char number[16];
    if (keys == NULL)
        return GSASL_NO_CALLBACK; /* GNU SASL: 4096 and a fresh salt (RFC 5802 5.1) */
    if (what == GSASL_SCRAM_SALT)
        return set(e->session, what, keys->salt);
    if (what == GSASL_SCRAM_STOREDKEY)
        return set(e->session, what, keys->stored);
    if (what == GSASL_SCRAM_SERVERKEY)
        return set(e->session, what, keys->server);
    snprintf(number, sizeof number, "%u", keys->iterations);
    return set(e->session, what, number);
}

/* ---- passwords ------------------------------------------------------------------------------ */

static int set_password(struct drive_exchange *e)
{
    const struct user *user = find_user(e);
    if (user == NULL || user->password == NULL)
        return GSASL_NO_PASSWORD;
    return set(e->session, GSASL_PASSWORD, user->password);
}

/* PLAIN and LOGIN. The work is the same whether or not there is such a user. */
static int check_password(struct drive_exchange *e)
{
    const struct user *user = find_user(e);
    const char *said = gsasl_property_fast(e->session, GSASL_PASSWORD);
    char *password = said != NULL ? prepare(e, said) : NULL;
    bool good = user != NULL && password != NULL && user_has_password(user, password);
    users_wipe(password);
    return good ? GSASL_OK : GSASL_AUTHENTICATION_ERROR;
}

static int give(struct drive_exchange *e, Gsasl_property what)
{
    Gsasl_session *session = e->session;
    switch ((int)what) {
    case GSASL_CB_TLS_EXPORTER:
        return set(session, what, e->exporter);
    case GSASL_CB_TLS_UNIQUE:
        return set(session, what, e->unique);
    case GSASL_SCRAM_ITER:
    case GSASL_SCRAM_SALT:
    case GSASL_SCRAM_STOREDKEY:
    case GSASL_SCRAM_SERVERKEY:
        return set_key(e, what);
    case GSASL_PASSWORD:
        return set_password(e);
    case GSASL_VALIDATE_SIMPLE:
        return check_password(e);
    default:
        return GSASL_NO_CALLBACK;
    }
}

int exchange_asked(Gsasl *gsasl, Gsasl_session *session, Gsasl_property what)
{
    struct drive_exchange *e = exchange_of(session);
    (void)gsasl;
    int result = give(e, what);
    e->no_memory = e->no_memory || result == GSASL_MALLOC_ERROR;
    return result;
}

/* ---- the end -------------------------------------------------------------------------------- */

/* The library's own copies: it gives them out as const, but they stand in heap memory of this
 * session. */
static void wipe_property(Gsasl_session *session, Gsasl_property what)
{
    const char *value = gsasl_property_fast(session, what);
    char *octets;
    if (value == NULL)
        return;
    memcpy(&octets, &value, sizeof octets);
    OPENSSL_cleanse(octets, strlen(octets));
}

void exchange_wipe(Gsasl_session *session)
{
    wipe_property(session, GSASL_PASSWORD);
    wipe_property(session, GSASL_SCRAM_SALTED_PASSWORD);
    wipe_property(session, GSASL_SCRAM_SERVERKEY);
    wipe_property(session, GSASL_SCRAM_STOREDKEY);
}

/* RFC 4616 2, RFC 5802 5.1: who wants to act for another needs a leave that nobody has here. */
char *exchange_identity(struct drive_exchange *e)
{
    const char *who = gsasl_property_fast(e->session, GSASL_AUTHID);
    const char *wish = gsasl_property_fast(e->session, GSASL_AUTHZID);
    if (who == NULL || e->user == NULL || e->user == &e->nobody)
        return NULL;
    char *name = prepare(e, who);
    char *other = wish != NULL && wish[0] != '\0' ? prepare(e, wish) : NULL;
    bool himself = wish == NULL || wish[0] == '\0' ||
                   (name != NULL && other != NULL && strcmp(name, other) == 0);
    users_wipe(other);
    if (himself)
        return name;
    users_wipe(name);
    return NULL;
}
