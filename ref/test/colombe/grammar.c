#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "guard.h"

/* "accept" or FAULT@offset, read flush against a guard page; what is accepted prints as it was. */
static const char *command(const char *line)
{
    static char got[64];
    struct smtp_command cmd;
    smtp_span text = guard_copy(smtp_span_of(line));
    enum smtp_fault fault = smtp_parse_command(text, SMTP_LAX_ADVISED, &cmd);
    snprintf(got, sizeof got, "%s@%zu", smtp_fault_row(fault)->symbol, cmd.fault_off);
    if (fault == SMTP_OK)
        snprintf(got, sizeof got, "accept");
    guard_free(text);
    return got;
}

/* 01: a bad RCPT raised an exception out of the decoder; and Postmaster was one. */
START_TEST(bad_rcpt_is_answered)
{
    ck_assert_str_eq(command("RCPT TO:garbage"), "PATH_OPEN@8");
    ck_assert_str_eq(command("RCPT TO:<>"), "PATH_NULL@9");
    ck_assert_str_eq(command("RCPT TO:<postmaster>"), "accept");
    ck_assert_str_eq(command("RCPT TO:<a@b.c>\x7f"), "CONTROL@15");
    ck_assert_str_eq(
        ANSWERS("EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:garbage\r\nRCPT TO:<>\r\n"
                "RCPT TO:<a@b.c>\0\r\nRCPT TO:<postmaster>\r\nRCPT TO:<a@b.c>\r\nQUIT\r\n"),
        "220 250 250 501 501 501 250 250 221");
}
END_TEST

static void check_path(smtp_span text)
{
    struct smtp_path path;
    char printed[600];
    smtp_span in = guard_copy(text);
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    ck_assert_int_eq(smtp_parse_reverse_path(&c, &path), SMTP_OK);
    ck_assert(c.at == c.end);
    size_t n = smtp_print_path((smtp_room){printed, sizeof printed}, &path);
    ck_assert(smtp_span_is((smtp_span){printed, n}, text));
    guard_free(in);
}

