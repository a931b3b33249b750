#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check_main.h"
#include "drive/trace.h"

enum { EXTENDED = 1, SECURE = 2, AUTH = 4, UTF8 = 8, LMTP = 16 };

static const struct {
    const char *clause, *sender, *hello, *peer, *recipient;
    unsigned flags;
    int64_t seconds;
    int zone_minutes;
    const char *out;
} rows[] = {
    {"5321-4.4", "joe@a.example", "a.example", "192.0.2.1", "", EXTENDED, 1764090939, 60,
     "Return-Path: <joe@a.example>\r\nReceived: from a.example ([192.0.2.1])\r\n\tby mx.example\r\n"
     "\twith ESMTP id 1Q2;\r\n\tTue, 25 Nov 2025 18:15:39 +0100\r\n"},
    {"5321-4.1.3", "", "[IPv6:2001:db8::2]", "2001:db8::1", "", EXTENDED | SECURE, 951782400, 0,
     "Return-Path: <>\r\nReceived: from [IPv6:2001:db8::2] ([IPv6:2001:db8::1])\r\n\tby "
     "mx.example\r\n"
     "\twith ESMTPS id 1Q2;\r\n\tTue, 29 Feb 2000 00:00:00 +0000\r\n"},
    {"5321-4.4", "a@b", "b", "fe80::1%eth0", "", 0, 1767225599, -210,
     "Return-Path: <a@b>\r\nReceived: from b ([IPv6:fe80::1])\r\n\tby mx.example\r\n"
     "\twith SMTP id 1Q2;\r\n\tWed, 31 Dec 2025 20:29:59 -0330\r\n"},
    {"5321-4.4", "a@b", "b", "192.0.2.1", "", SECURE, 1, 845,
     "Return-Path: <a@b>\r\nReceived: from b ([192.0.2.1])\r\n\tby mx.example\r\n"
     "\twith SMTP id 1Q2;\r\n\tThu, 1 Jan 1970 14:05:01 +1405\r\n"},
    {"5321-4.4", "\"j d\"@a.example", "a.example", "192.0.2.1", "\"x y\"@[192.0.2.9]",
     EXTENDED | SECURE | AUTH, 1764090939, 60,
     "Return-Path: <\"j d\"@a.example>\r\nReceived: from a.example ([192.0.2.1])\r\n\tby "
     "mx.example\r\n\twith ESMTPSA id 1Q2 for <\"x y\"@[192.0.2.9]>;\r\n\tTue, 25 Nov 2025 "
     "18:15:39 +0100\r\n"},
    {"5321-4.4", "a@b", "b", "192.0.2.1", "postmaster", EXTENDED | LMTP, 1, 0, /* no Mailbox */
     "Return-Path: <a@b>\r\nReceived: from b ([192.0.2.1])\r\n\tby mx.example\r\n"
     "\twith LMTP id 1Q2;\r\n\tThu, 1 Jan 1970 00:00:01 +0000\r\n"},
    {"6531 4.3", "a..b@c", "no domain;", "192.0.2.1", "u@d", EXTENDED | UTF8 | AUTH, 1, 0,
     "Return-Path: <a..b@c>\r\nReceived: from [192.0.2.1] ([192.0.2.1])\r\n\tby mx.example\r\n"
     "\twith UTF8SMTPA id 1Q2 for <u@d>;\r\n\tThu, 1 Jan 1970 00:00:01 +0000\r\n"},
    {"6531 4.3", "", "", "socket", "", EXTENDED | UTF8 | LMTP | SECURE, INT64_MAX, 0,
     "Return-Path: <>\r\nReceived: from unknown\r\n\tby mx.example\r\n"
     "\twith UTF8LMTPS id 1Q2;\r\n\tThu, 1 Jan 1970 00:00:00 +0000\r\n"},
};
enum { ROWS = sizeof rows / sizeof *rows };

static struct trace trace_of(int i)
{
    return (struct trace){
        .sender = smtp_span_of(rows[i].sender),
        .hello = smtp_span_of(rows[i].hello),
        .peer = rows[i].peer,
        .name = "mx.example",
        .id = "1Q2",
        .recipient = smtp_span_of(rows[i].recipient),
        .extended = (rows[i].flags & EXTENDED) != 0,
        .secure = (rows[i].flags & SECURE) != 0,
        .authenticated = (rows[i].flags & AUTH) != 0,
        .utf8 = (rows[i].flags & UTF8) != 0,
        .lmtp = (rows[i].flags & LMTP) != 0,
        .seconds = rows[i].seconds,
        .zone_minutes = rows[i].zone_minutes,
    };
}

START_TEST(test_rows)
{
    char text[TRACE_MAX] = "";
    struct trace t = trace_of(_i);
    size_t n = trace_print((smtp_room){text, sizeof text - 1}, &t);
    ck_assert_msg(strcmp(text, rows[_i].out) == 0, "%s: %s", rows[_i].clause, text);
    ck_assert_uint_eq(n, strlen(rows[_i].out));
}
END_TEST

/* What was printed, the grammar reads; its Return-Path only where that is one. */
START_TEST(test_reads_again)
{
    struct smtp_path path;
    struct smtp_received received;
    struct smtp_cursor c = smtp_cursor_of(smtp_span_of(rows[_i].out), SMTP_LAX_DOTS);
    ck_assert_int_eq(smtp_parse_return_path(&c, &path), SMTP_T_OK);
    c.lax = SMTP_LAX_NONE;
    ck_assert_int_eq(smtp_parse_received(&c, &received), SMTP_T_OK);
    ck_assert_ptr_eq(c.at, c.end);
}
END_TEST

/* Every room that is too small is filled, not passed, and the need is told. */
START_TEST(test_every_room)
{
    struct trace t = trace_of(_i);
    size_t need = strlen(rows[_i].out);
    for (size_t room = 0; room < need; room++) {
        char *text = malloc(room + 1);
        ck_assert_ptr_nonnull(text);
        text[room] = 'x';
        ck_assert_uint_eq(trace_print((smtp_room){text, room}, &t), need);
        ck_assert_int_eq(text[room], 'x');
        ck_assert_mem_eq(text, rows[_i].out, room);
        free(text);
    }
}
END_TEST

static const struct {
    const char *tz;
    int minutes;
} zones[] = {{"UTC0", 0}, {"XXX-5:30", 330}, {"XXX3:30", -210}, {"XXX-14", 840}};

START_TEST(test_zone)
{
    ck_assert_int_eq(setenv("TZ", zones[_i].tz, 1), 0);
    tzset();
    ck_assert_int_eq(trace_zone_at(1764090939), zones[_i].minutes);
}
END_TEST

static Suite *trace_suite(void)
{
    Suite *suite = suite_create("trace");
    TCase *tcase = tcase_create("trace");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_loop_test(tcase, test_reads_again, 0, ROWS);
    tcase_add_loop_test(tcase, test_every_room, 0, ROWS);
    tcase_add_loop_test(tcase, test_zone, 0, sizeof zones / sizeof *zones);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(trace_suite)
