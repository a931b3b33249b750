#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "tls_filter.h"

/* ---- failure ------------------------------------------------------------------------------- */

static void explain(struct net_tls *t, const char *what)
{
    unsigned long error = ERR_peek_last_error();
    const char *reason = ERR_reason_error_string(error);
    long verified = t->ssl != NULL ? SSL_get_verify_result(t->ssl) : X509_V_OK;
    if (t->context->verify && verified != X509_V_OK)
        snprintf(t->why, sizeof t->why, "certificate: %s", X509_verify_cert_error_string(verified));
    else if (ERR_GET_LIB(error) == ERR_LIB_SSL &&
             ERR_GET_REASON(error) == SSL_R_WRONG_VERSION_NUMBER)
        snprintf(t->why, sizeof t->why, "the peer sent octets that are not TLS");
    else
        snprintf(t->why, sizeof t->why, "%s", reason != NULL ? reason : what);
    ERR_clear_error();
}

bool tls_fail(struct net_tls *t, const char *what)
{
    explain(t, what);
    if (t->state == HANDSHAKE)
        (void)smtp_edge_tls_done(t->inner->edge, false);
    t->state = FAILED;
    smtp_edge_ended(t->inner->edge, SMTP_END_RESET);
    return true;
}

/* ---- the beginning ------------------------------------------------------------------------- */

void tls_drop_pipe(struct net_tls *t)
{
    SSL_free(t->ssl);
    BIO_free(t->wire);
    t->ssl = NULL;
    t->wire = NULL;
}

/* RFC 6066 3: literal addresses are not permitted in server_name. */
static bool set_client(struct net_tls *t)
{
    const struct net_tls_context *c = t->context;
    SSL_set_connect_state(t->ssl);
    if (c->name == NULL)
        return true;
    if (!c->literal && SSL_set_tlsext_host_name(t->ssl, c->name) != 1)
        return false;
    if (!c->verify)
        return true;
    return c->literal ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(t->ssl), c->name) == 1
                      : SSL_set1_host(t->ssl, c->name) == 1;
}

static bool make_pipe(struct net_tls *t)
{
    BIO *side = NULL;
    t->ssl = SSL_new(t->context->ssl);
    if (t->ssl == NULL || BIO_new_bio_pair(&side, PIPE_OUT, &t->wire, PIPE_IN) != 1)
        return false;
    SSL_set_bio(t->ssl, side, side);
    t->offered = t->left = t->plain = 0;
    t->bye = false;
    if (!t->context->server)
        return set_client(t);
    SSL_set_accept_state(t->ssl);
    return true;
}

/* ---- states; each says whether something happened to the inner edge ------------------------- */

void tls_give(struct net_tls *t, size_t n)
{
    smtp_room room = smtp_edge_room(t->inner->edge);
    memcpy(room.p, t->in, n);
    smtp_edge_got(t->inner->edge, n);
}

size_t tls_room(const struct net_tls *t)
{
    size_t n = t->inner->edge->in.n - t->inner->edge->in_len;
    return n < sizeof t->in ? n : sizeof t->in;
}

size_t tls_rest(const struct net_tls *t)
{
    return t->ssl != NULL ? BIO_ctrl_pending(SSL_get_rbio(t->ssl)) : 0;
}

bool tls_is_given_up(const struct net_tls *t, unsigned wish)
{
    const struct smtp_edge *inner = t->inner->edge;
    return (inner->ask & (wish | SMTP_WANT_CLOSE)) == SMTP_WANT_CLOSE && inner->out_len == 0;
}

static bool advance_handshake(struct net_tls *t)
{
    if (tls_is_given_up(t, SMTP_WANT_TLS))
        return false;
    ERR_clear_error();
    int done = SSL_do_handshake(t->ssl);
    if (done == 1) {
        t->state = SECURE;
        (void)smtp_edge_tls_done(t->inner->edge, true);
        return true;
    }
    int error = SSL_get_error(t->ssl, done);
    if (error == SSL_ERROR_WANT_READ && t->edge.end != SMTP_END_NONE)
        return tls_fail(t, "the peer closed the connection in the handshake");
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        return false;
    return tls_fail(t, "the handshake failed");
}

static bool begin(struct net_tls *t)
{
    tls_drop_pipe(t);
    t->implicit = false;
    t->state = HANDSHAKE;
    ERR_clear_error();
    if (t->offered > 0)
        return tls_fail(t, "the connection was broken off before the handshake");
    if (!make_pipe(t))
        return tls_fail(t, "no memory for TLS");
    return advance_handshake(t);
}

static bool read_rest(struct net_tls *t)
{
    int n = BIO_read(SSL_get_rbio(t->ssl), t->in, (int)tls_room(t));
    if (n <= 0)
        return false;
    tls_give(t, (size_t)n);
    if (tls_rest(t) == 0)
        tls_drop_pipe(t);
    return true;
}

