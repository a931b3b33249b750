#include "check_main.h"
#include "client_golden.h"

/* What the library that this project started from does wrong as a client, by the numbers of its list of
 * defects: one case each, and one CTest entry (ctest -R colombe). */
static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};
static const struct smtp_client_config always = {.name = "c.test", .tls = SMTP_TLS_ALWAYS};
static const struct smtp_client_config offered = {.name = "c.test", .tls = SMTP_TLS_IF_OFFERED};

static const struct client_golden rows[] = {
    /* ---- 09: HELO where EHLO is not known ---- */
    {.clause = "5321-3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n502 not implemented\r\n250 s.test\r\n250 ok\r\n250 "
                           "ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 502 not implemented\n"
            "C: HELO c.test\n"
            "S: 250 s.test\n"
            "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    /* ---- 11: 251 and 252 are success, 4yz is temporary, and QUIT is said whatever came ---- */
    {.clause = "5321-3.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n251 moved\r\n252 tried\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 251 moved\n"
                    "RCPT 0 251 moved\n"
                    "C: RCPT TO:<d@s.test>\n"
                    "S: 252 tried\n"
                    "RCPT 1 252 tried\n" LOG_DATA "T: x\\r\\n.\\r\\n\n"
                    "S: 250 ok\n"
                    "DONE DELIVERED 250, DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n450 later\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 450 later\n"
                    "RCPT 0 450 later\n"
                    "C: RSET\n"
                    "S: 250 reset\n"
                    "DONE LATER 450, LATER 450\n" LOG_BYE},
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n451 later\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 451 later\n"
                    "RCPT 0 451 later\n"
                    "C: RSET\n"
                    "S: 250 reset\n"
                    "DONE LATER 451, LATER 451\n" LOG_BYE},
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n452 later\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 452 later\n"
                    "RCPT 0 452 later\n"
                    "C: RSET\n"
                    "S: 250 reset\n"
                    "DONE LATER 452, LATER 452\n" LOG_BYE},
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n455 later\r\n250 reset\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 455 later\n"
                    "RCPT 0 455 later\n"
                    "C: RSET\n"
                    "S: 250 reset\n"
                    "DONE LATER 455, LATER 455\n" LOG_BYE},
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n451 later\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 451 later\n"
                    "DONE LATER 451, LATER 451\n" LOG_BYE},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n421 down\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 421 down\n"
                    "DONE LATER 421, LATER 421\n"
                    "CLOSED 421 SERVICE\n"},
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n354 what\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 354 what\n"
                    "C: QUIT\n"
                    "DONE NONE, NONE\n"
                    "S: 221 bye\n"
                    "CLOSED 354 REPLY_CLASS\n"},
    /* ---- 12: mail that was taken is taken, with 221 or without ---- */
    {.clause = "5321-4.2.5",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_MET LOG_RCPT LOG_DATA LOG_SENT "READY\n"
                                               "C: QUIT\n"
                                               "CLOSED\n"},
    /* ---- 13: AUTH LOGIN, whatever the challenges say ---- */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN", .answers = {"user", "pass"}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN\r\n334 "
                           "VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 VXNlcm5hbWU6\n"
                      "CHALLENGE 334 Username:\n"
                      "C: dXNlcg==\n"
                      "S: 334 UGFzc3dvcmQ6\n"
                      "CHALLENGE 334 Password:\n"
                      "C: cGFzcw==\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "LOGIN", .answers = {"user", "pass"}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN\r\n334 "
                           "VXNlciBOYW1lAA==\r\n334 UGFzc3dvcmQA\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN\n"
                      "READY\n"
                      "C: AUTH LOGIN\n"
                      "S: 334 VXNlciBOYW1lAA==\n"
                      "CHALLENGE 334 User Name\\x00\n"
                      "C: dXNlcg==\n"
                      "S: 334 UGFzc3dvcmQA\n"
                      "CHALLENGE 334 Password\\x00\n"
                      "C: cGFzcw==\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    /* ---- 14: the text of 334 goes to the caller, and to nobody else ---- */
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .answers = {"me"}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN\r\n334 "
                           "cm9vdA==\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN\n"
                      "READY\n"
                      "C: AUTH PLAIN\n"
                      "S: 334 cm9vdA==\n"
                      "CHALLENGE 334 root\n"
                      "C: bWU=\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    /* ---- 15: dot-stuffing as a stream, in pieces of any size ---- */
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r\n.\r\nRSET\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a\\r\\n..\\r\\nRSET\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a.b\r\nc.\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: a.b\\r\\nc.\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "no end")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: no end\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* ---- 5.2_starttls: what stands in clear behind STARTTLS is no reply, a stripped STARTTLS is noticed, stuffing is the same with TLS ---- */
    {.clause = "3207-4",
     .config = &always,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED TLS_NEEDED\n"},
    {.clause = "3207-4.2",
     .config = &always,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 STARTTLS\r\n220 go\r\n"), CLIENT_SHAKES,
               CLIENT_SAYS("250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 STARTTLS\n"
                      "C: STARTTLS\n"
                      "S: 220 go\n"
                      "TLS\n"
                      "C: EHLO c.test\n"
                      "S: 250 s.test\n"
                      "READY\n" LOG_RCPT LOG_DATA "T: ..\\r\\n.\\r\\n\n"
                      "S: 250 ok\n"
                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    {.clause = "5321-4.5.2",
     .config = &offered,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: ..\\r\\n.\\r\\n\n"
                                      "S: 250 ok\n"
                                      "DONE DELIVERED 250, DELIVERED 250\n" LOG_BYE},
    /* ---- 5.2_many: several mails: one that failed for now harms no other, and nothing is said behind QUIT ---- */
    {.clause = "5321-4.1.1.5",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n451 later\r\n250 reset\r\n250 "
                           "ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET "C: MAIL FROM:<a@c.test>\n"
                    "S: 250 ok\n"
                    "C: RCPT TO:<b@s.test>\n"
                    "S: 451 later\n"
                    "RCPT 0 451 later\n"
                    "C: RSET\n"
                    "S: 250 reset\n"
                    "DONE LATER 451, LATER 451\n"
                    "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n451 "
                           "later\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n.\\r\\n\n"
                                      "S: 451 later\n"
                                      "DONE LATER 451, LATER 451\n"
                                      "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    /* ---- 5.3: 354 and 334 without a text (#26), a challenge that is no base64 (#41), a server that closes after 535 (#46) ---- */
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT "C: DATA\n"
                             "S: 354 \n" LOG_SENT LOG_BYE},
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .answers = {"me"}}},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN\r\n334\r\n235 in\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN\n"
                      "READY\n"
                      "C: AUTH PLAIN\n"
                      "S: 334 \n"
                      "CHALLENGE 334\n"
                      "C: bWU=\n"
                      "S: 235 in\n"
                      "AUTH 235 in\n" LOG_BYE},
    {.clause = "4954-4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .answers = {"me"}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN\r\n334 Go "
                           "ahead\r\n501 cancelled\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN\n"
                      "READY\n"
                      "C: AUTH PLAIN\n"
                      "S: 334 Go ahead\n"
                      "C: *\n"
                      "S: 501 cancelled\n"
                      "AUTH 501 cancelled AUTH_BASE64\n" LOG_BYE},
    {.clause = "4954-6",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_AUTH, .mechanism = "PLAIN", .initial = "me"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n250 AUTH PLAIN LOGIN\r\n535 no\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_LISTS "S: 250 AUTH PLAIN LOGIN\n"
                      "READY\n"
                      "C: AUTH PLAIN bWU=\n"
                      "S: 535 no\n"
                      "AUTH 535 no\n"
                      "READY\n"
                      "C: QUIT\n"
                      "CLOSED\n"},
};

static const struct {
    const char *name;
    int from, to; /* of the rows */
} cases[] = {
    {"09", 0, 1},
    {"11", 1, 9},
    {"12", 9, 10},
    {"13", 10, 12},
    {"14", 12, 13},
    {"15", 13, 16},
    {"5.2_starttls", 16, 19},
    {"5.2_many", 19, 21},
    {"5.3", 21, 25},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

static Suite *colombe_suite(void)
{
    Suite *suite = suite_create("client_colombe");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TCase *tcase = tcase_create(cases[i].name);
        tcase_add_loop_test(tcase, test_rows, cases[i].from, cases[i].to);
        suite_add_tcase(suite, tcase);
    }
    return suite;
}

CHECK_MAIN(colombe_suite)
