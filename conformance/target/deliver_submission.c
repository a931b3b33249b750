/*
 * NAME
 *     deliver_submission.c: what a submission server does to a text (RFC 6409), and how a mutant gets it
 *     wrong
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "smtp/mend.h"
#include "smtp/received.h"
#include "target/deliver.h"

enum { DATE_ROOM = 64, ID_ROOM = 320 };

/* Every `from` of the text becomes `to`. */
static void replace(struct deliver_octets *text, smtp_span from, smtp_span to)
{
    struct deliver_octets made = {.p = NULL};
    for (size_t i = 0; i < text->n;) {
        bool here = smtp_span_is(smtp_span_cut(deliver_span(text), i, i + from.n), from);
        deliver_add(&made, here ? to : (smtp_span){text->p + i, 1});
        i += here ? from.n : 1;
    }
    deliver_free_octets(text);
    *text = made;
}

/* The address of a field of the header becomes nobody's. */
static void replace_sender(struct deliver_octets *text)
{
    static const char name[] = "\r\nSender: ";
    smtp_span all = deliver_span(text);
    for (size_t i = 0; i + sizeof name < all.n; i++) {
        const char *end = memchr(all.p + i + 1, '\n', all.n - i - 1);
        if (end == NULL || memcmp(all.p + i, name, sizeof name - 1) != 0)
            continue;
        struct deliver_octets made = {.p = NULL};
        deliver_add(&made, smtp_span_cut(all, 0, i + sizeof name - 1));
        deliver_add(&made, SMTP_SPAN("nobody@example.test\r"));
        deliver_add(&made, smtp_span_cut(all, (size_t)(end - all.p), all.n));
        deliver_free_octets(text);
        *text = made;
        return;
    }
}

static void spoil(const struct delivery *d, struct deliver_octets *text)
{
    if (d->slip == MUTANT_SLIP_SENDER_MADE_UP)
        replace_sender(text);
    if (d->slip == MUTANT_SLIP_FOREIGN_REWRITTEN)
        replace(text, SMTP_SPAN("@elsewhere.example"), SMTP_SPAN("@example.test"));
}

/* RFC 6409 8: the text with what it lacked. */
static enum smtp_fault mend(struct delivery *d, struct smtp_mend *m, struct deliver_octets *out)
{
    char date[DATE_ROOM], id[ID_ROOM];
    smtp_room room;
    struct smtp_date now;
    if (!smtp_date_at((int64_t)time(NULL), 0, &now))
        return SMTP_E_STORE;
    size_t n = smtp_print_date((smtp_room){date, sizeof date}, &now);
    snprintf(id, sizeof id, "<self%u@%s>", d->serial + 1, d->host);
    smtp_mend_init(m, (smtp_span){date, n}, smtp_span_of(id));
    m->has_id = d->slip == MUTANT_SLIP_NO_MESSAGE_ID;
    m->has_date = d->slip == MUTANT_SLIP_NO_DATE;
    room.n = d->text.n + 2 * SMTP_MEND_MORE;
    room.p = malloc(room.n);
    if (room.p == NULL)
        return SMTP_E_STORE;
    n = smtp_mend_next(m, deliver_span(&d->text), room);
    n += smtp_mend_end(m, (smtp_room){room.p + n, room.n - n});
    *out = (struct deliver_octets){.p = room.p, .n = n, .room = room.n};
    return d->slip == MUTANT_SLIP_HEADER_TAKEN ? SMTP_OK : smtp_mend_fault(m);
}

enum smtp_fault deliver_judge(struct delivery *d)
{
    if (!d->submission)
        return SMTP_OK;
    struct deliver_octets out = {.p = NULL};
    struct smtp_mend *m = malloc(sizeof *m);
    enum smtp_fault fault = m == NULL ? SMTP_E_STORE : mend(d, m, &out);
    free(m);
    if (fault == SMTP_OK)
        spoil(d, &out);
    if (fault == SMTP_OK && !out.failed) {
        deliver_free_octets(&d->text);
        d->text = out;
        return SMTP_OK;
    }
    deliver_free_octets(&out);
    return fault != SMTP_OK ? fault : SMTP_E_STORE;
}
