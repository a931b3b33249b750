/*
 * NAME
 *     fixture.c: runs to be reported
 */
#include "fixture.h"

#include <string.h>

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define OCTETS(literal)                                                                            \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* ---- strings --------------------------------------------------------------------------------- */

/* `why` and `received` are not const in an outcome: the player owns them there. */
static char smuggled[] = "LF.LF ended the message";
static char eod_rows[] = "250 | 5yz";
static char eod_received[] = "250 2.0.0 Ok: queued as 4Xk2\r\n";
static char refused[] =
    "550 to a line of 998 octets, which is the least that has to be taken by everybody who wants "
    "to be called an SMTP server";
static char length_rows[] = "250 => pass | 5yz => warn \"refused\"";
static char length_received[] = "550 5.6.0 line too long\r\n";
static char noted[] = "the reply has no text";
static char greylisted[] = "450 4.2.0 greylisted, which is no answer to the question";
static char no_tls[] = "STARTTLS is not offered";
static char no_rcpt[] = "needs --rcpt";
static char no_inbox[] = "needs: inbox";
static char lost[] = "connection refused while the second connection was opened";
static char doubtful[] = "503 instead of 501";
static char nothing[] = "";
static char every_octet[256];
static char bad_reply[] = "an octet over 127 in a reply";

static const char every_row[] = "any [~ /^\\d\\\\/ \"2\\\\\"]";
static char every_expected[sizeof every_row];

/* ---- scenarios ------------------------------------------------------------------------------- */

#define SCENARIO(name, weight, claim, ...)                                                         \
    {                                                                                              \
        .id = (name), .file = "scenarios/" name ".smtp", .level = (weight), .title = (claim),      \
        .req = LIST(__VA_ARGS__),                                                                  \
        .req_count = sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)                        \
    }

static const char *const eod_tags[] = {"smuggling"};
static const char *const eod_cites[] = {"CVE-2023-51764", "CVE-2023-51766"};
static const char *const eod_req[] = {"R5321-4.1.1.4-i", "R5321-2.3.8-b"};

static const struct scenario ehlo =
    SCENARIO("ehlo/answers-250", SCENARIO_MUST, "answer EHLO", "R5321-4.2-a");
static const struct scenario eod = {
    .id = "data/eod-lf-dot-lf",
    .file = "scenarios/data/eod-lf-dot-lf.smtp",
    .level = SCENARIO_MUST,
    .title = "not take LF.LF as the end of the message",
    .req = eod_req,
    .req_count = COUNT(eod_req),
    .effect = SCENARIO_EFFECT_HOSTILE,
    .tags = eod_tags,
    .tag_count = COUNT(eod_tags),
    .cite = eod_cites,
    .cite_count = COUNT(eod_cites),
};
static const struct scenario dot =
    SCENARIO("data/final-dot", SCENARIO_MUST, "answer the final dot", "R5321-4.2-a");
static const struct scenario length =
    SCENARIO("data/line-998", SCENARIO_SHOULD, "take a line of 998 octets", "R5321-4.5.3.1.6-a");
static const struct scenario text =
    SCENARIO("replies/text", SCENARIO_INFO, "say something in replies", "R5321-4.2-a");
static const struct scenario octets =
    SCENARIO("replies/every-octet", SCENARIO_MUST, "send ASCII only", "R5321-9.9.9-z");
static const struct scenario grey =
    SCENARIO("quit/after-mail", SCENARIO_SHOULD, "answer QUIT anywhere", "R5321-4.1.1.10-b");
static const struct scenario dispute = {
    .id = "quit/with-argument",
    .file = "scenarios/quit/with-argument.smtp",
    .level = SCENARIO_MUST,
    .title = "refuse QUIT with an argument",
    .req = (const char *const[]){"R5321-4.1.1.10-b"},
    .req_count = 1,
    .disputed = "three mature servers ignore it",
};
static const struct scenario second =
    SCENARIO("quit/second", SCENARIO_MUST, "serve two at once", "R5321-4.2-a");
static const struct scenario tls =
    SCENARIO("starttls/twice", SCENARIO_MUST, "refuse a second STARTTLS", "R5321-4.2-a");
static const struct scenario mail =
    SCENARIO("transaction/two-mails", SCENARIO_MUST, "take two mails", "R5321-4.2-a");
static const struct scenario again =
    SCENARIO("transaction/three-mails", SCENARIO_MUST, "take three mails", "R5321-4.2-a");
