#include "check_main.h"
#include "golden.h"

static const struct smtp_limits twenty = {.command_line = 512,
                                          .recipients = 100,
                                          .message = 20,
                                          .errors = 0,
                                          .command_ms = 300000,
                                          .text_ms = 300000,
                                          .tls_ms = 60000};
static const struct smtp_limits two_hops = {.command_line = 512,
                                            .recipients = 100,
                                            .errors = 0,
                                            .command_ms = 300000,
                                            .text_ms = 300000,
                                            .tls_ms = 60000,
                                            .hops = 2};
static const struct smtp_limits two_errors = {.command_line = 512,
                                              .recipients = 100,
                                              .errors = 2,
                                              .command_ms = 300000,
                                              .text_ms = 300000,
                                              .tls_ms = 60000};
#define OFFERS                                                                                     \
    .name = "mx.test",                                                                             \
    .extensions = SMTP_X_CHUNKING | SMTP_X_BINARYMIME | SMTP_X_8BITMIME | SMTP_X_STARTTLS
static const struct smtp_server_config plain = {.name = "mx.test"};
static const struct smtp_server_config chunks = {OFFERS};
static const struct smtp_server_config small = {OFFERS, .limits = &twenty};
static const struct smtp_server_config far = {OFFERS, .limits = &two_hops};
static const struct smtp_server_config strict = {OFFERS, .refuse_bare = true};
static const struct smtp_server_config impatient = {OFFERS, .limits = &two_errors};
static const struct smtp_server_config clear = {OFFERS, .tls_needed = true};
/* 3030-3: one comes with the other only */
static const struct smtp_server_config lone = {.name = "mx.test",
                                               .extensions = SMTP_X_BINARYMIME | SMTP_X_8BITMIME};

#define HELLO "EHLO a.test\r\n"
#define TO_RCPT HELLO "MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\n"
#define BINARY HELLO "MAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<b@b.test>\r\n"
#define FORGOTTEN                                                                                  \
    "COMMAND FAILED RSET\nS: 250 transaction forgotten\nCOMMAND READY MAIL FROM:<>\nS: 250 "       \
    "sender ok\n"
#define FIRST "COMMAND CHUNK BDAT 3\nBODY abc\nCHUNK CHUNK size 3\nS: 250 chunk taken\n"

