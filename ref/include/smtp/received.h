/*
 * NAME
 *     smtp/received.h: date-time, Received and Return-Path
 *
 * DESCRIPTION
 *     The parsers take a cursor as those of smtp/grammar.h do: SMTP_T_OK with the cursor behind what
 *     was read, or a fault with the cursor unmoved and cursor->fault_at at the offending octet (of a
 *     number out of range, a wrong day name and a clause out of place: the first one). Fields may be
 *     folded. The obs- forms of RFC 5322 are refused, as RFC 5321 4.4 has it. Each print is the
 *     inverse for its own form, returns the room needed and writes no more than there is.
 *
 * LIFETIME
 *     All spans of a result borrow from the parsed octets.
 *
 * SEE
 *     RFC 5321 section 4.4 with erratum 1683; RFC 5322 sections 3.2.2, 3.3 and 3.6.4; RFC 3848 and
 *     RFC 6531 section 4.3 (protocols).
 *
 * BUGS
 *     Trace fields are ASCII; the U-labels of RFC 6531 section 3.7.3 are refused.
 */
#ifndef SMTP_RECEIVED_H
#define SMTP_RECEIVED_H

#include "smtp/grammar.h"

/* clang-format off */
#define SMTP_TRACE_FAULTS(X) /* symbol, clause, text */ \
    X(BLANK,     "5322 3.2.2", "white space is missing") \
    X(COMMENT,   "5322 3.2.2", "malformed comment, or one without its end") \
    X(DAY,       "5322 3.3",   "expected a day of the month, one or two digits") \
    X(DAY_NAME,  "5322 3.3",   "the day name is not the day of that date") \
    X(COMMA,     "5322 3.3",   "expected a comma behind the day name") \
    X(MONTH,     "5322 3.3",   "expected the name of a month") \
    X(YEAR,      "5322 3.3",   "expected a year of four digits, 1900 or later") \
    X(TIME,      "5322 3.3",   "expected hh:mm or hh:mm:ss") \
    X(ZONE,      "5322 3.3",   "expected a numeric zone, +hhmm or -hhmm") \
    X(FROM,      "5321-4.4",   "expected from and a domain") \
    X(BY,        "5321-4.4",   "expected by and a domain") \
    X(HOST,      "5321-4.4",   "malformed domain or address literal") \
    X(TCP_INFO,  "5321-4.4",   "an address literal stands before its TCP-info") \
    X(CLAUSE,    "5321-4.4",   "expected a clause or a semicolon") \
    X(ORDER,     "5321-4.4",   "the clause is out of its place, or there twice") \
    X(VALUE,     "5321-4.4",   "the clause has no value, or a malformed one") \
    X(ID,        "5321-4.4",   "id takes an Atom or a msg-id") \
    X(RECIPIENT, "5321-4.4",   "for takes one Path or one Mailbox") \
    X(PATH,      "5321-4.4",   "Return-Path takes a reverse-path") \
    X(COLON,     "5322 2.2",   "white space stands before the colon") /* told by smtp/chain.h */ \
    X(TRAILING,  "5321-4.4",   "text behind the end of the field")

#define SMTP_WITHS(X) /* name, clause that registers it */ \
    X(SMTP,       "5321-4.4") \
    X(ESMTP,      "5321-4.4") \
    X(ESMTPA,     "3848-1") \
    X(ESMTPS,     "3848-1") \
    X(ESMTPSA,    "3848-1") \
    X(LMTP,       "3848-1") \
    X(LMTPA,      "3848-1") \
    X(LMTPS,      "3848-1") \
    X(LMTPSA,     "3848-1") \
    X(UTF8SMTP,   "6531-4.3") \
    X(UTF8SMTPA,  "6531-4.3") \
    X(UTF8SMTPS,  "6531-4.3") \
    X(UTF8SMTPSA, "6531-4.3") \
    X(UTF8LMTP,   "6531-4.3") \
    X(UTF8LMTPA,  "6531-4.3") \
    X(UTF8LMTPS,  "6531-4.3") \
    X(UTF8LMTPSA, "6531-4.3")
/* clang-format on */

enum smtp_trace_fault {
    SMTP_T_OK,
    SMTP_T_NOMATCH, /* another field begins here */
#define SMTP_TRACE_ENUM(symbol, clause, text) SMTP_T_##symbol,
    SMTP_TRACE_FAULTS(SMTP_TRACE_ENUM)
#undef SMTP_TRACE_ENUM
        SMTP_T_COUNT
};

struct smtp_trace_row {
    const char *symbol;
    const char *clause; /* as in smtp/fault.h; "5322 3.3" for RFC 5322, which has no ledger here */
    const char *text;
};

/* The row of a fault; of SMTP_T_OK and SMTP_T_NOMATCH, a symbol and empty strings. */
const struct smtp_trace_row *smtp_trace_row(enum smtp_trace_fault fault);