static const struct scenario inbox =
    SCENARIO("transaction/delivers", SCENARIO_MUST, "deliver", "R5321-4.2-a");
static const struct scenario client = {
    .id = "client/dot-stuffing",
    .file = "scenarios/client/dot-stuffing.smtp",
    .role = SCENARIO_CLIENT,
    .level = SCENARIO_MUST,
    .title = "double leading dots",
    .req = eod_req,
    .req_count = 1,
};

/* ---- conversations --------------------------------------------------------------------------- */

static struct player_line eod_lines[] = {
    {0, 1, 'S', false, OCTETS("220 mx.example.test ESMTP\r\n")},
    {1, 1, 'C', false, OCTETS("EHLO eod-lf-dot-lf.data.example.test\r\n")},
    {1, 1, 'S', false,
     OCTETS("250-mx.example.test\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n"
            "250-STARTTLS\r\n250-DSN\r\n250-SMTPUTF8\r\n250-LIMITS "
            "RCPTMAX=100\r\n250-CHUNKING\r\n250 HELP\r\n")},
    {2, 1, 'C', false, OCTETS("STARTTLS\r\n")},
    {2, 1, 'S', false, OCTETS("220 2.0.0 go\r\n")},
    {9, 1, 'C', true, OCTETS("MAIL FROM:<tester@example.org>\r\n")},
    {9, 1, 'S', true, OCTETS("250 2.1.0 ok\r\n")},
    {10, 1, 'C', true,
     OCTETS("Subject: k3x8\r\n\r\nx\n.\nMAIL FROM:<a@example.test>\r\nRCPT "
            "TO:<b@example.test>\r\nDATA\r\n"
            "Subject: smuggled, with a line that is long enough to be shown without what stands in "
            "the middle "
            "of it, since nobody would read all of it anyway k3x8\r\n\r\ny\r\n.\r\n")},
    {12, 1, 'S', true, OCTETS("250 2.0.0 Ok: queued as 4Xk2\r\n250 2.1.0 ok\r\n")},
    {12, 1, 'C', true, OCTETS("QUIT\r\n")},
    {13, 1, 'S', true, OCTETS("221 2.0.0 bye\r\n")},
};

static struct player_line error_lines[] = {
    {0, 1, 'S', false, OCTETS("220 mx.example.test ESMTP\r\n")},
    {1, 2, 'C', false, OCTETS("EHLO second\r\n")},
    {2, 1, 'C', false, OCTETS("QUIT\r\n")},
};

/* So long that its middle is left out; the octets of every kind come last. */
enum { LONG = 25 };
static struct player_line long_lines[LONG];

static struct player_line client_lines[] = {
    {0, 1, 'S', false, OCTETS("354 go\r\n")},
    {1, 1, 'C', false, OCTETS(".line\r\n.\r\n")},
};

/* ---- findings -------------------------------------------------------------------------------- */

static const char *const crlf_req[] = {"R5321-2.3.8-b", "R5321-4.2-a", NULL};
static const char *const text_req[] = {"R5321-4.5.3.1.6-a", NULL};

static struct player_finding eod_findings[] = {
    {"reply-line-ends-in-crlf", crlf_req, SCENARIO_MUST, 'S', "a reply line ends in LF alone",
     OCTETS("250 ok\n"), 3, NULL},
    {"command-line-ends-in-crlf", crlf_req, SCENARIO_MUST, 'C', "a command ends in LF alone",
     OCTETS("NOOP\n"), 1, NULL},
    {"reply-line-ends-in-crlf", crlf_req, SCENARIO_MUST, 'S', "a reply line ends in LF alone",
     OCTETS("221 bye\n"), 2, NULL},
};
static struct player_finding text_findings[] = {
    {"reply-line-ends-in-crlf", crlf_req, SCENARIO_MUST, 'S', "a reply line ends in LF alone",
     OCTETS("250\n"), 1, NULL},
    {"reply-is-ascii", text_req, SCENARIO_SHOULD, 'S', "octets over 127 in a reply",
     OCTETS("250 \xff\xc3\xa9\r\n"), 1, NULL},
};

/* ---- outcomes -------------------------------------------------------------------------------- */

