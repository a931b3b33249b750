#include <string.h>

#include "check_main.h"
#include "drive/serve.h"

static const char *const domains[] = {"example.test", "Other.Test", "[192.0.2.1]",
                                      "[IPv6:2001:db8::1]", "b\303\274cher.test"};
static const char *const mailboxes[] = {"tester@example.test", "\"two words\"@example.test",
                                        "ann@other.test", "j\303\266rg@xn--bcher-kva.test"};
static const char *const refused[] = {"spam@example.org"};
static const struct drive_list lists[] = {
    {{"team@example.test", 17}, "tester@example.test,ann@other.test"},
};
enum { DOMAINS = 5, MAILBOXES = 4 };

static const struct drive_site_config listed_config = {
    .domains = domains,
    .domain_count = DOMAINS,
    .mailboxes = mailboxes,
    .mailbox_count = MAILBOXES,
    .refused_senders = refused,
    .refused_count = 1,
    .lists = lists,
    .list_count = 1,
    .host = "mx.example.test",
    .denies = true,
};
static const struct drive_site_config all_config = {
    .domains = domains, .domain_count = DOMAINS, .host = "mx.example.test"};

#define OK SMTP_OK
#define RELAY SMTP_E_NO_RELAY
#define NONE SMTP_E_NO_MAILBOX

/* `listed`: with the mailboxes above; `all`: without any. */
static const struct {
    const char *clause, *path;
    enum smtp_fault listed, all;
} recipients[] = {
    {"5321-3.3", "tester@example.test", OK, OK},
    {"5321-3.3", "nobody@example.test", NONE, OK},
    {"5321-2.4", "tester@EXAMPLE.Test", OK, OK},
    {"5321-2.4", "Tester@example.test", NONE, OK},
    {"5321-4.1.2", "\"tester\"@example.test", OK, OK},
    {"5321-4.1.2", "\"t\\ester\"@example.test", OK, OK},
    {"5321-4.1.2", "\"two\\ words\"@example.test", OK, OK},
    {"5321-4.1.2", "\"two  words\"@example.test", NONE, OK},
    {"5321-3.3", "ann@other.test", OK, OK},
    {"5321-3.3", "ann@example.test", NONE, OK},
    {"5321-4.5.1", "postmaster@example.test", OK, OK},
    {"5321-4.5.1", "PostMaster@other.test", OK, OK},
    {"5321-4.5.1", "\"postmaster\"@example.test", OK, OK},
    {"5321-4.5.1", "postmaster@[192.0.2.1]", OK, OK},
    {"5321-4.1.3", "postmaster@[IPv6:2001:DB8:0:0:0:0:0:1]", OK, OK},
    {"3461-9.3", "postmaster@mx.example.test", OK, OK},
    {"3461-9.3", "PostMaster@MX.example.test", OK, OK},
    {"3461-9.3", "tester@mx.example.test", RELAY, RELAY},
    {"5321-4.1.1.3", "Postmaster", OK, OK},
    {"5321-4.1.1.3", "POSTMASTER", OK, OK},
    {"5321-3.9.2", "team@example.test", OK, OK},
    {"5321-3.9.2", "TEAM@example.test", NONE, OK},
    {"5321-3.6.2", "tester@foreign.example", RELAY, RELAY},
    {"5321-3.6.2", "postmaster@foreign.example", RELAY, RELAY},
    {"5321-3.6.2", "tester@sub.example.test", RELAY, RELAY},
    {"5321-3.6.2", "tester@example.test.foreign.example", RELAY, RELAY},
    {"5321-3.6.2", "postmaster@[192.0.2.2]", RELAY, RELAY},
    {"6531-3.3", "j\303\266rg@b\303\274cher.test", OK, OK},
    {"6531-3.3", "j\303\266rg@xn--bcher-kva.test", OK, OK},
    {"6531-3.3", "j\303\266rg@B\303\234CHER.test", OK, OK},
    {"6531-3.3", "jorg@b\303\274cher.test", NONE, OK},
    {"6531-3.3", "j\303\266rg@bucher.test", RELAY, RELAY},
    {"6531-3.3", "postmaster@xn--bcher-kva.test", OK, OK},
    {"5321-3.6.1", "@foreign.example:tester@example.test", OK, OK},
    {"5321-3.6.2", "@example.test:tester@foreign.example", RELAY, RELAY},
};
enum { RECIPIENTS = sizeof recipients / sizeof *recipients };

