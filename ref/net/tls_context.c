#include "tls_context.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tls_context_why(const char *what)
{
    static _Thread_local char text[512];
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    snprintf(text, sizeof text, "%s%s%s", what, reason != NULL ? ": " : "",
             reason != NULL ? reason : "");
    ERR_clear_error();
    return text;
}

static bool is_address(const char *name)
{
    struct in6_addr octets;
    return inet_pton(AF_INET, name, &octets) == 1 || inet_pton(AF_INET6, name, &octets) == 1;
}

/* RFC 8996: nothing below TLS 1.2. No session is ever resumed: no tickets, no cache. */
struct net_tls_context *tls_context_bare(bool server, const char **why)
{
    struct net_tls_context *c = calloc(1, sizeof *c);
    SSL_CTX *ssl = SSL_CTX_new(TLS_method());
    if (c == NULL || ssl == NULL || SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_num_tickets(ssl, 0) != 1) {
        *why = tls_context_why("no TLS context");
        SSL_CTX_free(ssl);
        free(c);
        return NULL;
    }
    /* A password that came is not kept behind its reading. */
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    c->ssl = ssl;
    c->server = server;
    return c;
}

void net_tls_context_free(struct net_tls_context *context)
{
    if (context == NULL)
        return;
    SSL_CTX_free(context->ssl);
    free(context->name);
    free(context);
}

/* ---- servers ------------------------------------------------------------------------------- */

static bool load_files(struct net_tls_context *c, const struct net_tls_options *o, const char **why)
{
    char what[256];
    const char *key = o->key_file != NULL ? o->key_file : o->cert_file;
    if (o->cert_file == NULL) {
        *why = "a server needs a certificate file";
        return false;
    }
    if (SSL_CTX_use_certificate_chain_file(c->ssl, o->cert_file) != 1) {
        snprintf(what, sizeof what, "certificate file %s", o->cert_file);
        *why = tls_context_why(what);
        return false;
    }
    if (SSL_CTX_use_PrivateKey_file(c->ssl, key, SSL_FILETYPE_PEM) != 1) {
        snprintf(what, sizeof what, "key file %s", key);
        *why = tls_context_why(what);
        return false;
    }
    return true;
}

/* ---- clients ------------------------------------------------------------------------------- */

static bool set_name(struct net_tls_context *c, const char *name, const char **why)
{
    if (name == NULL && c->verify) {
        *why = "a client that verifies needs a name";
        return false;
    }
    c->name = name != NULL ? strdup(name) : NULL;
    if (name != NULL && c->name == NULL) {
        *why = "no memory";
        return false;
    }
    c->literal = name != NULL && is_address(name);
    return true;
}

/* What the user names is trusted as it stands, whoever signed it. */
static bool load_trust(struct net_tls_context *c, const char *ca_file, const char **why)
{
    if (ca_file == NULL) {
        if (SSL_CTX_set_default_verify_paths(c->ssl) == 1)
            return true;
        *why = tls_context_why("the system's certificates");
        return false;
    }
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(c->ssl), X509_V_FLAG_PARTIAL_CHAIN);
    if (SSL_CTX_load_verify_file(c->ssl, ca_file) == 1)
        return true;
    char what[256];
    snprintf(what, sizeof what, "file of certificates to trust, %s", ca_file);
    *why = tls_context_why(what);
    return false;
}

static bool set_client(struct net_tls_context *c, const struct net_tls_options *o, const char **why)
{
    c->verify = !o->insecure;
    SSL_CTX_set_verify(c->ssl, c->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    return set_name(c, o->name, why) && (!c->verify || load_trust(c, o->ca_file, why));
}

struct net_tls_context *net_tls_context_new(const struct net_tls_options *options, const char **why)
{
    struct net_tls_context *c = tls_context_bare(options->server, why);
    if (c == NULL)
        return NULL;
    bool good = options->server ? load_files(c, options, why) : set_client(c, options, why);
    if (good)
        return c;
    net_tls_context_free(c);
    return NULL;
}

/* ---- certificates in memory ---------------------------------------------------------------- */

static char *pem_of(X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *octets = NULL, *text = NULL;
    if (bio != NULL && PEM_write_bio_X509(bio, certificate) == 1) {
        long n = BIO_get_mem_data(bio, &octets);
        text = n > 0 ? strndup(octets, (size_t)n) : NULL;
    }
    BIO_free(bio);
    return text;
}

struct net_tls_context *net_tls_context_self_signed(const char *name, char **pem, const char **why)
{
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL;
    char *text = NULL;
    struct net_tls_context *c = tls_context_bare(true, why);
    if (c == NULL)
        return NULL;
    bool good = tls_certificate_make(name, &key, &certificate) &&
                SSL_CTX_use_certificate(c->ssl, certificate) == 1 &&
                SSL_CTX_use_PrivateKey(c->ssl, key) == 1;
    if (good && pem != NULL) {
        text = pem_of(certificate);
        good = text != NULL;
    }
    EVP_PKEY_free(key);
    X509_free(certificate);
    if (!good) {
        *why = tls_context_why("a certificate of our own");
        net_tls_context_free(c);
        return NULL;
    }
    if (pem != NULL)
        *pem = text;
    return c;
}

static bool trust_pem(struct net_tls_context *c, const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    bool good = certificate != NULL &&
                X509_STORE_add_cert(SSL_CTX_get_cert_store(c->ssl), certificate) == 1;
    X509_free(certificate);
    BIO_free(bio);
    return good;
}

struct net_tls_context *net_tls_context_trusting(const char *pem, const char *name,
                                                 const char **why)
{
    struct net_tls_context *c = tls_context_bare(false, why);
    if (c == NULL)
        return NULL;
    c->verify = true;
    SSL_CTX_set_verify(c->ssl, SSL_VERIFY_PEER, NULL);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(c->ssl), X509_V_FLAG_PARTIAL_CHAIN);
    if (!trust_pem(c, pem))
        *why = tls_context_why("the certificate to trust");
    else if (set_name(c, name, why))
        return c;
    net_tls_context_free(c);
    return NULL;
}
