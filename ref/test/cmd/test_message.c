#include <string.h>

#include "check_main.h"
#include "cmd/send/message.h"

/* ---- reading ---- */

#define S(literal)                                                                                 \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static const struct {
    const char *about;
    smtp_span in;
    bool raw, dot_ends;
    smtp_span out;
} readings[] = {
    {"LF becomes CRLF", S("a\nb\n"), false, false, S("a\r\nb\r\n")},
    {"CRLF stays", S("a\r\nb\r\n"), false, false, S("a\r\nb\r\n")},
    {"mixed", S("a\r\nb\nc"), false, false, S("a\r\nb\r\nc")},
    {"no end of the last line", S("a\nb"), false, true, S("a\r\nb")},
    {"a bare CR stays", S("a\rb\n\rc\n"), false, false, S("a\rb\r\n\rc\r\n")},
    {"only one CR of two is the line's", S("a\r\r\n"), false, false, S("a\r\r\n")},
    {"NUL and 8 bit", S("a\0b\xff\n"), false, false, S("a\0b\xff\r\n")},
    {"a dot ends it", S("a\n.\nb\n"), false, true, S("a\r\n")},
    {"a dot with CRLF ends it", S("a\r\n.\r\nb"), false, true, S("a\r\n")},
    {"a dot at the end of the file", S("a\n."), false, true, S("a\r\n")},
    {"a dot is content with -i", S("a\n.\nb\n"), false, false, S("a\r\n.\r\nb\r\n")},
    {"two dots are content", S("..\n.a\n"), false, true, S("..\r\n.a\r\n")},
    {"empty lines", S("\n\n"), false, true, S("\r\n\r\n")},
    {"nothing", S(""), false, true, S("")},
    {"a mailbox's line goes", S("From a@b Thu\nTo: c\n"), false, true, S("To: c\r\n")},
    {"only the first one", S("To: c\nFrom a\n"), false, true, S("To: c\r\nFrom a\r\n")},
    {"raw", S("From a\n.\nb\r\n"), true, true, S("From a\n.\nb\r\n")},
};
enum { READINGS = sizeof readings / sizeof *readings };

static struct text read_text(smtp_span in, const struct message_rules *rules)
{
    struct text out = {NULL, 0, 0};
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(in.p, 1, in.n, file), in.n);
    rewind(file);
    ck_assert(message_read(file, rules, &out));
    fclose(file);
    return out;
}

START_TEST(test_reading)
{
    struct message_rules rules = {readings[_i].raw, readings[_i].dot_ends};
    struct text out = read_text(readings[_i].in, &rules);
    ck_assert_msg(smtp_span_is(text_span(&out), readings[_i].out), "%s: %.*s", readings[_i].about,
                  (int)out.n, out.p);
    text_free(&out);
}
END_TEST

START_TEST(test_long)
{
    static char line[200000];
    struct message_rules rules = {false, true};
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\n';
    struct text out = read_text((smtp_span){line, sizeof line}, &rules);
    ck_assert_uint_eq(out.n, sizeof line + 1);
    ck_assert_mem_eq(out.p + out.n - 3, "x\r\n", 3);
    text_free(&out);
}
END_TEST

/* ---- recipients ---- */

static const struct {
    const char *clause, *in, *recipients;
    enum smtp_fault fault;
    size_t off;
} headers[] = {
    {"5322 3.6.3", "To: a@b\r\nCc: c@d, e@f\r\nbcc: g@h\r\n\r\nTo: not@this", "a@b c@d e@f g@h ", 0,
     0},
    {"5322 3.6.3", "To: a@b\r\nTo: c@d\r\n", "a@b c@d ", 0, 0},
    {"5322 2.2.3", "To: a@b,\r\n c@d\r\n\te@f\r\nX: y\r\n", "a@b ", SMTP_E_TRAILING, 14},
    {"5322 2.2.3", "X: y\r\n To: z\r\nTo: a@b,\r\n\tc@d", "a@b c@d ", 0, 0},
    {"5322 4.5", "To \t: a@b\r\n", "a@b ", 0, 0},
    {"5322 2.2", "To: a@b\r\nno field\r\nTo: c@d\r\n", "a@b ", 0, 0},
    {"5322 2.2", ": a@b\r\n", "", 0, 0},
    {"5322 2.2", "To", "", 0, 0},
    {"5322 2.2", "To ", "", 0, 0},
    {"5322 2.2", "", "", 0, 0},
    {"5322 3.6.3", "Bcc:\r\nTo:a@b", "a@b ", 0, 0},
    {"5322 3.6.6", "To: a@b\r\nResent-To: c@d\r\nResent-bcc: e@f\r\nCc: g@h\r\n", "c@d e@f ", 0, 0},
    {"5322 3.4", "To: a@b\r\nCc: x y\r\n", "a@b ", SMTP_E_AT, 4},
};
enum { HEADERS = sizeof headers / sizeof *headers };

static bool collect(void *arg, const struct smtp_address *address)
{
    struct text *out = arg;
    char mailbox[256];
    size_t n = smtp_print_address((smtp_room){mailbox, sizeof mailbox}, address);
    ck_assert(text_add(out, (smtp_span){mailbox, n}) && text_add(out, SMTP_SPAN(" ")));
    return true;
}

