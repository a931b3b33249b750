#include <gsasl.h>
#include <string.h>

#include "check_main.h"
#include "drive/sasl_client.h"

#define PLAIN SMTP_MECH_PLAIN
#define LOGIN SMTP_MECH_LOGIN
#define CRAM SMTP_MECH_CRAM_MD5
#define SCRAM_1 SMTP_MECH_SCRAM_SHA_1
#define PLUS_1 SMTP_MECH_SCRAM_SHA_1_PLUS
#define ALL                                                                                        \
    (PLAIN | LOGIN | CRAM | SCRAM_1 | PLUS_1 | SMTP_MECH_SCRAM_SHA_256 |                           \
     SMTP_MECH_SCRAM_SHA_256_PLUS)

static const struct sasl_binding none = {{NULL, 0}, {NULL, 0}};
static const struct sasl_binding bound = {{"0123456789abcdef0123456789abcdef", 32}, {NULL, 0}};
static const struct sasl_binding unique = {{NULL, 0}, {"0123456789ab", 12}};
static const struct sasl_binding other = {{"the connection of somebody else.", 32}, {NULL, 0}};

/* ---- the choice ---- */

static const struct {
    const char *clause;
    unsigned offered;
    const char *mechanism;
    bool secure, clear, binds;
    const char *chosen;
} choices[] = {
    {"5802 6", ALL, NULL, true, false, true, "SCRAM-SHA-256-PLUS"},
    {"5802 6", ALL, NULL, true, false, false, "SCRAM-SHA-256"},
    {"5802 6", SCRAM_1 | PLUS_1, NULL, true, false, true, "SCRAM-SHA-1-PLUS"},
    {"4954 4", PLAIN | LOGIN | CRAM, NULL, false, false, false, "CRAM-MD5"},
    {"4954 4", LOGIN | PLAIN, NULL, true, false, false, "PLAIN"},
    {"4954 4", LOGIN, NULL, true, false, false, "LOGIN"},
    {"4616 4", LOGIN | PLAIN, NULL, false, false, false, NULL},
    {"4616 4", LOGIN | PLAIN, NULL, false, true, false, "PLAIN"},
    {"4954 4", ALL, "login", true, false, true, "LOGIN"},
    {"4954 4", ALL, "PLAIN", false, false, false, NULL},
    {"4954 4", PLAIN | LOGIN, "CRAM-MD5", true, false, false, NULL},
    {"4954 4", SMTP_MECH_EXTERNAL | SMTP_MECH_XOAUTH2, NULL, true, true, true, NULL},
    {"4954 4", 0, NULL, true, true, true, NULL},
    {"4954 4", SMTP_MECH_ANONYMOUS | PLAIN, NULL, true, true, true, "PLAIN"},
};
enum { CHOICES = sizeof choices / sizeof *choices };

START_TEST(test_choice)
{
    struct sasl_login login = {"u", "p", choices[_i].mechanism, choices[_i].clear,
                               choices[_i].secure};
    const char *chosen =
        sasl_client_choose(choices[_i].offered, &login, choices[_i].binds ? &bound : &none);
    if (choices[_i].chosen == NULL)
        ck_assert_msg(chosen == NULL, "%s: %s", choices[_i].clause, chosen);
    else
        ck_assert_msg(chosen != NULL && strcmp(chosen, choices[_i].chosen) == 0, "%s: %s",
                      choices[_i].clause, chosen != NULL ? chosen : "none");
}
END_TEST

/* ---- exchanges with GNU SASL's own server ---- */

struct server {
    Gsasl *context;
    Gsasl_session *session;
    const struct sasl_binding *binding;
};

static int set_binding(Gsasl_session *session, Gsasl_property property, smtp_span octets)
{
    char *text;
    if (octets.n == 0)
        return GSASL_NO_CALLBACK;
    ck_assert_int_eq(gsasl_base64_to(octets.p, octets.n, &text, NULL), GSASL_OK);
    int status = gsasl_property_set(session, property, text);
    gsasl_free(text);
    return status;
}

static int answer(Gsasl *context, Gsasl_session *session, Gsasl_property property)
{
    const struct server *server = gsasl_callback_hook_get(context);
    switch (property) {
    case GSASL_PASSWORD:
        return gsasl_property_set(session, GSASL_PASSWORD, "secret");
    case GSASL_CB_TLS_EXPORTER:
        return set_binding(session, property, server->binding->exporter);
    case GSASL_CB_TLS_UNIQUE:
        return set_binding(session, property, server->binding->unique);
    case GSASL_SCRAM_ITER:
        return gsasl_property_set(session, property, "4096");
    default:
        return GSASL_NO_CALLBACK;
    }
}

static void server_open(struct server *server, const char *mechanism,
                        const struct sasl_binding *binding)
{
    server->binding = binding;
    ck_assert_int_eq(gsasl_init(&server->context), GSASL_OK);
    gsasl_callback_set(server->context, answer);
    gsasl_callback_hook_set(server->context, server);
    ck_assert_int_eq(gsasl_server_start(server->context, mechanism, &server->session), GSASL_OK);
}

static void server_close(struct server *server)
{
    gsasl_finish(server->session);
    gsasl_done(server->context);
}

