#include "check_main.h"
#include "golden.h"

static const struct smtp_limits forty = {.command_line = 512,
                                         .recipients = 100,
                                         .errors = 0,
                                         .command_ms = 300000,
                                         .text_ms = 300000,
                                         .tls_ms = 60000,
                                         .auth_line = 40,
                                         .auth_tries = 3};
static const struct smtp_limits two_errors = {.command_line = 512,
                                              .recipients = 100,
                                              .errors = 2,
                                              .command_ms = 300000,
                                              .text_ms = 300000,
                                              .tls_ms = 60000,
                                              .auth_line = 40};
#define OFFERS                                                                                     \
    .name = "mx.test", .extensions = SMTP_X_AUTH | SMTP_X_STARTTLS | SMTP_X_ENHANCEDSTATUSCODES,   \
    .limits = &forty
static const struct smtp_server_config plain = {OFFERS, .auth_clear = "PLAIN LOGIN",
                                                .auth_tls = "PLAIN EXTERNAL"};
static const struct smtp_server_config needed = {OFFERS, .auth_clear = "PLAIN",
                                                 .auth_needed = true};
static const struct smtp_server_config inside = {OFFERS, .auth_tls = "PLAIN"};
static const struct smtp_server_config none = {OFFERS, .auth_clear = ""};
static const struct smtp_server_config both = {OFFERS, .auth_clear = "PLAIN", .auth_needed = true,
                                               .tls_needed = true};
static const struct smtp_server_config impatient = {
    .name = "mx.test", .extensions = SMTP_X_AUTH, .limits = &two_errors, .auth_clear = "PLAIN"};
static const struct smtp_server_config lax = {OFFERS, .auth_clear = "PLAIN",
                                              .lax = SMTP_LAX_LINE_NUL | SMTP_LAX_LINE_LF |
                                                     SMTP_LAX_BLANK_END};

static const struct smtp_rule no_exchange[] = {
    {SMTP_V_CONNECT, SMTP_S_CONNECT, SMTP_S_START, 220, NULL, "{name}", "", 0},
    {SMTP_V_EHLO, SMTP_S_START, SMTP_S_READY, 250, NULL, "{name}", "", 0},
    {SMTP_V_AUTH, SMTP_S_READY, SMTP_S_SAME, 235, "2.7.0", "fine", "", 0},
    {SMTP_V_NOOP, SMTP_S_READY, SMTP_S_SAME, 250, "2.0.0", "ok", "", 0},
    {SMTP_V_UNKNOWN, 0, SMTP_S_SAME, 0, NULL, NULL, NULL, 0},
};
static const struct smtp_rule no_success[] = {
    {SMTP_V_CONNECT, SMTP_S_CONNECT, SMTP_S_START, 220, NULL, "{name}", "", 0},
    {SMTP_V_EHLO, SMTP_S_START, SMTP_S_READY, 250, NULL, "{name}", "", 0},
    {SMTP_V_AUTH, SMTP_S_READY, SMTP_S_SAME, 235, "2.7.0", "fine", "", 0},
    {SMTP_V_RESPONSE, SMTP_S_AUTH, SMTP_S_READY, 535, "5.7.8", "no", "", 0},
    {SMTP_V_NOOP, SMTP_S_READY, SMTP_S_SAME, 250, "2.0.0", "ok", "", 0},
    {SMTP_V_UNKNOWN, 0, SMTP_S_SAME, 0, NULL, NULL, NULL, 0},
};
static const struct smtp_server_config without_row = {OFFERS, .auth_clear = "PLAIN",
                                                      .rules = no_exchange};
static const struct smtp_server_config bad_row = {OFFERS, .auth_clear = "PLAIN",
                                                  .rules = no_success};

#define HELLO "EHLO a.test\r\n"
#define LOGGED_IN HELLO "AUTH PLAIN AGEAYg==\r\n"
#define CHALLENGED "COMMAND READY AUTH PLAIN\nS: 334 \n"
#define BROKEN                                                                                     \
    "COMMAND READY AUTH PLAIN\nS: 334 \nREJECTED READY AUTH_BASE64@0\nS: 501 5.5.2 malformed "     \
    "base64\n"