static const struct golden rows[] = {
    /* what is taken */
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT, "BDAT 6 LAST\r\nabc\r\n\rNOOP\r\n",
               "COMMAND CHUNK BDAT 6 LAST\n"
               "BODY abc\\r\\n\\r\n"
               "MESSAGE CHUNK size 6\n"
               "S: 250 message accepted\n"
               "COMMAND READY NOOP\n"
               "S: 250 ok\n"),
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT, "BDAT 3\r\nabcBDAT 4\r\n\r\n.\rBDAT 0 LAST\r\nNOOP\r\n",
               FIRST "COMMAND CHUNK BDAT 4\n"
                     "BODY \\r\\n.\\r\n"
                     "CHUNK CHUNK size 4\n"
                     "S: 250 chunk taken\n"
                     "COMMAND CHUNK BDAT 0 LAST\n"
                     "MESSAGE CHUNK size 7\n"
                     "S: 250 message accepted\n"
                     "COMMAND READY NOOP\n"
                     "S: 250 ok\n"),
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT,
               "BDAT 0\r\nBDAT 0 LAST\r\nBDAT 0 LAST\r\nMAIL FROM:<>\r\n",
               "COMMAND CHUNK BDAT 0\n"
               "CHUNK CHUNK size 0\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 0 LAST\n"
               "MESSAGE CHUNK size 0\n"
               "S: 250 message accepted\n"
               "REJECTED READY SEQUENCE@0\n"
               "S: 503 MAIL and RCPT come first\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 sender ok\n"),
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT,
               "BDAT 5\r\nQUIT\r\nBDAT 21 LAST\r\nBDAT 5\r\nRSET\r\nMAIL \r\nMAIL FROM:<>\r\n",
               "COMMAND CHUNK BDAT 5\n"
               "BODY QUIT\\r\n"
               "CHUNK CHUNK size 5\n"
               "S: 250 chunk taken\n"
               "REJECTED CHUNKS BARE_LF@0 \\nBDAT 21 LAST\n"
               "S: 500 bare LF in a command\n"
               "COMMAND CHUNK BDAT 5\n"
               "BODY RSET\\r\n"
               "CHUNK CHUNK size 5\n"
               "S: 250 chunk taken\n"
               "REJECTED CHUNKS BARE_LF@0 \\nMAIL \n"
               "S: 500 bare LF in a command\n"
               "REJECTED CHUNKS SEQUENCE@0 MAIL FROM:<>\n"
               "S: 503 a transaction is open already\n"),
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT, "bdat 2 last\r\nRSET\r\n",
               "COMMAND CHUNK bdat 2 last\n"
               "BODY \\x01\\x7f\n"
               "MESSAGE CHUNK size 2\n"
               "S: 250 message accepted\n"
               "COMMAND READY RSET\n"
               "S: 250 transaction forgotten\n"),
    GOLDEN_ROW("3030-3", &chunks, BINARY, "BDAT 6 LAST\r\n\r\n\n\r.NOOP\r\n",
               "COMMAND CHUNK BDAT 6 LAST\n"
               "BODY \\r\\n\\n\\r\\x7f.\n"
               "MESSAGE CHUNK size 6\n"
               "S: 250 message accepted\n"
               "COMMAND READY NOOP\n"
               "S: 250 ok\n"),
    /* 3030-3: not with DATA */
    GOLDEN_ROW("3030-3", &chunks, BINARY, "DATA\r\nBDAT 1 LAST\r\nxNOOP\r\n",
               "REJECTED RCPT BINARY_DATA@0 DATA\n"
               "S: 503 a BINARYMIME message takes BDAT, not DATA\n"
               "COMMAND CHUNK BDAT 1 LAST\n"
               "BODY x\n"
               "MESSAGE CHUNK size 1\n"
               "S: 250 message accepted\n"
               "COMMAND READY NOOP\n"
               "S: 250 ok\n"),
    GOLDEN_ROW("3030-3", &chunks, HELLO,
               "MAIL FROM:<> BODY=BINARYMIME\r\nRSET\r\nMAIL FROM:<>\r\nRCPT "
               "TO:<b@b.test>\r\nDATA\r\n.\r\n",
               "COMMAND READY MAIL FROM:<> BODY=BINARYMIME\n"
               "S: 250 sender ok\n"
               "COMMAND MAIL RSET\n"
               "S: 250 transaction forgotten\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 sender ok\n"
               "COMMAND MAIL RCPT TO:<b@b.test>\n"
               "S: 250 recipient ok\n"
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "MESSAGE TEXT size 0\n"
               "S: 250 message accepted\n"),
    GOLDEN_ROW("3030-3", &lone, HELLO,
               "MAIL FROM:<> BODY=BINARYMIME\r\nMAIL FROM:<> BODY=8BITMIME\r\n",
               "REJECTED READY PARAM_BODY@18 MAIL FROM:<> BODY=BINARYMIME\n"
               "S: 501 BODY= takes 7BIT, 8BITMIME or, where it is offered, BINARYMIME\n"
               "COMMAND READY MAIL FROM:<> BODY=8BITMIME\n"
               "S: 250 sender ok\n"),
    /* out of order: the octets are dropped, then comes the answer */
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT,
               "BDAT 3\r\nabcDATA\r\nBDAT 2 LAST\r\nxyDATA\r\nRSET\r\nMAIL FROM:<>\r\n",
               FIRST "REJECTED FAILED SEQUENCE@0 DATA\n"
                     "S: 503 DATA and BDAT do not mix, say RSET\n"
                     "REJECTED FAILED SEQUENCE@0 size 2\n"
                     "S: 503 a chunk was refused, say RSET\n"
                     "REJECTED FAILED SEQUENCE@0 DATA\n"
                     "S: 503 DATA and BDAT do not mix, say RSET\n" FORGOTTEN),
    GOLDEN_ROW("3030-2", &chunks, HELLO,
               "BDAT 5\r\nQUIT\nMAIL FROM:<>\r\nBDAT 6 LAST\r\nRSET\r\nBDAT 2\r\nxyMAIL "
               "FROM:<>\r\nRSET\r\nMAIL FROM:<>\r\n",
               "REJECTED READY SEQUENCE@0 size 5\n"
               "S: 503 MAIL and RCPT come first\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 sender ok\n"
               "REJECTED FAILED SEQUENCE@0 size 6\n"
               "S: 503 no valid recipients\n"
               "REJECTED FAILED SEQUENCE@0 size 2\n"
               "S: 503 a chunk was refused, say RSET\n"
               "REJECTED FAILED SEQUENCE@0 MAIL FROM:<>\n"
               "S: 503 a transaction is open already\n" FORGOTTEN),
    GOLDEN_ROW("3030-2", &chunks, "",
               "BDAT 5 LAST\r\nQUIT\nNOOP\r\nHELO a.test\r\nMAIL FROM:<>\r\nRCPT "
               "TO:<b@b.test>\r\nBDAT 4\r\nabcdBDAT 1\r\nxEHLO a.test\r\n",
               "CONNECT CONNECT\n"
               "S: 220 mx.test ESMTP smtpref\n"
               "REJECTED START SEQUENCE@0 size 5\n"
               "S: 503 MAIL and RCPT come first\n"
               "COMMAND START NOOP\n"
               "S: 250 ok\n"
               "COMMAND START HELO a.test\n"
               "S: 250 mx.test at your service\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 sender ok\n"
               "COMMAND MAIL RCPT TO:<b@b.test>\n"
               "S: 250 recipient ok\n"
               "REJECTED FAILED SEQUENCE@0 size 4\n"
               "S: 503 bad sequence of commands\n"
               "REJECTED FAILED SEQUENCE@0 size 1\n"
               "S: 503 a chunk was refused, say RSET\n"
               "COMMAND FAILED EHLO a.test\n"
               "S: 250-mx.test at your service\n"
               "S: 250-8BITMIME\n"
               "S: 250-STARTTLS\n"
               "S: 250-CHUNKING\n"
               "S: 250 BINARYMIME\n"),
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT,
               "BDAT 3\r\nabcRCPT TO:<c@b.test>\r\nMAIL FROM:<>\r\nNOOP\r\nVRFY "
               "a\r\nXYZZY\r\nBDAT 3 LAST\r\ndef",
               FIRST "REJECTED CHUNKS SEQUENCE@0 RCPT TO:<c@b.test>\n"
                     "S: 503 the message has begun already\n"
                     "REJECTED CHUNKS SEQUENCE@0 MAIL FROM:<>\n"
                     "S: 503 a transaction is open already\n"
                     "COMMAND CHUNKS NOOP\n"
                     "S: 250 ok\n"
                     "COMMAND CHUNKS VRFY a\n"
                     "S: 252 not verified, but mail is tried\n"
                     "REJECTED CHUNKS VERB@0 XYZZY\n"
                     "S: 500 command not recognized\n"
                     "COMMAND CHUNK BDAT 3 LAST\n"
                     "BODY def\n"
                     "MESSAGE CHUNK size 6\n"
                     "S: 250 message accepted\n"),
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT, "BDAT 3\r\nabcRSET\r\nBDAT 3 LAST\r\ndefNOOP\r\n",
               FIRST "COMMAND CHUNKS RSET\n"
                     "S: 250 transaction forgotten\n"
                     "REJECTED READY SEQUENCE@0 size 3\n"
                     "S: 503 MAIL and RCPT come first\n"
                     "COMMAND READY NOOP\n"
                     "S: 250 ok\n"),
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT, "BDAT 3\r\nabcEHLO a.test\r\nDATA\r\n",
               FIRST "COMMAND CHUNKS EHLO a.test\n"
                     "S: 250-mx.test at your service\n"
                     "S: 250-8BITMIME\n"
                     "S: 250-STARTTLS\n"
                     "S: 250-CHUNKING\n"
                     "S: 250 BINARYMIME\n"
                     "REJECTED READY SEQUENCE@0 DATA\n"
                     "S: 503 MAIL and RCPT come first\n"),
    {"3207-4.2",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 3\r\nabcSTARTTLS\r\n"), GOLDEN_TLS,
      GOLDEN_WRITE("EHLO a.test\r\nBDAT 3 LAST\r\nabc")},
     FIRST "COMMAND CHUNKS STARTTLS\n"
           "S: 220 mx.test ready to start TLS\n"
           "TLS START\n"
           "COMMAND START EHLO a.test\n"
           "S: 250-mx.test at your service\n"
           "S: 250-8BITMIME\n"
           "S: 250-CHUNKING\n"
           "S: 250 BINARYMIME\n"
           "REJECTED READY SEQUENCE@0 size 3\n"
           "S: 503 MAIL and RCPT come first\n",
     0,
     0},
    /* no count, so no octets */
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT,
               "BDAT\r\nBDAT x\r\nBDAT 3 LAST\r\nabcRSET\r\nMAIL FROM:<>\r\n",
               "REJECTED FAILED NO_ARGUMENT@4 BDAT\n"
               "S: 501 an argument is missing\n"
               "REJECTED FAILED SEQUENCE@0 BDAT x\n"
               "S: 503 a chunk was refused, say RSET\n"
               "REJECTED FAILED SEQUENCE@0 size 3\n"
               "S: 503 a chunk was refused, say RSET\n" FORGOTTEN),
    GOLDEN_ROW("3030-2", &chunks, TO_RCPT,
               "BDAT 3\r\nabcBDAT 3 LASTX\r\nBDAT 3 LAST\r\nabcNOOP\r\n",
               FIRST "REJECTED FAILED TRAILING@11 BDAT 3 LASTX\n"
                     "S: 501 text behind the end of the argument\n"
                     "REJECTED FAILED SEQUENCE@0 size 3\n"
                     "S: 503 a chunk was refused, say RSET\n"
                     "COMMAND FAILED NOOP\n"
                     "S: 250 ok\n"),
    GOLDEN_ROW("3030-2", &chunks, HELLO, "BDAT x\r\nMAIL FROM:<>\r\nBDAT 1 2\r\nRSET\r\n",
               "REJECTED READY SEQUENCE@0 BDAT x\n"
               "S: 503 MAIL and RCPT come first\n"
               "COMMAND READY MAIL FROM:<>\n"
               "S: 250 sender ok\n"
               "REJECTED FAILED SEQUENCE@0 BDAT 1 2\n"
               "S: 503 no valid recipients\n"
               "COMMAND FAILED RSET\n"
               "S: 250 transaction forgotten\n"),
    /* where it is not offered 502 comes at once */
    GOLDEN_ROW("5321-4.2.4", &plain, TO_RCPT, "BDAT 3 LAST\r\nabcDATA\r\n.\r\n",
               "REJECTED RCPT NOT_HERE@0 size 3 BDAT 3 LAST\n"
               "S: 502 CHUNKING is not offered\n"
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "MESSAGE TEXT size 0\n"
               "S: 250 message accepted\n"),
    /* refused by the application */
    {"3030-2",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 3\r\nabcBDAT 4\r\ndefgBDAT 2 LAST\r\nhiNOOP\r\nRSET\r\n")},
     "COMMAND CHUNK BDAT 3\n"
     "BODY abc\n"
     "CHUNK CHUNK size 3\n"
     "S: 452 insufficient system storage\n"
     "REJECTED FAILED SEQUENCE@0 size 4\n"
     "S: 503 a chunk was refused, say RSET\n"
     "REJECTED FAILED SEQUENCE@0 size 2\n"
     "S: 503 a chunk was refused, say RSET\n"
     "COMMAND FAILED NOOP\n"
     "S: 250 ok\n"
     "COMMAND FAILED RSET\n"
     "S: 250 transaction forgotten\n",
     SMTP_V_END_OF_CHUNK,
     SMTP_E_STORE_FULL},
    {"3030-2",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 3 LAST\r\nabcBDAT 2 LAST\r\nhiMAIL FROM:<>\r\nRSET\r\nMAIL FROM:<>\r\n")},
     "COMMAND CHUNK BDAT 3 LAST\n"
     "BODY abc\n"
     "MESSAGE CHUNK size 3\n"
     "S: 451 local error in processing\n"
     "REJECTED FAILED SEQUENCE@0 size 2\n"
     "S: 503 a chunk was refused, say RSET\n"
     "REJECTED FAILED SEQUENCE@0 MAIL FROM:<>\n"
     "S: 503 a transaction is open already\n" FORGOTTEN,
     SMTP_V_END_OF_DATA,
     SMTP_E_STORE},
    {"3030-2",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 3\r\nabcBDAT 3 LAST\r\nabc")},
     "COMMAND CHUNK BDAT 3\n"
     "BODY abc\n"
     "CHUNK CHUNK size 3\n"
     "S: 421 mx.test service shutting down\n"
     "CLOSED CLOSED\n",
     SMTP_V_END_OF_CHUNK,
     SMTP_E_SHUTDOWN},
    /* the limit of 20 octets: one less, as many, one more; over many chunks */
    GOLDEN_ROW("1870-6.3", &small, TO_RCPT, "BDAT 20 LAST\r\n01234567890123456789NOOP\r\n",
               "COMMAND CHUNK BDAT 20 LAST\n"
               "BODY 01234567890123456789\n"
               "MESSAGE CHUNK size 20\n"
               "S: 250 message accepted\n"
               "COMMAND READY NOOP\n"
               "S: 250 ok\n"),
    GOLDEN_ROW("1870-6.3", &small, TO_RCPT,
               "BDAT 21 LAST\r\n012345678901234567890NOOP\r\nRSET\r\nMAIL FROM:<>\r\n",
               "COMMAND CHUNK BDAT 21 LAST\n"
               "BODY 01234567890123456789\n"
               "MESSAGE FAILED SIZE@20 size 21\n"
               "S: 552 message size exceeds the limit\n"
               "COMMAND FAILED NOOP\n"
               "S: 250 ok\n" FORGOTTEN),
    GOLDEN_ROW("1870-6.3", &small, TO_RCPT,
               "BDAT 19\r\n0123456789012345678BDAT 1\r\n9BDAT 0 LAST\r\n",
               "COMMAND CHUNK BDAT 19\n"
               "BODY 0123456789012345678\n"
               "CHUNK CHUNK size 19\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 1\n"
               "BODY 9\n"
               "CHUNK CHUNK size 1\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 0 LAST\n"
               "MESSAGE CHUNK size 20\n"
               "S: 250 message accepted\n"),
    GOLDEN_ROW("1870-6.3", &small, TO_RCPT,
               "BDAT 10\r\n0123456789BDAT 11\r\n0123456789xBDAT 3\r\nabcBDAT 0 LAST\r\nNOOP\r\n",
               "COMMAND CHUNK BDAT 10\n"
               "BODY 0123456789\n"
               "CHUNK CHUNK size 10\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 11\n"
               "BODY 0123456789\n"
               "CHUNK FAILED SIZE@20 size 11\n"
               "S: 552 message size exceeds the limit\n"
               "REJECTED FAILED SEQUENCE@0 size 3\n"
               "S: 503 a chunk was refused, say RSET\n"
               "REJECTED FAILED SEQUENCE@0\n"
               "S: 503 a chunk was refused, say RSET\n"
               "COMMAND FAILED NOOP\n"
               "S: 250 ok\n"),
    /* two hops at most, counted over chunks */
    GOLDEN_ROW("5321-6.3", &far, TO_RCPT,
               "BDAT 10\r\nReceived: BDAT 15\r\n\r\nReceived:\r\n\r\nBDAT 11 LAST\r\nReceived:\r\n",
               "COMMAND CHUNK BDAT 10\n"
               "BODY Received: \n"
               "CHUNK CHUNK size 10\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 15\n"
               "BODY \\r\\nReceived:\\r\\n\\r\\n\n"
               "CHUNK CHUNK size 15\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 11 LAST\n"
               "BODY Received:\\r\\n\n"
               "MESSAGE CHUNK size 36\n"
               "S: 250 message accepted\n"),
    GOLDEN_ROW("5321-6.3", &far, TO_RCPT,
               "BDAT 24\r\nReceived: \r\nReceived: \r\nBDAT 10\r\nReceived: NOOP\r\n",
               "COMMAND CHUNK BDAT 24\n"
               "BODY Received: \\r\\nReceived: \\r\\n\n"
               "CHUNK CHUNK size 24\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 10\n"
               "BODY Received: \n"
               "CHUNK FAILED LOOP@0 size 10\n"
               "S: 554 too many Received fields, the message seems to loop\n"
               "COMMAND FAILED NOOP\n"
               "S: 250 ok\n"),
    GOLDEN_ROW("5321-6.3", &far, TO_RCPT, "DATA\r\nReceived:\r\nReceived:\r\n.\r\n",
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "BODY Received:\\r\\nReceived:\\r\\n\n"
               "MESSAGE TEXT size 22\n"
               "S: 250 message accepted\n"),
    GOLDEN_ROW("5321-6.3", &far, TO_RCPT,
               "DATA\r\nReceived:\r\nReceived:\r\nReceived:\r\n.\r\nNOOP\r\n",
               "COMMAND RCPT DATA\n"
               "S: 354 start the text, end it with CRLF.CRLF\n"
               "BODY Received:\\r\\nReceived:\\r\\nReceived:\\r\\n\n"
               "MESSAGE READY LOOP@0 size 33\n"
               "S: 554 too many Received fields, the message seems to loop\n"
               "COMMAND READY NOOP\n"
               "S: 250 ok\n"),
    /* bare CR and LF */
    GOLDEN_ROW("5321-2.3.8", &strict, TO_RCPT, "BDAT 2\r\na\rBDAT 3 LAST\r\n\nb\r\nNOOP\r\n",
               "COMMAND CHUNK BDAT 2\n"
               "BODY a\\r\n"
               "CHUNK CHUNK size 2\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 3 LAST\n"
               "BODY \\nb\\r\n"
               "MESSAGE FAILED TEXT_BARE_CR@4 size 5\n"
               "S: 554 bare CR in the message text\n"
               "REJECTED FAILED BARE_LF@0 \\nNOOP\n"
               "S: 500 bare LF in a command\n"),
    GOLDEN_ROW("5321-2.3.8", &strict, TO_RCPT, "BDAT 2\r\na\rBDAT 1 LAST\r\nb",
               "COMMAND CHUNK BDAT 2\n"
               "BODY a\\r\n"
               "CHUNK CHUNK size 2\n"
               "S: 250 chunk taken\n"
               "COMMAND CHUNK BDAT 1 LAST\n"
               "BODY b\n"
               "MESSAGE FAILED TEXT_BARE_CR@1 size 3\n"
               "S: 554 bare CR in the message text\n"),
    GOLDEN_ROW("5321-2.3.8", &strict, TO_RCPT, "BDAT 3\r\na\nbBDAT 0 LAST\r\n",
               "COMMAND CHUNK BDAT 3\n"
               "BODY a\\nb\n"
               "CHUNK FAILED TEXT_BARE_LF@1 size 3\n"
               "S: 554 bare LF in the message text\n"
               "REJECTED FAILED SEQUENCE@0\n"
               "S: 503 a chunk was refused, say RSET\n"),
    GOLDEN_ROW("5321-2.3.8", &strict, TO_RCPT, "BDAT 5 LAST\r\n\r\nab\nNOOP\r\n",
               "COMMAND CHUNK BDAT 5 LAST\n"
               "BODY \\r\\nab\\n\n"
               "MESSAGE FAILED TEXT_BARE_LF@4 size 5\n"
               "S: 554 bare LF in the message text\n"
               "COMMAND FAILED NOOP\n"
               "S: 250 ok\n"),
    GOLDEN_ROW("5321-2.3.8", &strict, BINARY, "BDAT 3 LAST\r\n\n\r\r",
               "COMMAND CHUNK BDAT 3 LAST\n"
               "BODY \\n\\r\\r\n"
               "MESSAGE CHUNK size 3\n"
               "S: 250 message accepted\n"),
    /* ends inside: no event about a message, no answer */
    {"3030-2",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 6\r\nabc"), GOLDEN_END(SMTP_END_CLOSE)},
     "COMMAND CHUNK BDAT 6\n"
     "BODY abc\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"3030-2",
     &chunks,
     HELLO,
     {GOLDEN_WRITE("BDAT 6\r\nabc"), GOLDEN_END(SMTP_END_CLOSE)},
     "CLOSED CLOSED\n",
     0,
     0},
    {"3030-2",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 3\r\nabc"), GOLDEN_END(SMTP_END_RESET)},
     FIRST "CLOSED CLOSED\n",
     0,
     0},
    /* told to stop: what is coming is taken first */
    {"5321-3.8",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 3 L"), GOLDEN_STOP, GOLDEN_WRITE("AST\r\nxyz")},
     "REJECTED CLOSED SHUTDOWN@0 size 3\n"
     "S: 421 mx.test service shutting down\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"5321-3.8",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 6\r\nabc"), GOLDEN_STOP, GOLDEN_WRITE("def")},
     "COMMAND CHUNK BDAT 6\n"
     "BODY abcdef\n"
     "CHUNK CHUNK size 6\n"
     "S: 250 chunk taken\n"
     "CLOSED CLOSED SHUTDOWN@0\n"
     "S: 421 mx.test service shutting down\n",
     0,
     0},
    {"5321-3.8",
     &chunks,
     HELLO,
     {GOLDEN_WRITE("BDAT 6\r\nabc"), GOLDEN_STOP, GOLDEN_WRITE("def")},
     "REJECTED READY SEQUENCE@0 size 6\n"
     "S: 503 MAIL and RCPT come first\n"
     "CLOSED CLOSED SHUTDOWN@0\n"
     "S: 421 mx.test service shutting down\n",
     0,
     0},
    /* time */
    {"5321-4.5.3.2.7",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 6\r\nabc"), GOLDEN_WAIT(299999), GOLDEN_WRITE("d"), GOLDEN_WAIT(299999),
      GOLDEN_WAIT(1)},
     "COMMAND CHUNK BDAT 6\n"
     "BODY abcd\n"
     "TIMEOUT CLOSED TIMEOUT@0\n"
     "S: 421 mx.test timeout, closing the connection\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"5321-4.5.3.2.7",
     &chunks,
     HELLO,
     {GOLDEN_WRITE("BDAT 6\r\nabc"), GOLDEN_WAIT(299999), GOLDEN_WRITE("d"), GOLDEN_WAIT(299999),
      GOLDEN_WAIT(1)},
     "TIMEOUT CLOSED TIMEOUT@0\n"
     "S: 421 mx.test timeout, closing the connection\n"
     "CLOSED CLOSED\n",
     0,
     0},
    {"5321-4.5.3.2.7",
     &chunks,
     TO_RCPT,
     {GOLDEN_WRITE("BDAT 3\r\nabc"), GOLDEN_WAIT(299999), GOLDEN_WAIT(1)},
     FIRST "TIMEOUT CLOSED TIMEOUT@0\n"
           "S: 421 mx.test timeout, closing the connection\n"
           "CLOSED CLOSED\n",
     0,
     0},
    /* 421 is an answer like others */
    GOLDEN_ROW("5321-7.8", &impatient, HELLO, "BDAT 3\r\nabcBDAT 3\r\nabcBDAT 3\r\nabcNOOP\r\n",
               "REJECTED READY SEQUENCE@0 size 3\n"
               "S: 503 MAIL and RCPT come first\n"
               "REJECTED READY SEQUENCE@0 size 3\n"
               "S: 503 MAIL and RCPT come first\n"
               "REJECTED CLOSED ERRORS_MANY@0 size 3\n"
               "S: 421 mx.test too many errors\n"
               "CLOSED CLOSED\n"),
    GOLDEN_ROW("3207-4", &clear, HELLO, "BDAT 3\r\nabcNOOP\r\n",
               "REJECTED READY TLS_NEEDED@0 size 3\n"
               "S: 530 STARTTLS first\n"
               "COMMAND READY NOOP\n"
               "S: 250 ok\n"),
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(test_rows)
{
    const char *wrong = golden_check(&rows[_i]);
    ck_assert_msg(wrong == NULL, "%s:\n%s", rows[_i].clause, wrong);
}
END_TEST

static Suite *chunk_suite(void)
{
    Suite *suite = suite_create("server chunk");
    TCase *tcase = tcase_create("chunk");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(chunk_suite)