static struct player_outcome full[] = {
    {.scenario = &ehlo, .verdict = PLAYER_PASS, .why = nothing, .expected = eod_rows, .ms = 1.25},
    {.scenario = &eod,
     .verdict = PLAYER_FAIL,
     .why = smuggled,
     .line = 14,
     .expected = eod_rows,
     .received = eod_received,
     .received_length = sizeof eod_received - 1,
     .ms = 12.5,
     .lines = eod_lines,
     .line_count = COUNT(eod_lines),
     .findings = eod_findings,
     .finding_count = COUNT(eod_findings)},
    {.scenario = &dot, .verdict = PLAYER_PASS, .why = nothing, .ms = 2},
    {.scenario = &length,
     .verdict = PLAYER_WARN,
     .why = refused,
     .line = 9,
     .expected = length_rows,
     .received = length_received,
     .received_length = sizeof length_received - 1,
     .ms = 0.1},
    {.scenario = &text,
     .verdict = PLAYER_INFO,
     .why = noted,
     .line = 8,
     .findings = text_findings,
     .finding_count = COUNT(text_findings)},
    {.scenario = &octets,
     .verdict = PLAYER_FAIL,
     .why = bad_reply,
     .line = 7,
     .expected = every_expected,
     .received = every_octet,
     .received_length = sizeof every_octet,
     .lines = long_lines,
     .line_count = LONG},
    {.scenario = &grey, .verdict = PLAYER_INCONCLUSIVE, .why = greylisted, .line = 6},
    {.scenario = &dispute, .verdict = PLAYER_FAIL, .why = doubtful, .line = 7, .disputed = true},
    {.scenario = &second,
     .verdict = PLAYER_ERROR,
     .why = lost,
     .line = 11,
     .lines = error_lines,
     .line_count = COUNT(error_lines)},
    {.scenario = &tls, .verdict = PLAYER_SKIP, .why = no_tls},
    {.scenario = &mail, .verdict = PLAYER_SKIP, .why = no_rcpt},
    {.scenario = &again, .verdict = PLAYER_SKIP, .why = no_rcpt},
    {.scenario = &inbox, .verdict = PLAYER_SKIP, .why = no_inbox},
};
enum { CASES = COUNT(full) };

static struct player_outcome clean[] = {
    {.scenario = &ehlo, .verdict = PLAYER_PASS, .why = nothing, .ms = 1},
    {.scenario = &dot, .verdict = PLAYER_PASS, .ms = 2},
    {.scenario = &tls, .verdict = PLAYER_SKIP, .why = no_tls},
};

static struct player_outcome client_failed = {
    .scenario = &client,
    .verdict = PLAYER_FAIL,
    .why = nothing,
    .line = 12,
    .lines = client_lines,
    .line_count = COUNT(client_lines),
    .findings = eod_findings,
    .finding_count = COUNT(eod_findings),
};

/* ---- strings that no format likes ------------------------------------------------------------ */

/* Every octet but NUL, so that it can be a string; not UTF-8. */
static char every_but_nul[256];
static char nasty[] = "]]> & <a> \" ' \x1b[31m # TODO \xc2\x9b \xe2\x80\xae \xed\xa0\x80 \xc0\xaf "
                      "\xf5 \xef\xbf\xbf \xc3\xa9\n"
                      "Bail out!\nnot ok 1\r";
static struct player_line nasty_lines[] = {{1, 1, 'S', true, {every_octet, sizeof every_octet}}};
static const char *const nasty_list[] = {every_but_nul, nasty, NULL};
static struct player_finding nasty_findings[] = {
    {nasty, nasty_list, SCENARIO_MUST, 'S', nasty, {every_octet, sizeof every_octet}, 1, NULL},
};
static const struct scenario nasty_scenario = {
    .id = "replies/nasty #1",
    .file = nasty,
    .level = SCENARIO_MUST,
    .title = nasty,
    .req = nasty_list,
    .req_count = 2,
    .tags = nasty_list,
    .tag_count = 2,
    .cite = nasty_list,
    .cite_count = 2,
    .disputed = nasty,
};

#define NASTY(which)                                                                               \
    {                                                                                              \
        .scenario = &nasty_scenario, .verdict = (which), .why = nasty, .expected = nasty,          \
        .received = every_octet, .received_length = sizeof every_octet, .lines = nasty_lines,      \
        .line_count = COUNT(nasty_lines), .findings = nasty_findings,                              \
        .finding_count = COUNT(nasty_findings)                                                     \
    }

