#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};
static const struct smtp_client_config bold = {
    .name = "c.test", .tls = SMTP_TLS_NEVER, .just_send_8 = true};

static const struct client_golden rows[] = {
    /* recipients one by one */
    {.clause = "5321-3.3",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test e@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 2.1.5 ok\r\n550 5.1.1 no "
                           "such\r\n450 4.2.0 later\r\n354 go\r\n250 2.0.0 got it\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 2.1.5 ok\n"
            "RCPT 0 250/2.1.5 ok\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 550 5.1.1 no such\n"
            "RCPT 1 550/5.1.1 no such\n"
            "C: RCPT TO:<e@s.test>\n"
            "S: 450 4.2.0 later\n"
            "RCPT 2 450/4.2.0 later\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 2.0.0 got it\n"
            "DONE DELIVERED 250/2.0.0, DELIVERED 250/2.0.0, NEVER 550/5.1.1, LATER 450/4.2.0\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* 251 and 252 are success */
    {.clause = "5321-3.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n251 forwarded\r\n252 "
                           "tried\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 251 forwarded\n"
            "RCPT 0 251 forwarded\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 252 tried\n"
            "RCPT 1 252 tried\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* codes that nobody knows, by their first digit */
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test e@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n249 ok\r\n258 ok\r\n459 hm\r\n571 "
                           "no\r\n359 go\r\n297 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 249 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 258 ok\n"
            "RCPT 0 258 ok\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 459 hm\n"
            "RCPT 1 459 hm\n"
            "C: RCPT TO:<e@s.test>\n"
            "S: 571 no ! REPLY_CODE@1\n"
            "RCPT 2 571 no\n"
            "C: DATA\n"
            "S: 359 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 297 ok ! REPLY_CODE@1\n"
            "DONE DELIVERED 297, DELIVERED 297, LATER 459, NEVER 571\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* 552 to RCPT is 452 */
    {.clause = "5321-4.5.3.1.10",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n552 too many\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 552 too many\n"
            "RCPT 1 552 too many\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250, LATER 552\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* MAIL refused: nothing is open */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n450 4.7.1 later\r\n550 5.7.1 never\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 450 4.7.1 later\n"
            "DONE LATER 450/4.7.1, LATER 450/4.7.1\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 550 5.7.1 never\n"
            "DONE NEVER 550/5.7.1, NEVER 550/5.7.1\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* 552 to MAIL is 5yz */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n552 5.3.4 too big\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 552 5.3.4 too big\n"
            "DONE NEVER 552/5.3.4, NEVER 552/5.3.4\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* no recipient: RSET ends it */
    {.clause = "5321-4.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n450 later\r\n250 reset\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 550 no\n"
            "RCPT 0 550 no\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 450 later\n"
            "RCPT 1 450 later\n"
            "C: RSET\n"
            "S: 250 reset\n"
            "DONE LATER 450, NEVER 550, LATER 450\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n553 no\r\n250 reset\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 550 no\n"
            "RCPT 0 550 no\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 553 no\n"
            "RCPT 1 553 no\n"
            "C: RSET\n"
            "S: 250 reset\n"
            "DONE NEVER 550, NEVER 550, NEVER 553\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* RSET that is refused: QUIT */
    {.clause = "5321-4.1.1.5",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n500 what\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 550 no\n"
            "RCPT 0 550 no\n"
            "C: RSET\n"
            "S: 500 what\n"
            "C: QUIT\n"
            "DONE NEVER 550, NEVER 550\n"
            "S: 221 bye\n"
            "CLOSED 500 REPLY_CLASS\n"},
    /* DATA refused */
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n550 no\r\n451 4.3.0 no "
                           "text now\r\n250 reset\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 550 no\n"
            "RCPT 1 550 no\n"
            "C: DATA\n"
            "S: 451 4.3.0 no text now\n"
            "C: RSET\n"
            "S: 250 reset\n"
            "DONE LATER 451/4.3.0, LATER 451/4.3.0, NEVER 550\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n554 no\r\n250 reset\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 554 no\n"
            "C: RSET\n"
            "S: 250 reset\n"
            "DONE NEVER 554, NEVER 554\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* 250 in place of 354 */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n250 what\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 250 what\n"
            "DONE NONE, NONE\n"
            "CLOSED 250 REPLY_CLASS\n"},
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n354 what\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 354 what\n"
            "C: QUIT\n"
            "DONE NONE, NONE\n"
            "S: 221 bye\n"
            "CLOSED 354 REPLY_CLASS\n"},
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n354 what\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 354 what\n"
            "C: QUIT\n"
            "DONE NONE, NONE\n"
            "S: 221 bye\n"
            "CLOSED 354 REPLY_CLASS\n"},
    /* 354 to the end of the text: nobody knows */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n354 go on\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 354 go on\n"
            "C: QUIT\n"
            "DONE UNKNOWN, UNKNOWN\n"
            "S: 221 bye\n"
            "CLOSED 354 REPLY_CLASS\n"},
    /* the end of data ends the transaction whatever the answer */
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n554 5.6.0 "
                           "spam\r\n250 ok\r\n250 ok\r\n354 go\r\n452 4.3.1 full\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 554 5.6.0 spam\n"
            "DONE NEVER 554/5.6.0, NEVER 554/5.6.0\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 452 4.3.1 full\n"
            "DONE LATER 452/4.3.1, LATER 452/4.3.1\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* several on a connection; the null reverse-path, Postmaster, an empty text */
    {.clause = "5321-3.3",
     .config = &plain,
     .call_count = 2,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n"),
               CLIENT_MAILS("", "postmaster Postmaster@s.test \"a,b\"@s.test", "")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n250 ok\r\n250 "
         "ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: MAIL FROM:<>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<postmaster>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: RCPT TO:<Postmaster@s.test>\n"
            "S: 250 ok\n"
            "RCPT 1 250 ok\n"
            "C: RCPT TO:<\"a,b\"@s.test>\n"
            "S: 250 ok\n"
            "RCPT 2 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: .\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250, DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* success is kept when 221 is missing */
    {.clause = "5321-4.2.5",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "CLOSED\n"},
    /* the end was said and not answered: nobody knows */
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "DONE UNKNOWN, UNKNOWN\n"
            "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
               CLIENT_ENDS(SMTP_END_RESET)},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "DONE UNKNOWN, UNKNOWN\n"
            "CLOSED BROKEN\n"},
    /* closed before the text: try again */
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "DONE NONE, NONE, NONE\n"
            "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n"), CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "DONE NONE, NONE, NONE\n"
            "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n"),
               CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 550 no\n"
            "RCPT 0 550 no\n"
            "C: RCPT TO:<d@s.test>\n"
            "DONE NONE, NEVER 550, NONE\n"
            "CLOSED BROKEN\n"},
    /* 421 anywhere */
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n421 s.test 4.3.2 down\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 421 s.test 4.3.2 down\n"
            "DONE LATER 421, LATER 421, LATER 421\n"
            "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n421 s.test 4.3.2 down\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 421 s.test 4.3.2 down\n"
            "DONE LATER 421, LATER 421, LATER 421\n"
            "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test d@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n421 s.test 4.3.2 down\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 550 no\n"
            "RCPT 0 550 no\n"
            "C: RCPT TO:<d@s.test>\n"
            "S: 421 s.test 4.3.2 down\n"
            "DONE LATER 421, NEVER 550, LATER 421\n"
            "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n421 down\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 421 down\n"
            "DONE LATER 421, LATER 421\n"
            "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n421 4.3.2 down\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 421 4.3.2 down\n"
            "DONE LATER 421/4.3.2, LATER 421/4.3.2\n"
            "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n550 no\r\n421 down\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 550 no\n"
            "RCPT 0 550 no\n"
            "C: RSET\n"
            "S: 421 down\n"
            "DONE NEVER 550, NEVER 550\n"
            "CLOSED 421 SERVICE\n"},
    /* the text cannot be had */
    {.clause = "5321-4.1.1.4",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL, .sender = "a@c.test", .rcpts = "b@s.test"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "DONE NONE, NONE\n"
            "CLOSED ABANDONED\n"},
    /* a line that is no reply */
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n2\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "C: QUIT\n"
            "S: 2 ! REPLY_CODE@1\n"
            "DONE NONE, NONE\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n2\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "C: QUIT\n"
            "S: 2 ! REPLY_CODE@1\n"
            "DONE NONE, NONE\n"
            "S: 221 bye\n"
            "CLOSED REPLY_CODE\n"},
    /* behind DATA a QUIT could be text */
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\nzzz\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: zzz ! REPLY_CODE@0\n"
            "DONE NONE, NONE\n"
            "CLOSED REPLY_CODE\n"},
    {.clause = "5321-4.2.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250-one\r\n550 two\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250-one\n"
            "C: QUIT\n"
            "S: 550 two ! REPLY_MIXED@0\n"
            "DONE NONE, NONE\n"
            "S: 221 bye\n"
            "CLOSED REPLY_MIXED\n"},
    /* after HELO no parameter */
    {.clause = "5321-4.1.1.11",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_MAIL,
                .sender = "a@c.test",
                .rcpts = "b@s.test",
                .text = {"x\r\n", sizeof "x\r\n" - 1},
                .params = {.given = SMTP_P_SIZE | SMTP_P_RET | SMTP_P_BODY,
                           .size = 3,
                           .ret = SMTP_RET_FULL,
                           .body = SMTP_BODY_7BIT},
                .rcpt_params = {.given = SMTP_P_NOTIFY, .notify = SMTP_NOTIFY_NEVER}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n500 what\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 "
                           "go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 500 what\n"
            "C: HELO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250 left out 11, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* quit() waits for the transaction */
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .call_count = 1,
     .calls =
         {{.what = CLIENT_MAIL, .sender = "a@c.test", .rcpts = "b@s.test", .text = {"x\r\n", 3}}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_LEAVES,
               CLIENT_SAYS("250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "C: QUIT\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: .\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: ..\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: ..\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "..\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: ...\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: \\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\r\n.\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: \\r\\n..\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r\n.b")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: a\\r\\n..b\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", ".a\r\n..b\r\n\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: ..a\\r\\n...b\\r\\n\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n.\r\nRSET\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: x\\r\\n..\\r\\nRSET\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    {.clause = "5321-4.5.2",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\0\r\n.\0")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: \\x00\\r\\n..\\x00\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
    /* bare LF: broken off */
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\nb\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: a\\nb\\r\\n\n"
            "DONE NEVER TEXT_BARE_LF, NEVER\n"
            "CLOSED TEXT_BARE_LF\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: \\n\n"
            "DONE NEVER TEXT_BARE_LF, NEVER\n"
            "CLOSED TEXT_BARE_LF\n"},
    /* bare CR */
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r\rb\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: a\\r\\rb\\r\\n\n"
            "DONE NEVER TEXT_BARE_CR, NEVER\n"
            "CLOSED TEXT_BARE_CR\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: a\\r\n"
            "DONE NEVER TEXT_BARE_CR, NEVER\n"
            "CLOSED TEXT_BARE_CR\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "\ra")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: \\ra\n"
            "DONE NEVER TEXT_BARE_CR, NEVER\n"
            "CLOSED TEXT_BARE_CR\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\r\n\nb")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: a\\r\\n\\nb\n"
            "DONE NEVER TEXT_BARE_LF, NEVER\n"
            "CLOSED TEXT_BARE_LF\n"},
    /* 8-bit octets that were not announced */
    {.clause = "6152-3",
     .config = &plain,
     .chunks = true,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\xe4\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: a\\xe4\\r\\n\n"
            "DONE NEVER NEEDS_8BITMIME, NEVER\n"
            "CLOSED NEEDS_8BITMIME\n"},
    {.clause = "6152-3",
     .config = &bold,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "a\xe4\r\n")},
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n"
            "READY\n"
            "C: MAIL FROM:<a@c.test>\n"
            "S: 250 ok\n"
            "C: RCPT TO:<b@s.test>\n"
            "S: 250 ok\n"
            "RCPT 0 250 ok\n"
            "C: DATA\n"
            "S: 354 go\n"
            "T: a\\xe4\\r\\n.\\r\\n\n"
            "S: 250 ok\n"
            "DONE DELIVERED 250, DELIVERED 250\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED\n"},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

