#include <string.h>
#include <time.h>

#include "check_main.h"
#include "guard.h"
#include "rule_table.h"
#include "smtp/received.h"

#define OK SMTP_T_OK
#define BLANK SMTP_T_BLANK
#define DAY SMTP_T_DAY
#define ZONE SMTP_T_ZONE
#define TIME SMTP_T_TIME
#define YEAR SMTP_T_YEAR

static const struct row {
    const char *clause;
    smtp_span in;
    enum smtp_trace_fault fault;
    size_t at;           /* OK: octets read; else the offset of the fault */
    const char *printed; /* NULL: as it was read */
    int64_t seconds;
} rows[] = {
    {"5322 3.3", T("Thu, 1 Jan 1970 00:00:00 +0000"), OK, 30, NULL, 0},
    {"5322 3.3", T("Thu, 1 Jan 1970 00:00:00 -0000"), OK, 30, NULL, 0},
    {"5322 3.3", T("Fri, 21 Nov 1997 10:01:22 -0600"), OK, 31, NULL, 880128082},
    {"5322 3.3", T("Wed, 31 Dec 1969 23:59:59 +0000"), OK, 31, NULL, -1},
    {"5322 3.3", T("Mon, 1 Jan 1900 00:00:00 +0000"), OK, 30, NULL, -2208988800},
    {"5322 3.3", T("Tue, 29 Feb 2000 12:00:00 +0000"), OK, 31, NULL, 951825600},
    {"5322 3.3", T("Tue, 19 Jan 2038 03:14:08 +0000"), OK, 31, NULL, 2147483648},
    {"5322 3.3", T("Sat, 31 Dec 2016 23:59:60 +0000"), OK, 31, NULL, 1483228800},
    {"5322 3.3", T("Sat, 31 Dec 2016 18:59:60 -0500"), OK, 31, NULL, 1483228800},
    {"5322 3.3", T("Thu, 1 Jan 1970 05:45:00 +0545"), OK, 30, NULL, 0},
    {"5322 3.3", T("Mon, 5 Jan 1970 03:59:00 +9959"), OK, 30, NULL, 0},
    {"5322 3.3", T("Sat, 1 Jan 10000 00:00:00 +0000"), OK, 31, NULL, 253402300800},
    /* read, but printed otherwise */
    {"5322 3.3", T("21 Nov 1997 10:01:22 -0600"), OK, 26, "Fri, 21 Nov 1997 10:01:22 -0600",
     880128082},
    {"5322 3.3", T("Thu, 01 Jan 1970 00:00 +0000"), OK, 28, "Thu, 1 Jan 1970 00:00:00 +0000", 0},
    {"5234 2.3", T("tHU, 1 jAN 1970 00:00:00 +0000"), OK, 30, "Thu, 1 Jan 1970 00:00:00 +0000", 0},
    {"5322 3.3", T("Thu,1 Jan 0001970 00:00:00 +0000"), OK, 32, "Thu, 1 Jan 1970 00:00:00 +0000",
     0},
    {"5322 3.3", T(" \tThu,  1\tJan  1970   00:00:00\t+0000 "), OK, 37,
     "Thu, 1 Jan 1970 00:00:00 +0000", 0},
    {"5322 3.2.2", T("Thu,\r\n 1 \r\n\tJan\r\n 1970\r\n 00:00:00\r\n +0000"), OK, 41,
     "Thu, 1 Jan 1970 00:00:00 +0000", 0},
    {"5322 3.2.2", T("Thu, 1 Jan 1970 00:00:00 +0000 (UTC)"), OK, 36,
     "Thu, 1 Jan 1970 00:00:00 +0000", 0},
    {"5322 3.2.2", T("Thu, 1 Jan 1970 00:00:00 +0000(a (b\r\n c) \\) \\\t)\t(d)\r\nX"), OK, 51,
     "Thu, 1 Jan 1970 00:00:00 +0000", 0},
    /* the end of the line is not the date's, nor a line of nothing but blanks */
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000\r\nTo: x"), OK, 22, "Thu, 1 Jan 1970 00:00:00 +0000",
     0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000\r\n \r\n"), OK, 22, "Thu, 1 Jan 1970 00:00:00 +0000",
     0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 \r\n "), OK, 23, "Thu, 1 Jan 1970 00:00:00 +0000", 0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 \n "), OK, 23, "Thu, 1 Jan 1970 00:00:00 +0000", 0},
    /* refused */
    {"5322 3.3", T(""), DAY, 0, NULL, 0},
    {"5322 3.3", T("T"), DAY, 1, NULL, 0},
    {"5322 3.3", T("Thx, 1 Jan 1970 00:00 +0000"), DAY, 2, NULL, 0},
    {"5322 3.3", T("Thursday, 1 Jan 1970 00:00 +0000"), SMTP_T_COMMA, 3, NULL, 0},
    {"5322 3.3", T("Thu 1 Jan 1970 00:00 +0000"), SMTP_T_COMMA, 3, NULL, 0},
    {"5321-4.4", T("Thu , 1 Jan 1970 00:00 +0000"), SMTP_T_COMMA, 3, NULL, 0},
    {"5322 3.3", T("Thu, Jan 1 1970 00:00 +0000"), DAY, 5, NULL, 0},
    {"5322 3.3", T("Fri, 1 Jan 1970 00:00 +0000"), SMTP_T_DAY_NAME, 0, NULL, 0},
    {"5322 3.3", T("  Fri, 1 Jan 1970 00:00 +0000"), SMTP_T_DAY_NAME, 2, NULL, 0},
    {"5322 3.3", T("0 Jan 1970 00:00 +0000"), DAY, 0, NULL, 0},
    {"5322 3.3", T("Thu, 32 Jan 1970 00:00 +0000"), DAY, 5, NULL, 0},
    {"5322 3.3", T("31 Apr 1970 00:00 +0000"), DAY, 0, NULL, 0},
    {"5322 3.3", T("29 Feb 2001 00:00 +0000"), DAY, 0, NULL, 0},
    {"5322 3.3", T("29 Feb 1900 00:00 +0000"), DAY, 0, NULL, 0},
    {"5322 3.3", T("001 Jan 1970 00:00 +0000"), BLANK, 2, NULL, 0},
    {"5322 3.3", T("1Jan 1970 00:00 +0000"), BLANK, 1, NULL, 0},
    {"5322 3.3", T("1-Jan-1970 00:00 +0000"), BLANK, 1, NULL, 0},
    {"5322 3.3", T("1 Jun1970 00:00 +0000"), BLANK, 5, NULL, 0},
    {"5322 3.3", T("1 Jux 1970 00:00 +0000"), SMTP_T_MONTH, 4, NULL, 0},
    {"5322 3.3", T("1 01 1970 00:00 +0000"), SMTP_T_MONTH, 2, NULL, 0},
    {"5322 3.3", T("1 June 1970 00:00 +0000"), BLANK, 5, NULL, 0},
    {"5321-4.4", T("1 Jan 70 00:00 +0000"), YEAR, 8, NULL, 0},
    {"5321-4.4", T("1 Jan 170 00:00 +0000"), YEAR, 9, NULL, 0},
    {"5322 3.3", T("1 Jan 1899 00:00 +0000"), YEAR, 6, NULL, 0},
    {"5322 3.3", T("1 Jan 1000000 00:00 +0000"), YEAR, 6, NULL, 0},
    {"5322 3.3", T("1 Jan 99999999999999999999 00:00 +0000"), YEAR, 6, NULL, 0},
    {"5322 3.3", T("1 Jan 1970"), BLANK, 10, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 0:00 +0000"), TIME, 12, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 24:00 +0000"), TIME, 11, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 23:60 +0000"), TIME, 14, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 23:59:61 +0000"), TIME, 17, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 2359 +0000"), TIME, 13, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 23:5 +0000"), TIME, 15, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 23:59: +0000"), TIME, 17, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 23:59:000 +0000"), BLANK, 19, NULL, 0},
    {"5321-4.4", T("1 Jan 1970 23 :59 +0000"), TIME, 13, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 00:00"), BLANK, 16, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 00:00+0000"), BLANK, 16, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 00:00 "), ZONE, 17, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 00:00 0000"), ZONE, 17, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 00:00 +000"), ZONE, 21, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 00:00 +00000"), ZONE, 22, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 00:00 +00:00"), ZONE, 20, NULL, 0},
    {"5322 3.3", T("1 Jan 1970 00:00 +0060"), ZONE, 20, NULL, 0},
    {"5321-4.4", T("1 Jan 1970 00:00 GMT"), ZONE, 17, NULL, 0},
    {"5321-4.4", T("1 Jan 1970 00:00 Z"), ZONE, 17, NULL, 0},
    {"5321-4.4", T("1 Jan 1970 00:00 (UTC) +0000"), ZONE, 17, NULL, 0},
    {"5321-4.4", T("1 (first) Jan 1970 00:00 +0000"), SMTP_T_MONTH, 2, NULL, 0},
    {"5321-4.4", T("(x) 1 Jan 1970 00:00 +0000"), DAY, 0, NULL, 0},
    {"5321-4.4", T("1 Jan\r\n \r\n 1970 00:00 +0000"), BLANK, 5, NULL, 0},
    {"5322 3.2.2", T("1\nJan 1970 00:00 +0000"), BLANK, 1, NULL, 0},
    {"5322 3.2.2", T("1 \n Jan 1970 00:00 +0000"), SMTP_T_MONTH, 2, NULL, 0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 (UTC"), SMTP_T_COMMENT, 27, NULL, 0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 ((UTC)"), SMTP_T_COMMENT, 29, NULL, 0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 (U\\"), SMTP_T_COMMENT, 26, NULL, 0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 (caf\xc3\xa9)"), SMTP_T_COMMENT, 27, NULL, 0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 (a\r\nb)"), SMTP_T_COMMENT, 25, NULL, 0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 (a\r\n \r\n b)"), SMTP_T_COMMENT, 25, NULL, 0},
    {"5322 3.2.2", T("1 Jan 1970 00:00 +0000 (\0)"), SMTP_T_COMMENT, 24, NULL, 0},
    {"5322 3.3", T("1970-01-01T00:00:00Z"), BLANK, 2, NULL, 0},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void check_print(const struct smtp_date *date, smtp_span want)
{
    for (size_t room = 0; room <= want.n + 1; room++) {
        char blank[64] = "";
        smtp_span place = guard_copy((smtp_span){blank, room});
        size_t n = smtp_print_date((smtp_room){(char *)(uintptr_t)place.p, room}, date);
        ck_assert_uint_eq(n, want.n);
        ck_assert_mem_eq(place.p, want.p, room < n ? room : n);
        guard_free(place);
    }
}

