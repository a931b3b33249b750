#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "golden.h"

static const struct smtp_limits limits = {.command_line = 512,
                                          .recipients = 20,
                                          .message = 1000,
                                          .errors = 0,
                                          .command_ms = 300000,
                                          .text_ms = 300000,
                                          .tls_ms = 60000,
                                          .auth_line = 600};
static const struct smtp_limits three = {.command_line = 512,
                                         .recipients = 20,
                                         .message = 1000,
                                         .command_ms = 300000,
                                         .text_ms = 300000,
                                         .tls_ms = 60000,
                                         .auth_line = 600,
                                         .transactions = 3};
static const struct smtp_limits endless = {
    .command_line = 512, .recipients = 1000000, .command_ms = 300000, .auth_line = 600};
static const struct smtp_limits nothing = {.command_line = 512, .command_ms = 300000};
#define NAME .name = "mx.test", .limits = &limits
static const struct smtp_server_config few_mails = {.name = "mx.test", .limits = &three};
static const struct smtp_server_config everything = {.name = "mx.test",
                                                     .limits = &three,
                                                     .extensions = ~0U,
                                                     .mode = SMTP_MODE_SUBMISSION,
                                                     .auth_clear = "PLAIN",
                                                     .auth_tls = "LOGIN",
                                                     .deliver_by_min = 60,
                                                     .hold_max_s = 86400,
                                                     .hold_max_until = "2030-01-01T00:00:00Z",
                                                     .priority_profile = "STANAG4406"};
static const struct smtp_server_config on_port_25 = {NAME, .extensions = SMTP_X_FUTURERELEASE,
                                                     .hold_max_s = 86400,
                                                     .hold_max_until = "2030-01-01T00:00:00Z"};
static const struct smtp_server_config bare = {
    .name = "mx.test",
    .limits = &endless,
    .mode = SMTP_MODE_SUBMISSION,
    .extensions = SMTP_X_LIMITS | SMTP_X_DELIVERBY | SMTP_X_MT_PRIORITY | SMTP_X_FUTURERELEASE |
                  SMTP_X_SMTPUTF8 | SMTP_X_BINARYMIME | SMTP_X_AUTH};
static const struct smtp_server_config unlimited = {
    .name = "mx.test", .limits = &nothing, .extensions = SMTP_X_LIMITS};
static const struct smtp_server_config plain = {NAME};
static const struct smtp_server_config utf8 = {NAME, .extensions =
                                                         SMTP_X_SMTPUTF8 | SMTP_X_8BITMIME |
                                                         SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_DSN};
static const struct smtp_server_config lax_utf8 = {NAME, .lax = SMTP_LAX_UTF8};
static const struct smtp_server_config any = {NAME, .extensions = SMTP_X_DSN,
                                              .lax = SMTP_LAX_PARAM_ANY};
static const struct smtp_server_config dsn = {NAME, .extensions = SMTP_X_DSN};
static const struct smtp_server_config tls = {NAME,
                                              .extensions = SMTP_X_REQUIRETLS | SMTP_X_STARTTLS};
static const struct smtp_server_config by = {NAME, .extensions = SMTP_X_DELIVERBY,
                                             .deliver_by_min = 60};
static const struct smtp_server_config priority = {NAME, .extensions = SMTP_X_MT_PRIORITY};
static const struct smtp_server_config hold = {
    NAME, .extensions = SMTP_X_FUTURERELEASE | SMTP_X_DELIVERBY, .mode = SMTP_MODE_SUBMISSION,
    .hold_max_s = 86400, .hold_max_until = "2030-01-01T00:00:00Z"};
static const struct smtp_server_config broken_hold = {
    NAME, .extensions = SMTP_X_FUTURERELEASE, .mode = SMTP_MODE_SUBMISSION, .hold_max_s = 86400,
    .hold_max_until = "tomorrow"};
static const struct smtp_server_config refuses = {
    NAME, .extensions = SMTP_X_SMTPUTF8 | SMTP_X_8BITMIME | SMTP_X_CHUNKING | SMTP_X_BINARYMIME};