static struct drive_policy *site_of(bool listed)
{
    const char *why;
    struct drive_policy *site = drive_site_new(listed ? &listed_config : &all_config, &why);
    ck_assert_msg(site != NULL, "%s", why);
    return site;
}

static struct drive_verdict judge(struct drive_policy *site, const char *line)
{
    struct smtp_event ev = {.kind = SMTP_EV_COMMAND, .wants_reply = true};
    struct drive_verdict verdict = {.fault = SMTP_OK};
    ck_assert_msg(smtp_parse_command(smtp_span_of(line), SMTP_LAX_UTF8, &ev.cmd) == SMTP_OK, "%s",
                  line);
    ck_assert(site->judge(site, NULL, &ev, &verdict));
    return verdict;
}

START_TEST(test_recipients)
{
    char line[256];
    int row = _i / 2;
    bool listed = _i % 2 == 0;
    struct drive_policy *site = site_of(listed);
    snprintf(line, sizeof line, "RCPT TO:<%s>", recipients[row].path);
    struct drive_verdict v = judge(site, line);
    enum smtp_fault expected = listed ? recipients[row].listed : recipients[row].all;
    ck_assert_msg(v.fault == expected, "%s %s: %s", recipients[row].clause, line,
                  smtp_fault_row(v.fault)->symbol);
    ck_assert_uint_eq(v.code, 0);
    drive_site_free(site);
}
END_TEST

/* RFC 5321 3.5.1 to 3.5.3; code 0: the table's 252. */
static const struct {
    const char *argument;
    unsigned listed, all;
    const char *text;
} names[] = {
    {"tester", 250, 0, "<tester@example.test>"},
    {"ann", 250, 0, "<ann@other.test>"},
    {"\"two words\"", 250, 0, "<\"two words\"@example.test>"},
    {"Tester", 550, 0, ""},
    {"nobody", 550, 0, ""},
    {"postmaster", 250, 250, "<postmaster@example.test>"},
    {"Postmaster", 250, 250, "<Postmaster@example.test>"},
};
enum { NAMES = sizeof names / sizeof *names };

static unsigned code_of(const struct drive_verdict *v)
{
    return v->fault != SMTP_OK ? smtp_fault_row(v->fault)->code : v->code;
}

START_TEST(test_names)
{
    char line[256];
    snprintf(line, sizeof line, "VRFY %s", names[_i].argument);
    struct drive_policy *listed = site_of(true), *all = site_of(false);
    struct drive_verdict v = judge(listed, line);
    ck_assert_msg(code_of(&v) == names[_i].listed, "%s: %u", line, code_of(&v));
    ck_assert_str_eq(v.text, names[_i].text);
    v = judge(all, line);
    ck_assert_msg(code_of(&v) == names[_i].all, "%s: %u", line, code_of(&v));
    drive_site_free(listed);
    drive_site_free(all);
}
END_TEST

/* Addresses are no String of 4.1.1.6, but the event of a session with tolerances has them. */
static const struct {
    const char *argument;
    unsigned listed, all;
} addresses[] = {
    {"tester@example.test", 250, 0},
    {"nobody@example.test", 550, 0},
    {"tester@foreign.example", 550, 550},
    {"postmaster@other.test", 250, 250},
};

START_TEST(test_addresses)
{
    struct smtp_event ev = {.kind = SMTP_EV_COMMAND};
    ev.cmd.verb = SMTP_V_VRFY;
    ev.cmd.argument = smtp_span_of(addresses[_i].argument);
    struct drive_policy *listed = site_of(true), *all = site_of(false);
    struct drive_verdict a = {.code = 0}, b = {.code = 0};
    ck_assert(listed->judge(listed, NULL, &ev, &a));
    ck_assert(all->judge(all, NULL, &ev, &b));
    ck_assert_uint_eq(code_of(&a), addresses[_i].listed);
    ck_assert_uint_eq(code_of(&b), addresses[_i].all);
    drive_site_free(listed);
    drive_site_free(all);
}
END_TEST