/* A request that nothing can be done about is a caller's mistake, but a late one is not. */
START_TEST(test_late_text)
{
    static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    struct smtp_client c;
    ck_assert_int_eq(
        smtp_client_init(&c, &plain, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    ck_assert_uint_eq(smtp_client_text(&c, SMTP_SPAN("x"), true), 0);
    smtp_client_abandon(&c);
    smtp_client_abandon(&c);
    struct smtp_client_event ev;
    ck_assert(smtp_client_next(&c, 0, &ev));
    ck_assert_int_eq(ev.kind, SMTP_CE_CLOSED);
    ck_assert_int_eq(ev.fault, SMTP_E_ABANDONED);
    ck_assert(!smtp_client_next(&c, 0, &ev));
    ck_assert_uint_eq(smtp_edge_want(&c.edge), SMTP_WANT_CLOSE);
}
END_TEST

/* What is broken off in the middle of the text does not leave any more. */
START_TEST(test_nothing_leaves)
{
    static char log[CLIENT_LOG], in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    const struct client_call call = CLIENT_MAILS("a@c.test", "b@s.test", "bare\nLF");
    struct client_play p = {.config = &plain,
                            .calls = &call,
                            .call_count = 1,
                            .in = {in, sizeof in},
                            .out = {out, sizeof out},
                            .log = {.room = {log, sizeof log}}};
    ck_assert(client_play_begin(&p));
    client_play_write(&p, SMTP_SPAN("220 x\r\n250 x\r\n250 x\r\n250 x\r\n354 x\r\n"));
    ck_assert(p.closed);
    ck_assert_uint_gt(p.client.edge.out_len, 0);
    ck_assert_uint_eq(smtp_edge_want(&p.client.edge), SMTP_WANT_RESET);
    ck_assert_int_eq(p.mail.outcome, SMTP_O_NEVER);
}
END_TEST

static Suite *mail_suite(void)
{
    Suite *suite = suite_create("client_mail");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, test_late_text);
    tcase_add_test(tcase, test_nothing_leaves);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(mail_suite)
