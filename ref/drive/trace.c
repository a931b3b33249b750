#include "trace.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void put(smtp_room to, size_t *at, const char *text)
{
    smtp_room_put(to, at, smtp_span_of(text));
}

static void put_digits(smtp_room to, size_t *at, int number, int digits)
{
    int unit = 1;
    for (int i = 1; i < digits; i++)
        unit *= 10;
    for (; unit > 0; unit /= 10) {
        char digit = (char)('0' + number / unit % 10);
        smtp_room_put(to, at, (smtp_span){&digit, 1});
    }
}

/* RFC 5321 4.1.3: IPv6-address-literal = "IPv6:" IPv6-addr. A zone (RFC 4007) is ours alone. */
size_t trace_print_literal(smtp_room to, const char *address)
{
    size_t at = 0;
    put(to, &at, strchr(address, ':') != NULL ? "[IPv6:" : "[");
    smtp_room_put(to, &at, (smtp_span){address, strcspn(address, "%")});
    put(to, &at, "]");
    return at;
}

/* RFC 5322 3.3: date-time = [ day-of-week "," ] date time, zone = "+" / "-" 4DIGIT */
static void put_date(smtp_room to, size_t *at, int64_t seconds, int zone)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t local = (time_t)(seconds + (int64_t)zone * 60);
    struct tm tm;
    if (gmtime_r(&local, &tm) == NULL)
        tm = (struct tm){.tm_mday = 1, .tm_year = 70, .tm_wday = 4};
    put(to, at, days[tm.tm_wday]);
    put(to, at, ", ");
    smtp_room_put_number(to, at, (uint64_t)tm.tm_mday);
    put(to, at, " ");
    put(to, at, months[tm.tm_mon]);
    put(to, at, " ");
    put_digits(to, at, tm.tm_year + 1900, 4);
    put(to, at, " ");
    put_digits(to, at, tm.tm_hour, 2);
    put(to, at, ":");
    put_digits(to, at, tm.tm_min, 2);
    put(to, at, ":");
    put_digits(to, at, tm.tm_sec, 2);
    put(to, at, zone < 0 ? " -" : " +");
    put_digits(to, at, abs(zone) / 60, 2);
    put_digits(to, at, abs(zone) % 60, 2);
}

/* RFC 3848: ESMTPS with STARTTLS or TLS; it has no name for HELO inside TLS. */
static const char *protocol(const struct trace *t)
{
    if (!t->extended)
        return "SMTP";
    return t->secure ? "ESMTPS" : "ESMTP";
}

/*
 * RFC 5321 4.4: Return-path-line = "Return-Path:" FWS Reverse-path <CRLF>
 * Time-stamp-line = "Received:" FWS Stamp <CRLF>; Stamp = From-domain By-domain Opt-info [CFWS] ";"
 * FWS date-time
 */
size_t trace_print(smtp_room to, const struct trace *t)
{
    size_t at = 0;
    put(to, &at, "Return-Path: <");
    smtp_room_put(to, &at, t->sender);
    put(to, &at, ">\r\nReceived: from ");
    smtp_room_put(to, &at, t->hello);
    put(to, &at, " (");
    char octets[80];
    smtp_room literal = {octets, sizeof octets};
    size_t n = trace_print_literal(literal, t->peer);
    smtp_room_put(to, &at, (smtp_span){octets, n < sizeof octets ? n : sizeof octets});
    put(to, &at, ")\r\n\tby ");
    put(to, &at, t->name);
    put(to, &at, "\r\n\twith ");
    put(to, &at, protocol(t));
    put(to, &at, " id ");
    put(to, &at, t->id);
    put(to, &at, ";\r\n\t");
    put_date(to, &at, t->seconds, t->zone_minutes);
    put(to, &at, "\r\n");
    return at;
}

/* tm_gmtoff is no POSIX; %z is, and knows no locale. */
int trace_zone_at(int64_t seconds)
{
    time_t now = (time_t)seconds;
    struct tm tm;
    char text[8];
    uint64_t zone = 0;
    if (localtime_r(&now, &tm) == NULL || strftime(text, sizeof text, "%z", &tm) != 5 ||
        !smtp_span_number((smtp_span){text + 1, 4}, 4, &zone))
        return 0;
    int minutes = (int)(zone / 100 * 60 + zone % 100);
    return text[0] == '-' ? -minutes : minutes;
}