/* RFC 5321 3.5.1, 3.5.2: EXPN shows the members of a list, and nothing else is one. */
static const struct {
    const char *line;
    unsigned listed, all;
    const char *text;
} lines[] = {
    {"EXPN team", 250, 0, "<tester@example.test>\n<ann@other.test>"},
    {"EXPN team@example.test", 250, 0, "<tester@example.test>\n<ann@other.test>"},
    {"EXPN tester", 550, 0, ""},
    {"EXPN team@other.test", 550, 0, ""},
    {"MAIL FROM:<spam@example.org>", 550, 0, ""},
    {"MAIL FROM:<ham@example.org>", 0, 0, ""},
    {"MAIL FROM:<>", 0, 0, ""},
};

START_TEST(test_lines)
{
    struct drive_policy *listed = site_of(true), *all = site_of(false);
    struct drive_verdict v = judge(listed, lines[_i].line);
    ck_assert_msg(code_of(&v) == lines[_i].listed, "%s: %u", lines[_i].line, code_of(&v));
    ck_assert_str_eq(v.text, lines[_i].text);
    v = judge(all, lines[_i].line);
    ck_assert_msg(code_of(&v) == lines[_i].all, "%s: %u", lines[_i].line, code_of(&v));
    drive_site_free(listed);
    drive_site_free(all);
}
END_TEST

/* RFC 5321 3.1 */
START_TEST(test_denies)
{
    struct smtp_event ev = {.kind = SMTP_EV_CONNECT, .wants_reply = true};
    struct drive_policy *closed = site_of(true), *open = site_of(false);
    struct drive_verdict a = {.code = 0}, b = {.code = 0};
    ck_assert(closed->judge(closed, NULL, &ev, &a));
    ck_assert(open->judge(open, NULL, &ev, &b));
    ck_assert_uint_eq(code_of(&a), 554);
    ck_assert_uint_eq(code_of(&b), 0);
    drive_site_free(closed);
    drive_site_free(open);
}
END_TEST

static const struct {
    const char *domain, *mailbox, *why;
} bad[] = {
    {"a..b", "x@example.test", "a domain is"},
    {"", "x@example.test", "a domain is"},
    {"a b", "x@example.test", "a domain is"},
    {"example.test", "x", "a mailbox is"},
    {"example.test", "x@example.test ", "a mailbox is"},
    {"example.test", "x@a.test", "a mailbox stands"},
    {NULL, "x@a.test", "a site has"},
};

START_TEST(test_bad_sites)
{
    const char *why = "";
    const struct drive_site_config config = {
        .domains = &bad[_i].domain,
        .domain_count = bad[_i].domain != NULL,
        .mailboxes = &bad[_i].mailbox,
        .mailbox_count = 1,
    };
    struct drive_policy *site = drive_site_new(&config, &why);
    ck_assert_ptr_null(site);
    ck_assert_msg(strncmp(why, bad[_i].why, strlen(bad[_i].why)) == 0, "%s", why);
}
END_TEST

/* RFC 7504 3 */
START_TEST(test_mailless)
{
    static const struct drive_site_config config = {
        .domains = domains, .domain_count = DOMAINS, .mailless = true};
    struct smtp_event ev = {.kind = SMTP_EV_CONNECT, .wants_reply = true};
    struct drive_verdict v = {.code = 0};
    const char *why;
    struct drive_policy *site = drive_site_new(&config, &why);
    ck_assert_ptr_nonnull(site);
    ck_assert(site->judge(site, NULL, &ev, &v));
    ck_assert_uint_eq(code_of(&v), 521);
    drive_site_free(site);
}
END_TEST

static Suite *site_suite(void)
{
    Suite *suite = suite_create("site");
    TCase *tcase = tcase_create("site");
    tcase_add_loop_test(tcase, test_recipients, 0, 2 * RECIPIENTS);
    tcase_add_loop_test(tcase, test_names, 0, NAMES);
    tcase_add_loop_test(tcase, test_addresses, 0, sizeof addresses / sizeof *addresses);
    tcase_add_loop_test(tcase, test_lines, 0, sizeof lines / sizeof *lines);
    tcase_add_test(tcase, test_denies);
    tcase_add_test(tcase, test_mailless);
    tcase_add_loop_test(tcase, test_bad_sites, 0, sizeof bad / sizeof *bad);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(site_suite)
