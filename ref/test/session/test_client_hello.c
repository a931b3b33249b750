#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "client_golden.h"

static const struct smtp_client_config plain = {.name = "c.test", .tls = SMTP_TLS_NEVER};

static const struct client_golden rows[] = {
    /* example D.1 in short */
    {.clause = "5321-3.3",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n.y\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 "
                           "got it\r\n221 bye\r\n")},
     .log = LOG_MET LOG_RCPT LOG_DATA "T: x\\r\\n..y\\r\\n.\\r\\n\n"
                                      "S: 250 2.0.0 got it\n"
                                      "DONE DELIVERED 250/2.0.0, DELIVERED 250/2.0.0\n" LOG_BYE},
    /* "command not recognized": HELO */
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n500 what\r\n250 s.test\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 500 what\n"
            "C: HELO c.test\n"
            "S: 250 s.test\n" LOG_BYE},
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n502 5.5.1 not implemented\r\n250 s.test\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 502 5.5.1 not implemented\n"
            "C: HELO c.test\n"
            "S: 250 s.test\n" LOG_BYE},
    /* neither is known */
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n500 what\r\n500 what\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 500 what\n"
            "C: HELO c.test\n"
            "S: 500 what\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 500 HELLO\n"},
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n501 bad argument\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 501 bad argument\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 501 HELLO\n"},
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n504 what\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 504 what\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 504 HELLO\n"},
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n550 not you\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 550 not you\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 550 HELLO\n"},
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n554 no\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 554 no\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 554 HELLO\n"},
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n450 later\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 450 later\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 450 HELLO\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n421 s.test busy\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 421 s.test busy\n"
            "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n354 go\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 354 go\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 354 REPLY_CLASS\n"},
    /* HELO offers nothing, whatever its reply says */
    {.clause = "5321-4.1.1.1",
     .config = &plain,
     .call_count = 1,
     .calls = {CLIENT_MAILS("a@c.test", "b@s.test", "x\r\n")},
     .steps = {CLIENT_SAYS("220 s.test\r\n500 what\r\n250-s.test\r\n250 PIPELINING\r\n250 "
                           "ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 500 what\n"
            "C: HELO c.test\n"
            "S: 250-s.test\n"
            "S: 250 PIPELINING\n"
            "READY\n" LOG_RCPT LOG_DATA LOG_SENT LOG_BYE},
    /* a server that does not serve waits for QUIT */
    {.clause = "5321-3.1",
     .config = &plain,
     .steps = {CLIENT_SAYS("554 no service\r\n221 bye\r\n")},
     .log = "S: 554 no service\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 554 NO_SERVICE\n"},
    {.clause = "5321-3.1",
     .config = &plain,
     .steps = {CLIENT_SAYS("450 4.3.2 not now\r\n221 bye\r\n")},
     .log = "S: 450 4.3.2 not now\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 450 NO_SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .steps = {CLIENT_SAYS("421 s.test 4.3.2 busy\r\n")},
     .log = "S: 421 s.test 4.3.2 busy\n"
            "CLOSED 421 SERVICE\n"},
    /* the first digit decides (4.2.1) */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("250 hello\r\n221 bye\r\n")},
     .log = "S: 250 hello\n"
            "C: EHLO c.test\n"
            "S: 221 bye\n"
            "READY\n"
            "C: QUIT\n"},
    /* multi-line, and empty lines */
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220-s.test\r\n220-\r\n220 x\r\n250-s.test\r\n250-PIPELINING\r\n250 "
                           "SIZE 100\r\n221 bye\r\n")},
     .log = "S: 220-s.test\n"
            "S: 220-\n"
            "S: 220 x\n"
            "C: EHLO c.test\n"
            "S: 250-s.test\n"
            "S: 250-PIPELINING\n"
            "S: 250 SIZE 100\n" LOG_BYE},
    /* the code alone */
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220\r\n250\r\n221\r\n")},
     .log = "S: 220 \n"
            "C: EHLO c.test\n"
            "S: 250 \n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 \n"
            "CLOSED\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 \r\n250-\r\n250 \r\n221 \r\n")},
     .log = "S: 220 \n"
            "C: EHLO c.test\n"
            "S: 250-\n"
            "S: 250  ! EHLO_LINE@4\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221 \n"
            "CLOSED\n"},
    /* text that is none is borne: the code counts */
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 gr\xc3\xbc\xc3\x9f\r\n250 a\tb\0c\r\n221 \rx\r\n")},
     .log = "S: 220 gr ! REPLY_TEXT@6\n"
            "C: EHLO c.test\n"
            "S: 250 a\\tb ! REPLY_TEXT@7\n"
            "READY\n"
            "C: QUIT\n"
            "S: 221  ! REPLY_TEXT@4\n"
            "CLOSED\n"},
    /* keyword lines that are none */
    {.clause = "5321-4.1.1.1",
     .config = &plain,
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250--X\r\n250-SIZE 9 9\r\n250 SIZE\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250--X ! EHLO_LINE@4\n"
                      "S: 250-SIZE 9 9 ! EHLO_PARAM@8\n"
                      "S: 250 SIZE\n" LOG_BYE},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("2x0 what\r\n250 x\r\n")},
     .log = "C: QUIT\n"
            "S: 2x0 what ! REPLY_CODE@1\n"
            "S: 250 x\n"
            "CLOSED REPLY_CODE\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("120 soon\r\n250 x\r\n")},
     .log = "C: QUIT\n"
            "S: 120 soon ! REPLY_CODE@0\n"
            "S: 250 x\n"
            "CLOSED REPLY_CODE\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("600 what\r\n250 x\r\n")},
     .log = "C: QUIT\n"
            "S: 600 what ! REPLY_CODE@0\n"
            "S: 250 x\n"
            "CLOSED REPLY_CODE\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220x\r\n250 x\r\n")},
     .log = "C: QUIT\n"
            "S: 220x ! REPLY_MARK@3\n"
            "S: 250 x\n"
            "CLOSED REPLY_MARK\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("22\r\n250 x\r\n")},
     .log = "C: QUIT\n"
            "S: 22 ! REPLY_CODE@2\n"
            "S: 250 x\n"
            "CLOSED REPLY_CODE\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("\r\n250 x\r\n")},
     .log = "C: QUIT\n"
            "S:  ! REPLY_CODE@0\n"
            "S: 250 x\n"
            "CLOSED REPLY_CODE\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220_x\r\n250 x\r\n")},
     .log = "C: QUIT\n"
            "S: 220_x ! REPLY_MARK@3\n"
            "S: 250 x\n"
            "CLOSED REPLY_MARK\n"},
    /* behind it QUIT may be said */
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n25\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "C: QUIT\n"
            "S: 25 ! REPLY_CODE@2\n"
            "S: 221 bye\n"
            "CLOSED REPLY_CODE\n"},
    {.clause = "5321-4.2.1",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n250-s.test\r\n251 x\r\n221 bye\r\n")},
     .log = LOG_LISTS "C: QUIT\n"
                      "S: 251 x ! REPLY_MIXED@0\n"
                      "S: 221 bye\n"
                      "CLOSED REPLY_MIXED\n"},
    /* a line that LF ends */
    {.clause = "5321-2.3.8",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\n250 x\r\n")},
     .log = "C: QUIT\n"
            "S: 220 s.test ! REPLY_BARE@10\n"
            "S: 250 x\n"
            "CLOSED REPLY_BARE\n"},
    {.clause = "5321-2.3.8",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n250 a\nb\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "C: QUIT\n"
            "S: 250 a ! REPLY_BARE@5\n"
            "S: b ! REPLY_CODE@0\n"
            "CLOSED REPLY_BARE\n"},
    /* a reply to nothing */
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"),
               CLIENT_SAYS("250 one more\r\n221 bye\r\n")},
     .log = LOG_MET "S: 250 one more\n"
                    "C: QUIT\n"
                    "S: 221 bye\n"
                    "CLOSED 250 REPLY_UNASKED\n"},
    /* but 421 may come at any time */
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_SAYS("421 s.test timeout\r\n")},
     .log = LOG_MET "S: 421 s.test timeout\n"
                    "CLOSED 421 SERVICE\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_MET "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_ENDS(SMTP_END_CUT)},
     .log = LOG_MET "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_ENDS(SMTP_END_RESET)},
     .log = LOG_MET "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_ENDS(SMTP_END_REFUSED)},
     .log = LOG_MET "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .steps = {CLIENT_ENDS(SMTP_END_REFUSED)},
     .log = "CLOSED BROKEN\n"},
    {.clause = "5321-3.8",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n"), CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "CLOSED BROKEN\n"},
    /* 221 does not come */
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_ENDS(SMTP_END_CLOSE)},
     .log = LOG_MET "C: QUIT\n"
                    "CLOSED\n"},
    /* whatever comes in its place */
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n500 what\r\n")},
     .log = LOG_MET "C: QUIT\n"
                    "S: 500 what\n"
                    "CLOSED\n"},
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\nx\r\n")},
     .log = LOG_MET "C: QUIT\n"
                    "S: x ! REPLY_CODE@0\n"
                    "CLOSED\n"},
    /* quit() before the greeting */
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .steps = {CLIENT_LEAVES, CLIENT_SAYS("220 s.test\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n" LOG_QUIT},
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .steps = {CLIENT_SAYS("220 s.test\r\n"), CLIENT_LEAVES,
               CLIENT_SAYS("250 s.test\r\n221 bye\r\n")},
     .log = "S: 220 s.test\n"
            "C: EHLO c.test\n"
            "S: 250 s.test\n" LOG_QUIT},
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_LEAVES,
               CLIENT_SAYS("221 bye\r\n")},
     .log = LOG_MET LOG_QUIT},
    {.clause = "5321-4.1.1.10",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_LEAVES,
               CLIENT_SAYS("421 bye\r\n")},
     .log = LOG_MET "C: QUIT\n"
                    "S: 421 bye\n"
                    "CLOSED\n"},
    /* once */
    {.clause = "2920-3.1",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_LEAVES, CLIENT_LEAVES,
               CLIENT_SAYS("221 bye\r\n"), CLIENT_SAYS("221 bye\r\n")},
     .log = LOG_MET LOG_QUIT},
    {.clause = "5321-3.5",
     .config = &plain,
     .call_count = 4,
     .calls = {{.what = CLIENT_COMMAND, .verb = SMTP_V_VRFY, .argument = "joe"},
               {.what = CLIENT_COMMAND, .verb = SMTP_V_EXPN, .argument = "\"a list\""},
               {.what = CLIENT_COMMAND, .verb = SMTP_V_HELP},
               {.what = CLIENT_COMMAND, .verb = SMTP_V_NOOP, .argument = "x"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 <joe@s.test>\r\n502 5.5.1 "
                           "no\r\n214-one\r\n214 two\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET "C: VRFY joe\n"
                    "S: 250 <joe@s.test>\n"
                    "REPLY VRFY 250 <joe@s.test>\n"
                    "READY\n"
                    "C: EXPN \"a list\"\n"
                    "S: 502 5.5.1 no\n"
                    "REPLY EXPN 502/5.5.1 no\n"
                    "READY\n"
                    "C: HELP\n"
                    "S: 214-one\n"
                    "S: 214 two\n"
                    "REPLY HELP 214 two\n"
                    "READY\n"
                    "C: NOOP x\n"
                    "S: 250 ok\n"
                    "REPLY NOOP 250 ok\n" LOG_BYE},
    {.clause = "5321-3.5",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_COMMAND, .verb = SMTP_V_VRFY, .argument = "joe"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n251 <joe@t.test>\r\n221 bye\r\n")},
     .log = LOG_MET "C: VRFY joe\n"
                    "S: 251 <joe@t.test>\n"
                    "REPLY VRFY 251 <joe@t.test>\n" LOG_BYE},
    {.clause = "5321-3.5",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_COMMAND, .verb = SMTP_V_VRFY, .argument = "joe"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n252 2.0.0 who knows\r\n221 bye\r\n")},
     .log = LOG_MET "C: VRFY joe\n"
                    "S: 252 2.0.0 who knows\n"
                    "REPLY VRFY 252/2.0.0 who knows\n" LOG_BYE},
    {.clause = "5321-4.3.2",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_COMMAND, .verb = SMTP_V_VRFY, .argument = "joe"}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n354 go\r\n221 bye\r\n")},
     .log = LOG_MET "C: VRFY joe\n"
                    "S: 354 go\n"
                    "C: QUIT\n"
                    "S: 221 bye\n"
                    "CLOSED 354 REPLY_CLASS\n"},
    {.clause = "5321-4.1.1.5",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_COMMAND, .verb = SMTP_V_RSET}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n250 ok\r\n221 bye\r\n")},
     .log = LOG_MET "C: RSET\n"
                    "S: 250 ok\n"
                    "REPLY RSET 250 ok\n" LOG_BYE},
    /* nor 3yz */
    {.clause = "5321-4.3.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("354 go\r\n221 bye\r\n")},
     .log = "S: 354 go\n"
            "C: QUIT\n"
            "S: 221 bye\n"
            "CLOSED 354 REPLY_CLASS\n"},
    {.clause = "5321-4.2",
     .config = &plain,
     .steps = {CLIENT_SAYS("271_x\r\n221 bye\r\n")},
     .log = "C: QUIT\n"
            "S: 271_x ! REPLY_MARK@3\n"
            "S: 221 bye\n"
            "CLOSED REPLY_MARK\n"},
    /* the first digit tells what to do, and the text nothing (4.2, 4.2.1) */
    {.clause = "5321-4.2.1",
     .config = &plain,
     .steps = {CLIENT_SAYS("271 s.test\x01\r\n298 s.test\xe9 x\r\n221 bye\r\n")},
     .log = "S: 271 s.test ! REPLY_CODE@1\n"
            "C: EHLO c.test\n"
            "S: 298 s.test ! REPLY_CODE@1\n" LOG_BYE},
    /* a line to nothing that is no reply */
    {.clause = "5321-4.2",
     .config = &plain,
     .call_count = 1,
     .calls = {{.what = CLIENT_STAY}},
     .steps = {CLIENT_SAYS("220 s.test\r\n250 s.test\r\n"), CLIENT_SAYS("x\r\n221 bye\r\n")},
     .log = LOG_MET "C: QUIT\n"
                    "S: x ! REPLY_CODE@0\n"
                    "S: 221 bye\n"
                    "CLOSED REPLY_CODE\n"},
    /* keywords that nobody knows */
    {.clause = "5321-4.1.1.1",
     .config = &plain,
     .steps = {CLIENT_SAYS(
         "220 s.test\r\n250-s.test\r\n250-X-FOO bar\r\n250--\xff\r\n250 XBAR\r\n221 bye\r\n")},
     .log = LOG_LISTS "S: 250-X-FOO bar\n"
                      "S: 250-- ! REPLY_TEXT@5\n"
                      "S: 250 XBAR\n" LOG_BYE},
};