static bool advance_clear(struct net_tls *t)
{
    struct smtp_edge *inner = t->inner->edge;
    unsigned want = smtp_edge_want(inner);
    if (t->implicit)
        return begin(t);
    if (tls_rest(t) > 0 && (want & SMTP_WANT_READ) != 0)
        return read_rest(t);
    if (tls_rest(t) == 0 && t->edge.end != SMTP_END_NONE && inner->end == SMTP_END_NONE) {
        smtp_edge_ended(inner, t->edge.end);
        return true;
    }
    if ((want & SMTP_WANT_WRITE) != 0)
        return false;
    if ((want & SMTP_WANT_TLS) != 0)
        return begin(t);
    if ((want & SMTP_WANT_TLS_END) == 0)
        return false;
    smtp_edge_tls_ended(inner); /* there was none */
    return true;
}

/* RFC 8446 6.1 */
static void say_bye(struct net_tls *t)
{
    if (!t->bye)
        (void)SSL_shutdown(t->ssl);
    t->bye = true;
    ERR_clear_error();
}

static bool write_record(struct net_tls *t)
{
    struct smtp_edge *inner = t->inner->edge;
    smtp_span out = smtp_edge_out(inner);
    if (t->bye) { /* nothing can leave any more */
        smtp_edge_sent(inner, out.n);
        return true;
    }
    if (t->plain > 0 || BIO_ctrl_pending(t->wire) > 0)
        return false;
    if (t->left == 0 || t->left > out.n)
        t->left = out.n;
    ERR_clear_error();
    int n = SSL_write(t->ssl, out.p, (int)(t->left < RECORD ? t->left : RECORD));
    if (n > 0) {
        t->plain = (size_t)n;
        return false;
    }
    int error = SSL_get_error(t->ssl, n);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        return false;
    return tls_fail(t, "TLS failed");
}

static bool read_record(struct net_tls *t)
{
    ERR_clear_error();
    int n = SSL_read(t->ssl, t->in, (int)tls_room(t));
    if (n > 0) {
        tls_give(t, (size_t)n);
        return true;
    }
    switch (SSL_get_error(t->ssl, n)) {
    case SSL_ERROR_ZERO_RETURN:
        smtp_edge_ended(t->inner->edge, SMTP_END_CLOSE);
        return true;
    case SSL_ERROR_WANT_READ:
        if (t->edge.end == SMTP_END_NONE)
            return false;
        smtp_edge_ended(t->inner->edge, SMTP_END_CUT);
        return true;
    case SSL_ERROR_WANT_WRITE:
        return false;
    default:
        return tls_fail(t, "TLS failed");
    }
}

static bool end_tls(struct net_tls *t)
{
    t->state = CLEAR;
    if (tls_rest(t) == 0)
        tls_drop_pipe(t);
    smtp_edge_tls_ended(t->inner->edge);
    return true;
}

/* What still comes inside TLS is dropped, as what came in clear is when TLS begins. */
static bool advance_ending(struct net_tls *t)
{
    if (tls_is_given_up(t, SMTP_WANT_TLS_END))
        return false;
    ERR_clear_error();
    int n;
    do {
        n = SSL_read(t->ssl, t->in, sizeof t->in);
    } while (n > 0);
    int error = SSL_get_error(t->ssl, n);
    if (error == SSL_ERROR_ZERO_RETURN)
        return BIO_ctrl_pending(t->wire) == 0 && end_tls(t);
    if (error == SSL_ERROR_WANT_READ && t->edge.end != SMTP_END_NONE) {
        smtp_edge_ended(t->inner->edge, SMTP_END_CUT);
        return end_tls(t);
    }
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        return false;
    return tls_fail(t, "TLS failed");
}

static bool advance_secure(struct net_tls *t)
{
    unsigned want = smtp_edge_want(t->inner->edge);
    if ((want & SMTP_WANT_WRITE) != 0 && write_record(t))
        return true;
    if ((want & SMTP_WANT_READ) != 0 && read_record(t))
        return true;
    if ((want & SMTP_WANT_WRITE) != 0)
        return false;
    if ((want & SMTP_WANT_TLS) != 0)
        return tls_fail(t, "TLS inside TLS");
    if ((want & SMTP_WANT_TLS_END) != 0) {
        say_bye(t);
        t->state = ENDING;
        return advance_ending(t);
    }
    if ((want & (SMTP_WANT_SHUT | SMTP_WANT_CLOSE)) != 0)
        say_bye(t);
    return false;
}

bool tls_advance(struct net_tls *t)
{
    if ((t->inner->edge->ask & SMTP_WANT_RESET) != 0)
        return false;
    switch (t->state) {
    case CLEAR:
        return advance_clear(t);
    case HANDSHAKE:
        return advance_handshake(t);
    case SECURE:
        return advance_secure(t);
    case ENDING:
        return advance_ending(t);
    case FAILED:
        break;
    }
    return false;
}
