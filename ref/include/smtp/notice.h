/*
 * NAME
 *     smtp/notice.h: delivery status notifications, composed
 *
 * SYNOPSIS
 *     if (smtp_notice_due(&notice) > 0)
 *         n = smtp_print_notice(to, &notice);     with room for n: sent from MAIL FROM:<> and
 *                                                 smtp_notice_mail_params(), to notice.sender with
 *                                                 smtp_notice_rcpt_params()
 *
 * DESCRIPTION
 *     What became of a message for each of its recipients; one notice tells it of those for whom one
 *     is due, and of no others (RFC 3461 5.2.8). The notice is a text as it follows 354, before dots
 *     are doubled. Where the original needs eight bits the notice does too, unless the way back takes
 *     seven only; binary texts are returned by their header section.
 *
 * LIFETIME
 *     All spans are the caller's. No heap; the text is walked once or twice for each boundary tried.
 *
 * CLAUSES
 *     RFC 3461 5.2, 6, 9; RFC 3464 2; RFC 6522 3, 4; RFC 6533 3, 4; RFC 8689 5; RFC 5321 3.6.3, 4.5.5, 6.1.
 *
 * BUGS
 *     Localized-Diagnostic, Will-Retry-Until and the dates of attempts are not told.
 */
#ifndef SMTP_NOTICE_H
#define SMTP_NOTICE_H

#include "smtp/params.h"
#include "smtp/received.h"
#include "smtp/reply.h"

enum smtp_action { /* RFC 3464 2.3.3 */
                   SMTP_ACTION_FAILED,
                   SMTP_ACTION_DELAYED,
                   SMTP_ACTION_DELIVERED,
                   SMTP_ACTION_RELAYED, /* to a server that promises no notices (RFC 3461 5.2.2) */
                   SMTP_ACTION_EXPANDED /* an alias of several (RFC 3461 5.2.7.3) */
};

struct smtp_notice_rcpt {
    smtp_span mailbox;              /* of RCPT as it came, no source route */
    struct smtp_rcpt_params params; /* NOTIFY and ORCPT as they came with it */
    enum smtp_action action;
    struct smtp_enhanced status; /* one that does not fit the action, or none: x.0.0 */
    smtp_span remote;            /* the next hop's name, where one was asked; else empty */
    smtp_span reply;             /* its reply, lines with CRLF or LF between them; may be ours where
                                    there is no remote; empty: none */
};

struct smtp_notice {
    smtp_span host;   /* our name: a domain or an address literal */
    smtp_span id;     /* an Atom that no other message of ours has */
    smtp_span sender; /* Mailbox of MAIL, no source route (RFC 5321 6.1); empty: null */
    struct smtp_mail_params params; /* of MAIL as they came */
    const struct smtp_notice_rcpt *rcpts;
    size_t rcpt_count;
    smtp_span text;     /* the original, as far as it is known: all of it, or its header section */
    bool text_is_whole; /* all of it: it may be returned */
    bool seven_bit;     /* the way back takes neither 8BITMIME nor SMTPUTF8 */
    struct smtp_date date; /* now */
};

/*
 * Whether the sender is to be told about this recipient. Of a delay he is, unless he said otherwise,
 * which RFC 3461 5.2.5 leaves to us.
 */
bool smtp_notice_is_due(const struct smtp_notice *n, const struct smtp_notice_rcpt *r);

/* About how many. */
size_t smtp_notice_due(const struct smtp_notice *n);

/* The notice; returns the room needed, 0 where none is due. */
size_t smtp_print_notice(smtp_room to, const struct smtp_notice *n);

/* What MAIL FROM:<> says with it: BODY, SMTPUTF8, REQUIRETLS; never RET (RFC 3461 6.1). */
struct smtp_mail_params smtp_notice_mail_params(const struct smtp_notice *n);

/* What RCPT says: NOTIFY=NEVER (RFC 3461 6.1). */
struct smtp_rcpt_params smtp_notice_rcpt_params(void);

#endif