START_TEST(test_rows)
{
    const char *wrong = client_golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s: row %d\n%s\nand not\n%s", rows[_i].clause, _i, wrong,
                  rows[_i].log);
}
END_TEST

/* RFC 5321 4.5.3.1.5: 512 octets; more are borne, and noted, as far as the buffer goes. */
static const struct {
    size_t octets; /* of the line, with CRLF */
    const char *log;
} lengths[] = {
    {512, ""},
    {513, " ! REPLY_LONG@512"},
    {SMTP_CLIENT_IN_MIN, " ! REPLY_LONG@512"},
    {SMTP_CLIENT_IN_MIN + 1, "S:  ! REPLY_LONG@0\nCLOSED REPLY_LONG\n"},
    {SMTP_CLIENT_IN_MIN + 9999, "S:  ! REPLY_LONG@0\nCLOSED REPLY_LONG\n"},
};

START_TEST(test_long_lines)
{
    static char line[2 * SMTP_CLIENT_IN_MIN + 9999];
    size_t n = lengths[_i].octets;
    size_t at = 0;
    memset(line, 'x', sizeof line);
    smtp_room_put((smtp_room){line, sizeof line}, &at, SMTP_SPAN("220 "));
    at = n - 2;
    smtp_room_put((smtp_room){line, sizeof line}, &at, SMTP_SPAN("\r\n"));
    struct client_golden row = {.config = &plain, .call_count = 1};
    row.calls[0].what = CLIENT_STAY;
    row.steps[0] = (struct client_step){.does = CLIENT_WRITE, .octets = {line, n}};
    row.steps[1] = (struct client_step){.does = CLIENT_END, .how = SMTP_END_CLOSE};
    for (size_t step = 0; step <= 4000; step += 1000) {
        const char *log = client_golden_play(&row, (struct client_cuts){.step = step}, 0, 0);
        ck_assert_msg(strstr(log, lengths[_i].log) != NULL, "%zu by %zu:\n%s", n, step, log);
        bool good = lengths[_i].log[0] != 'S';
        ck_assert_msg((strstr(log, "C: EHLO c.test\n") != NULL) == good, "%s", log);
    }
}
END_TEST

