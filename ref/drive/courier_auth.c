#include "courier.h"

/* Channel bindings of this connection, for as long as sasl_client_new() takes. */
struct bound {
    unsigned char exporter[NET_TLS_BINDING_MAX], unique[NET_TLS_BINDING_MAX];
    struct sasl_binding binding;
};

static void bind_channel(const struct courier *c, struct bound *out)
{
    out->binding = (struct sasl_binding){{NULL, 0}, {NULL, 0}};
    if (c->outer == &c->end)
        return;
    size_t exporter = net_tls_binding(c->outer, NET_TLS_EXPORTER, out->exporter);
    size_t unique = net_tls_binding(c->outer, NET_TLS_UNIQUE, out->unique);
    out->binding.exporter = (smtp_span){(const char *)out->exporter, exporter};
    out->binding.unique = (smtp_span){(const char *)out->unique, unique};
}

static void fail(struct courier *c, const char *text)
{
    courier_trouble(c, SMTP_O_NEVER, "5.7.8", text);
    c->job->why.denied = true;
}

/* What was offered lies in no words of the server's own: the user is told what he can do. */
static const char *why_none(const struct courier *c)
{
    const unsigned shown = SMTP_MECH_PLAIN | SMTP_MECH_LOGIN;
    if ((c->client.offered.given & SMTP_KW_AUTH) == 0)
        return "the server does not offer AUTH";
    if ((c->client.offered.mechanisms & shown) != 0 && c->job->config->mechanism == NULL)
        return "the server wants the password itself, and who it is has not been verified by TLS";
    return "none of the server's mechanisms for AUTH will do";
}

/* RFC 4954 4: an initial response that does not fit the command is sent behind it. */
static void say(struct courier *c, const char *mechanism)
{
    smtp_span name = smtp_span_of(mechanism);
    c->has_initial = sasl_client_is_first(c->sasl);
    if (c->has_initial && !sasl_client_step(c->sasl, (smtp_span){NULL, 0}, &c->initial)) {
        fail(c, sasl_client_why(c->sasl));
        return;
    }
    enum smtp_fault fault = smtp_client_auth(&c->client, name, c->has_initial, c->initial);
    if (fault == SMTP_E_LINE_LONG && c->has_initial)
        fault = smtp_client_auth(&c->client, name, false, (smtp_span){NULL, 0});
    else
        c->has_initial = false;
    if (fault != SMTP_OK)
        fail(c, smtp_fault_row(fault)->text);
}

void courier_begin_auth(struct courier *c)
{
    const struct drive_submit_config *config = c->job->config;
    struct sasl_login login = {
        .user = config->user,
        .password = config->password,
        .mechanism = config->mechanism,
        .clear = config->password_in_clear,
        .secure = c->client.edge.secure && (c->job->verified || config->insecure),
    };
    struct bound bound;
    unsigned offered =
        (c->client.offered.given & SMTP_KW_AUTH) != 0 ? c->client.offered.mechanisms : 0;
    bind_channel(c, &bound);
    const char *mechanism = sasl_client_choose(offered, &login, &bound.binding);
    if (mechanism == NULL) {
        fail(c, why_none(c));
        return;
    }
    c->sasl = sasl_client_new(&login, mechanism, &bound.binding);
    if (c->sasl == NULL)
        courier_trouble(c, SMTP_O_LATER, "", "no memory for AUTH");
    else
        say(c, mechanism);
}

void courier_answer(struct courier *c, smtp_span challenge)
{
    smtp_span out = c->initial;
    bool good = c->has_initial ? challenge.n == 0 : sasl_client_step(c->sasl, challenge, &out);
    c->has_initial = false;
    if (good && smtp_client_respond(&c->client, out))
        return;
    fail(c, good ? "the answer to the server's challenge is too long" : sasl_client_why(c->sasl));
    smtp_client_cancel(&c->client);
}

/* RFC 4954 6: 454 is the server's trouble. RFC 5802 5: success is none before the server has proved itself. */
void courier_end_auth(struct courier *c, const struct smtp_client_event *ev)
{
    bool good = ev->code / 100 == 2;
    if (good && !sasl_client_is_done(c->sasl))
        fail(c, "the server has not shown that it knows the password");
    else if (!good)
        courier_reply_trouble(c, ev->code);
    c->job->why.denied = c->job->why.outcome == SMTP_O_NEVER;
    c->authenticated = good && c->job->why.outcome == SMTP_O_NONE;
    sasl_client_free(c->sasl);
    c->sasl = NULL;
}
