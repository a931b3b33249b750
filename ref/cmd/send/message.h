/*
 * NAME
 *     message.h: the message that `smtpref send` is given
 *
 * DESCRIPTION
 *     message_read() takes it from a file as sendmail(8) does: lines end in LF or CRLF and become CRLF (RFC 5321
 *     2.3.8), a lone dot ends it. The others look at its header section (RFC 5322 2.2): fields up to the empty
 *     line, or up to the first line that is none.
 *
 *         message.c   octets        header.c   fields, recipients, what is missing
 */
#ifndef SEND_MESSAGE_H
#define SEND_MESSAGE_H

#include <stdio.h>

#include "smtp/addresses.h"

struct text { /* heap */
    char *p;
    size_t n, room;
};

smtp_span text_span(const struct text *text);
/* False: no memory, nothing is changed. */
SMTP_CHECK bool text_insert(struct text *text, size_t at, smtp_span octets);
SMTP_CHECK bool text_add(struct text *text, smtp_span octets);
void text_cut(struct text *text, size_t at, size_t n);
void text_free(struct text *text);

struct message_rules {
    bool raw;      /* octets as they are */
    bool dot_ends; /* a line with nothing but a dot ends it */
};

/* False, with errno: it cannot be read to its end. */
SMTP_CHECK bool message_read(FILE *in, const struct message_rules *rules, struct text *out);

/* ---- header.c ---- */

struct field {
    smtp_span name, body; /* body: folded as it stands, without the CRLF at its end */
    smtp_span whole;
};

/* The next field; false: the header section is over, and *rest stands behind it. */
bool field_next(smtp_span *rest, struct field *out);

/*
 * The recipients of To, Cc and Bcc, or, where there are any, of the Resent- fields instead (RFC 5322 3.6.6).
 * `add` returns false to stop. A fault with *field, the one that is broken, and *off, the place in its body.
 */
struct recipient_fault {
    struct field field;
    size_t off;
};
SMTP_CHECK enum smtp_fault message_recipients(smtp_span message,
                                              bool (*add)(void *arg, const struct smtp_address *),
                                              void *arg, struct recipient_fault *where);

/* RFC 5322 3.6.3: takes Bcc and Resent-Bcc out. */
void message_drop_bcc(struct text *message);

struct message_origin {
    const char *sender;    /* Mailbox; "": the null reverse-path */
    const char *full_name; /* NULL: none */
    const char *host;      /* ours, for Message-ID */
    int64_t seconds;       /* since 1970 */
    int zone;              /* minutes east of UTC */
    uint64_t unique;       /* for Message-ID */
};

/*
 * Adds From, Date and Message-ID where they are missing (RFC 6409 8.2, 8.3), and the empty line where the header is not
 * ended by one. False: no memory.
 */
SMTP_CHECK bool message_complete(struct text *message, const struct message_origin *origin);

#endif