static const struct golden rows[] = {
    /* with an initial response; not again; kept over EHLO and RSET */
    GOLDEN_ROW("4954-4", &plain, "",
               "EHLO a.test\r\nAUTH PLAIN AGEAYg==\r\nEHLO a.test\r\nRSET\r\nAUTH PLAIN "
               "AGEAYg==\r\nMAIL FROM:<> AUTH=<>\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"
               "COMMAND START EHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250-ENHANCEDSTATUSCODES\n"
               "S: 250-STARTTLS\n"
               "S: 250 AUTH PLAIN LOGIN\n"
               "COMMAND READY = \\x00a\\x00b AUTH PLAIN\n"
               "S: 235 2.7.0 authentication succeeded\n"
               "COMMAND READY EHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250-ENHANCEDSTATUSCODES\n"
               "S: 250 STARTTLS\n"
               "COMMAND READY RSET\n"
               "S: 250 2.0.0 transaction forgotten\n"
               "REJECTED READY AUTH_HERE@0 AUTH PLAIN\n"
               "S: 503 5.5.1 authenticated already\n"
               "COMMAND READY MAIL FROM:<> AUTH=<>\n"
               "S: 250 2.1.0 sender ok\n"),
    /* challenges */
    GOLDEN_ROW("4954-4", &plain, HELLO, "AUTH PLAIN\r\nAGEAYg==\r\nNOOP\r\n",
               CHALLENGED "RESPONSE AUTH = \\x00a\\x00b\n"
                          "S: 235 2.7.0 authentication succeeded\n"
                          "COMMAND READY NOOP\n"
                          "S: 250 2.0.0 ok\n"),
    GOLDEN_ROW("4954-4", &plain, HELLO, "AUTH LOGIN =\r\nRSET\r\n",
               "COMMAND READY AUTH LOGIN\n"
               "S: 235 2.7.0 authentication succeeded\n"
               "COMMAND READY RSET\n"
               "S: 250 2.0.0 transaction forgotten\n"),
    GOLDEN_ROW("4954-4", &plain, HELLO, "AUTH LOGIN\r\nbW9yZQ==\r\n\r\nNOOP\r\n",
               "COMMAND READY AUTH LOGIN\n"
               "S: 334 \n"
               "RESPONSE AUTH = more\n"
               "S: 334 Z28gb24=\n"
               "RESPONSE AUTH\n"
               "S: 235 2.7.0 authentication succeeded\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"),
    GOLDEN_ROW("4954-4", &plain, HELLO, "AUTH PLAIN bW9yZQ==\r\nbW9yZQ==\r\nYQ==\r\nNOOP\r\n",
               "COMMAND READY = more AUTH PLAIN\n"
               "S: 334 Z28gb24=\n"
               "RESPONSE AUTH = more\n"
               "S: 334 Z28gb24=\n"
               "RESPONSE AUTH = a\n"
               "S: 235 2.7.0 authentication succeeded\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"),
    /* cancelled */
    GOLDEN_ROW("4954-4", &plain, HELLO,
               "AUTH PLAIN\r\n*\r\nNOOP\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN\r\nYQ==\r\n",
               CHALLENGED "REJECTED READY AUTH_CANCEL@0\n"
                          "S: 501 5.7.0 authentication cancelled\n"
                          "COMMAND READY NOOP\n"
                          "S: 250 2.0.0 ok\n" CHALLENGED "REJECTED READY AUTH_CANCEL@0\n"
                          "S: 501 5.7.0 authentication cancelled\n" CHALLENGED "RESPONSE AUTH = a\n"
                          "S: 235 2.7.0 authentication succeeded\n"),
    /* malformed */
    GOLDEN_ROW(
        "4954-4", &plain, HELLO,
        "AUTH PLAIN\r\n=AAA\r\nAUTH PLAIN\r\nAAA=BBB\r\nAUTH PLAIN\r\nAG EA\r\nAUTH PLAIN\r\n",
        BROKEN BROKEN BROKEN "REJECTED CLOSED AUTH_MANY@0 AUTH PLAIN\n"
                             "S: 421 4.7.0 mx.test too many failed authentications\n"
                             "CLOSED CLOSED\n"),
    GOLDEN_ROW("4954-4", &plain, HELLO,
               "AUTH PLAIN\r\nYR==\r\nAUTH PLAIN\r\n=\r\nAUTH PLAIN\r\n* \r\n",
               BROKEN BROKEN BROKEN),
    GOLDEN_ROW("4954-4", &plain, HELLO,
               "AUTH PLAIN =AAA\r\nAUTH PLAIN YR==\r\nAUTH PLAIN Y*==\r\nAUTH PLAIN AGEA "
               "x\r\nAUTH PLAIN AGEA\r\n",
               "REJECTED READY AUTH_BASE64@12 AUTH PLAIN\n"
               "S: 501 5.5.2 malformed base64\n"
               "REJECTED READY AUTH_BASE64@11 AUTH PLAIN\n"
               "S: 501 5.5.2 malformed base64\n"
               "REJECTED READY AUTH_BASE64@12 AUTH PLAIN\n"
               "S: 501 5.5.2 malformed base64\n"
               "REJECTED READY TRAILING@15 AUTH PLAIN\n"
               "S: 501 5.5.4 text behind the end of the argument\n"
               "COMMAND READY = \\x00a\\x00 AUTH PLAIN\n"
               "S: 235 2.7.0 authentication succeeded\n"),
    GOLDEN_ROW("4954-4", &plain, HELLO, "AUTH PLAIN\r\nAG\nEA\r\nAUTH PLAIN\r\nAGEA\rx\r\nNOOP\r\n",
               BROKEN BROKEN "COMMAND READY NOOP\n"
                             "S: 250 2.0.0 ok\n"),
    GOLDEN_ROW("4954-4", &lax, HELLO, "AUTH PLAIN\r\nAGEA\nAUTH PLAIN\r\n*\r\n",
               CHALLENGED "RESPONSE AUTH = \\x00a\\x00 lax 65536\n"
                          "S: 235 2.7.0 authentication succeeded\n"
                          "REJECTED READY AUTH_HERE@0 AUTH PLAIN\n"
                          "S: 503 5.5.1 authenticated already\n"
                          "REJECTED READY VERB@0 *\n"
                          "S: 500 5.5.1 command not recognized\n"),
    GOLDEN_ROW("4954-4", &lax, HELLO, "AUTH PLAIN \r\nAGEA \r\nNOOP\r\n",
               "COMMAND READY lax 1 AUTH PLAIN\n"
               "S: 334 \n"
               "REJECTED READY AUTH_BASE64@0\n"
               "S: 501 5.5.2 malformed base64\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"),
    /* a line of the exchange: 40 octets, one more, many more */
    GOLDEN_ROW("4954-4", &plain, HELLO,
               "AUTH PLAIN\r\n012345678901234567890123456789012345678\r\nNOOP\r\n",
               CHALLENGED "REJECTED READY AUTH_LONG@0\n"
                          "S: 500 5.5.6 authentication exchange line is too long\n"
                          "COMMAND READY NOOP\n"
                          "S: 250 2.0.0 ok\n"),
    GOLDEN_ROW("4954-4", &plain, HELLO,
               "AUTH PLAIN\r\n01234567890123456789012345678901234567\r\nNOOP\r\n",
               BROKEN "COMMAND READY NOOP\n"
                      "S: 250 2.0.0 ok\n"),
    GOLDEN_ROW("4954-4", &plain, HELLO, "AUTH PLAIN\r\n012345678901234567890123456789012345\r\n",
               CHALLENGED "RESPONSE AUTH = "
                          "\\xd3]\\xb7\\xe3\\x9e\\xbb\\xf3\\xdd5\\xdb~9\\xeb\\xbf=\\xd3]"
                          "\\xb7\\xe3\\x9e\\xbb\\xf3\\xdd5\\xdb~9\n"
                          "S: 235 2.7.0 authentication succeeded\n"),
    GOLDEN_ROW(
        "4954-4", &plain, HELLO,
        "AUTH "
        "PLAIN\r\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\nAUTH "
        "PLAIN "
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
        CHALLENGED
        "REJECTED READY AUTH_LONG@0\n"
        "S: 500 5.5.6 authentication exchange line is too long\n"
        "COMMAND READY = "
        "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
        "\\x"
        "00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x"
        "00"
        "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
        "\\x"
        "00\\x00\\x00\\x00\\x00 AUTH PLAIN\n"
        "S: 235 2.7.0 authentication succeeded\n"),
    /* order */
    GOLDEN_ROW("4954-4", &plain, "",
               "AUTH PLAIN AGEAYg==\r\nHELO a.test\r\nAUTH PLAIN AGEAYg==\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"
               "REJECTED START SEQUENCE@0 AUTH PLAIN\n"
               "S: 503 5.5.1 say EHLO first\n"
               "COMMAND START HELO a.test\n"
               "S: 250 mx.test at your service\n"
               "REJECTED READY SEQUENCE@0 AUTH PLAIN\n"
               "S: 503 5.5.1 bad sequence of commands\n"),
    GOLDEN_ROW("4954-4", &plain, HELLO,
               "MAIL FROM:<>\r\nAUTH PLAIN AGEAYg==\r\nRCPT TO:<b@b.test>\r\nAUTH "
               "PLAIN\r\nDATA\r\n.\r\nAUTH PLAIN AGEAYg==\r\n",
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 2.1.0 sender ok\n"
               "REJECTED MAIL SEQUENCE@0 AUTH PLAIN\n"
               "S: 503 5.5.1 not in a transaction\n"
               "COMMAND MAIL RCPT TO:<b@b.test>\n"
               "S: 250 2.1.5 recipient ok\n"
               "REJECTED RCPT SEQUENCE@0 AUTH PLAIN\n"
               "S: 503 5.5.1 not in a transaction\n"
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "MESSAGE TEXT size 0\n"
               "S: 250 2.6.0 message accepted\n"
               "COMMAND READY = \\x00a\\x00b AUTH PLAIN\n"
               "S: 235 2.7.0 authentication succeeded\n"),
    /* mechanisms */
    GOLDEN_ROW("4954-4", &plain, HELLO,
               "AUTH GSSAPI\r\nAUTH PLAI\r\nAUTH PLAIN-X AGEA\r\nAUTH EXTERNAL =\r\nAUTH "
               "plain\r\nAUTH\r\n",
               "REJECTED READY AUTH_MECHANISM@0 AUTH GSSAPI\n"
               "S: 504 5.5.4 no such mechanism here\n"
               "REJECTED READY AUTH_MECHANISM@0 AUTH PLAI\n"
               "S: 504 5.5.4 no such mechanism here\n"
               "REJECTED READY AUTH_MECHANISM@0 AUTH PLAIN-X\n"
               "S: 504 5.5.4 no such mechanism here\n"
               "REJECTED READY AUTH_ENCRYPT@0 AUTH EXTERNAL\n"
               "S: 504 5.5.4 this mechanism takes TLS, STARTTLS first\n"
               "REJECTED READY PARAM@5 AUTH plain\n"
               "S: 501 5.5.4 malformed parameter\n"
               "REJECTED READY NO_ARGUMENT@4 AUTH\n"
               "S: 501 5.5.4 an argument is missing\n"),
    {"4954-3",
     &plain,
     HELLO,
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS,
      GOLDEN_WRITE(
          "AUTH PLAIN\r\nEHLO a.test\r\nAUTH LOGIN\r\nAUTH EXTERNAL =\r\nEHLO a.test\r\n")},
     "COMMAND READY STARTTLS\n"
     "S: 220 2.0.0 mx.test ready to start TLS\n"
     "TLS START\n"
     "REJECTED START SEQUENCE@0 AUTH PLAIN\n"
     "S: 503 5.5.1 say EHLO first\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250-ENHANCEDSTATUSCODES\n"
     "S: 250 AUTH PLAIN EXTERNAL\n"
     "REJECTED READY AUTH_MECHANISM@0 AUTH LOGIN\n"
     "S: 504 5.5.4 no such mechanism here\n"
     "COMMAND READY AUTH EXTERNAL\n"
     "S: 235 2.7.0 authentication succeeded\n"
     "COMMAND READY EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250 ENHANCEDSTATUSCODES\n",
     0,
     0},
    {"4954-6",
     &inside,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN AGEA\r\nSTARTTLS\r\n"), GOLDEN_TLS,
      GOLDEN_WRITE("EHLO a.test\r\nAUTH PLAIN AGEA\r\n")},
     "REJECTED READY AUTH_ENCRYPT@0 AUTH PLAIN\n"
     "S: 504 5.5.4 this mechanism takes TLS, STARTTLS first\n"
     "COMMAND READY STARTTLS\n"
     "S: 220 2.0.0 mx.test ready to start TLS\n"
     "TLS START\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250-ENHANCEDSTATUSCODES\n"
     "S: 250 AUTH PLAIN\n"
     "COMMAND READY = \\x00a\\x00 AUTH PLAIN\n"
     "S: 235 2.7.0 authentication succeeded\n",
     0,
     0},
    GOLDEN_ROW("4954-3", &none, HELLO, "AUTH PLAIN AGEA\r\nMAIL FROM:<> AUTH=<>\r\n",
               "REJECTED READY AUTH_MECHANISM@0 AUTH PLAIN\n"
               "S: 504 5.5.4 no such mechanism here\n"
               "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> AUTH=<>\n"
               "S: 555 5.5.4 parameter not recognized or not implemented\n"),
    /* what was known in clear is forgotten */
    {"3207-4.2",
     &plain,
     LOGGED_IN,
     {GOLDEN_WRITE("STARTTLS\r\n"), GOLDEN_TLS,
      GOLDEN_WRITE("EHLO a.test\r\nAUTH PLAIN AGEAYg==\r\n")},
     "COMMAND READY STARTTLS\n"
     "S: 220 2.0.0 mx.test ready to start TLS\n"
     "TLS START\n"
     "COMMAND START EHLO a.test\n"
     "S: 250-mx.test at your service\n"
     "S: 250-ENHANCEDSTATUSCODES\n"
     "S: 250 AUTH PLAIN EXTERNAL\n"
     "COMMAND READY = \\x00a\\x00b AUTH PLAIN\n"
     "S: 235 2.7.0 authentication succeeded\n",
     0,
     0},
    /* 530 until then */
    GOLDEN_ROW(
        "4954-6", &needed, "",
        "MAIL FROM:<>\r\nEHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\nDATA\r\nVRFY "
        "a\r\nEXPN a\r\nHELP\r\nNOOP\r\nRSET\r\nXYZZY\r\nAUTH PLAIN AGEA\r\nMAIL FROM:<>\r\n",
        "CONNECT CONNECT\n"
        "S: 220 mx.test ESMTP smtpref\n"
        "REJECTED START AUTH_NEEDED@0 MAIL FROM:<>\n"
        "S: 530 5.7.0 authentication required\n"
        "COMMAND START EHLO a.test\n"
        "S: 250-mx.test at your service\n"
        "S: 250-ENHANCEDSTATUSCODES\n"
        "S: 250-STARTTLS\n"
        "S: 250 AUTH PLAIN\n"
        "REJECTED READY AUTH_NEEDED@0 MAIL FROM:<>\n"
        "S: 530 5.7.0 authentication required\n"
        "REJECTED READY AUTH_NEEDED@0 RCPT TO:<a@b.test>\n"
        "S: 530 5.7.0 authentication required\n"
        "REJECTED READY AUTH_NEEDED@0 DATA\n"
        "S: 530 5.7.0 authentication required\n"
        "REJECTED READY AUTH_NEEDED@0 VRFY a\n"
        "S: 530 5.7.0 authentication required\n"
        "REJECTED READY AUTH_NEEDED@0 EXPN a\n"
        "S: 530 5.7.0 authentication required\n"
        "REJECTED READY AUTH_NEEDED@0 HELP\n"
        "S: 530 5.7.0 authentication required\n"
        "COMMAND READY NOOP\n"
        "S: 250 2.0.0 ok\n"
        "COMMAND READY RSET\n"
        "S: 250 2.0.0 transaction forgotten\n"
        "REJECTED READY VERB@0 XYZZY\n"
        "S: 500 5.5.1 command not recognized\n"
        "COMMAND READY = \\x00a\\x00 AUTH PLAIN\n"
        "S: 235 2.7.0 authentication succeeded\n"
        "COMMAND READY MAIL FROM:<>\n"
        "S: 250 2.1.0 sender ok\n"),
    {"4954-6",
     &needed,
     HELLO,
     {GOLDEN_WRITE("HELO a.test\r\nSTARTTLS\r\n"), GOLDEN_TLS, GOLDEN_WRITE("QUIT\r\n")},
     "COMMAND READY HELO a.test\n"
     "S: 250 mx.test at your service\n"
     "COMMAND READY STARTTLS\n"
     "S: 220 2.0.0 mx.test ready to start TLS\n"
     "TLS START\n"
     "COMMAND START QUIT\n"
     "S: 221 2.0.0 mx.test closing connection\n"
     "CLOSED CLOSED\n",
     0,
     0},
    /* tables that know no end of the exchange, or only a bad one */
    GOLDEN_ROW("4954-4", &without_row, HELLO, "AUTH PLAIN\r\nAGEA\r\nNOOP\r\n",
               CHALLENGED "REJECTED READY AUTH_TEMPORARY@0\n"
                          "S: 454 4.7.0 temporary authentication failure\n"
                          "COMMAND READY NOOP\n"
                          "S: 250 2.0.0 ok\n"),
    GOLDEN_ROW("4954-4", &bad_row, HELLO, "AUTH PLAIN\r\nAGEA\r\nNOOP\r\n",
               CHALLENGED "REJECTED READY AUTH_CREDENTIALS@0\n"
                          "S: 535 5.7.8 no\n"
                          "COMMAND READY NOOP\n"
                          "S: 250 2.0.0 ok\n"),
    /* who is not served at all is told nothing else */
    {"5321-3.1",
     &both,
     "",
     {GOLDEN_WRITE("MAIL FROM:<>\r\nEHLO a.test\r\nQUIT\r\n")},
     "CONNECT CONNECT\n"
     "S: 554 no SMTP service here\n"
     "REJECTED REFUSED SEQUENCE@0 MAIL FROM:<>\n"
     "S: 503 5.5.1 no service here, only QUIT\n"
     "REJECTED REFUSED SEQUENCE@0 EHLO a.test\n"
     "S: 503 no service here, only QUIT\n"
     "COMMAND REFUSED QUIT\n"
     "S: 221 2.0.0 mx.test closing connection\n"
     "CLOSED CLOSED\n",
     SMTP_V_CONNECT,
     SMTP_E_NO_SERVICE},
    GOLDEN_ROW("3207-4", &both, HELLO, "AUTH PLAIN AGEA\r\nMAIL FROM:<>\r\n",
               "REJECTED READY TLS_NEEDED@0 AUTH PLAIN\n"
               "S: 530 5.7.0 STARTTLS first\n"
               "REJECTED READY TLS_NEEDED@0 MAIL FROM:<>\n"
               "S: 530 5.7.0 STARTTLS first\n"),
    /* refused by the application */
    {"4954-6",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN AGEA\r\nAUTH PLAIN AGEA\r\n")},
     "COMMAND READY = \\x00a\\x00 AUTH PLAIN\n"
     "S: 535 5.7.8 authentication credentials invalid\n"
     "COMMAND READY = \\x00a\\x00 AUTH PLAIN\n"
     "S: 235 2.7.0 authentication succeeded\n",
     SMTP_V_AUTH,
     SMTP_E_AUTH_CREDENTIALS},
    {"4954-6",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAGEA\r\nNOOP\r\nAUTH PLAIN\r\nAGEA\r\n")},
     CHALLENGED "RESPONSE AUTH = \\x00a\\x00\n"
                "S: 454 4.7.0 temporary authentication failure\n"
                "COMMAND READY NOOP\n"
                "S: 250 2.0.0 ok\n" CHALLENGED "RESPONSE AUTH = \\x00a\\x00\n"
                "S: 235 2.7.0 authentication succeeded\n",
     SMTP_V_RESPONSE,
     SMTP_E_AUTH_TEMPORARY},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN AGEA\r\nNOOP\r\n")},
     "COMMAND READY = \\x00a\\x00 AUTH PLAIN\n"
     "S: 501 5.7.0 with this mechanism the server begins\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     SMTP_V_AUTH,
     SMTP_E_AUTH_INITIAL},
    {"4954-6",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN AGEA\r\nNOOP\r\n")},
     "COMMAND READY = \\x00a\\x00 AUTH PLAIN\n"
     "S: 534 5.7.9 the mechanism is too weak\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     SMTP_V_AUTH,
     SMTP_E_AUTH_WEAK},
    {"5321-3.8",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAGEA\r\nNOOP\r\n")},
     CHALLENGED "RESPONSE AUTH = \\x00a\\x00\n"
                "S: 421 4.3.2 mx.test service shutting down\n"
                "CLOSED CLOSED\n",
     SMTP_V_RESPONSE,
     SMTP_E_SHUTDOWN},
    /* three failures, and no fourth attempt */
    GOLDEN_ROW("4954-9", &plain, HELLO,
               "AUTH PLAIN\r\n*\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN X\r\nAUTH NONE\r\nAUTH "
               "PLAIN\r\n*\r\nNOOP\r\nAUTH PLAIN AGEA\r\n",
               CHALLENGED
               "REJECTED READY AUTH_CANCEL@0\n"
               "S: 501 5.7.0 authentication cancelled\n" CHALLENGED "REJECTED READY AUTH_CANCEL@0\n"
               "S: 501 5.7.0 authentication cancelled\n"
               "REJECTED READY AUTH_BASE64@12 AUTH PLAIN\n"
               "S: 501 5.5.2 malformed base64\n"
               "REJECTED READY AUTH_MECHANISM@0 AUTH NONE\n"
               "S: 504 5.5.4 no such mechanism here\n" CHALLENGED "REJECTED READY AUTH_CANCEL@0\n"
               "S: 501 5.7.0 authentication cancelled\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"
               "REJECTED CLOSED AUTH_MANY@0 AUTH PLAIN\n"
               "S: 421 4.7.0 mx.test too many failed authentications\n"
               "CLOSED CLOSED\n"),
    GOLDEN_ROW("5321-7.8", &impatient, HELLO, "XYZZY\r\nXYZZY\r\nAUTH PLAIN\r\n",
               "REJECTED READY VERB@0 XYZZY\n"
               "S: 500 command not recognized\n"
               "REJECTED READY VERB@0 XYZZY\n"
               "S: 500 command not recognized\n"
               "REJECTED CLOSED ERRORS_MANY@0 AUTH PLAIN\n"
               "S: 421 mx.test too many errors\n"
               "CLOSED CLOSED\n"),
    GOLDEN_ROW("5321-7.8", &impatient, HELLO, "XYZZY\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN\r\n",
               "REJECTED READY VERB@0 XYZZY\n"
               "S: 500 command not recognized\n" CHALLENGED "REJECTED READY AUTH_CANCEL@0\n"
               "S: 501 authentication cancelled\n"
               "REJECTED CLOSED ERRORS_MANY@0 AUTH PLAIN\n"
               "S: 421 mx.test too many errors\n"
               "CLOSED CLOSED\n"),
    /* told to stop */
    {"5321-3.8",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\n"), GOLDEN_STOP},
     CHALLENGED "CLOSED CLOSED SHUTDOWN@0\n"
                "S: 421 4.3.2 mx.test service shutting down\n",
     0,
     0},
    {"5321-3.8",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAG"), GOLDEN_STOP, GOLDEN_WRITE("EA\r\n")},
     CHALLENGED "REJECTED CLOSED SHUTDOWN@0\n"
                "S: 421 4.3.2 mx.test service shutting down\n"
                "CLOSED CLOSED\n",
     0,
     0},
    /* time */
    {"5321-4.5.3.2.7",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAG"), GOLDEN_WAIT(299999), GOLDEN_WAIT(1)},
     CHALLENGED "TIMEOUT CLOSED TIMEOUT@0\n"
                "S: 421 4.4.2 mx.test timeout, closing the connection\n"
                "CLOSED CLOSED\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAG"), GOLDEN_END(SMTP_END_CLOSE)},
     CHALLENGED "CLOSED CLOSED\n",
     0,
     0},
    /* no line shows a secret */
    GOLDEN_ROW("4954-4", &plain, HELLO, "AUTH PLAIN AG\nEA\r\nAUTH PLAIN AGE\r\nNOOP\r\n",
               "REJECTED READY BARE_LF@13 AUTH PLAIN\n"
               "S: 500 5.5.2 bare LF in a command\n"
               "REJECTED READY CONTROL@14 AUTH PLAIN\n"
               "S: 501 5.5.2 control character in a command\n"
               "COMMAND READY NOOP\n"
               "S: 250 2.0.0 ok\n"),
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

static Suite *auth_suite(void)
{
    Suite *suite = suite_create("server auth");
    TCase *tcase = tcase_create("auth");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(auth_suite)
