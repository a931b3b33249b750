#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "guard.h"
#include "notice_sample.h"

/* ---- who is told --------------------------------------------------------------------------- */

#define NO 0
#define YES 1

/* NOTIFY as given, 0: not given; and whether failed, delayed, delivered, relayed, expanded is told. */
static const struct {
    const char *clause;
    unsigned notify;
    bool told[5];
} wishes[] = {
    {"3461-5.2.6 c, 5.2.5 b, 5.2.3 c, 5.2.2 e", 0, {YES, YES, NO, NO, NO}},
    {"3461-4.1", SMTP_NOTIFY_NEVER, {NO, NO, NO, NO, NO}},
    {"3461-5.2.3 a, 5.2.2 b, 5.2.7.3 c", SMTP_NOTIFY_SUCCESS, {NO, NO, YES, YES, YES}},
    {"3461-5.2.6 a", SMTP_NOTIFY_FAILURE, {YES, NO, NO, NO, NO}},
    {"3461-5.2.5 a", SMTP_NOTIFY_DELAY, {NO, YES, NO, NO, NO}},
    {"3461-4.1", SMTP_NOTIFY_SUCCESS | SMTP_NOTIFY_FAILURE, {YES, NO, YES, YES, YES}},
};
enum { WISHES = sizeof wishes / sizeof *wishes };

START_TEST(test_who_is_told)
{
    for (int action = 0; action <= (int)SMTP_ACTION_EXPANDED; action++) {
        struct smtp_notice_rcpt r = {.mailbox = SMTP_SPAN("c@d.example"),
                                     .action = (enum smtp_action)action,
                                     .params.notify = wishes[_i].notify};
        r.params.given = wishes[_i].notify != 0 ? SMTP_P_NOTIFY : 0;
        struct smtp_notice n = notice_of(&r, 1);
        ck_assert_int_eq(smtp_notice_is_due(&n, &r), wishes[_i].told[action]);
        ck_assert_uint_eq(smtp_notice_due(&n), wishes[_i].told[action]);
        ck_assert_int_eq(smtp_print_notice((smtp_room){NULL, 0}, &n) > 0, wishes[_i].told[action]);
        n.sender.n = 0; /* RFC 3461 5.2 */
        ck_assert(!smtp_notice_is_due(&n, &r));
        ck_assert_uint_eq(smtp_print_notice((smtp_room){NULL, 0}, &n), 0);
    }
}
END_TEST

/* ---- the whole of it ----------------------------------------------------------------------- */

static const struct smtp_notice_rcpt refused = {
    .mailbox = SMTP_SPAN("Carol@ivory.example"),
    .params = {.given = SMTP_P_NOTIFY | SMTP_P_ORCPT,
               .notify = SMTP_NOTIFY_FAILURE,
               .orcpt_type = SMTP_SPAN("rfc822"),
               .orcpt = SMTP_SPAN("Carol+2Bx@Ivory.example")},
    .action = SMTP_ACTION_FAILED,
    .status = {5, 1, 1},
    .remote = SMTP_SPAN("mx.ivory.example"),
    .reply = SMTP_SPAN("550 error - no such recipient"),
};

static const char golden[] = "Date: Fri, 27 Nov 2026 12:00:00 +0000\r\n"
                             "From: Mail Delivery System <postmaster@mx.example.org>\r\n"
                             "To: <a@b.example>\r\n"
                             "Subject: Delivery status notification: failed\r\n"
                             "Message-ID: <4Xk2@mx.example.org>\r\n"
                             "Auto-Submitted: auto-replied\r\n"
                             "MIME-Version: 1.0\r\n"
                             "Content-Type: multipart/report; report-type=delivery-status;\r\n"
                             " boundary=\"=_4Xk2_1\"\r\n"
                             "\r\n"
                             "--=_4Xk2_1\r\n"
                             "Content-Type: text/plain; charset=us-ascii\r\n"
                             "\r\n"
                             "This is the mail system at mx.example.org.\r\n"
                             "What became of your message:\r\n"
                             "\r\n"
                             "<Carol@ivory.example>:\r\n"
                             "    not delivered, and no longer tried.\r\n"
                             "\r\n"
                             "--=_4Xk2_1\r\n"
                             "Content-Type: message/delivery-status\r\n"
                             "\r\n"
                             "Original-Envelope-Id: QQ+1\r\n"
                             "Reporting-MTA: dns; mx.example.org\r\n"
                             "\r\n"
                             "Original-Recipient: rfc822; Carol+x@Ivory.example\r\n"
                             "Final-Recipient: rfc822; Carol@ivory.example\r\n"
                             "Action: failed\r\n"
                             "Status: 5.1.1\r\n"
                             "Remote-MTA: dns; mx.ivory.example\r\n"
                             "Diagnostic-Code: smtp; 550 error - no such recipient\r\n"
                             "\r\n"
                             "--=_4Xk2_1\r\n"
                             "Content-Type: message/rfc822\r\n"
                             "\r\n" TEXT "\r\n"
                             "--=_4Xk2_1--\r\n";

