#include <string.h>

#include "check_main.h"
#include "drive/serve.h"
#include "drive/submit.h"

/* Over sockets of the loopback, client and server on one loop. What needs DNS, ref/test/cmd/send_test.py has. */

#define TEXT "Subject: x\r\n\r\n.\r\nbody\r\n"

enum { RCPTS = 2 };

struct world {
    struct net_uv *uv;
    struct drive_policy *site;
    struct drive_store *sink;
    struct drive_serve *serve;
    struct drive_submit_config config;
    struct drive_rcpt rcpts[RCPTS];
    struct drive_memory text;
    struct drive_mail mail;
    size_t done;
    bool over;
};

static void set_up(struct world *w)
{
    *w = (struct world){.over = false};
    drive_memory_init(&w->text, smtp_span_of(TEXT));
    w->rcpts[0].mailbox = SMTP_SPAN("a@example.test");
    w->rcpts[1].mailbox = SMTP_SPAN("b@foreign.test");
    w->mail = (struct drive_mail){.sender = SMTP_SPAN("me@client.test"),
                                  .rcpts = w->rcpts,
                                  .rcpt_count = RCPTS,
                                  .source = &w->text.source};
    w->config = (struct drive_submit_config){.name = "client.test", .host = "127.0.0.1"};
}

static void serve(struct world *w)
{
    static const char *const domains[] = {"example.test"};
    static const struct drive_site_config site = {.domains = domains, .domain_count = 1};
    const char *why = "";
    w->uv = net_uv_new();
    w->site = drive_site_new(&site, &why);
    w->sink = drive_sink_new();
    ck_assert(w->uv != NULL && w->site != NULL && w->sink != NULL);
    struct drive_serve_config config = {
        .session = {.name = "mx.example.test"},
        .policy = w->site,
        .store = w->sink,
        .connections = 10,
    };
    w->serve = drive_serve_new(w->uv, &config);
    ck_assert_ptr_nonnull(w->serve);
    w->config.port = drive_serve_listen(w->serve, "127.0.0.1", 0, false, &why);
    ck_assert_msg(w->config.port != 0, "%s", why);
}

static void done(void *arg)
{
    struct world *w = arg;
    w->done++;
    w->over = true;
}

static void run(struct world *w)
{
    struct net_world *world = net_uv_world(w->uv);
    w->over = false;
    ck_assert(world->ops->run(world, &w->over));
}

static void tear_down(struct world *w)
{
    drive_serve_free(w->serve);
    w->sink->ops->free(w->sink);
    net_uv_free(w->uv);
    drive_site_free(w->site);
}

static struct drive_submit *begin(struct world *w)
{
    const char *why = "";
    struct drive_submit *submit = drive_submit_new(w->uv, &w->config, &w->mail, done, w, &why);
    ck_assert_msg(submit != NULL, "%s", why);
    return submit;
}

START_TEST(test_loop)
{
    struct world w;
    set_up(&w);
    serve(&w);
    for (size_t i = 1; i <= 3; i++) { /* a mail may be sent again */
        struct drive_submit *submit = begin(&w);
        run(&w);
        drive_submit_free(submit);
        ck_assert_uint_eq(w.done, i);
        ck_assert_int_eq(w.rcpts[0].outcome, SMTP_O_DELIVERED);
        ck_assert_str_eq(w.rcpts[0].host, "127.0.0.1");
        ck_assert_int_eq(w.rcpts[1].outcome, SMTP_O_NEVER);
        ck_assert_uint_eq(w.rcpts[1].code, 550);
        ck_assert_str_eq(w.rcpts[1].text, "relaying denied");
        ck_assert_uint_eq(drive_sink_count(w.sink).messages, i);
    }
    tear_down(&w);
}
END_TEST

/* What no command can carry is not sent; the others are. */
START_TEST(test_bad_addresses)
{
    struct world w;
    set_up(&w);
    serve(&w);
    w.rcpts[1].mailbox = SMTP_SPAN("a@b\r\nRCPT TO:<c@example.test>");
    struct drive_submit *submit = begin(&w);
    run(&w);
    drive_submit_free(submit);
    ck_assert_int_eq(w.rcpts[0].outcome, SMTP_O_DELIVERED);
    ck_assert_int_eq(w.rcpts[1].outcome, SMTP_O_NEVER);
    ck_assert_uint_eq(w.rcpts[1].enhanced.detail, 3); /* 5.1.3 */
    w.mail.sender = SMTP_SPAN("me@client.test> SIZE=1");
    submit = begin(&w);
    run(&w);
    drive_submit_free(submit);
    ck_assert_int_eq(w.rcpts[0].outcome, SMTP_O_NEVER);
    ck_assert_uint_eq(drive_sink_count(w.sink).messages, 1);
    tear_down(&w);
}
END_TEST

/* Many at once on one loop. */
START_TEST(test_many)
{
    enum { MANY = 8 };
    static struct world more[MANY];
    struct drive_submit *submits[MANY];
    struct world w;
    set_up(&w);
    serve(&w);
    for (size_t i = 0; i < MANY; i++) {
        set_up(&more[i]);
        more[i].config.port = w.config.port;
        more[i].uv = w.uv;
        submits[i] = begin(&more[i]);
    }
    for (size_t i = 0; i < MANY; i++) {
        struct net_world *world = net_uv_world(w.uv);
        ck_assert(world->ops->run(world, &more[i].over));
        drive_submit_free(submits[i]);
        ck_assert_int_eq(more[i].rcpts[0].outcome, SMTP_O_DELIVERED);
    }
    ck_assert_uint_eq(drive_sink_count(w.sink).messages, MANY);
    tear_down(&w);
}
END_TEST