static const struct smtp_server_config half_hold = {
    NAME, .extensions = SMTP_X_FUTURERELEASE, .mode = SMTP_MODE_SUBMISSION, .hold_max_s = 86400};
static const struct smtp_limits five_mails = {
    .command_line = 512, .command_ms = 300000, .transactions = 5};
static const struct smtp_server_config only_mails = {
    .name = "mx.test", .limits = &five_mails, .extensions = SMTP_X_LIMITS};

#define HELLO "EHLO a.test\r\n"

static const struct golden rows[] = {
    /* what EHLO lists, in clear and inside TLS */
    {"5321-4.1.1.1",
     &everything,
     "",
     {GOLDEN_WRITE("EHLO a.test\r\nSTARTTLS\r\n"), GOLDEN_TLS, GOLDEN_WRITE("EHLO a.test\r\n")},
     "CONNECT CONNECT\n"
     "S: 220 mx.test ESMTP smtpref\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250-PIPELINING\n"
     "S: 250-SIZE 1000\n"
     "S: 250-8BITMIME\n"
     "S: 250-ENHANCEDSTATUSCODES\n"
     "S: 250-STARTTLS\n"
     "S: 250-AUTH PLAIN\n"
     "S: 250-CHUNKING\n"
     "S: 250-BINARYMIME\n"
     "S: 250-SMTPUTF8\n"
     "S: 250-DSN\n"
     "S: 250-LIMITS RCPTMAX=20 MAILMAX=3\n"
     "S: 250-DELIVERBY 60\n"
     "S: 250-MT-PRIORITY STANAG4406\n"
     "S: 250-FUTURERELEASE 86400 2030-01-01T00:00:00Z\n"
     "S: 250-VRFY\n"
     "S: 250-EXPN\n"
     "S: 250 HELP\n"
     "COMMAND READY STARTTLS\n"
     "S: 220 2.0.0 mx.test ready to start TLS\n"
     "TLS START\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250-PIPELINING\n"
     "S: 250-SIZE 1000\n"
     "S: 250-8BITMIME\n"
     "S: 250-ENHANCEDSTATUSCODES\n"
     "S: 250-AUTH LOGIN\n"
     "S: 250-CHUNKING\n"
     "S: 250-BINARYMIME\n"
     "S: 250-SMTPUTF8\n"
     "S: 250-DSN\n"
     "S: 250-REQUIRETLS\n"
     "S: 250-LIMITS RCPTMAX=20 MAILMAX=3\n"
     "S: 250-DELIVERBY 60\n"
     "S: 250-MT-PRIORITY STANAG4406\n"
     "S: 250-FUTURERELEASE 86400 2030-01-01T00:00:00Z\n"
     "S: 250-VRFY\n"
     "S: 250-EXPN\n"
     "S: 250 HELP\n",
     0,
     0},
    GOLDEN_ROW("5321-4.1.1.1", &bare, "", "EHLO a.test\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"
               "COMMAND START EHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250-LIMITS RCPTMAX=999999\n"
               "S: 250-DELIVERBY\n"
               "S: 250 MT-PRIORITY\n"),
    GOLDEN_ROW("9422-3", &unlimited, "", "EHLO a.test\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"
               "COMMAND START EHLO a.test\n"
               "S: 250 mx.test at your service\n"),
    GOLDEN_ROW("9422-4.1", &only_mails, "", "EHLO a.test\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"
               "COMMAND START EHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250 LIMITS MAILMAX=5\n"),
    GOLDEN_ROW("4865-3", &half_hold, "", "EHLO a.test\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"
               "COMMAND START EHLO a.test\n"
               "S: 250 mx.test at your service\n"),
    GOLDEN_ROW("4865-4.2", &on_port_25, "", "EHLO a.test\r\nMAIL FROM:<> HOLDFOR=1\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"
               "COMMAND START EHLO a.test\n"
               "S: 250 mx.test at your service\n"
               "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> HOLDFOR=1\n"
               "S: 555 parameter not recognized or not implemented\n"),
    /* three MAIL commands, good or not */
    GOLDEN_ROW("9422-4.1", &few_mails, HELLO,
               "MAIL FROM:<>\r\nMAIL FROM:<>\r\nMAIL\r\nRSET\r\nMAIL FROM:<>\r\n",
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 sender ok\n"
               "REJECTED MAIL SEQUENCE@0 MAIL FROM:<>\n"
               "S: 503 a transaction is open already\n"
               "REJECTED MAIL SEQUENCE@0 MAIL\n"
               "S: 503 a transaction is open already\n"
               "COMMAND MAIL RSET\n"
               "S: 250 transaction forgotten\n"
               "REJECTED CLOSED MAIL_MANY@0 MAIL FROM:<>\n"
               "S: 421 mx.test too many transactions in one session\n"
               "CLOSED CLOSED\n"),
    /* SMTPUTF8: a transaction has it or has it not */
    GOLDEN_ROW(
        "6531-3.1", &utf8, HELLO,
        "MAIL FROM:<\303\274@b.test> SMTPUTF8\r\nRCPT "
        "TO:<\303\274@\303\274.test>\r\nRSET\r\nMAIL FROM:<a@b.test> SMTPUTF8\r\nRCPT "
        "TO:<\303\274@b.test> ORCPT=utf-8;\303\274@b.test\r\nDATA\r\n.\r\nMAIL "
        "FROM:<>\r\nRCPT TO:<\303\274@b.test>\r\n",
        "COMMAND READY lax 134217728 MAIL FROM:<\\xc3\\xbc@b.test> SMTPUTF8\n"
        "S: 250 2.1.0 sender ok\n"
        "COMMAND MAIL lax 134217728 RCPT TO:<\\xc3\\xbc@\\xc3\\xbc.test>\n"
        "S: 250 2.1.5 recipient ok\n"
        "COMMAND RCPT RSET\n"
        "S: 250 2.0.0 transaction forgotten\n"
        "COMMAND READY MAIL FROM:<a@b.test> SMTPUTF8\n"
        "S: 250 2.1.0 sender ok\n"
        "COMMAND MAIL lax 134217728 RCPT TO:<\\xc3\\xbc@b.test> ORCPT=utf-8;\\xc3\\xbc@b.test\n"
        "S: 250 2.1.5 recipient ok\n"
        "COMMAND RCPT DATA\n"
        "S: 354 start the text, end it with CRLF.CRLF\n"
        "MESSAGE TEXT size 0\n"
        "S: 250 2.6.0 message accepted\n"
        "COMMAND READY MAIL FROM:<>\n"
        "S: 250 2.1.0 sender ok\n"
        "REJECTED MAIL UTF8_RCPT@0 lax 134217728 RCPT TO:<\\xc3\\xbc@b.test>\n"
        "S: 553 5.6.7 an address like this takes the SMTPUTF8 parameter of MAIL\n"),
    GOLDEN_ROW("6531-3.5", &utf8, HELLO,
               "MAIL FROM:<\303\274@b.test>\r\nMAIL FROM:<a@b.test>\r\nRCPT "
               "TO:<\303\274@b.test>\r\nRCPT TO:<a@b.test>\r\nNOOP\r\n",
               "REJECTED READY UTF8_SENDER@0 lax 134217728 MAIL FROM:<\\xc3\\xbc@b.test>\n"
               "S: 550 5.6.7 an address like this takes the SMTPUTF8 parameter\n"
               "COMMAND READY MAIL FROM:<a@b.test>\n"
               "S: 250 2.1.0 sender ok\n"
               "REJECTED MAIL UTF8_RCPT@0 lax 134217728 RCPT TO:<\\xc3\\xbc@b.test>\n"
               "S: 553 5.6.7 an address like this takes the SMTPUTF8 parameter of MAIL\n"
               "COMMAND MAIL RCPT TO:<a@b.test>\n"
               "S: 250 2.1.5 recipient ok\n"
               "COMMAND RCPT NOOP\n"
               "S: 250 2.0.0 ok\n"),
    GOLDEN_ROW("6531-3.4", &utf8, HELLO,
               "MAIL FROM:<> SMTPUTF8=1\r\nMAIL FROM:<> SMTPUTF8 SMTPUTF8\r\n",
               "REJECTED READY PARAM_VALUE@22 MAIL FROM:<> SMTPUTF8=1\n"
               "S: 501 5.5.4 this parameter takes no value\n"
               "REJECTED READY PARAM_TWICE@22 MAIL FROM:<> SMTPUTF8 SMTPUTF8\n"
               "S: 501 5.5.4 the same parameter twice\n"),
    GOLDEN_ROW("6531-3.7.1", &utf8, HELLO,
               "EHLO \303\274.test\r\nVRFY \303\274 SMTPUTF8\r\nEXPN \303\274\r\nHELP \303\274\r\n",
               "REJECTED READY NON_ASCII@5 EHLO \\xc3\\xbc.test\n"
               "S: 501 octet above 127 in a command\n"
               "COMMAND READY lax 134217728 VRFY \\xc3\\xbc SMTPUTF8\n"
               "S: 252 2.0.0 not verified, but mail is tried\n"
               "COMMAND READY lax 134217728 EXPN \\xc3\\xbc\n"
               "S: 252 2.0.0 lists are not shown here\n"
               "REJECTED READY NON_ASCII@5 HELP \\xc3\\xbc\n"
               "S: 501 5.5.2 octet above 127 in a command\n"),
    GOLDEN_ROW("6531-3.1", &utf8, "HELO a.test\r\n",
               "MAIL FROM:<\303\274@b.test> SMTPUTF8\r\nMAIL FROM:<> SMTPUTF8\r\n",
               "REJECTED READY NON_ASCII@11 MAIL FROM:<\\xc3\\xbc@b.test> SMTPUTF8\n"
               "S: 501 5.5.2 octet above 127 in a command\n"
               "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> SMTPUTF8\n"
               "S: 555 5.5.4 parameter not recognized or not implemented\n"),
    GOLDEN_ROW("6531-3.1", &plain, HELLO,
               "MAIL FROM:<\303\274@b.test>\r\nMAIL FROM:<> SMTPUTF8\r\n",
               "REJECTED READY NON_ASCII@11 MAIL FROM:<\\xc3\\xbc@b.test>\n"
               "S: 501 octet above 127 in a command\n"
               "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> SMTPUTF8\n"
               "S: 555 parameter not recognized or not implemented\n"),
    GOLDEN_ROW("6531-3.3", &lax_utf8, HELLO,
               "MAIL FROM:<\303\274@b.test>\r\nRCPT TO:<\303\274@b.test>\r\n",
               "COMMAND READY lax 134217728 MAIL FROM:<\\xc3\\xbc@b.test>\n"
               "S: 250 sender ok\n"
               "COMMAND MAIL lax 134217728 RCPT TO:<\\xc3\\xbc@b.test>\n"
               "S: 250 recipient ok\n"),
    /* a MAIL that was refused leaves nothing */
    {"6531-3.5",
     &refuses,
     HELLO,
     {GOLDEN_WRITE("MAIL FROM:<> SMTPUTF8 BODY=BINARYMIME\r\nMAIL FROM:<>\r\nRCPT "
                   "TO:<\303\274@b.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n.\r\n")},
     "COMMAND READY MAIL FROM:<> SMTPUTF8 BODY=BINARYMIME\n"
     "S: 550 sender refused\n"
     "COMMAND READY MAIL FROM:<>\n"
     "S: 250 sender ok\n"
     "REJECTED MAIL UTF8_RCPT@0 lax 134217728 RCPT TO:<\\xc3\\xbc@b.test>\n"
     "S: 553 an address like this takes the SMTPUTF8 parameter of MAIL\n"
     "COMMAND MAIL RCPT TO:<b@b.test>\n"
     "S: 250 recipient ok\n"
     "COMMAND RCPT DATA\n"
     "S: 354 start the text, end it with CRLF.CRLF\n"
     "MESSAGE TEXT size 0\n"
     "S: 250 message accepted\n",
     SMTP_V_MAIL,
     SMTP_E_SENDER},
    /* DSN */
    GOLDEN_ROW("3461-4.3", &dsn, HELLO,
               "MAIL FROM:<> RET=HDRS ENVID=a+20b\r\nRCPT TO:<a@b.test> NOTIFY=SUCCESS,DELAY "
               "ORCPT=rfc822;a@b.test\r\nRCPT TO:<a@b.test> NOTIFY=NEVER\r\n",
               "COMMAND READY MAIL FROM:<> RET=HDRS ENVID=a+20b\n"
               "S: 250 sender ok\n"
               "COMMAND MAIL RCPT TO:<a@b.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@b.test\n"
               "S: 250 recipient ok\n"
               "COMMAND RCPT RCPT TO:<a@b.test> NOTIFY=NEVER\n"
               "S: 250 recipient ok\n"),
    GOLDEN_ROW(
        "3461-4.5", &dsn, HELLO,
        "MAIL FROM:<> RET=HDRS RET=FULL\r\nMAIL FROM:<> RET=SOME\r\nMAIL FROM:<> "
        "ENVID=a=b\r\nMAIL FROM:<> NOTIFY=NEVER\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.test> "
        "NOTIFY=NEVER,DELAY\r\nRCPT TO:<a@b.test> NOTIFY=NEVER NOTIFY=NEVER\r\nRCPT "
        "TO:<a@b.test> ORCPT=rfc822\r\nRCPT TO:<a@b.test> RET=FULL\r\n",
        "REJECTED READY PARAM_TWICE@22 MAIL FROM:<> RET=HDRS RET=FULL\n"
        "S: 501 the same parameter twice\n"
        "REJECTED READY PARAM_RET@17 MAIL FROM:<> RET=SOME\n"
        "S: 501 RET= takes FULL or HDRS\n"
        "REJECTED READY PARAM@20 MAIL FROM:<> ENVID=a=b\n"
        "S: 501 malformed parameter\n"
        "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> NOTIFY=NEVER\n"
        "S: 555 parameter not recognized or not implemented\n"
        "COMMAND READY MAIL FROM:<>\n"
        "S: 250 sender ok\n"
        "REJECTED MAIL PARAM_NOTIFY@31 RCPT TO:<a@b.test> NOTIFY=NEVER,DELAY\n"
        "S: 501 NOTIFY= takes NEVER, or some of SUCCESS, FAILURE and DELAY\n"
        "REJECTED MAIL PARAM_TWICE@32 RCPT TO:<a@b.test> NOTIFY=NEVER NOTIFY=NEVER\n"
        "S: 501 the same parameter twice\n"
        "REJECTED MAIL PARAM_ORCPT@31 RCPT TO:<a@b.test> ORCPT=rfc822\n"
        "S: 501 ORCPT= takes an address type, a semicolon and the address as xtext, 500 octets at "
        "most\n"
        "REJECTED MAIL PARAM_UNKNOWN@19 RCPT TO:<a@b.test> RET=FULL\n"
        "S: 555 parameter not recognized or not implemented\n"),
    GOLDEN_ROW("5321-4.1.1.11", &plain, HELLO,
               "MAIL FROM:<> RET=SOME\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.test> NOTIFY=X\r\n",
               "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> RET=SOME\n"
               "S: 555 parameter not recognized or not implemented\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 sender ok\n"
               "REJECTED MAIL PARAM_UNKNOWN@19 RCPT TO:<a@b.test> NOTIFY=X\n"
               "S: 555 parameter not recognized or not implemented\n"),
    GOLDEN_ROW("5321-4.1.1.11", &any, HELLO,
               "MAIL FROM:<> X=1 SIZE=99999 RET=FULL Y\r\nRCPT TO:<a@b.test> X NOTIFY=NEVER "
               "RET=FULL\r\n",
               "COMMAND READY MAIL FROM:<> X=1 SIZE=99999 RET=FULL Y\n"
               "S: 250 sender ok\n"
               "COMMAND MAIL RCPT TO:<a@b.test> X NOTIFY=NEVER RET=FULL\n"
               "S: 250 recipient ok\n"),
    /* REQUIRETLS */
    {"8689-2",
     &tls,
     HELLO,
     {GOLDEN_WRITE("MAIL FROM:<> REQUIRETLS\r\nSTARTTLS\r\n"), GOLDEN_TLS,
      GOLDEN_WRITE("EHLO a.test\r\nMAIL FROM:<> REQUIRETLS=1\r\nMAIL FROM:<> REQUIRETLS\r\n")},
     "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> REQUIRETLS\n"
     "S: 555 parameter not recognized or not implemented\n"
     "COMMAND READY STARTTLS\n"
     "S: 220 mx.test ready to start TLS\n"
     "TLS START\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250 REQUIRETLS\n"
     "REJECTED READY PARAM_VALUE@24 MAIL FROM:<> REQUIRETLS=1\n"
     "S: 501 this parameter takes no value\n"
     "COMMAND READY MAIL FROM:<> REQUIRETLS\n"
     "S: 250 sender ok\n",
     0,
     0},
    /* DELIVERBY: 60 seconds at least, but for notice */
    GOLDEN_ROW(
        "2852-3", &by, HELLO,
        "MAIL FROM:<> BY=59;R\r\nMAIL FROM:<> BY=0;R\r\nMAIL FROM:<> "
        "BY=60;RT\r\nRSET\r\nMAIL FROM:<> BY=-1;N\r\n",
        "REJECTED READY BY_SHORT@0 MAIL FROM:<> BY=59;R\n"
        "S: 555 BY= asks for less time than the least that EHLO lists\n"
        "REJECTED READY PARAM_BY@18 MAIL FROM:<> BY=0;R\n"
        "S: 501 BY= takes seconds, a semicolon, N or R (R: one second at least), T or nothing\n"
        "COMMAND READY MAIL FROM:<> BY=60;RT\n"
        "S: 250 sender ok\n"
        "COMMAND MAIL RSET\n"
        "S: 250 transaction forgotten\n"
        "COMMAND READY MAIL FROM:<> BY=-1;N\n"
        "S: 250 sender ok\n"),
    /* MT-PRIORITY */
    GOLDEN_ROW("6710-4.1", &priority, HELLO,
               "MAIL FROM:<> MT-PRIORITY=10\r\nMAIL FROM:<> MT-PRIORITY=1 "
               "MT-PRIORITY=1\r\nMAIL FROM:<> MT-PRIORITY=-9\r\n",
               "REJECTED READY PARAM_PRIORITY@26 MAIL FROM:<> MT-PRIORITY=10\n"
               "S: 501 MT-PRIORITY= takes -9 to 9\n"
               "REJECTED READY PARAM_TWICE@27 MAIL FROM:<> MT-PRIORITY=1 MT-PRIORITY=1\n"
               "S: 501 the same parameter twice\n"
               "COMMAND READY MAIL FROM:<> MT-PRIORITY=-9\n"
               "S: 250 sender ok\n"),
    /* FUTURERELEASE: the maxima, one more */
    GOLDEN_ROW("4865-4.2", &hold, HELLO,
               "MAIL FROM:<> HOLDFOR=86401\r\nMAIL FROM:<> HOLDFOR=86400\r\n",
               "REJECTED READY HOLD_LONG@0 MAIL FROM:<> HOLDFOR=86401\n"
               "S: 501 the message would be held longer than EHLO lists\n"
               "COMMAND READY MAIL FROM:<> HOLDFOR=86400\n"
               "S: 250 sender ok\n"),
    GOLDEN_ROW(
        "4865-4.2", &hold, HELLO,
        "MAIL FROM:<> HOLDUNTIL=2030-01-01T00:00:01Z\r\nMAIL FROM:<> "
        "HOLDUNTIL=2030-01-01T00:00:00.01Z\r\nMAIL FROM:<> HOLDUNTIL=2030-01-01T00:00:00.0Z\r\n",
        "REJECTED READY HOLD_LONG@0 MAIL FROM:<> HOLDUNTIL=2030-01-01T00:00:01Z\n"
        "S: 501 the message would be held longer than EHLO lists\n"
        "REJECTED READY HOLD_LONG@0 MAIL FROM:<> HOLDUNTIL=2030-01-01T00:00:00.01Z\n"
        "S: 501 the message would be held longer than EHLO lists\n"
        "COMMAND READY MAIL FROM:<> HOLDUNTIL=2030-01-01T00:00:00.0Z\n"
        "S: 250 sender ok\n"),
    GOLDEN_ROW(
        "4865-4.2", &hold, HELLO,
        "MAIL FROM:<> HOLDFOR=1 HOLDUNTIL=2029-01-01T00:00:00Z\r\nMAIL FROM:<> "
        "HOLDUNTIL=2030-01-01T00:00:00Z\r\n",
        "REJECTED READY PARAM_TWICE@23 MAIL FROM:<> HOLDFOR=1 HOLDUNTIL=2029-01-01T00:00:00Z\n"
        "S: 501 the same parameter twice\n"
        "COMMAND READY MAIL FROM:<> HOLDUNTIL=2030-01-01T00:00:00Z\n"
        "S: 250 sender ok\n"),
    GOLDEN_ROW("4865-5.2.2", &hold, HELLO,
               "MAIL FROM:<> HOLDFOR=100 BY=99;N\r\nMAIL FROM:<> HOLDFOR=100 BY=-99;N\r\nMAIL "
               "FROM:<> HOLDFOR=100 BY=100;R\r\n",
               "REJECTED READY HOLD_BY@0 MAIL FROM:<> HOLDFOR=100 BY=99;N\n"
               "S: 501 the message would be held longer than BY= gives it\n"
               "REJECTED READY HOLD_BY@0 MAIL FROM:<> HOLDFOR=100 BY=-99;N\n"
               "S: 501 the message would be held longer than BY= gives it\n"
               "COMMAND READY MAIL FROM:<> HOLDFOR=100 BY=100;R\n"
               "S: 250 sender ok\n"),
    GOLDEN_ROW("4865-4.2", &broken_hold, HELLO,
               "MAIL FROM:<> HOLDUNTIL=2029-01-01T00:00:00Z\r\nMAIL FROM:<> HOLDFOR=1\r\n",
               "REJECTED READY HOLD_LONG@0 MAIL FROM:<> HOLDUNTIL=2029-01-01T00:00:00Z\n"
               "S: 501 the message would be held longer than EHLO lists\n"
               "COMMAND READY MAIL FROM:<> HOLDFOR=1\n"
               "S: 250 sender ok\n"),
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

/* What each extension adds to the longest line: MAIL and RCPT apart, the longer of the two counts. */
static const struct {
    const char *clause;
    unsigned extensions;
    size_t most;
} lines[] = {
    {"5321-4.5.3.1.4", 0, 512},
    {"1870-3", SMTP_X_SIZE, 512 + 26},
    {"6152-2", SMTP_X_8BITMIME, 512 + 14},
    {"3030-3", SMTP_X_BINARYMIME, 512 + 16},
    {"6531-3.1", SMTP_X_SMTPUTF8, 512 + 10},
    {"4954-3", SMTP_X_AUTH, 512 + 500},
    {"8689-2", SMTP_X_REQUIRETLS, 512 + 11},
    {"2852-2", SMTP_X_DELIVERBY, 512 + 17},
    {"6710-3", SMTP_X_MT_PRIORITY, 512 + 15},
    {"4865-3", SMTP_X_FUTURERELEASE, 512 + 34},
    {"3461-5.4", SMTP_X_DSN, 512 + 536},
    {"3461-5.4", (unsigned)SMTP_X_DSN | (unsigned)SMTP_X_AUTH, 512 + 616},
    {"9422-3", SMTP_X_LIMITS, 512},
    {"3030-2", SMTP_X_CHUNKING, 512},
};

/* The longest command, one octet less, one more. */
START_TEST(test_lines)
{
    static const struct smtp_limits short_exchange = {
        .command_line = 512, .command_ms = 300000, .auth_line = 100};
    struct smtp_server_config config = {
        .name = "mx.test", .limits = &short_exchange, .extensions = lines[_i].extensions};
    ck_assert_uint_eq(smtp_server_line_max(&config), lines[_i].most);
    for (size_t n = lines[_i].most - 1; n <= lines[_i].most + 1; n++) {
        static char in[2048], out[2048], text[8192], line[2048];
        struct event_play p = {.config = &config,
                               .in = {in, lines[_i].most},
                               .out = {out, sizeof out},
                               .log = {.room = {text, sizeof text - 1}}};
        memset(line, 'x', sizeof line);
        memcpy(line, "NOOP ", 5);
        memcpy(line + n - 2, "\r\n", 2);
        ck_assert(event_play_begin(&p));
        event_play_write(&p, (smtp_span){line, n});
        text[p.log.n] = '\0';
        const char *want = n > lines[_i].most ? "S: 500 command line too long" : "S: 250 ok";
        ck_assert_msg(strstr(text, want) != NULL, "%s: %zu octets: %s", lines[_i].clause, n, text);
    }
}
END_TEST

/* RFC 4954 4: with AUTH a line of the exchange may be what needs most room. */
START_TEST(test_line_max)
{
    struct smtp_server_config config = {.name = "mx.test", .extensions = SMTP_X_AUTH};
    ck_assert_uint_eq(smtp_server_line_max(&config), 12288);
    config.extensions = SMTP_X_SIZE;
    ck_assert_uint_eq(smtp_server_line_max(&config), 538);
}
END_TEST

/* An answer to EHLO that is too long for what a reply may hold is no surprise later. */
START_TEST(test_hello_fits)
{
    static char in[16384], out[4096], names[1200];
    struct smtp_server_config config = {
        .name = "mx.test", .extensions = SMTP_X_AUTH, .auth_tls = names};
    smtp_room room = {in, sizeof in}, to = {out, sizeof out};
    struct smtp_server s;
    for (size_t n = 1; n < sizeof names; n++) {
        names[n - 1] = 'X';
        bool fits = 4 + 5 + n + 2 <= 512; /* "250 AUTH " and CRLF: a line of 4.5.3.1.5 */
        ck_assert_int_eq(smtp_server_init(&s, &config, room, to, 0),
                         fits ? SMTP_OK : SMTP_E_BUFFER);
    }
    memset(names, 0, sizeof names);
    config.auth_tls = NULL;
    config.extensions |= (unsigned)SMTP_X_MT_PRIORITY;
    config.auth_clear = config.priority_profile = names;
    memset(names, 'X', 490);
    ck_assert_int_eq(smtp_server_init(&s, &config, room, to, 0), SMTP_E_BUFFER); /* together 1024 */
    names[400] = '\0';
    ck_assert_int_eq(smtp_server_init(&s, &config, room, to, 0), SMTP_OK);
    names[0] = '\n'; /* and no text that a reply cannot have */
    names[1] = '\r';
    ck_assert_int_eq(smtp_server_init(&s, &config, room, to, 0), SMTP_E_BUFFER);
    config.mode = SMTP_MODE_LMTP;
    ck_assert_int_eq(smtp_server_init(&s, &config, room, to, 0), SMTP_E_BUFFER);
}
END_TEST

/* DESIGN, law 8: a session's own state stays under 8 KB. */
START_TEST(test_size)
{
    printf("sizeof(struct smtp_server) = %zu\n", sizeof(struct smtp_server));
    ck_assert_uint_le(sizeof(struct smtp_server), 8192);
}
END_TEST

static Suite *ext_suite(void)
{
    Suite *suite = suite_create("server ext");
    TCase *tcase = tcase_create("ext");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_lines, 0, sizeof lines / sizeof *lines);
    tcase_add_test(tcase, test_line_max);
    tcase_add_test(tcase, test_hello_fits);
    tcase_add_test(tcase, test_size);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(ext_suite)