/* 06: quoted local-parts lost their quotes when they were written. */
START_TEST(quoted_local_parts_keep_their_quotes)
{
    static const char *const paths[] = {"<\"john doe\"@x.y>", "<\"\"@x.y>",    "<\"a\\\"b\"@x.y>",
                                        "<\"a\\\\b\"@x.y>",   "<\"a@b\"@x.y>", "<\"a.b.\"@x.y>"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        check_path(smtp_span_of(paths[i]));
    for (int octet = 32; octet < 127; octet++) {
        char pair[] = "<\"a\\?b\"@x.y>", plain[] = "<\"a?b\"@x.y>";
        pair[4] = plain[3] = (char)octet;
        check_path(smtp_span_of(pair));
        if (octet != '"' && octet != '\\')
            check_path(smtp_span_of(plain));
    }
}
END_TEST

/* 06: and what no text can stand for was taken. */
START_TEST(quoted_controls_are_refused)
{
    for (int octet = 1; octet < 32; octet++) {
        char line[] = "MAIL FROM:<\"a\\?\"@x.y>", wanted[32];
        line[14] = (char)octet;
        snprintf(wanted, sizeof wanted, "CONTROL@14");
        ck_assert_str_eq(command(line), wanted);
    }
}
END_TEST

static enum smtp_domain_kind literal_kind(const char *text)
{
    struct smtp_domain d;
    smtp_span in = guard_copy(smtp_span_of(text));
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    enum smtp_fault fault = smtp_parse_literal(&c, &d);
    bool whole = fault == SMTP_OK && c.at == c.end;
    guard_free(in);
    return whole ? d.kind : SMTP_D_NONE;
}

/* 07: malformed IPv6 literals were taken for general ones. */
START_TEST(bad_ipv6_is_no_general_literal)
{
    static const char *const bad[] = {
        "[IPv6:xyz]",    "[IPv6:12345::]", "[IPv6:]",         "[IPv6::]",          "[IPv6:1]",
        "[IPv6:::1::2]", "[IPv6:1::2::]",  "[IPv6:::1%eth0]", "[IPv6:::1.2.3]",    "[ipv6:xyz]",
        "[IPV6:g::]",    "[IPv6::1:2]",    "[IPv6:1:2:]",     "[IPv6:1.2.3.4]",    "[IPv6::::]",
        "[IPv6: ::1]",   "[IPv6:::1 ]",    "[IPv6:::00001]",  "[IPv6:::256.1.1.1]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(literal_kind(bad[i]) == SMTP_D_NONE, "%s", bad[i]);
    ck_assert_int_eq(literal_kind("[ipv6:::1]"), SMTP_D_IPV6);
    ck_assert_int_eq(literal_kind("[IPV6:::1]"), SMTP_D_IPV6);
    ck_assert_int_eq(literal_kind("[tag:xyz]"), SMTP_D_GENERAL);
}
END_TEST

/* 07: of all numbers of groups only eight make an address without "::". */
START_TEST(eight_groups)
{
    char text[64] = "[IPv6:1", closed[66];
    for (int groups = 1; groups < 12; groups++) {
        snprintf(closed, sizeof closed, "%s]", text);
        ck_assert_int_eq(literal_kind(closed), groups == 8 ? SMTP_D_IPV6 : SMTP_D_NONE);
        snprintf(text + strlen(text), sizeof text - strlen(text), ":1");
    }
}
END_TEST

/* 08: words in one case only, no trailing space. */
START_TEST(words_in_any_case)
{
    ck_assert_str_eq(command("mail from:<a@b.c>"), "accept");
    ck_assert_str_eq(command("MAIL From:<a@b.c>"), "accept");
    ck_assert_str_eq(command("RCPT tO:<a@b.c>"), "accept");
    ck_assert_str_eq(command("RCPT TO:<pOsTmAsTeR>"), "accept");
    ck_assert_str_eq(command("MAIL FROM:<a@b.c> "), "accept");
    ck_assert_str_eq(command("RCPT TO:<a@b.c> \t "), "accept");
    ck_assert_str_eq(command("QUIT "), "accept");
}
END_TEST

static enum smtp_fault reply_line(smtp_span line)
{
    struct smtp_reply_line read;
    size_t off;
    smtp_span in = guard_copy(line);
    enum smtp_fault fault = smtp_parse_reply_line(in, &read, &off);
    guard_free(in);
    return fault;
}

/* 08: a last line that is the code alone was refused; codes that are none, CR and LF were taken. */
START_TEST(reply_lines)
{
    ck_assert_int_eq(reply_line(SMTP_SPAN("250-a")), SMTP_OK);
    ck_assert_int_eq(reply_line(SMTP_SPAN("250")), SMTP_OK);
    for (unsigned code = 0; code < 1000; code++) {
        char line[16];
        snprintf(line, sizeof line, "%03u x", code);
        bool good = code >= 200 && code < 600 && code / 10 % 10 < 6;
        ck_assert_int_eq(reply_line(smtp_span_of(line)), good ? SMTP_OK : SMTP_E_REPLY_CODE);
    }
    ck_assert_int_eq(reply_line(SMTP_SPAN("250 a\rb")), SMTP_E_REPLY_TEXT);
    ck_assert_int_eq(reply_line(SMTP_SPAN("250 a\nb")), SMTP_E_REPLY_TEXT);
    ck_assert_int_eq(reply_line(SMTP_SPAN("250 a\0b")), SMTP_E_REPLY_TEXT);
}
END_TEST

static bool is_same(const char *left, const char *right)
{
    struct smtp_path a = {.null = false}, b = {.null = false};
    struct smtp_cursor x = smtp_cursor_of(smtp_span_of(left), 0);
    struct smtp_cursor y = smtp_cursor_of(smtp_span_of(right), 0);
    ck_assert_int_eq(smtp_parse_mailbox(&x, &a), SMTP_OK);
    ck_assert_int_eq(smtp_parse_mailbox(&y, &b), SMTP_OK);
    ck_assert_int_eq(smtp_mailbox_is(&a, &b), smtp_mailbox_is(&b, &a));
    return smtp_mailbox_is(&a, &b);
}

/* 10: domains were compared with their case, and local-parts without. */
START_TEST(mailboxes_compare)
{
    ck_assert(is_same("a@Example.COM", "a@example.com"));
    ck_assert(!is_same("A@example.com", "a@example.com"));
    ck_assert(is_same("POSTMASTER@example.com", "postmaster@EXAMPLE.com"));
    ck_assert(is_same("\"a\"@b.c", "a@b.c"));
    ck_assert(is_same("\"\\a\\b\"@b.c", "ab@B.C"));
    ck_assert(!is_same("a@b.c", "a@b.d"));
    ck_assert(is_same("a@[IPv6:::1]", "a@[ipv6:0:0:0:0:0:0:0:1]"));
    ck_assert(is_same("a@[192.0.2.1]", "a@[192.000.2.01]"));
    ck_assert(!is_same("a@[192.0.2.1]", "a@192.0.2.1"));
}
END_TEST

/* 10: a command of an extension was not even equal to itself. */
START_TEST(extensions_read_the_same_twice)
{
    static const char *const lines[] = {"BDAT 10 LAST", "AUTH PLAIN AHUAcA==", "STARTTLS",
                                        "ETRN @b.test", "LHLO a.test"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct smtp_command first, second;
        char printed[2][64];
        smtp_span line = smtp_span_of(lines[i]);
        ck_assert_int_eq(smtp_parse_command(line, 0, &first), SMTP_OK);
        size_t n = smtp_print_command((smtp_room){printed[0], 64}, &first);
        ck_assert(smtp_span_is((smtp_span){printed[0], n - 2}, line));
        ck_assert_int_eq(smtp_parse_command((smtp_span){printed[0], n - 2}, 0, &second), SMTP_OK);
        ck_assert_uint_eq(smtp_print_command((smtp_room){printed[1], 64}, &second), n);
        ck_assert_mem_eq(printed[0], printed[1], n);
        ck_assert_int_eq(first.verb, second.verb);
        ck_assert_uint_eq(first.chunk, second.chunk);
        ck_assert_int_eq(first.last, second.last);
    }
}
END_TEST

/* ---- 16: writing one MAIL took a buffer of 64 KiB from the heap ---- */

/* volatile: a compiler knows that malloc() touches nothing of ours */
static volatile unsigned long allocations;

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    allocations++;
    return __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
    allocations++;
    return __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
    allocations++;
    return __real_realloc(p, n);
}

START_TEST(print_needs_no_heap)
{
    static const char line[] = "MAIL FROM:<\"a b\"@example.com> SIZE=1000 BODY=8BITMIME";
    struct smtp_command cmd;
    unsigned long before = allocations, good = 0;
    void *volatile counted = malloc(1);
    ck_assert_uint_ge(allocations, before + 1); /* the count counts */
    free(counted);
    char blank[sizeof line + 1] = {0};
    smtp_span exact = guard_copy((smtp_span){blank, sizeof blank}); /* CRLF and not an octet more */
    smtp_room room = {(char *)(uintptr_t)exact.p, exact.n};
    before = allocations;
    for (int i = 0; i < 100000; i++) { /* Check's own asserts take memory */
        good += smtp_parse_command((smtp_span){line, sizeof line - 1}, 0, &cmd) == SMTP_OK;
        good += smtp_print_command(room, &cmd) == sizeof line + 1;
    }
    unsigned long after = allocations;
    ck_assert_uint_eq(after, before);
    ck_assert_uint_eq(good, 200000);
    ck_assert_mem_eq(room.p, line, sizeof line - 1);
    guard_free(exact);
}
END_TEST

/* ---- read_05: exceptions inside, a table of verbs that changed, lists counted each time ---- */

/* Whatever stands there, a fault comes back whose place is in the line. */
START_TEST(parsers_are_total)
{
    static const char *const heads[] = {"", "MAIL FROM:<", "RCPT TO:", "EHLO [", "AUTH ", "BDAT "};
    for (size_t h = 0; h < sizeof heads / sizeof *heads; h++)
        for (int octets = 0; octets < 65536; octets += 7) {
            char line[32];
            size_t n = strlen(heads[h]);
            struct smtp_command cmd;
            memcpy(line, heads[h], n);
            line[n] = (char)(octets >> 8);
            line[n + 1] = (char)octets;
            enum smtp_fault fault = smtp_parse_command((smtp_span){line, n + 2}, 0, &cmd);
            ck_assert(fault == SMTP_OK || cmd.fault_off <= n + 2);
            ck_assert(fault != SMTP_NOMATCH);
        }
}
END_TEST

/* What is not offered to one is not known to the other, however their commands alternate. */
START_TEST(sessions_share_nothing)
{
    static const struct smtp_server_config chunking = {.name = "mx.test",
                                                       .extensions = SMTP_X_CHUNKING};
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(ANSWERS("EHLO a.test\r\nBDAT 0\r\nQUIT\r\n"), "220 250 502 221");
        ck_assert_str_eq(answers(&chunking, SMTP_SPAN("EHLO a.test\r\nBDAT 0\r\nQUIT\r\n")),
                         "220 250 503 221");
    }
}
END_TEST

