#include <assert.h>

#include "params_parts.h"
#include "smtp/received.h"

/* RFC 4865 3: future-release-integer = %x31-39 *8DIGIT ; integer in the range 1-999999999 */
bool smtp_grammar_interval(struct smtp_cursor *c, uint32_t *out)
{
    uint32_t seconds = 0;
    if (smtp_grammar_at(c, '0'))
        return false;
    for (unsigned n = 0; n < 9 && smtp_grammar_is(c, SMTP_C_DIGIT); n++, c->at++)
        seconds = 10 * seconds + (uint32_t)(*c->at - '0');
    *out = seconds;
    return seconds > 0;
}

bool smtp_grammar_hold_for(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    return smtp_grammar_interval(c, &out->hold_for);
}

/* So many digits for a number between two others; one outside is the fault of its first digit. */
static bool read_number(struct smtp_cursor *c, unsigned digits, unsigned least, unsigned most,
                        unsigned *out)
{
    const char *begin = c->at;
    unsigned number = 0;
    for (; digits > 0; digits--, c->at++) {
        if (!smtp_grammar_is(c, SMTP_C_DIGIT))
            return false;
        number = 10 * number + (unsigned)(*c->at - '0');
    }
    if (number < least || number > most)
        c->at = begin;
    *out = number;
    return number >= least && number <= most;
}

/*
 * RFC 3339 5.6: full-date = date-fullyear "-" date-month "-" date-mday; 5.7: days of the month.
 * RFC 4865 3: "the future date and time", so that what smtp_date_at() cannot tell is refused.
 */
static bool read_full_date(struct smtp_cursor *c, struct smtp_date *out)
{
    return read_number(c, 4, SMTP_YEAR_MIN, 9999, &out->year) && smtp_grammar_take(c, '-') &&
           read_number(c, 2, 1, 12, &out->month) && smtp_grammar_take(c, '-') &&
           read_number(c, 2, 1, smtp_month_days(out->year, out->month), &out->day);
}

/*
 * RFC 3339 5.6: partial-time = time-hour ":" time-minute ":" time-second [time-secfrac]
 * 5.7: a leap second is one at 23:59:60 UTC.
 */
static bool read_partial_time(struct smtp_cursor *c, struct smtp_date *out)
{
    if (!read_number(c, 2, 0, 23, &out->hour) || !smtp_grammar_take(c, ':') ||
        !read_number(c, 2, 0, 59, &out->minute) || !smtp_grammar_take(c, ':'))
        return false;
    unsigned most = out->hour == 23 && out->minute == 59 ? 60 : 59;
    if (!read_number(c, 2, 0, most, &out->second))
        return false;
    return !smtp_grammar_take(c, '.') || smtp_grammar_run(c, SMTP_C_DIGIT) > 0;
}

/* RFC 3339 5.6: time-offset = "Z" / time-numoffset; RFC 4865 3: "normalized to UTC". */
static bool read_utc(struct smtp_cursor *c)
{
    if (smtp_grammar_word(c, "Z"))
        return true;
    return (smtp_grammar_take(c, '+') || smtp_grammar_take(c, '-')) &&
           smtp_grammar_word(c, "00:00");
}

/*
 * RFC 4865 3: future-release-date-time = Internet-style-date-time-UTC, by erratum 2040 the date-time
 * of RFC 3339 5.6: full-date "T" partial-time time-offset, T and Z in any case.
 */
bool smtp_grammar_timestamp(struct smtp_cursor *c, int64_t *out)
{
    struct smtp_date date = {.zone = 0};
    if (!read_full_date(c, &date) || !smtp_grammar_word(c, "T") || !read_partial_time(c, &date) ||
        !read_utc(c))
        return false;
    *out = smtp_date_seconds(&date);
    return true;
}

static void put_digits(smtp_room to, size_t *at, char before, unsigned number, unsigned digits)
{
    char text[5] = {before, '0', '0', '0', '0'};
    for (unsigned i = digits; i > 0; i--, number /= 10)
        text[i] = (char)('0' + number % 10);
    smtp_room_put(to, at, (smtp_span){text + (before == 0), digits + (before != 0)});
}

void smtp_grammar_put_timestamp(smtp_room to, size_t *at, int64_t seconds)
{
    struct smtp_date date;
    bool told = smtp_date_at(seconds, 0, &date);
    assert(told && date.year <= 9999);
    (void)told;
    put_digits(to, at, 0, date.year, 4);
    put_digits(to, at, '-', date.month, 2);
    put_digits(to, at, '-', date.day, 2);
    put_digits(to, at, 'T', date.hour, 2);
    put_digits(to, at, ':', date.minute, 2);
    put_digits(to, at, ':', date.second, 2);
    smtp_room_put(to, at, SMTP_SPAN("Z"));
}

bool smtp_grammar_hold_until(struct smtp_cursor *c, struct smtp_mail_params *out)
{
    const char *begin = c->at;
    bool whole = smtp_grammar_timestamp(c, &out->hold_until_s);
    out->hold_until = smtp_grammar_since(c, begin);
    return whole;
}
