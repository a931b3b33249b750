#include "login_client.h"

#include <openssl/evp.h>

#include "check_main.h"

static void bind_to(Gsasl_session *session, const struct net_end *outer)
{
    static const struct {
        enum net_tls_binding kind;
        Gsasl_property property;
    } kinds[] = {{NET_TLS_EXPORTER, GSASL_CB_TLS_EXPORTER}, {NET_TLS_UNIQUE, GSASL_CB_TLS_UNIQUE}};
    for (size_t i = 0; i < 2; i++) {
        unsigned char octets[NET_TLS_BINDING_MAX], text[2 * NET_TLS_BINDING_MAX];
        size_t n = net_tls_binding(outer, kinds[i].kind, octets);
        if (n == 0)
            continue;
        ck_assert_int_gt(EVP_EncodeBlock(text, octets, (int)n), 0);
        ck_assert_int_eq(gsasl_property_set(session, kinds[i].property, (const char *)text), 0);
    }
}

void login_client_begin(struct login_client *c, const struct login *login)
{
    *c = (struct login_client){.gsasl = NULL};
    ck_assert_int_eq(gsasl_init(&c->gsasl), GSASL_OK);
    ck_assert_int_eq(gsasl_client_start(c->gsasl, login->mechanism, &c->session), GSASL_OK);
    ck_assert_int_eq(gsasl_property_set(c->session, GSASL_AUTHID, login->user), 0);
    ck_assert_int_eq(gsasl_property_set(c->session, GSASL_PASSWORD, login->password), 0);
    if (login->other != NULL)
        ck_assert_int_eq(gsasl_property_set(c->session, GSASL_AUTHZID, login->other), 0);
    if (login->outer != NULL)
        bind_to(c->session, login->outer);
}

bool login_client_step(struct login_client *c, smtp_span challenge)
{
    gsasl_free(c->output);
    c->output = NULL;
    c->output_n = 0;
    int result = gsasl_step(c->session, challenge.p, challenge.n, &c->output, &c->output_n);
    c->done = result == GSASL_OK;
    if (result == GSASL_OK || result == GSASL_NEEDS_MORE)
        return true;
    c->output = NULL;
    c->output_n = 0;
    return false;
}

void login_client_end(struct login_client *c)
{
    gsasl_free(c->output);
    gsasl_finish(c->session);
    gsasl_done(c->gsasl);
}
