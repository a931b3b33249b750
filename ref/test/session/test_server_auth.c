#include <stdio.h>
#include <string.h>

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

static const struct golden rows[] = {
    /* with an initial response; not again; kept over EHLO and RSET */
    {"4954-4",
     &plain,
     "",
     {GOLDEN_WRITE("EHLO a.test\r\nAUTH PLAIN AGEAYg==\r\nEHLO a.test\r\nRSET\r\nAUTH PLAIN "
                   "AGEAYg==\r\nMAIL FROM:<> AUTH=<>\r\n")},
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
     "S: 250 2.1.0 sender ok\n",
     0,
     0},
    /* challenges */
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAGEAYg==\r\nNOOP\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "RESPONSE AUTH = \\x00a\\x00b\n"
     "S: 235 2.7.0 authentication succeeded\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH LOGIN =\r\nRSET\r\n")},
     "COMMAND READY AUTH LOGIN\n"
     "S: 235 2.7.0 authentication succeeded\n"
     "COMMAND READY RSET\n"
     "S: 250 2.0.0 transaction forgotten\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH LOGIN\r\nbW9yZQ==\r\n\r\nNOOP\r\n")},
     "COMMAND READY AUTH LOGIN\n"
     "S: 334 \n"
     "RESPONSE AUTH = more\n"
     "S: 334 Z28gb24=\n"
     "RESPONSE AUTH\n"
     "S: 235 2.7.0 authentication succeeded\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN bW9yZQ==\r\nbW9yZQ==\r\nYQ==\r\nNOOP\r\n")},
     "COMMAND READY = more AUTH PLAIN\n"
     "S: 334 Z28gb24=\n"
     "RESPONSE AUTH = more\n"
     "S: 334 Z28gb24=\n"
     "RESPONSE AUTH = a\n"
     "S: 235 2.7.0 authentication succeeded\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
    /* cancelled */
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\n*\r\nNOOP\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN\r\nYQ==\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_CANCEL@0\n"
     "S: 501 5.7.0 authentication cancelled\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_CANCEL@0\n"
     "S: 501 5.7.0 authentication cancelled\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "RESPONSE AUTH = a\n"
     "S: 235 2.7.0 authentication succeeded\n",
     0,
     0},
    /* malformed */
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE(
         "AUTH PLAIN\r\n=AAA\r\nAUTH PLAIN\r\nAAA=BBB\r\nAUTH PLAIN\r\nAG EA\r\nAUTH PLAIN\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "REJECTED CLOSED AUTH_MANY@0 AUTH PLAIN\n"
     "S: 421 4.7.0 mx.test too many failed authentications\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nYR==\r\nAUTH PLAIN\r\n=\r\nAUTH PLAIN\r\n* \r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN =AAA\r\nAUTH PLAIN YR==\r\nAUTH PLAIN Y*==\r\nAUTH PLAIN AGEA "
                   "x\r\nAUTH PLAIN AGEA\r\n")},
     "REJECTED READY AUTH_BASE64@12 AUTH PLAIN\n"
     "S: 501 5.5.2 malformed base64\n"
     "REJECTED READY AUTH_BASE64@11 AUTH PLAIN\n"
     "S: 501 5.5.2 malformed base64\n"
     "REJECTED READY AUTH_BASE64@12 AUTH PLAIN\n"
     "S: 501 5.5.2 malformed base64\n"
     "REJECTED READY TRAILING@15 AUTH PLAIN\n"
     "S: 501 5.5.4 text behind the end of the argument\n"
     "COMMAND READY = \\x00a\\x00 AUTH PLAIN\n"
     "S: 235 2.7.0 authentication succeeded\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAG\nEA\r\nAUTH PLAIN\r\nAGEA\rx\r\nNOOP\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
    {"4954-4",
     &lax,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAGEA\nAUTH PLAIN\r\n*\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "RESPONSE AUTH = \\x00a\\x00 lax 65536\n"
     "S: 235 2.7.0 authentication succeeded\n"
     "REJECTED READY AUTH_HERE@0 AUTH PLAIN\n"
     "S: 503 5.5.1 authenticated already\n"
     "REJECTED READY VERB@0 *\n"
     "S: 500 5.5.1 command not recognized\n",
     0,
     0},
    {"4954-4",
     &lax,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN \r\nAGEA \r\nNOOP\r\n")},
     "COMMAND READY lax 1 AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
    /* a line of the exchange: 40 octets, one more, many more */
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\n012345678901234567890123456789012345678\r\nNOOP\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_LONG@0\n"
     "S: 500 5.5.6 authentication exchange line is too long\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\n01234567890123456789012345678901234567\r\nNOOP\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_BASE64@0\n"
     "S: 501 5.5.2 malformed base64\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\n012345678901234567890123456789012345\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "RESPONSE AUTH = "
     "\\xd3]\\xb7\\xe3\\x9e\\xbb\\xf3\\xdd5\\xdb~9\\xeb\\xbf=\\xd3]"
     "\\xb7\\xe3\\x9e\\xbb\\xf3\\xdd5\\xdb~9\n"
     "S: 235 2.7.0 authentication succeeded\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE(
         "AUTH "
         "PLAIN\r\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\nAUTH "
         "PLAIN "
         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_LONG@0\n"
     "S: 500 5.5.6 authentication exchange line is too long\n"
     "COMMAND READY = "
     "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x"
     "00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
     "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x"
     "00\\x00\\x00\\x00\\x00 AUTH PLAIN\n"
     "S: 235 2.7.0 authentication succeeded\n",
     0,
     0},
    /* order */
    {"4954-4",
     &plain,
     "",
     {GOLDEN_WRITE("AUTH PLAIN AGEAYg==\r\nHELO a.test\r\nAUTH PLAIN AGEAYg==\r\n")},
     "CONNECT CONNECT\n"
     "S: 220 mx.test ESMTP smtpref\n"
     "REJECTED START SEQUENCE@0 AUTH PLAIN\n"
     "S: 503 5.5.1 say EHLO first\n"
     "COMMAND START HELO a.test\n"
     "S: 250 mx.test at your service\n"
     "REJECTED READY SEQUENCE@0 AUTH PLAIN\n"
     "S: 503 5.5.1 bad sequence of commands\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("MAIL FROM:<>\r\nAUTH PLAIN AGEAYg==\r\nRCPT TO:<b@b.test>\r\nAUTH "
                   "PLAIN\r\nDATA\r\n.\r\nAUTH PLAIN AGEAYg==\r\n")},
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
     "S: 235 2.7.0 authentication succeeded\n",
     0,
     0},
    /* mechanisms */
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH GSSAPI\r\nAUTH PLAI\r\nAUTH PLAIN-X AGEA\r\nAUTH EXTERNAL =\r\nAUTH "
                   "plain\r\nAUTH\r\n")},
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
     "S: 501 5.5.4 an argument is missing\n",
     0,
     0},
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
    {"4954-3",
     &none,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN AGEA\r\nMAIL FROM:<> AUTH=<>\r\n")},
     "REJECTED READY AUTH_MECHANISM@0 AUTH PLAIN\n"
     "S: 504 5.5.4 no such mechanism here\n"
     "REJECTED READY PARAM_UNKNOWN@13 MAIL FROM:<> AUTH=<>\n"
     "S: 555 5.5.4 parameter not recognized or not implemented\n",
     0,
     0},
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
    {"4954-6",
     &needed,
     "",
     {GOLDEN_WRITE(
         "MAIL FROM:<>\r\nEHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\nDATA\r\nVRFY "
         "a\r\nEXPN a\r\nHELP\r\nNOOP\r\nRSET\r\nXYZZY\r\nAUTH PLAIN AGEA\r\nMAIL FROM:<>\r\n")},
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
     "S: 250 2.1.0 sender ok\n",
     0,
     0},
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
    {"4954-4",
     &without_row,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAGEA\r\nNOOP\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_TEMPORARY@0\n"
     "S: 454 4.7.0 temporary authentication failure\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
    {"4954-4",
     &bad_row,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAGEA\r\nNOOP\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_CREDENTIALS@0\n"
     "S: 535 5.7.8 no\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
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
    {"3207-4",
     &both,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN AGEA\r\nMAIL FROM:<>\r\n")},
     "REJECTED READY TLS_NEEDED@0 AUTH PLAIN\n"
     "S: 530 5.7.0 STARTTLS first\n"
     "REJECTED READY TLS_NEEDED@0 MAIL FROM:<>\n"
     "S: 530 5.7.0 STARTTLS first\n",
     0,
     0},
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
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "RESPONSE AUTH = \\x00a\\x00\n"
     "S: 454 4.7.0 temporary authentication failure\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "RESPONSE AUTH = \\x00a\\x00\n"
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
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "RESPONSE AUTH = \\x00a\\x00\n"
     "S: 421 4.3.2 mx.test service shutting down\n"
     "CLOSED CLOSED\n",
     SMTP_V_RESPONSE,
     SMTP_E_SHUTDOWN},
    /* three failures, and no fourth attempt */
    {"4954-9",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\n*\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN X\r\nAUTH NONE\r\nAUTH "
                   "PLAIN\r\n*\r\nNOOP\r\nAUTH PLAIN AGEA\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_CANCEL@0\n"
     "S: 501 5.7.0 authentication cancelled\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_CANCEL@0\n"
     "S: 501 5.7.0 authentication cancelled\n"
     "REJECTED READY AUTH_BASE64@12 AUTH PLAIN\n"
     "S: 501 5.5.2 malformed base64\n"
     "REJECTED READY AUTH_MECHANISM@0 AUTH NONE\n"
     "S: 504 5.5.4 no such mechanism here\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_CANCEL@0\n"
     "S: 501 5.7.0 authentication cancelled\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n"
     "REJECTED CLOSED AUTH_MANY@0 AUTH PLAIN\n"
     "S: 421 4.7.0 mx.test too many failed authentications\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"5321-7.8",
     &impatient,
     HELLO,
     {GOLDEN_WRITE("XYZZY\r\nXYZZY\r\nAUTH PLAIN\r\n")},
     "REJECTED READY VERB@0 XYZZY\n"
     "S: 500 command not recognized\n"
     "REJECTED READY VERB@0 XYZZY\n"
     "S: 500 command not recognized\n"
     "REJECTED CLOSED ERRORS_MANY@0 AUTH PLAIN\n"
     "S: 421 mx.test too many errors\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"5321-7.8",
     &impatient,
     HELLO,
     {GOLDEN_WRITE("XYZZY\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN\r\n")},
     "REJECTED READY VERB@0 XYZZY\n"
     "S: 500 command not recognized\n"
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED READY AUTH_CANCEL@0\n"
     "S: 501 authentication cancelled\n"
     "REJECTED CLOSED ERRORS_MANY@0 AUTH PLAIN\n"
     "S: 421 mx.test too many errors\n"
     "CLOSED CLOSED\n",
     0,
     0},
    /* told to stop */
    {"5321-3.8",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\n"), GOLDEN_STOP},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "CLOSED CLOSED SHUTDOWN@0\n"
     "S: 421 4.3.2 mx.test service shutting down\n",
     0,
     0},
    {"5321-3.8",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAG"), GOLDEN_STOP, GOLDEN_WRITE("EA\r\n")},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "REJECTED CLOSED SHUTDOWN@0\n"
     "S: 421 4.3.2 mx.test service shutting down\n"
     "CLOSED CLOSED\n",
     0,
     0},
    /* time */
    {"5321-4.5.3.2.7",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAG"), GOLDEN_WAIT(299999), GOLDEN_WAIT(1)},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "TIMEOUT CLOSED TIMEOUT@0\n"
     "S: 421 4.4.2 mx.test timeout, closing the connection\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN\r\nAG"), GOLDEN_END(SMTP_END_CLOSE)},
     "COMMAND READY AUTH PLAIN\n"
     "S: 334 \n"
     "CLOSED CLOSED\n",
     0,
     0},
    /* no line shows a secret */
    {"4954-4",
     &plain,
     HELLO,
     {GOLDEN_WRITE("AUTH PLAIN AG\nEA\r\nAUTH PLAIN AGE\r\nNOOP\r\n")},
     "REJECTED READY BARE_LF@13 AUTH PLAIN\n"
     "S: 500 5.5.2 bare LF in a command\n"
     "REJECTED READY CONTROL@14 AUTH PLAIN\n"
     "S: 501 5.5.2 control character in a command\n"
     "COMMAND READY NOOP\n"
     "S: 250 2.0.0 ok\n",
     0,
     0},
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

