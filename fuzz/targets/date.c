/*
 * NAME
 *     date.c: date-time
 *
 * DESCRIPTION
 *     Input: the text of a date-time. Oracles:
 *
 *       abnf          the parser accepts what the grammar generates and RFC 5322 3.3 does not forbid
 *       fault-inside  a fault lies in the text or at its end, and the cursor has not moved
 *       in-range      an accepted date has a day that its month has, and a time of the clock; around it, at
 *                     the ends of months and years, the parser takes a date if and only if there is such
 *       print-parse   it prints to one that is accepted, the same moment in the same zone
 *       same-moment   the seconds since 1970 lead back to it
 *       case          with all letters in the other case it is the same date
 */
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "smtp/received.h"

enum { MOST = 4096, PRINTED = 64 };

static bool is_same(const struct smtp_date *a, const struct smtp_date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second && a->zone == b->zone &&
           a->zone_unknown == b->zone_unknown;
}

static void check_range(const struct smtp_date *d)
{
    FUZZ_CHECK(d->year >= SMTP_YEAR_MIN && d->year <= SMTP_YEAR_MAX, "in-range", "year %u",
               d->year);
    FUZZ_CHECK(d->month >= 1 && d->month <= 12, "in-range", "month %u", d->month);
    FUZZ_CHECK(d->day >= 1 && d->day <= smtp_month_days(d->year, d->month), "in-range", "day %u",
               d->day);
    FUZZ_CHECK(d->hour < 24 && d->minute < 60 && d->second <= 60, "in-range", "%u:%u:%u", d->hour,
               d->minute, d->second);
    FUZZ_CHECK(smtp_date_weekday(d) < 7, "in-range", "weekday %u", smtp_date_weekday(d));
}

/* In printed form, which the grammar generates: so the prose of RFC 5322 3.3 alone decides. */
static void check_beside(struct smtp_date d, unsigned year, unsigned month)
{
    static const unsigned char days[] = {29, 30, 31};
    char text[PRINTED];
    struct smtp_date read;
    d.year = year;
    d.month = month;
    for (size_t i = 0; i < sizeof days; i++) {
        d.day = days[i];
        smtp_span printed = {text, smtp_print_date((smtp_room){text, sizeof text}, &d)};
        struct smtp_cursor c = smtp_cursor_of(printed, 0);
        bool taken = smtp_parse_date(&c, &read) == SMTP_T_OK;
        FUZZ_CHECK(taken == abnf_is_date(printed), "in-range", "%s %.*s",
                   taken ? "took" : "refused", (int)printed.n, text);
    }
}

/* Calendars go wrong where a month, a year or a century ends. */
static void check_calendar(const struct smtp_date *d)
{
    const unsigned years[] = {d->year, d->year - 1, d->year + 1, d->year - d->year % 100};
    for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
        check_beside(*d, years[i], 2);
        check_beside(*d, years[i], d->month);
    }
}

static void check_print(const struct smtp_date *d)
{
    char text[PRINTED];
    size_t n = smtp_print_date((smtp_room){text, sizeof text}, d);
    FUZZ_CHECK(n <= sizeof text, "print-parse", "room %zu", n);
    struct smtp_cursor c = smtp_cursor_of((smtp_span){text, n}, 0);
    struct smtp_date again;
    FUZZ_CHECK(smtp_parse_date(&c, &again) == SMTP_T_OK && c.at == c.end, "print-parse", "%.*s",
               (int)n, text);
    FUZZ_CHECK(is_same(d, &again), "print-parse", "another date: %.*s", (int)n, text);
}

/* A leap second is the second behind it. */
static void check_moment(const struct smtp_date *d)
{
    struct smtp_date again;
    int64_t seconds = smtp_date_seconds(d);
    if (d->second == 60 || !smtp_date_at(seconds, d->zone, &again))
        return;
    again.zone_unknown = d->zone_unknown;
    FUZZ_CHECK(is_same(d, &again), "same-moment", "%lld", (long long)seconds);
}

static void check_case(smtp_span text, const struct smtp_date *d)
{
    char other[MOST];
    struct smtp_cursor c = smtp_cursor_of(abnf_swapped(other, text), 0);
    struct smtp_date again;
    FUZZ_CHECK(smtp_parse_date(&c, &again) == SMTP_T_OK, "case", "refused");
    FUZZ_CHECK(is_same(d, &again), "case", "another date");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t nothing[1];
    if (size > MOST)
        return 0;
    smtp_span text = {(const char *)(size > 0 ? data : nothing), size};
    struct smtp_cursor c = smtp_cursor_of(text, 0);
    struct smtp_date date;
    enum smtp_trace_fault fault = smtp_parse_date(&c, &date);
    if (fault == SMTP_T_OK) {
        check_range(&date);
        check_calendar(&date);
        check_print(&date);
        check_moment(&date);
        check_case(text, &date);
    } else {
        FUZZ_CHECK(c.at == text.p && c.fault_at >= text.p && c.fault_at <= text.p + size,
                   "fault-inside", "%s", smtp_trace_row(fault)->symbol);
    }
    abnf_oracle("date", text);
    return 0;
}
