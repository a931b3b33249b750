#include "player/inbox.h"

#include <stdlib.h>
#include <string.h>

struct inbox_nonce {
    struct inbox_nonce *next;
    smtp_span octets;
};

void inbox_init(struct inbox *inbox)
{
    *inbox = (struct inbox){.nonces = NULL};
    inbox->last = &inbox->first;
}

void inbox_free(struct inbox *inbox)
{
    for (struct inbox_nonce *n = inbox->nonces, *next; n != NULL; n = next) {
        next = n->next;
        free(n);
    }
    for (struct inbox_message *m = inbox->first, *next; m != NULL; m = next) {
        next = m->next;
        free(m);
    }
}

static void copy(char *to, smtp_span from)
{
    if (from.n > 0)
        memcpy(to, from.p, from.n);
}

/* ---- what is kept ---------------------------------------------------------------------------- */

bool inbox_holds(smtp_span octets, smtp_span wanted)
{
    const char *p = octets.p, *end = octets.n == 0 ? p : p + octets.n;
    if (wanted.n == 0)
        return true;
    while (p != NULL && (size_t)(end - p) >= wanted.n) {
        p = memchr(p, wanted.p[0], (size_t)(end - p) - wanted.n + 1);
        if (p != NULL && memcmp(p, wanted.p, wanted.n) == 0)
            return true;
        p = p == NULL ? NULL : p + 1;
    }
    return false;
}

static bool is_expected(const struct inbox *inbox, smtp_span octets)
{
    for (const struct inbox_nonce *n = inbox->nonces; n != NULL; n = n->next)
        if (inbox_holds(octets, n->octets))
            return true;
    return false;
}

bool inbox_expect(struct inbox *inbox, smtp_span nonce)
{
    struct inbox_nonce *n = malloc(sizeof *n + nonce.n);
    if (n == NULL)
        return false;
    copy((char *)(n + 1), nonce);
    *n = (struct inbox_nonce){inbox->nonces, {(char *)(n + 1), nonce.n}};
    inbox->nonces = n;
    return true;
}

/* Each LF becomes CRLF. */
static size_t copy_lines(char *to, smtp_span from, bool lf)
{
    size_t at = 0;
    for (size_t i = 0; i < from.n; i++) {
        if (lf && from.p[i] == '\n')
            to[at++] = '\r';
        to[at++] = from.p[i];
    }
    return at;
}

static size_t count_lf(smtp_span octets)
{
    size_t count = 0;
    for (size_t i = 0; i < octets.n; i++)
        count += octets.p[i] == '\n';
    return count;
}

bool inbox_put(struct inbox *inbox, smtp_span mailbox, smtp_span octets, bool lf)
{
    if (!is_expected(inbox, octets))
        return true;
    size_t room = octets.n + (lf ? count_lf(octets) : 0);
    struct inbox_message *m = malloc(sizeof *m + mailbox.n + room);
    if (m == NULL)
        return false;
    char *name = (char *)(m + 1), *text = name + mailbox.n;
    copy(name, mailbox);
    room = copy_lines(text, octets, lf);
    *m = (struct inbox_message){NULL, {name, mailbox.n}, {text, room}, lf};
    *inbox->last = m;
    inbox->last = &m->next;
    return true;
}

/* ---- what is asked for ----------------------------------------------------------------------- */

static smtp_span behind_at(smtp_span mailbox, size_t *local)
{
    size_t at = mailbox.n;
    while (at > 0 && mailbox.p[at - 1] != '@')
        at--;
    *local = at == 0 ? mailbox.n : at - 1;
    return smtp_span_cut(mailbox, at == 0 ? mailbox.n : at, mailbox.n);
}

/* RFC 5321 2.4: local-parts as they are, domains in any case. One that has lost its domain on the
 * way fits any. */
static bool is_same(smtp_span a, smtp_span b)
{
    size_t local_a, local_b;
    smtp_span domain_a = behind_at(a, &local_a), domain_b = behind_at(b, &local_b);
    return smtp_span_is(smtp_span_cut(a, 0, local_a), smtp_span_cut(b, 0, local_b)) &&
           (domain_a.n == 0 || domain_b.n == 0 || smtp_span_is_nocase(domain_a, domain_b));
}

const struct inbox_message *inbox_next(const struct inbox *inbox,
                                       const struct inbox_message *before, smtp_span mailbox,
                                       smtp_span nonce)
{
    const struct inbox_message *m = before == NULL ? inbox->first : before->next;
    while (m != NULL && (!is_same(m->mailbox, mailbox) || !inbox_holds(m->octets, nonce)))
        m = m->next;
    return m;
}

size_t inbox_count(const struct inbox *inbox, smtp_span mailbox, smtp_span nonce)
{
    size_t count = 0;
    const struct inbox_message *m = NULL;
    while ((m = inbox_next(inbox, m, mailbox, nonce)) != NULL)
        count++;
    return count;
}
