#include <assert.h>

#include "received_parts.h"

static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
enum { DAYS = sizeof days / sizeof *days, MONTHS = sizeof months / sizeof *months };

/* least*most DIGIT, as many as there are; false: too few. */
static bool read_digits(struct smtp_cursor *c, unsigned least, unsigned most, unsigned *out)
{
    unsigned n = 0;
    for (*out = 0; n < most && smtp_grammar_is(c, SMTP_C_DIGIT); n++, c->at++)
        *out = 10 * *out + (unsigned)(*c->at - '0');
    return n >= least;
}

/* 2DIGIT up to a most; a number over it is the fault of its first digit. */
static bool read_two(struct smtp_cursor *c, unsigned most, unsigned *out)
{
    const char *begin = c->at;
    if (!read_digits(c, 2, 2, out))
        return false;
    if (*out > most)
        c->at = begin;
    return *out <= most;
}

/*
 * RFC 5322 3.3
 *     year = (FWS 4*DIGIT FWS)
 * "any numeric year 1900 or later". Zeros may lead.
 */
static enum smtp_trace_fault read_year(struct smtp_cursor *c, unsigned *out)
{
    const char *begin = c->at;
    size_t n = 0;
    for (*out = 0; smtp_grammar_is(c, SMTP_C_DIGIT) && *out <= SMTP_YEAR_MAX; n++, c->at++)
        *out = 10 * *out + (unsigned)(*c->at - '0');
    if (n < 4)
        return SMTP_T_YEAR;
    if (*out >= SMTP_YEAR_MIN && *out <= SMTP_YEAR_MAX)
        return SMTP_T_OK;
    c->at = begin;
    return SMTP_T_YEAR;
}

/*
 * RFC 5322 3.3
 *     date  = day month year
 *     day   = ([FWS] 1*2DIGIT FWS)
 *     month = "Jan" / "Feb" / ...
 * The day "MUST be between 1 and the number of days allowed for the specified month".
 */
static enum smtp_trace_fault read_day(struct smtp_cursor *c, struct smtp_date *out)
{
    const char *begin = c->at;
    if (!read_digits(c, 1, 2, &out->day))
        return SMTP_T_DAY;
    if (!smtp_trace_fws(c))
        return SMTP_T_BLANK;
    out->month = smtp_grammar_choice(c, months, MONTHS) + 1;
    if (out->month > MONTHS)
        return SMTP_T_MONTH;
    if (!smtp_trace_fws(c))
        return SMTP_T_BLANK;
    enum smtp_trace_fault fault = read_year(c, &out->year);
    if (fault != SMTP_T_OK)
        return fault;
    if (out->day >= 1 && out->day <= smtp_month_days(out->year, out->month))
        return smtp_trace_blank(c);
    c->at = begin;
    return SMTP_T_DAY;
}

/*
 * RFC 5322 3.3
 *     time-of-day = hour ":" minute [ ":" second ]
 * "in the range 00:00:00 through 23:59:60 (the number of seconds allowing for a leap second)".
 */
static bool read_time_of_day(struct smtp_cursor *c, struct smtp_date *out)
{
    if (!read_two(c, 23, &out->hour) || !smtp_grammar_take(c, ':') ||
        !read_two(c, 59, &out->minute))
        return false;
    return !smtp_grammar_take(c, ':') || read_two(c, 60, &out->second);
}

/*
 * RFC 5322 3.3
 *     zone = (FWS ( "+" / "-" ) 4DIGIT)
 * "the last two digits of the zone MUST be within the range 00 through 59"; "-0000" tells nothing
 * of the local time zone. RFC 5321 4.4: obs-zone is prohibited.
 */
static enum smtp_trace_fault read_zone(struct smtp_cursor *c, struct smtp_date *out)
{
    unsigned hours, minutes;
    if (!smtp_trace_fws(c))
        return SMTP_T_BLANK;
    bool west = smtp_grammar_at(c, '-');
    if (!west && !smtp_grammar_at(c, '+'))
        return SMTP_T_ZONE;
    c->at++;
    if (!read_digits(c, 2, 2, &hours) || !read_two(c, 59, &minutes))
        return SMTP_T_ZONE;
    if (smtp_grammar_is(c, SMTP_C_DIGIT))
        return SMTP_T_ZONE;
    int zone = (int)(60 * hours + minutes);
    out->zone = west ? -zone : zone;
    out->zone_unknown = west && zone == 0;
    return SMTP_T_OK;
}