START_TEST(test_golden)
{
    struct smtp_notice n = notice_of(&refused, 1);
    size_t size;
    n.params = (struct smtp_mail_params){
        .given = SMTP_P_ENVID | SMTP_P_RET, .ret = SMTP_RET_FULL, .envid = SMTP_SPAN("QQ+2B1")};
    char *text = notice_print(&n, &size);
    ck_assert_str_eq(text, golden);
    for (size_t room = 0; room <= size; room++) { /* never beyond */
        static const char blank[sizeof golden];
        smtp_span to = guard_copy((smtp_span){blank, room});
        ck_assert_uint_eq(smtp_print_notice((smtp_room){(char *)(uintptr_t)to.p, room}, &n), size);
        ck_assert_int_eq(memcmp(to.p, text, room), 0);
        guard_free(to);
    }
    free(text);
}
END_TEST

/* ---- what it says -------------------------------------------------------------------------- */

#define FAILED .action = SMTP_ACTION_FAILED
#define BOX .mailbox = SMTP_SPAN("c@d.example")
#define HIGH .mailbox = SMTP_SPAN("\xc3\xa9@d.example")
#define ORCPT_OF(type_, address)                                                                   \
    .params = {.given = SMTP_P_ORCPT, .orcpt_type = SMTP_SPAN(type_), .orcpt = SMTP_SPAN(address)}
#define L70 "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 012"

