/*
 * NAME
 *     deliver_expand.c: mailboxes that stand for others, and how a mutant gets them wrong
 *
 * DESCRIPTION
 *     RFC 5321 3.9: for an alias only the recipient of the envelope changes; for a list the sender
 *     too, to whoever looks after the list. The message stays as it is.
 */
#include <string.h>

#include "target/deliver.h"

enum { MEMBERS = 2 };

struct expansion {
    const char *name, *members[MEMBERS];
    const char *owner; /* of a list; NULL: an alias */
};

static const struct expansion expansions[] = {
    {DELIVER_LIST, {"tester", "tester2"}, "team-owner"},
    {DELIVER_ALIAS, {"tester", "tester2"}, NULL},
};

static const struct expansion *find(smtp_span mailbox)
{
    for (size_t i = 0; i < sizeof expansions / sizeof *expansions; i++) {
        size_t n = strlen(expansions[i].name);
        if (mailbox.n > n && mailbox.p[n] == '@' &&
            smtp_span_is(smtp_span_cut(mailbox, 0, n), smtp_span_of(expansions[i].name)))
            return &expansions[i];
    }
    return NULL;
}

bool deliver_is_alias(smtp_span mailbox)
{
    const struct expansion *e = find(mailbox);
    return e != NULL && e->owner == NULL;
}

static void write_mailbox(struct deliver_octets *to, const char *name, const char *domain)
{
    to->n = 0;
    deliver_add(to, smtp_span_of(name));
    deliver_add(to, SMTP_SPAN("@"));
    deliver_add(to, smtp_span_of(domain));
}

static bool changes_sender(const struct delivery *d, const struct expansion *e)
{
    if (e->owner == NULL)
        return d->slip == MUTANT_SLIP_ALIAS_CHANGES_SENDER;
    return d->slip != MUTANT_SLIP_LIST_KEEPS_SENDER;
}

/* The text once more; a list that is a program of its own likes to leave its mark in it. */
static void add_text(const struct delivery *d, const struct expansion *e, struct deliver_octets *to)
{
    size_t head = to->n;
    deliver_add_text(d, to);
    if (d->slip != MUTANT_SLIP_LIST_MARKS_FROM || e->owner == NULL || to->failed)
        return;
    static const char from[] = "From: <";
    for (size_t i = head; i + sizeof from <= to->n; i++)
        if (memcmp(to->p + i, from, sizeof from - 1) == 0) {
            to->p[i + sizeof from - 1] = '_';
            return;
        }
}

/* Which member gets the copy that is due to this one: a lost copy could not be told from a slow one,
 * so a slip sends it to another. */
static size_t taker(const struct delivery *d, const struct expansion *e, size_t i)
{
    bool list = e->owner != NULL;
    if (d->slip == (list ? MUTANT_SLIP_LIST_ONE_FOR_ALL : MUTANT_SLIP_ALIAS_ONE_FOR_ALL))
        return 0;
    smtp_span sender = deliver_span(&d->sender);
    size_t n = strlen(e->members[i]);
    bool own = sender.n > n && sender.p[n] == '@' &&
               smtp_span_is(smtp_span_cut(sender, 0, n), smtp_span_of(e->members[i]));
    return list && own && d->slip == MUTANT_SLIP_LIST_SPARES_SENDER ? (i + 1) % MEMBERS : i;
}

bool deliver_expand(const struct delivery *d, smtp_span mailbox, bool *good)
{
    const struct expansion *e = find(mailbox);
    if (e == NULL)
        return false;
    struct delivery copy = *d;
    struct deliver_octets name = {.p = NULL}, message = {.p = NULL};
    if (changes_sender(d, e)) {
        write_mailbox(&name, e->owner != NULL ? e->owner : e->name, d->domain);
        copy.sender = name;
    }
    deliver_add_trace(&copy, &message);
    add_text(d, e, &message);
    struct deliver_octets member = {.p = NULL};
    for (size_t i = 0; i < MEMBERS; i++) {
        write_mailbox(&member, e->members[taker(d, e, i)], d->domain);
        *good = *good && !member.failed && !message.failed &&
                inbox_put(d->inbox, deliver_span(&member), deliver_span(&message), false);
    }
    *good = *good && !name.failed;
    deliver_free_octets(&member);
    deliver_free_octets(&name);
    deliver_free_octets(&message);
    return true;
}