static void check_accepted(const struct row *row, const struct smtp_date *date, smtp_span read)
{
    smtp_span want = row->printed != NULL ? smtp_span_of(row->printed) : read;
    ck_assert_int_eq(smtp_date_seconds(date), row->seconds);
    check_print(date, want);
    struct smtp_cursor c = smtp_cursor_of(want, 0);
    struct smtp_date again;
    ck_assert_int_eq(smtp_parse_date(&c, &again), OK);
    ck_assert(c.at == c.end);
    ck_assert_int_eq(smtp_date_seconds(&again), row->seconds);
    ck_assert_int_eq(again.zone_unknown, date->zone_unknown);
    if (date->second == 60)
        return;
    ck_assert(smtp_date_at(row->seconds, date->zone, &again));
    again.zone_unknown = date->zone_unknown;
    check_print(&again, want);
}

START_TEST(test_rows)
{
    const struct row *row = &rows[_i];
    smtp_span in = guard_copy(row->in);
    struct smtp_cursor c = smtp_cursor_of(in, 0);
    struct smtp_date date;
    enum smtp_trace_fault fault = smtp_parse_date(&c, &date);
    const char *stop = fault == OK ? c.at : c.fault_at;
    ck_assert_msg(fault == row->fault && (size_t)(stop - in.p) == row->at, "%s %.*s: %s at %zu",
                  row->clause, (int)row->in.n, row->in.p, smtp_trace_row(fault)->symbol,
                  (size_t)(stop - in.p));
    if (fault == OK)
        check_accepted(row, &date, smtp_span_cut(in, 0, row->at));
    else
        ck_assert(c.at == in.p);
    guard_free(in);
}
END_TEST