START_TEST(test_recipients)
{
    struct text out = {NULL, 0, 0};
    struct recipient_fault where = {.off = 0};
    ck_assert(text_add(&out, SMTP_SPAN("")));
    enum smtp_fault fault = message_recipients(smtp_span_of(headers[_i].in), collect, &out, &where);
    ck_assert_msg(fault == headers[_i].fault, "%s: %s", headers[_i].in,
                  smtp_fault_row(fault)->symbol);
    ck_assert_msg(smtp_span_is(text_span(&out), smtp_span_of(headers[_i].recipients)), "%s: %.*s",
                  headers[_i].in, (int)out.n, out.p);
    ck_assert_uint_eq(where.off, headers[_i].off);
    text_free(&out);
}
END_TEST

static bool refuse(void *arg, const struct smtp_address *address)
{
    (void)address;
    ++*(int *)arg;
    return false;
}

START_TEST(test_recipients_stop)
{
    struct recipient_fault where;
    int calls = 0;
    ck_assert_int_eq(
        message_recipients(SMTP_SPAN("To: a@b, c@d\r\nCc: e@f"), refuse, &calls, &where), SMTP_OK);
    ck_assert_int_eq(calls, 1);
}
END_TEST

static const struct {
    const char *in, *out;
} drops[] = {
    {"To: a\r\nBcc: b\r\nCc: c\r\n\r\nBcc: d\r\n", "To: a\r\nCc: c\r\n\r\nBcc: d\r\n"},
    {"bcc: b,\r\n c\r\nBCC: d\r\nTo: a\r\n", "To: a\r\n"},
    {"Bcc: b", ""},
    {"Resent-Bcc: x\r\nBccx: y\r\n", "Bccx: y\r\n"},
    {"", ""},
};
enum { DROPS = sizeof drops / sizeof *drops };

START_TEST(test_drop_bcc)
{
    struct text text = {NULL, 0, 0};
    ck_assert(text_add(&text, smtp_span_of(drops[_i].in)));
    message_drop_bcc(&text);
    ck_assert_msg(smtp_span_is(text_span(&text), smtp_span_of(drops[_i].out)), "%.*s", (int)text.n,
                  text.p);
    text_free(&text);
}
END_TEST

/* ---- what is missing ---- */

#define DATE "Date: Thu, 1 Jan 1970 01:30:00 +0130\r\n"
#define ID "Message-ID: <0.2a@host.test>\r\n"
#define FROM "From: <me@host.test>\r\n"

static const struct {
    const char *about, *in, *sender, *name, *out;
} completions[] = {
    {"all of it", "Subject: x\r\n\r\nbody\r\n", "me@host.test", NULL,
     "Subject: x\r\n" FROM DATE ID "\r\nbody\r\n"},
    {"nothing", "message-id: <x>\r\nDATE: y\r\nFrom: z\r\n\r\nbody", "me@host.test", "Me",
     "message-id: <x>\r\nDATE: y\r\nFrom: z\r\n\r\nbody"},
    {"no header", "body\r\n", "me@host.test", NULL, FROM DATE ID "\r\nbody\r\n"},
    {"no message", "", "me@host.test", NULL, FROM DATE ID "\r\n"},
    {"an empty line first", "\r\nbody\r\n", "me@host.test", NULL, FROM DATE ID "\r\nbody\r\n"},
    {"a header only", "To: a\r\n", "me@host.test", NULL, "To: a\r\n" FROM DATE ID "\r\n"},
    {"its last line is open", "To: a", "me@host.test", NULL, "To: a\r\n" FROM DATE ID "\r\n"},
    {"a name", "Date: x\r\nMessage-ID: y\r\n\r\n", "me@host.test", "A \"B\" \\C\r\n",
     "Date: x\r\nMessage-ID: y\r\nFrom: \"A \\\"B\\\" \\\\C\" <me@host.test>\r\n\r\n"},
    {"a name of other letters", "Date: x\r\nMessage-ID: y\r\n\r\n", "me@host.test", "J\xc3\xb6rg",
     "Date: x\r\nMessage-ID: y\r\nFrom: =?UTF-8?B?SsO2cmc=?= <me@host.test>\r\n\r\n"},
    {"a long one", "Date: x\r\nMessage-ID: y\r\n\r\n", "me@host.test",
     "12345678901234567890123456789012345678901234\xc3\xb6x",
     "Date: x\r\nMessage-ID: y\r\nFrom: =?UTF-8?B?"
     "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ=?=\r\n =?UTF-8?B?w7Z4?= "
     "<me@host.test>\r\n\r\n"},
    {"the null sender", "Date: x\r\nMessage-ID: y\r\n\r\n", "", NULL,
     "Date: x\r\nMessage-ID: y\r\nFrom: <MAILER-DAEMON@host.test>\r\n\r\n"},
};
enum { COMPLETIONS = sizeof completions / sizeof *completions };

START_TEST(test_complete)
{
    struct message_origin origin = {
        completions[_i].sender, completions[_i].name, "host.test", 0, 90, 42};
    struct text text = {NULL, 0, 0};
    ck_assert(text_add(&text, smtp_span_of(completions[_i].in)));
    ck_assert(message_complete(&text, &origin));
    ck_assert_msg(smtp_span_is(text_span(&text), smtp_span_of(completions[_i].out)), "%s: %.*s",
                  completions[_i].about, (int)text.n, text.p);
    text_free(&text);
}
END_TEST

static Suite *message_suite(void)
{
    Suite *suite = suite_create("message");
    TCase *tcase = tcase_create("message");
    tcase_add_loop_test(tcase, test_reading, 0, READINGS);
    tcase_add_test(tcase, test_long);
    tcase_add_loop_test(tcase, test_recipients, 0, HEADERS);
    tcase_add_test(tcase, test_recipients_stop);
    tcase_add_loop_test(tcase, test_drop_bcc, 0, DROPS);
    tcase_add_loop_test(tcase, test_complete, 0, COMPLETIONS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(message_suite)