/* ---- date-time ---- */

enum { SMTP_YEAR_MIN = 1900, SMTP_YEAR_MAX = 999999 }; /* RFC 5322 has no upper end; we do */

struct smtp_date {
    unsigned year, month, day;     /* month 1-12 */
    unsigned hour, minute, second; /* local time; second 60: a leap second */
    int zone;                      /* minutes east of UTC */
    bool zone_unknown;             /* "-0000": UTC, and nothing is known of the local zone */
};

/* date-time = [ day-of-week "," ] date time [CFWS] */
SMTP_CHECK enum smtp_trace_fault smtp_parse_date(struct smtp_cursor *c, struct smtp_date *out);

/* "Thu, 1 Jan 1970 00:00:00 +0000"; the date is one that parse or smtp_date_at() gave. */
size_t smtp_print_date(smtp_room to, const struct smtp_date *d);

/* 0 = Sunday */
unsigned smtp_date_weekday(const struct smtp_date *d);

/* Days of the month, in the Gregorian calendar. */
unsigned smtp_month_days(unsigned year, unsigned month);

/* Seconds since 1970 UTC; a leap second counts as the second behind it. */
int64_t smtp_date_seconds(const struct smtp_date *d);

/* The local time at that moment; false: zone over 99:59, or a year that no date-time can tell. */
SMTP_CHECK bool smtp_date_at(int64_t seconds, int zone, struct smtp_date *out);

/* ---- Received ---- */

enum smtp_with {
    SMTP_WITH_NONE,
    SMTP_WITH_OTHER, /* an Atom that is none of the names */
#define SMTP_WITH_ENUM(name, clause) SMTP_WITH_##name,
    SMTP_WITHS(SMTP_WITH_ENUM)
#undef SMTP_WITH_ENUM
        SMTP_WITH_COUNT
};

struct smtp_trace_host {
    struct smtp_domain domain;
    struct smtp_domain name, address; /* TCP-info; SMTP_D_NONE: not there */
};

struct smtp_received {
    struct smtp_trace_host from, by;
    smtp_span via, with, id;    /* empty: not there; id: a msg-id has its brackets */
    enum smtp_with protocol;    /* what `with` says; print goes by `with` */
    struct smtp_path recipient; /* for; local empty: not there */
    smtp_span clauses;          /* Additional-Registered-Clauses as written */
    struct smtp_date date;
};

struct smtp_clause {
    smtp_span name, value; /* value: an Atom, or a Quoted-string with its quotes */
};

/* The protocol of that name, in any case. */
enum smtp_with smtp_with_of(smtp_span name);

/* Its name; of SMTP_WITH_NONE and SMTP_WITH_OTHER, the empty string. */
const char *smtp_with_name(enum smtp_with with);

/* What a protocol says of the session, bits (RFC 3848 1, RFC 6531 4.3). */
enum smtp_trait {
    SMTP_TRAIT_AUTH = 1 << 0,     /* the client authenticated itself */
    SMTP_TRAIT_TLS = 1 << 1,      /* inside TLS */
    SMTP_TRAIT_EXTENDED = 1 << 2, /* EHLO; LMTP and UTF8SMTP have no other form */
    SMTP_TRAIT_LMTP = 1 << 3,
    SMTP_TRAIT_UTF8 = 1 << 4
};

/* The traits of a protocol; 0 also for one that is not known. */
unsigned smtp_with_traits(enum smtp_with with);

/* The protocol with these traits. Without EXTENDED there is one only, SMTP. */
enum smtp_with smtp_with_made(unsigned traits);

/* Stamp, as far as it goes: from its first octet to behind the date-time. */
SMTP_CHECK enum smtp_trace_fault smtp_parse_stamp(struct smtp_cursor *c, struct smtp_received *out);

/* Time-stamp-line = "Received:" FWS Stamp <CRLF>, the CRLF or the end of the text. */
SMTP_CHECK enum smtp_trace_fault smtp_parse_received(struct smtp_cursor *c,
                                                     struct smtp_received *out);

/* The next additional clause: takes it off the front of *clauses; false at the end. */
bool smtp_clause_next(smtp_span *clauses, struct smtp_clause *out);

/* The whole line, folded before by, before the other clauses and before the date. */
size_t smtp_print_received(smtp_room to, const struct smtp_received *r);

/* ---- Return-Path ---- */

/* Return-path-line = "Return-Path:" FWS Reverse-path <CRLF>, the CRLF or the end of the text. */
SMTP_CHECK enum smtp_trace_fault smtp_parse_return_path(struct smtp_cursor *c,
                                                        struct smtp_path *out);

size_t smtp_print_return_path(smtp_room to, const struct smtp_path *p);

#endif
