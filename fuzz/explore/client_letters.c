#include "explore/client_model.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): literals are joined, and fields named */
#define REPLY(text, number) .name = text, .octets = text "\r\n", .code = number
#define EHLO(text, bits)                                                                           \
    .name = text, .octets = "250-s.test\r\n" text "\r\n", .code = 250, .offers = (bits)
#define BROKEN(text, what) .name = text, .octets = what, .form = REPLY_BROKEN
#define MARK(text, kind) .name = text, .mark = MARK_##kind
/* NOLINTEND(bugprone-macro-parentheses) */

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X500 X50 X50 X50 X50 X50 X50 X50 X50 X50 X50

/* clang-format off */
const struct reply_letter client_letters[] = {
    {REPLY("220 s.test", 220)}, {REPLY("250 ok", 250)}, {REPLY("250-ok\r\n250 two lines", 250)},
    {EHLO("250-PIPELINING\r\n250-8BITMIME\r\n250 DSN", SMTP_KW_PIPELINING | SMTP_KW_8BITMIME | SMTP_KW_DSN)},
    {EHLO("250-PIPELINING\r\n250 CHUNKING", SMTP_KW_PIPELINING | SMTP_KW_CHUNKING)},
    {EHLO("250 CHUNKING", SMTP_KW_CHUNKING)},
    {EHLO("250-STARTTLS\r\n250 AUTH LOGIN", SMTP_KW_STARTTLS | SMTP_KW_AUTH)},
    {EHLO("250-AUTH LOGIN\r\n250 PIPELINING", SMTP_KW_AUTH | SMTP_KW_PIPELINING)},
    {EHLO("250 LIMITS MAILMAX=1 RCPTMAX=1", SMTP_KW_LIMITS)},
    {EHLO("250 -", 0)},
    {REPLY("221 bye", 221)}, {REPLY("235 ok", 235)}, {REPLY("251 <x@y.test>", 251)}, {REPLY("252 maybe", 252)},
    {REPLY("299 new", 299)}, {REPLY("334 dQ==", 334)}, {REPLY("334 !", 334)}, {REPLY("354 go", 354)}, {REPLY("399 new", 399)},
    {REPLY("421 s.test", 421)}, {REPLY("450 4.2.0 later", 450)}, {REPLY("451 later", 451)}, {REPLY("452 full", 452)},
    {REPLY("500 what", 500)}, {REPLY("502 no", 502)}, {REPLY("503 order", 503)}, {REPLY("535 5.7.8 no", 535)},
    {REPLY("550 5.1.1 never", 550)}, {REPLY("552 too much", 552)}, {REPLY("554", 554)}, {REPLY("571 new", 571)},
    {BROKEN("two codes", "250-ok\r\n251 ok\r\n")}, {BROKEN("not a code", "25x ok\r\n")}, {BROKEN("199", "199 ok\r\n")},
    {BROKEN("an empty line", "\r\n")}, {BROKEN("250, bare LF", "250 ok\n")}, {.name = "250, a long line", .octets = "250 " X500 X50 "\r\n", .code = 250},
    {.name = "half of a reply", .octets = "250-ok\r\n", .form = REPLY_PART},
    {MARK("@tls", TLS)}, {MARK("@tls-fails", TLS_FAILS)}, {MARK("@late", LATE)}, {MARK("@close", CLOSE)},
    {MARK("@reset", RESET)}, {MARK("@quit", QUIT)}, {MARK("@abandon", ABANDON)},
};
/* clang-format on */

const size_t client_letter_count = sizeof client_letters / sizeof *client_letters;