/* RFC 5322 3.3: day-of-week = ([FWS] day-name); `name` is DAYS when there is none. */
static enum smtp_trace_fault read_day_of_week(struct smtp_cursor *c, unsigned *name)
{
    *name = DAYS;
    smtp_trace_fws(c);
    if (smtp_grammar_is(c, SMTP_C_DIGIT))
        return SMTP_T_OK;
    *name = smtp_grammar_choice(c, days, DAYS);
    if (*name == DAYS)
        return SMTP_T_DAY;
    if (!smtp_grammar_take(c, ','))
        return SMTP_T_COMMA;
    smtp_trace_fws(c);
    return SMTP_T_OK;
}

/*
 * RFC 5322 3.3
 *     date-time = [ day-of-week "," ] date time [CFWS]
 *     time      = time-of-day zone
 * "the day-of-week (if included) MUST be the day implied by the date". RFC 5321 4.4: the "obs-"
 * forms "MUST NOT be used", so that comments stand at the end alone.
 */
static enum smtp_trace_fault read_date(struct smtp_cursor *c, struct smtp_date *out)
{
    struct smtp_cursor first = *c;
    smtp_trace_fws(&first);
    unsigned name;
    bool some;
    enum smtp_trace_fault fault = read_day_of_week(c, &name);
    if (fault == SMTP_T_OK)
        fault = read_day(c, out);
    if (fault != SMTP_T_OK)
        return fault;
    if (name != DAYS && name != smtp_date_weekday(out)) {
        c->at = first.at;
        return SMTP_T_DAY_NAME;
    }
    if (!read_time_of_day(c, out))
        return SMTP_T_TIME;
    fault = read_zone(c, out);
    return fault == SMTP_T_OK ? smtp_trace_cfws(c, &some) : fault;
}

enum smtp_trace_fault smtp_parse_date(struct smtp_cursor *c, struct smtp_date *out)
{
    const char *begin = c->at;
    struct smtp_date read = {.year = 0};
    enum smtp_trace_fault fault = smtp_trace_end(c, begin, read_date(c, &read));
    if (fault == SMTP_T_OK)
        *out = read;
    return fault;
}

static void put_two(smtp_room to, size_t *at, unsigned number, char before)
{
    const char text[3] = {before, (char)('0' + number / 10), (char)('0' + number % 10)};
    smtp_room_put(to, at, (smtp_span){text, sizeof text});
}

/* RFC 5322 3.3 as above, with the day name and the seconds, one space where FWS may stand. */
size_t smtp_print_date(smtp_room to, const struct smtp_date *d)
{
    size_t at = 0;
    unsigned zone = (unsigned)(d->zone < 0 ? -d->zone : d->zone);
    assert(d->month >= 1 && d->month <= MONTHS && d->second <= 60 && zone < 100 * 60);
    smtp_room_put(to, &at, smtp_span_of(days[smtp_date_weekday(d)]));
    smtp_room_put(to, &at, SMTP_SPAN(", "));
    smtp_room_put_number(to, &at, d->day);
    smtp_room_put(to, &at, SMTP_SPAN(" "));
    smtp_room_put(to, &at, smtp_span_of(months[d->month - 1]));
    smtp_room_put(to, &at, SMTP_SPAN(" "));
    smtp_room_put_number(to, &at, d->year);
    put_two(to, &at, d->hour, ' ');
    put_two(to, &at, d->minute, ':');
    put_two(to, &at, d->second, ':');
    smtp_room_put(to, &at, SMTP_SPAN(" "));
    put_two(to, &at, zone / 60, d->zone < 0 || d->zone_unknown ? '-' : '+');
    const char rest[2] = {(char)('0' + zone % 60 / 10), (char)('0' + zone % 10)};
    smtp_room_put(to, &at, (smtp_span){rest, sizeof rest});
    return at;
}
