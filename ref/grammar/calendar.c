#include <assert.h>

#include "smtp/received.h"

enum { DAY_SECONDS = 86400, ZONE_MAX = 99 * 60 + 59, EPOCH_DAYS = 719162 };

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1 January of the year 1 to that of `year`; those up to 1970 are EPOCH_DAYS. */
static int64_t days_to_year(int64_t year)
{
    int64_t past = year - 1;
    return 365 * past + past / 4 - past / 100 + past / 400;
}

unsigned smtp_month_days(unsigned year, unsigned month)
{
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return days[month - 1] + (month == 2 && is_leap(year) ? 1U : 0U);
}

/* Days from 1 January of the year 1 to that date. */
static int64_t days_to(const struct smtp_date *d)
{
    int64_t days = days_to_year(d->year);
    for (unsigned month = 1; month < d->month; month++)
        days += smtp_month_days(d->year, month);
    return days + d->day - 1;
}

/* 1 January of the year 1, reckoned back in this calendar, is a Monday. */
unsigned smtp_date_weekday(const struct smtp_date *d)
{
    return (unsigned)((days_to(d) + 1) % 7);
}

/* RFC 5322 3.3: "+hhmm means +(hh * 60 + mm) minutes", ahead of Universal Time. */
int64_t smtp_date_seconds(const struct smtp_date *d)
{
    int64_t minutes = (int64_t)d->hour * 60 + d->minute - d->zone;
    return (days_to(d) - EPOCH_DAYS) * DAY_SECONDS + minutes * 60 + d->second;
}

/* The year that holds the day: from a guess that is never too late, in steps that never are. */
static unsigned year_of(int64_t days)
{
    int64_t year = days / 366 + 1;
    while (days_to_year(year + 1) <= days)
        year += 1 + (days - days_to_year(year + 1)) / 366;
    return (unsigned)year;
}

bool smtp_date_at(int64_t seconds, int zone, struct smtp_date *out)
{
    const int64_t least = (days_to_year(SMTP_YEAR_MIN) - EPOCH_DAYS) * DAY_SECONDS;
    const int64_t end = (days_to_year(SMTP_YEAR_MAX + (int64_t)1) - EPOCH_DAYS) * DAY_SECONDS;
    if (zone < -ZONE_MAX || zone > ZONE_MAX)
        return false;
    int64_t shift = (int64_t)zone * 60;
    if (seconds < least - shift || seconds >= end - shift)
        return false;
    int64_t local = seconds + shift + (int64_t)EPOCH_DAYS * DAY_SECONDS;
    int64_t day = local / DAY_SECONDS;
    unsigned clock = (unsigned)(local % DAY_SECONDS);
    struct smtp_date date = {.year = year_of(day), .month = 1, .zone = zone};
    unsigned left = (unsigned)(day - days_to_year(date.year));
    for (; left >= smtp_month_days(date.year, date.month); date.month++)
        left -= smtp_month_days(date.year, date.month);
    date.day = left + 1;
    date.hour = clock / 3600;
    date.minute = clock / 60 % 60;
    date.second = clock % 60;
    *out = date;
    return true;
}