static char in[16384], out[4096];

static void begin(struct smtp_server *s, const struct smtp_server_config *config, const char *said)
{
    struct smtp_event ev;
    ck_assert_int_eq(
        smtp_server_init(s, config, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    smtp_room room = smtp_edge_room(&s->edge);
    memcpy(room.p, said, strlen(said));
    smtp_edge_got(&s->edge, strlen(said));
    for (int i = 0; i < 3; i++) {
        ck_assert(smtp_server_next(s, 0, &ev) && ev.wants_reply);
        if (i < 2)
            smtp_server_accept(s);
        if (i < 2)
            smtp_edge_sent(&s->edge, s->edge.out_len);
    }
}

static void expect_said(struct smtp_server *s, const char *text)
{
    smtp_span said = smtp_edge_out(&s->edge);
    ck_assert_msg(smtp_span_is(said, smtp_span_of(text)), "%.*s", (int)said.n, said.p);
    smtp_edge_sent(&s->edge, said.n);
}

/* RFC 4954 4: "334 " with its space; what would not fit is not said, and still due. */
START_TEST(test_challenge)
{
    static char octets[800];
    struct smtp_server s;
    begin(&s, &plain, HELLO "AUTH PLAIN\r\n");
    ck_assert(!smtp_server_challenge(&s, (smtp_span){octets, 764}));
    ck_assert(!smtp_server_reply(&s, 334, NULL, SMTP_SPAN("")));
    ck_assert_int_eq(smtp_server_state(&s), SMTP_S_READY);
    ck_assert(smtp_server_challenge(&s, (smtp_span){octets, 763 - 763 % 3}));
    ck_assert_int_eq(smtp_server_state(&s), SMTP_S_AUTH);
    ck_assert_uint_eq(smtp_edge_out(&s.edge).n, 4 + 254 * 4 + 2);
    begin(&s, &plain, HELLO "AUTH PLAIN\r\n");
    ck_assert(smtp_server_challenge(&s, SMTP_SPAN("")));
    expect_said(&s, "334 \r\n");
}
END_TEST

/* Every answer that an application can give: to the command, and to a line of the exchange. */
static const struct outcome {
    enum smtp_fault fault; /* OK: accepted */
    unsigned code;         /* not 0: by smtp_server_reply() */
    const char *said;
    bool authenticated, failed;
    enum smtp_state state;
} outcomes[] = {
    {SMTP_OK, 0, "235 2.7.0 authentication succeeded\r\n", true, false, SMTP_S_READY},
    {SMTP_OK, 235, "235 2.0.0 x\r\n", true, false, SMTP_S_READY},
    {SMTP_E_AUTH_CREDENTIALS, 0, "535 5.7.8 authentication credentials invalid\r\n", false, true,
     SMTP_S_READY},
    {SMTP_E_AUTH_TEMPORARY, 0, "454 4.7.0 temporary authentication failure\r\n", false, false,
     SMTP_S_READY},
    {SMTP_E_AUTH_WEAK, 0, "534 5.7.9 the mechanism is too weak\r\n", false, true, SMTP_S_READY},
    {SMTP_E_AUTH_ENCRYPT, 0, "504 5.5.4 this mechanism takes TLS, STARTTLS first\r\n", false, true,
     SMTP_S_READY},
    {SMTP_E_AUTH_MECHANISM, 0, "504 5.5.4 no such mechanism here\r\n", false, true, SMTP_S_READY},
    {SMTP_E_AUTH_INITIAL, 0, "501 5.7.0 with this mechanism the server begins\r\n", false, true,
     SMTP_S_READY},
    {SMTP_OK, 432, "432 4.0.0 x\r\n", false, false, SMTP_S_READY},
    {SMTP_OK, 550, "550 5.0.0 x\r\n", false, true, SMTP_S_READY},
    {SMTP_OK, 421, "421 4.0.0 mx.test x\r\n", false, false, SMTP_S_CLOSED},
};

static void play_outcome(const struct outcome *o, bool response)
{
    struct smtp_server s;
    struct smtp_event ev;
    begin(&s, &plain, response ? HELLO "AUTH PLAIN\r\nAGEA\r\n" : HELLO "AUTH PLAIN AGEA\r\n");
    if (response) {
        ck_assert(smtp_server_challenge(&s, SMTP_SPAN("")));
        smtp_edge_sent(&s.edge, s.edge.out_len);
        ck_assert(smtp_server_next(&s, 0, &ev));
        ck_assert_int_eq(ev.kind, SMTP_EV_RESPONSE);
    }
    ck_assert(!smtp_server_is_authenticated(&s));
    if (o->code != 0)
        ck_assert(smtp_server_reply(&s, o->code, NULL, SMTP_SPAN("x")));
    else if (o->fault != SMTP_OK)
        smtp_server_refuse(&s, o->fault);
    else
        smtp_server_accept(&s);
    expect_said(&s, o->said);
    ck_assert(smtp_server_is_authenticated(&s) == o->authenticated);
    ck_assert_int_eq(smtp_server_state(&s), o->state);
    ck_assert_uint_eq(s.auth_failures, o->failed);
}

START_TEST(test_outcomes)
{
    play_outcome(&outcomes[_i], false);
    play_outcome(&outcomes[_i], true);
}
END_TEST

/* RFC 4954 4: 12,288 octets a line of the exchange; the command keeps its limit. */
START_TEST(test_default_limits)
{
    static const struct smtp_server_config config = {
        .name = "mx.test", .extensions = SMTP_X_AUTH, .auth_clear = "PLAIN"};
    static char said[13000], text[65536], small_in[12288];
    struct event_play p = {.config = &config,
                           .in = {small_in, sizeof small_in},
                           .out = {out, sizeof out},
                           .log = {.room = {text, sizeof text - 1}}};
    size_t total = 12284 + 4 * (size_t)_i; /* with CRLF: two less, two more */
    ck_assert_uint_eq(smtp_server_line_max(&config), 12288);
    memset(said, 'A', sizeof said);
    memcpy(said + total, "\r\n", 2);
    ck_assert(event_play_begin(&p));
    event_play_write(&p, SMTP_SPAN("EHLO a.test\r\nAUTH PLAIN\r\n"));
    event_play_write(&p, (smtp_span){said, total + 2});
    text[p.log.n] = '\0';
    ck_assert_ptr_nonnull(
        strstr(text, total + 2 <= 12288 ? "S: 235 " : "S: 500 authentication exchange"));
    /* 512 and 500 for MAIL: RFC 4954 3(5) */
    size_t command = 1008 + 4 * (size_t)_i;
    memcpy(said, "AUTH PLAIN AA", 13);
    memset(said + 13, 'A', command - 13);
    memcpy(said + command + 1, "\r\n", 2);
    struct event_play q = p;
    q.log.n = 0;
    ck_assert(event_play_begin(&q));
    event_play_write(&q, SMTP_SPAN("EHLO a.test\r\n"));
    event_play_write(&q, (smtp_span){said, command + 3});
    text[q.log.n] = '\0';
    bool fits = command + 3 <= 1012;
    ck_assert_msg(strstr(text, fits ? "S: 501 malformed base64" : "S: 500 command line too long") !=
                      NULL,
                  "%s", text);
}
END_TEST

static Suite *auth_suite(void)
{
    Suite *suite = suite_create("server auth");
    TCase *tcase = tcase_create("auth");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_challenge);
    tcase_add_loop_test(tcase, test_outcomes, 0, sizeof outcomes / sizeof *outcomes);
    tcase_add_loop_test(tcase, test_default_limits, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(auth_suite)