static const struct says {
    const char *clause;
    const char *host; /* NULL: the usual one */
    struct smtp_mail_params mail;
    struct smtp_notice_rcpt r;
    bool seven_bit;
    const char *there, *absent; /* "": nothing to look for */
} says[] = {
    {"3461-6.3 a", NULL, {0}, {BOX, FAILED}, 0, "\r\n\r\nReporting-MTA: ", "Original-Envelope-Id"},
    {"3461-6.3 b", "[192.0.2.1]", {0}, {BOX, FAILED}, 0, "MTA: dns; [192.0.2.1]\r\n", "local"},
    {"3461-6.3 b", "box", {0}, {BOX, FAILED}, 0, "MTA: x-local-hostname; box\r\n", "dns;"},
    {"3461-6.3 d", NULL, {0}, {BOX, FAILED}, 0, "\r\n\r\nFinal-Recipient: ", "Original-Recipient"},
    {"3461-6.3 d",
     NULL,
     {0},
     {BOX, FAILED, ORCPT_OF("X4", "A+20b;+3D")},
     0,
     "\r\nOriginal-Recipient: X4; A b;=\r\n",
     ""},
    {"3461-9.1 b",
     NULL,
     {0},
     {.mailbox = SMTP_SPAN("\"a (b\\\"\"@D.example"), FAILED},
     0,
     "\r\nFinal-Recipient: rfc822; \"a (b\\\"\"@D.example\r\n",
     ""},
    {"3464 2.3.2",
     NULL,
     {0},
     {.mailbox = SMTP_SPAN("a\rb\nc\0@d"), FAILED},
     0,
     "\r\nFinal-Recipient: rfc822; a?b?c?@d\r\n",
     ""},
    /* Status: the action's class, or 4 with failed */
    {"3461-6.3 g", NULL, {0}, {BOX, FAILED}, 0, "\r\nAction: failed\r\nStatus: 5.0.0\r\n", ""},
    {"3464 2.3.3", NULL, {0}, {BOX, FAILED, .status = {4, 2, 2}}, 0, "\r\nStatus: 4.2.2\r\n", ""},
    {"3464 2.3.4", NULL, {0}, {BOX, FAILED, .status = {2, 1, 5}}, 0, "\r\nStatus: 5.0.0\r\n", ""},
    {"3461-6.3 g",
     NULL,
     {0},
     {BOX, .action = SMTP_ACTION_DELAYED},
     0,
     "\r\nAction: delayed\r\nStatus: 4.0.0\r\n",
     ""},
    {"3464 2.3.4",
     NULL,
     {0},
     {BOX, .action = SMTP_ACTION_DELAYED, .status = {5, 1, 1}},
     0,
     "\r\nStatus: 4.0.0\r\n",
     ""},
    {"3461 10.6",
     NULL,
     {0},
     {BOX, .action = SMTP_ACTION_DELIVERED,
      .params = {.given = SMTP_P_NOTIFY, .notify = SMTP_NOTIFY_SUCCESS}},
     0,
     "\r\nAction: delivered\r\nStatus: 2.0.0\r\n",
     "Diagnostic-Code"},
    {"3464 2.3.5", NULL, {0}, {BOX, FAILED}, 0, "", "Remote-MTA"},
    /* Diagnostic-Code */
    {"3461-9.2 b",
     NULL,
     {0},
     {BOX, FAILED, .reply = SMTP_SPAN("550-a\r\n550 b\r\n")},
     0,
     "\r\nDiagnostic-Code: smtp; 550-a\r\n 550 b\r\n\r\n",
     "Remote-MTA"},
    {"3461-9.2 b",
     NULL,
     {0},
     {BOX, FAILED, .reply = SMTP_SPAN("550-a\n\n550 b")},
     0,
     "smtp; 550-a\r\n 550 b\r\n\r\n",
     ""},
    {"5322-2.2.3",
     NULL,
     {0},
     {BOX, FAILED, .reply = SMTP_SPAN("550 " L70)},
     0,
     "smtp; 550 0123456789 0123456789 0123456789 0123456789\r\n 0123456789 0123456789 012\r\n",
     ""},
    {"5322-3.2.2",
     NULL,
     {0},
     {BOX, FAILED, .reply = SMTP_SPAN("550 " L70 "  \t   ")},
     0,
     "\r\n 0123456789 0123456789 012  \t   \r\n",
     ""},
    {"3464 2.3.6",
     NULL,
     {0},
     {BOX, FAILED, .reply = SMTP_SPAN("550 \xc3\xa9\x01")},
     0,
     "smtp; 550 ???\r\n",
     ""},
    /* UTF-8 */
    {"6533 4.1",
     NULL,
     {.given = SMTP_P_SMTPUTF8},
     {HIGH, FAILED},
     0,
     "\r\nContent-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
     "\\x{"},
    {"6533 4.1",
     NULL,
     {.given = SMTP_P_SMTPUTF8},
     {HIGH, FAILED},
     0,
     "\r\nFinal-Recipient: utf-8; \xc3\xa9@d.example\r\n",
     "rfc822;"},
    {"6533 3",
     NULL,
     {.given = SMTP_P_SMTPUTF8},
     {HIGH, FAILED},
     1,
     "\r\nFinal-Recipient: utf-8; \\x{E9}@d.example\r\n",
     "global"},
    {"6533 3",
     NULL,
     {.given = SMTP_P_SMTPUTF8},
     {.mailbox = SMTP_SPAN("\"+= \\\xe2\x82\xac\xf0\x9f\x98\x80\"@d"), FAILED},
     1,
     "; \"\\x{2B}\\x{3D}\\x{20}\\x{5C}\\x{20AC}\\x{1F600}\"@d\r\n",
     ""},
    {"6533 4.4",
     NULL,
     {.given = SMTP_P_SMTPUTF8},
     {BOX, FAILED},
     0,
     "\r\nContent-Type: message/delivery-status\r\n\r\n",
     "global"},
    {"6533 3",
     NULL,
     {0},
     {BOX, FAILED, ORCPT_OF("utf-8", "\\x{E9}\xc3\xa9@d.example")},
     0,
     "\r\nOriginal-Recipient: utf-8; \\x{E9}\\x{E9}@d.example\r\n",
     "global"},
    {"6533 4.1",
     NULL,
     {.given = SMTP_P_SMTPUTF8},
     {HIGH, FAILED, ORCPT_OF("UTF-8", "\\x{E9}\\x{20AC}\\x{1F600}\\x{7F}x\\x{41}@d.example")},
     0,
     "\r\nOriginal-Recipient: UTF-8; \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80?x\\x{41}@d.example\r\n",
     ""},
    {"6533 4.1",
     NULL,
     {.given = SMTP_P_SMTPUTF8},
     {BOX, FAILED, .reply = SMTP_SPAN("550 \xc3\xa9 \xff")},
     0,
     "smtp; 550 \xc3\xa9 ?\r\n",
     ""},
};
enum { SAYS = sizeof says / sizeof *says };