/* Many recipients: the session counts them, and takes no memory for one. */
START_TEST(recipients_are_counted)
{
    enum { MANY = 20000 };
    struct smtp_limits limits = smtp_limits_default;
    struct smtp_server_config config = {.name = "mx.test", .limits = &limits};
    static char in[1024], out[4096];
    static struct smtp_server s;
    struct smtp_event ev;
    const char *say = "EHLO a.test\r\n";
    size_t refused = 0;
    limits.recipients = MANY;
    ck_assert_int_eq(
        smtp_server_init(&s, &config, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out}, 0),
        SMTP_OK);
    unsigned long before = allocations;
    for (int i = -3; i <= MANY; i++) {
        while (smtp_server_next(&s, 0, &ev)) {
            refused += ev.kind == SMTP_EV_REJECTED && ev.fault == SMTP_E_RCPT_MANY;
            if (ev.wants_reply)
                smtp_server_accept(&s);
            smtp_edge_sent(&s.edge, smtp_edge_out(&s.edge).n);
        }
        smtp_room room = smtp_edge_room(&s.edge);
        if (room.n < strlen(say))
            break;
        memcpy(room.p, say, strlen(say));
        smtp_edge_got(&s.edge, strlen(say));
        say = i < -2 ? "MAIL FROM:<>\r\n" : "RCPT TO:<a@b.c>\r\n";
    }
    while (smtp_server_next(&s, 0, &ev))
        refused += ev.kind == SMTP_EV_REJECTED && ev.fault == SMTP_E_RCPT_MANY;
    unsigned long after = allocations;
    ck_assert_uint_eq(s.recipients, MANY);
    ck_assert_uint_eq(refused, 2);
    ck_assert_uint_eq(after, before);
}
END_TEST

void grammar_cases(Suite *suite)
{
    add_case(suite, "01", bad_rcpt_is_answered);
    add_case(suite, "06", quoted_local_parts_keep_their_quotes);
    add_case(suite, "06", quoted_controls_are_refused);
    add_case(suite, "07", bad_ipv6_is_no_general_literal);
    add_case(suite, "07", eight_groups);
    add_case(suite, "08", words_in_any_case);
    add_case(suite, "08", reply_lines);
    add_case(suite, "10", mailboxes_compare);
    add_case(suite, "10", extensions_read_the_same_twice);
    add_case(suite, "16", print_needs_no_heap);
    add_case(suite, "read_05", parsers_are_total);
    add_case(suite, "read_05", sessions_share_nothing);
    add_case(suite, "read_05", recipients_are_counted);
}