/* Every cut of a date is refused, or read no further than the cut. */
START_TEST(test_cuts)
{
    static const char text[] = "Fri, 21 Nov 1997 10:01:22 -0600 (CST)";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        smtp_span in = guard_copy((smtp_span){text, n});
        struct smtp_cursor c = smtp_cursor_of(in, 0);
        struct smtp_date date;
        enum smtp_trace_fault fault = smtp_parse_date(&c, &date);
        bool whole = n == 31 || n == 32;
        ck_assert_msg((fault == OK) == whole, "cut at %zu: %s", n, smtp_trace_row(fault)->symbol);
        ck_assert_uint_eq((size_t)((whole ? c.at : c.fault_at) - in.p), n);
        guard_free(in);
    }
}
END_TEST

static bool is_same(const struct smtp_date *date, const struct tm *tm)
{
    return (int)date->year == tm->tm_year + 1900 && (int)date->month == tm->tm_mon + 1 &&
           (int)date->day == tm->tm_mday && (int)date->hour == tm->tm_hour &&
           (int)date->minute == tm->tm_min && (int)date->second == tm->tm_sec &&
           (int)smtp_date_weekday(date) == tm->tm_wday;
}

/* The C library reckons the same: steps of a little over 11 days, 1901 to 2160. */
START_TEST(test_calendar)
{
    for (int64_t at = -2170000000; at < 6000000000; at += 1000003) {
        time_t now = (time_t)at;
        struct tm tm;
        struct smtp_date date;
        ck_assert_ptr_nonnull(gmtime_r(&now, &tm));
        ck_assert(smtp_date_at(at, 0, &date));
        ck_assert_msg(is_same(&date, &tm) && smtp_date_seconds(&date) == at, "second %lld",
                      (long long)at);
    }
}
END_TEST