START_TEST(test_says)
{
    const struct says *row = &says[_i];
    struct smtp_notice n = notice_of(&row->r, 1);
    n.params = row->mail;
    n.seven_bit = row->seven_bit;
    if (row->host != NULL)
        n.host = smtp_span_of(row->host);
    size_t size;
    char *text = notice_print(&n, &size);
    ck_assert_msg(strstr(text, row->there) != NULL, "%s: \"%s\" is not in\n%s", row->clause,
                  row->there, text);
    ck_assert_msg(row->absent[0] == '\0' || strstr(text, row->absent) == NULL,
                  "%s: \"%s\" is in\n%s", row->clause, row->absent, text);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) /* RFC 5322 2.2.3 */
        ck_assert(line == text || *line == '\r' || line[strspn(line, " \t")] != '\r');
    free(text);
}
END_TEST

START_TEST(test_only_those_who_are_due) /* RFC 3461 5.2.8 */
{
    struct smtp_notice_rcpt rcpts[] = {
        refused, {BOX, FAILED}, {BOX, .action = SMTP_ACTION_DELAYED}, refused};
    rcpts[1].params =
        (struct smtp_rcpt_params){.given = SMTP_P_NOTIFY, .notify = SMTP_NOTIFY_NEVER};
    struct smtp_notice n = notice_of(rcpts, 4);
    size_t size;
    char *text = notice_print(&n, &size);
    ck_assert_uint_eq(smtp_notice_due(&n), 3);
    ck_assert_ptr_nonnull(strstr(text, "Subject: Delivery status notification: failed\r\n"));
    size_t groups = 0, delayed = 0;
    for (const char *at = text; (at = strstr(at, "\r\nFinal-Recipient: ")) != NULL; at++)
        groups++;
    for (const char *at = text; (at = strstr(at, "\r\nAction: delayed\r\n")) != NULL; at++)
        delayed++;
    ck_assert_uint_eq(groups, 3);
    ck_assert_uint_eq(delayed, 1);
    free(text);
}
END_TEST

/* ---- the envelope -------------------------------------------------------------------------- */

START_TEST(test_envelope)
{
    struct smtp_notice n = notice_of(&lost, 1);
    ck_assert_uint_eq(smtp_notice_mail_params(&n).given, 0);
    n.params = (struct smtp_mail_params){.given = ~0U & ~(unsigned)SMTP_P_REQUIRETLS,
                                         .ret = SMTP_RET_FULL,
                                         .envid = SMTP_SPAN("x"),
                                         .body = SMTP_BODY_BINARYMIME};
    ck_assert_uint_eq(smtp_notice_mail_params(&n).given, 0); /* RFC 3461 6.1 */
    n.params.given |= (unsigned)SMTP_P_REQUIRETLS;           /* RFC 8689 5 */
    ck_assert_uint_eq(smtp_notice_mail_params(&n).given, SMTP_P_REQUIRETLS);
    n.sender = SMTP_SPAN("\xc3\xa9@b.example"); /* RFC 6531 3.4 */
    ck_assert_uint_eq(smtp_notice_mail_params(&n).given,
                      SMTP_P_REQUIRETLS | SMTP_P_SMTPUTF8 | SMTP_P_BODY);
    struct smtp_rcpt_params rcpt = smtp_notice_rcpt_params();
    ck_assert_uint_eq(rcpt.given, SMTP_P_NOTIFY);
    ck_assert_uint_eq(rcpt.notify, SMTP_NOTIFY_NEVER);
}
END_TEST

static Suite *notice_suite(void)
{
    Suite *suite = suite_create("notice");
    TCase *tcase = tcase_create("notice");
    tcase_add_loop_test(tcase, test_who_is_told, 0, WISHES);
    tcase_add_test(tcase, test_golden);
    tcase_add_loop_test(tcase, test_says, 0, SAYS);
    tcase_add_test(tcase, test_only_those_who_are_due);
    tcase_add_test(tcase, test_envelope);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(notice_suite)
