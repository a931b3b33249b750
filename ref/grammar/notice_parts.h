/*
 * NAME
 *     notice_parts.h: what the files that compose a notice share
 *
 * DESCRIPTION
 *     notice.c          who is told, the envelope, the head, the parts around each other
 *     notice_status.c   message/delivery-status, field by field
 *     notice_text.c     what of the original goes back, and in what form
 */
#ifndef NOTICE_PARTS_H
#define NOTICE_PARTS_H

#include "grammar_parts.h"
#include "smtp/notice.h"

enum { NOTICE_BOUNDARY = 70 }; /* RFC 2046 5.1.1: "no more than 70 characters" */

/* How a notice is written; chosen once, from all of what it tells. */
struct smtp_notice_form {
    bool global;               /* the first two parts are UTF-8 (RFC 6533 4.1) */
    smtp_span original;        /* what is returned */
    const char *original_type; /* its content type */
    bool original_global;      /* it is UTF-8 in its header (RFC 6533 4.2, 4.3) */
    bool original_high;        /* it has octets above 127 */
    bool quoted;               /* and goes as quoted-printable */
    char boundary[NOTICE_BOUNDARY];
    size_t boundary_n;
};

/* ---- notice_text.c ---- */

/* Fills what is about the original, and the boundary, which stands nowhere in it. */
void smtp_notice_choose(const struct smtp_notice *n, struct smtp_notice_form *out);

void smtp_notice_put_original(smtp_room to, size_t *at, const struct smtp_notice_form *form);

/* ---- notice_status.c ---- */

/* Whether what is told of those who are due needs UTF-8. */
bool smtp_notice_is_high(const struct smtp_notice *n);

void smtp_notice_put_status(smtp_room to, size_t *at, const struct smtp_notice *n, bool global);

/* A mailbox in a text: as it is, or in seven bits by RFC 6533 3. */
void smtp_notice_put_mailbox(smtp_room to, size_t *at, smtp_span mailbox, bool global);

/* "failed" */
smtp_span smtp_notice_action(enum smtp_action action);

bool smtp_notice_has_high(smtp_span text);

#endif