/* Each day of 400 years, in the zones at both ends. */
START_TEST(test_every_day)
{
    for (int64_t day = 0; day < 146097; day++) {
        struct smtp_date date;
        int64_t at = day * 86400 + 43200;
        ck_assert(smtp_date_at(at, day % 2 == 0 ? 5999 : -5999, &date));
        ck_assert_uint_ge(date.day, 1);
        ck_assert_uint_le(date.day, smtp_month_days(date.year, date.month));
        ck_assert_int_eq(smtp_date_seconds(&date), at);
    }
}
END_TEST

static const struct {
    int64_t seconds;
    int zone;
    bool told;
} ends[] = {
    {-2208988800, 0, true},    {-2208988801, 0, false},   {-2208988801, 1, true},
    {-2208988800, -1, false},  {31494784780799, 0, true}, {31494784780800, 0, false},
    {0, 5999, true},           {0, 6000, false},          {0, -5999, true},
    {0, -6000, false},         {INT64_MAX, 0, false},     {INT64_MIN, 0, false},
    {INT64_MAX, -5999, false}, {INT64_MIN, 5999, false},
};
enum { ENDS = sizeof ends / sizeof *ends };

START_TEST(test_ends)
{
    struct smtp_date date;
    ck_assert_int_eq(smtp_date_at(ends[_i].seconds, ends[_i].zone, &date), ends[_i].told);
    if (ends[_i].told)
        ck_assert_int_eq(smtp_date_seconds(&date), ends[_i].seconds);
}
END_TEST

static Suite *date_suite(void)
{
    Suite *suite = suite_create("date");
    TCase *tcase = tcase_create("date");
    tcase_add_loop_test(tcase, test_rows, 0, ROWS);
    tcase_add_test(tcase, test_cuts);
    tcase_add_test(tcase, test_calendar);
    tcase_add_test(tcase, test_every_day);
    tcase_add_loop_test(tcase, test_ends, 0, ENDS);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(date_suite)