/* Whether the server lets it in, and the client is done. */
static bool exchange(struct sasl_client *client, struct server *server, int *status)
{
    smtp_span say = {NULL, 0};
    char *out = NULL;
    size_t n = 0;
    bool first = sasl_client_is_first(client), good = true;
    *status = GSASL_NEEDS_MORE;
    if (first)
        good = sasl_client_step(client, say, &say);
    while (good && *status == GSASL_NEEDS_MORE) {
        gsasl_free(out);
        out = NULL;
        *status = gsasl_step(server->session, say.n > 0 ? say.p : "", say.n, &out, &n);
        if (*status == GSASL_NEEDS_MORE || (*status == GSASL_OK && n > 0))
            good = sasl_client_step(client, (smtp_span){out, n}, &say);
    }
    gsasl_free(out);
    return good && *status == GSASL_OK && sasl_client_is_done(client);
}

static const struct {
    const char *mechanism, *password;
    const struct sasl_binding *ours, *theirs;
    bool good;
} exchanges[] = {
    {"PLAIN", "secret", &none, &none, true},
    {"LOGIN", "secret", &none, &none, true},
    {"CRAM-MD5", "secret", &none, &none, true},
    {"SCRAM-SHA-1", "secret", &none, &none, true},
    {"SCRAM-SHA-256", "secret", &none, &none, true},
    {"SCRAM-SHA-1-PLUS", "secret", &bound, &bound, true},
    {"SCRAM-SHA-256-PLUS", "secret", &bound, &bound, true},
    {"SCRAM-SHA-256-PLUS", "secret", &unique, &unique, true},
    {"SCRAM-SHA-256", "secret", &bound, &none, true},
    {"SCRAM-SHA-256", "secret", &bound, &bound, true},
    {"SCRAM-SHA-256-PLUS", "secret", &bound, &other, false},
    {"PLAIN", "Secret", &none, &none, false},
    {"LOGIN", "wrong", &none, &none, false},
    {"CRAM-MD5", "wrong", &none, &none, false},
    {"SCRAM-SHA-1", "wrong", &none, &none, false},
    {"SCRAM-SHA-256-PLUS", "wrong", &bound, &bound, false},
};
enum { EXCHANGES = sizeof exchanges / sizeof *exchanges };

START_TEST(test_exchange)
{
    struct sasl_login login = {.user = "user", .password = exchanges[_i].password};
    struct server server;
    int status;
    server_open(&server, exchanges[_i].mechanism, exchanges[_i].theirs);
    struct sasl_client *client =
        sasl_client_new(&login, exchanges[_i].mechanism, exchanges[_i].ours);
    ck_assert_ptr_nonnull(client);
    bool good = exchange(client, &server, &status);
    ck_assert_msg(good == exchanges[_i].good, "%s: %s", exchanges[_i].mechanism,
                  gsasl_strerror(status));
    sasl_client_free(client);
    server_close(&server);
}
END_TEST

/* RFC 5802 5: a server that does not know the password cannot say 235. */
START_TEST(test_server_unknown)
{
    struct sasl_login login = {.user = "user", .password = "secret"};
    struct sasl_client *client = sasl_client_new(&login, "SCRAM-SHA-256", &none);
    smtp_span say;
    ck_assert(sasl_client_step(client, (smtp_span){NULL, 0}, &say));
    ck_assert(!sasl_client_is_done(client));
    ck_assert(!sasl_client_step(client, SMTP_SPAN("r=wrong,s=QSXCR+Q6sek8bf92,i=4096"), &say));
    ck_assert(!sasl_client_is_done(client));
    ck_assert_uint_gt(strlen(sasl_client_why(client)), 3);
    sasl_client_free(client);
}
END_TEST

/* Behind the end there is nothing to answer but an empty line. */
START_TEST(test_behind_end)
{
    struct sasl_login login = {.user = "user", .password = "secret"};
    struct sasl_client *client = sasl_client_new(&login, "PLAIN", &none);
    smtp_span say;
    ck_assert(sasl_client_step(client, (smtp_span){NULL, 0}, &say));
    ck_assert_uint_eq(say.n, sizeof "\0user\0secret" - 1);
    ck_assert_mem_eq(say.p, "\0user\0secret", say.n);
    ck_assert(sasl_client_is_done(client));
    ck_assert(sasl_client_step(client, (smtp_span){NULL, 0}, &say));
    ck_assert_uint_eq(say.n, 0);
    ck_assert(!sasl_client_step(client, SMTP_SPAN("more?"), &say));
    ck_assert_uint_gt(strlen(sasl_client_why(client)), 3);
    sasl_client_free(client);
    ck_assert_ptr_null(sasl_client_new(&login, "GSSAPI", &none));
    sasl_client_free(NULL);
}
END_TEST

static Suite *sasl_client_suite(void)
{
    Suite *suite = suite_create("sasl_client");
    TCase *tcase = tcase_create("sasl_client");
    tcase_add_loop_test(tcase, test_choice, 0, CHOICES);
    tcase_add_loop_test(tcase, test_exchange, 0, EXCHANGES);
    tcase_add_test(tcase, test_server_unknown);
    tcase_add_test(tcase, test_behind_end);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(sasl_client_suite)
