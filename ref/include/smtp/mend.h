/*
 * NAME
 *     smtp/mend.h: the header of a text that is submitted
 *
 * SYNOPSIS
 *     struct smtp_mend m;
 *     smtp_mend_init(&m, date, id);
 *     n = smtp_mend_next(&m, octets, room);       for each piece of the text
 *     n = smtp_mend_end(&m, room);                behind the last
 *     fault = smtp_mend_fault(&m);                at any time
 *
 * DESCRIPTION
 *     What RFC 6409 lets a submission server do to a text, and then asks of it: a header without Date
 *     or Message-ID gets one (8.2, 8.3), at its end; a malformed Message-ID is replaced. Who so
 *     touches a text looks at the addresses in it (4.2, 5.1): malformed ones, and those without a full
 *     domain, are a fault, and the text is to be refused. All else passes as it came, the body
 *     unread. The header ends with the first line that is no field; where that is not the empty one,
 *     one is put in. The same octets come out in whatever pieces they come.
 *
 * LIFETIME
 *     Date and id are the caller's and outlive it.
 *
 * CLAUSES
 *     RFC 6409 4.2, 5.1, 8.2, 8.3; RFC 5322 2.2, 3.6.4.
 *
 * BUGS
 *     A Message-ID over SMTP_MEND_ID_MAX octets, and addresses that take more than
 *     SMTP_MEND_FIELD_MAX, pass without a look.
 */
#ifndef SMTP_MEND_H
#define SMTP_MEND_H

#include "smtp/fault.h"
#include "smtp/span.h"

enum {
    SMTP_MEND_NAME_MAX = 128,
    SMTP_MEND_ID_MAX = 1000,
    SMTP_MEND_ADDED_MAX = 512, /* the fields that it adds: the caller's texts are shorter */
    SMTP_MEND_MORE = SMTP_MEND_NAME_MAX + SMTP_MEND_ID_MAX + SMTP_MEND_ADDED_MAX,
    SMTP_MEND_FIELD_MAX = 8192
};

enum smtp_mend_field { SMTP_MEND_OTHER, SMTP_MEND_DATE, SMTP_MEND_ID, SMTP_MEND_ADDRESSES };

struct smtp_mend {
    smtp_span date, id;
    enum { SMTP_MEND_NAME, SMTP_MEND_LINE, SMTP_MEND_BODY } phase;
    enum smtp_mend_field kind; /* of the field that is open */
    enum smtp_fault fault;
    bool begun; /* a field is open */
    bool has_date, has_id;
    bool cr;                       /* the last octet of the line was CR */
    bool cut;                      /* the field is longer than what is kept of it */
    char name[SMTP_MEND_NAME_MAX]; /* the start of a line that may become a name, held back */
    size_t name_n;
    char field[SMTP_MEND_FIELD_MAX]; /* Message-ID, held back as a whole; or addresses, a copy */
    size_t field_n;
};

/* `date` a date-time, `id` a msg-id with its brackets (RFC 5322 3.3, 3.6.4). */
void smtp_mend_init(struct smtp_mend *m, smtp_span date, smtp_span id);

/* Takes all of `in` and returns how many octets come out of it, in.n + SMTP_MEND_MORE at most: `to`
 * has room for them. */
size_t smtp_mend_next(struct smtp_mend *m, smtp_span in, smtp_room to);

/* The text is over: SMTP_MEND_MORE octets at most. */
size_t smtp_mend_end(struct smtp_mend *m, smtp_room to);

/* HEADER_ADDRESS, or SMTP_OK as far as the text has come. */
enum smtp_fault smtp_mend_fault(const struct smtp_mend *m);

#endif