/* Given up before anything has happened: everybody has a result all the same. */
START_TEST(test_stop_at_once)
{
    struct world w;
    set_up(&w);
    serve(&w);
    struct drive_submit *submit = begin(&w);
    drive_submit_stop(submit);
    if (_i == 1)
        drive_submit_stop(submit);
    run(&w);
    drive_submit_free(submit);
    for (size_t i = 0; i < RCPTS; i++) {
        ck_assert_int_eq(w.rcpts[i].outcome, SMTP_O_LATER);
        ck_assert_str_eq(w.rcpts[i].text, "given up");
    }
    ck_assert_uint_eq(drive_sink_count(w.sink).messages, 0);
    tear_down(&w);
}
END_TEST

/* Without a host, and without a domain that could be asked for. */
START_TEST(test_no_domain)
{
    struct world w;
    set_up(&w);
    w.config.host = NULL;
    w.config.dns = "127.0.0.1:1";
    w.rcpts[0].mailbox = SMTP_SPAN("postmaster");
    w.rcpts[1].mailbox = SMTP_SPAN("a..b@example.test");
    const char *why;
    ck_assert(drive_submit(&w.config, &w.mail, &why));
    for (size_t i = 0; i < RCPTS; i++) {
        ck_assert_int_eq(w.rcpts[i].outcome, SMTP_O_NEVER);
        ck_assert_uint_eq(w.rcpts[i].enhanced.detail, 3); /* 5.1.3 */
    }
}
END_TEST

/* RFC 8689 4.2.1: a mail exchanger's name is not verified, so REQUIRETLS does not go there. */
START_TEST(test_require_tls_by_mx)
{
    struct world w;
    set_up(&w);
    w.config.host = NULL;
    w.config.dns = "127.0.0.1:1";
    w.mail.params.given = SMTP_P_REQUIRETLS;
    const char *why;
    ck_assert(drive_submit(&w.config, &w.mail, &why));
    ck_assert_int_eq(w.rcpts[0].outcome, SMTP_O_NEVER);
    ck_assert_uint_eq(w.rcpts[0].enhanced.detail, 10);
}
END_TEST

/* The blocking call. Port 1 of the loopback is nobody's. */
START_TEST(test_blocking)
{
    struct world w;
    set_up(&w);
    w.config.port = 1;
    const char *why;
    ck_assert(drive_submit(&w.config, &w.mail, &why));
    for (size_t i = 0; i < RCPTS; i++) {
        ck_assert_int_eq(w.rcpts[i].outcome, SMTP_O_LATER);
        ck_assert_uint_eq(w.rcpts[i].enhanced.class, 4);
        ck_assert_ptr_nonnull(strstr(w.rcpts[i].text, "refused"));
    }
}
END_TEST

START_TEST(test_nobody)
{
    struct world w;
    set_up(&w);
    w.mail.rcpt_count = 0;
    const char *why;
    ck_assert(drive_submit(&w.config, &w.mail, &why));
}
END_TEST

static bool no_rewind(struct drive_source *source)
{
    (void)source;
    return false;
}

/* What is wrong with the config is said before anybody is dialled. */
START_TEST(test_config)
{
    const char *why = NULL;
    struct world w;
    set_up(&w);
    w.config.port = 1;
    w.config.name = "no host";
    ck_assert(!drive_submit(&w.config, &w.mail, &why));
    ck_assert_ptr_nonnull(strstr(why, "name"));
    w.config.name = "client.test";
    w.config.ca_file = "/nonexistent";
    w.config.tls = DRIVE_TLS_REQUIRED;
    ck_assert(!drive_submit(&w.config, &w.mail, &why));
    ck_assert_ptr_nonnull(strstr(why, "/nonexistent"));
    w.config.ca_file = NULL;
    w.config.dns = "nowhere";
    ck_assert(!drive_submit(&w.config, &w.mail, &why));
    ck_assert_ptr_nonnull(strstr(why, "ADDR:PORT"));
    w.config.dns = NULL;
    w.text.source.rewind = no_rewind;
    ck_assert(!drive_submit(&w.config, &w.mail, &why));
    ck_assert_ptr_nonnull(strstr(why, "text"));
}
END_TEST

static Suite *submit_suite(void)
{
    Suite *suite = suite_create("submit");
    TCase *tcase = tcase_create("submit");
    tcase_add_test(tcase, test_loop);
    tcase_add_test(tcase, test_bad_addresses);
    tcase_add_test(tcase, test_many);
    tcase_add_loop_test(tcase, test_stop_at_once, 0, 2);
    tcase_add_test(tcase, test_no_domain);
    tcase_add_test(tcase, test_require_tls_by_mx);
    tcase_add_test(tcase, test_blocking);
    tcase_add_test(tcase, test_nobody);
    tcase_add_test(tcase, test_config);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(submit_suite)