static struct player_outcome hostile[] = {
    NASTY(PLAYER_PASS), NASTY(PLAYER_INFO),         NASTY(PLAYER_WARN),  NASTY(PLAYER_FAIL),
    NASTY(PLAYER_SKIP), NASTY(PLAYER_INCONCLUSIVE), NASTY(PLAYER_ERROR),
};

/* ---- runs ------------------------------------------------------------------------------------ */

static const char *const ehlo_lines[] = {"PIPELINING",
                                         "SIZE 10485760",
                                         "8BITMIME",
                                         "STARTTLS",
                                         "DSN",
                                         "SMTPUTF8",
                                         "CHUNKING",
                                         "AUTH PLAIN LOGIN SCRAM-SHA-256",
                                         "ENHANCEDSTATUSCODES",
                                         "REQUIRETLS",
                                         "LIMITS RCPTMAX=100",
                                         NULL};

static struct report_run run;
static struct player_outcome *outcomes[CASES];

static void fill_strings(void)
{
    static const char plain[] = "NOOP\r\n";
    for (unsigned i = 0; i < 256; i++)
        every_octet[i] = (char)i;
    for (unsigned i = 1; i < 256; i++)
        every_but_nul[i - 1] = (char)i;
    memcpy(every_expected, every_row, sizeof every_row);
    for (unsigned i = 0; i < LONG; i++)
        long_lines[i] = (struct player_line){i, 1, 'C', false, {plain, sizeof plain - 1}};
    long_lines[LONG - 1] =
        (struct player_line){LONG, 1, 'S', false, {every_octet, sizeof every_octet}};
}

static void base_run(const struct ledger *ledger)
{
    run = (struct report_run){
        .version = "0.1.0",
        .url = "smtp://mx.example.test:25",
        .target_arg = "smtp://mx.example.test:25",
        .reproduce = "--starttls --rcpt tester@example.test",
        .tls = "starttls",
        .tls_version = "TLSv1.3",
        .greeting = "220 mx.example.test ESMTP",
        .ehlo = ehlo_lines,
        .profile = "mx",
        .started = 1795449600, /* 2026-11-23T16:00:00Z */
        .seconds = 7.4,
        .seed = UINT64_MAX,
        .exit = 1,
        .outcomes = outcomes,
        .ledger = ledger,
    };
}

static void take_cases(struct player_outcome *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        outcomes[i] = &from[i];
    run.count = count;
}

static void hostile_run(void)
{
    take_cases(hostile, COUNT(hostile));
    run.url = run.target_arg = run.tls_version = run.greeting = run.profile = nasty;
    run.version = nasty;
    run.ehlo = nasty_list;
}

static void interrupted_run(void)
{
    take_cases(full, CASES);
    for (size_t i = 5; i < CASES; i++)
        outcomes[i] = NULL;
    outcomes[2] = NULL;
    run.interrupted = true;
}

static void bare_run(void)
{
    take_cases(full + CASES - 4, 4);
    run.url = run.target_arg = "self";
    run.reproduce = "";
    run.tls = "none";
    run.tls_version = run.greeting = NULL;
    run.ehlo = NULL;
    run.exit = 2;
}

static void client_run(void)
{
    outcomes[0] = &client_failed;
    run.count = 1;
    run.url = "client";
    run.target_arg = "swaks --server {host} --port {port}";
    run.reproduce = "";
}

const struct report_run *fixture_run(const char *name, const struct ledger *ledger)
{
    fill_strings();
    base_run(ledger);
    if (strcmp(name, "full") == 0)
        take_cases(full, CASES);
    else if (strcmp(name, "interrupted") == 0)
        interrupted_run();
    else if (strcmp(name, "clean") == 0)
        take_cases(clean, COUNT(clean));
    else if (strcmp(name, "nothing") == 0)
        bare_run();
    else if (strcmp(name, "hostile") == 0)
        hostile_run();
    else if (strcmp(name, "client") == 0)
        client_run();
    else
        return NULL;
    if (strcmp(name, "clean") == 0)
        run.exit = 0;
    verdict_tally(outcomes, run.count, &run.tally);
    return &run;
}

struct ledger *fixture_ledger(void)
{
    char why[256];
    struct ledger *ledger =
        ledger_load(SOURCE_ROOT "/conformance/test/report/data/requirements", why, sizeof why);
    if (ledger == NULL)
        fprintf(stderr, "%s\n", why);
    return ledger;
}