/* A reply has no end, but our patience has. */
START_TEST(test_many_lines)
{
    struct client_golden row = {.config = &plain, .call_count = 1};
    row.calls[0].what = CLIENT_STAY;
    char octets[1001 * 6];
    for (size_t n = 1000; n <= 1001; n++) {
        size_t at = 0;
        for (size_t i = 0; i < n; i++)
            smtp_room_put((smtp_room){octets, sizeof octets}, &at,
                          i + 1 < n ? SMTP_SPAN("220-\r\n") : SMTP_SPAN("220 \r\n"));
        row.steps[0] = (struct client_step){.does = CLIENT_WRITE, .octets = {octets, at}};
        row.steps[1] = (struct client_step){.does = CLIENT_END, .how = SMTP_END_CLOSE};
        const char *log = client_golden_play(&row, (struct client_cuts){.step = 0}, 0, 0);
        ck_assert((strstr(log, "EHLO") != NULL) == (n == 1000));
        ck_assert((strstr(log, "CLOSED REPLY_LINES\n") != NULL) == (n == 1001));
    }
}
END_TEST

START_TEST(test_buffers)
{
    static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN];
    struct smtp_client c;
    const struct smtp_client_config bad[] = {{.name = ""}, {.name = "a b"}, {.name = "c.test\r\n"}};
    smtp_room least_in = {in, sizeof in}, least_out = {out, sizeof out};
    ck_assert_int_eq(smtp_client_init(&c, &plain, least_in, least_out, 0), SMTP_OK);
    ck_assert_int_eq(smtp_client_init(&c, &plain, (smtp_room){in, sizeof in - 1}, least_out, 0),
                     SMTP_E_BUFFER);
    ck_assert_int_eq(smtp_client_init(&c, &plain, least_in, (smtp_room){out, sizeof out - 1}, 0),
                     SMTP_E_BUFFER);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_int_eq(smtp_client_init(&c, &bad[i], least_in, least_out, 0), SMTP_E_DOMAIN);
    const struct smtp_client_config literal = {.name = "[IPv6:::1]"};
    ck_assert_int_eq(smtp_client_init(&c, &literal, least_in, least_out, 0), SMTP_OK);
}
END_TEST

/* A session without its buffers: the figure that DESIGN.md bounds. */
START_TEST(test_size)
{
    printf("sizeof(struct smtp_client) %zu\n", sizeof(struct smtp_client));
    ck_assert_uint_le(sizeof(struct smtp_client), 8192);
}
END_TEST

static Suite *hello_suite(void)
{
    Suite *suite = suite_create("client_hello");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, test_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, test_long_lines, 0, sizeof lengths / sizeof *lengths);
    tcase_add_test(tcase, test_many_lines);
    tcase_add_test(tcase, test_buffers);
    tcase_add_test(tcase, test_size);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(hello_suite)
