#include "target/deliver.h"

#include <stdlib.h>
#include <string.h>

#include "smtp/chars.h"

/* ---- octets ---------------------------------------------------------------------------------- */

void deliver_add(struct deliver_octets *to, smtp_span octets)
{
    if (octets.n == 0 || to->failed)
        return;
    if (to->room - to->n < octets.n) {
        size_t room = 2 * (to->n + octets.n);
        char *p = realloc(to->p, room);
        to->failed = p == NULL;
        if (p == NULL)
            return;
        to->p = p;
        to->room = room;
    }
    memcpy(to->p + to->n, octets.p, octets.n);
    to->n += octets.n;
}

void deliver_free_octets(struct deliver_octets *octets)
{
    free(octets->p);
}

smtp_span deliver_span(const struct deliver_octets *octets)
{
    return (smtp_span){octets->p, octets->n};
}

static void set(struct deliver_octets *to, smtp_span octets)
{
    to->n = 0;
    deliver_add(to, octets);
}

smtp_span deliver_next(const struct deliver_octets *list, size_t *at)
{
    if (*at == list->n)
        return (smtp_span){NULL, 0};
    const char *p = list->p + *at;
    size_t n = strlen(p);
    *at += n + 1;
    return (smtp_span){p, n};
}

/* ---- a session ------------------------------------------------------------------------------- */

void deliver_init(struct delivery *d, struct inbox *inbox, const struct mutant *mutant,
                  const char *host, const char *domain)
{
    *d = (struct delivery){.inbox = inbox,
                           .slip = mutant == NULL ? MUTANT_SLIP_NONE : mutant->slip,
                           .notice = mutant == NULL ? NULL : &mutant->notice,
                           .host = host,
                           .domain = domain};
}

static void forget(struct delivery *d)
{
    d->recipients.n = d->asked.n = d->recipient_count = 0;
}

/* RFC 3030 2: RSET between two chunks clears those that came. */
static void forget_text(struct delivery *d)
{
    if (d->slip != MUTANT_SLIP_RSET_KEEPS_CHUNKS)
        d->text.n = 0;
}

static bool put_all(struct delivery *d, smtp_span message)
{
    size_t at = 0, asked = 0;
    bool good = true;
    for (smtp_span to; (to = deliver_next(&d->recipients, &at)).n > 0;) {
        if (!deliver_is_lost(d, &asked) && !deliver_expand(d, to, &good))
            good = inbox_put(d->inbox, to, message, false) && good;
        if (d->slip == MUTANT_SLIP_LOST_BUT_FIRST)
            break;
    }
    return good;
}

/* RFC 5321 4.2.5: what is accepted is delivered. */
static bool vanishes(const struct delivery *d)
{
    smtp_span text = deliver_span(&d->text);
    if (d->slip == MUTANT_SLIP_LOST_IF_FAULTY)
        return !inbox_holds(text, SMTP_SPAN("From: <"));
    return d->slip == MUTANT_SLIP_LOST;
}

/* RFC 5321 appendix C: the envelope alone says who gets it. */
static void add_header_recipients(struct delivery *d)
{
    static const char cc[] = "\r\nCc: <";
    smtp_span text = deliver_span(&d->text);
    for (size_t i = 0; i + sizeof cc < text.n; i++) {
        const char *end = memchr(text.p + i, '>', text.n - i);
        if (end == NULL || memcmp(text.p + i, cc, sizeof cc - 1) != 0)
            continue;
        deliver_add(&d->recipients, smtp_span_cut(text, i + sizeof cc - 1, (size_t)(end - text.p)));
        deliver_add(&d->recipients, (smtp_span){"", 1});
        return;
    }
}

static bool deliver(struct delivery *d)
{
    struct deliver_octets message = {.p = NULL};
    d->serial++;
    if (d->slip == MUTANT_SLIP_HEADER_RECIPIENTS)
        add_header_recipients(d);
    deliver_add_trace(d, &message);
    deliver_add_text(d, &message);
    bool good = !message.failed && (vanishes(d) || put_all(d, deliver_span(&message))) &&
                deliver_notices(d);
    if (good && d->slip == MUTANT_SLIP_TWICE)
        good = put_all(d, deliver_span(&message));
    deliver_free_octets(&message);
    return good;
}

/* RFC 5321 4.1.1.10: what was not finished is cancelled. */
void deliver_free(struct delivery *d)
{
    bool begun = d->text.n > 0, empty = !begun && d->recipients.n > 0;
    if ((d->slip == MUTANT_SLIP_QUIT_DELIVERS && begun) ||
        (d->slip == MUTANT_SLIP_QUIT_DELIVERS_NOTHING && empty))
        (void)deliver(d);
    deliver_free_octets(&d->hello);
    deliver_free_octets(&d->sender);
    deliver_free_octets(&d->text);
    deliver_free_octets(&d->recipients);
    deliver_free_octets(&d->mail_params);
    deliver_free_octets(&d->asked);
}

/* RFC 5321 4.1.2: quoted or not, one mailbox; 4.5.1: postmaster in any case, with a domain or none. */
static void add_recipient(struct delivery *d, const struct smtp_path *path)
{
    char local[SMTP_LOCAL_MAX];
    size_t n = smtp_print_local_meaning((smtp_room){local, sizeof local}, path->local);
    smtp_span meaning = {local, n <= sizeof local ? n : 0};
    if (smtp_span_is_nocase(meaning, SMTP_SPAN("postmaster")))
        meaning = SMTP_SPAN("postmaster");
    deliver_add(&d->recipients, meaning);
    deliver_add(&d->recipients, SMTP_SPAN("@"));
    deliver_add(&d->recipients, smtp_span_of(d->domain));
    deliver_add(&d->recipients, (smtp_span){"", 1});
    d->recipient_count++;
}

static void begin_mail(struct delivery *d, const struct smtp_path *path)
{
    set(&d->sender, path->mailbox);
    if (d->slip == MUTANT_SLIP_RETURN_PATH_FILLED && path->null)
        set(&d->sender, SMTP_SPAN("mailer-daemon@example.test"));
    if (d->slip != MUTANT_SLIP_OLD_RECIPIENTS && d->slip != MUTANT_SLIP_RSET_DELIVERS)
        forget(d);
}

void deliver_command(struct delivery *d, const struct smtp_command *cmd)
{
    switch (cmd->verb) {
    case SMTP_V_EHLO:
    case SMTP_V_HELO:
    case SMTP_V_LHLO:
        d->extended = cmd->verb != SMTP_V_HELO;
        set(&d->hello, cmd->host.text);
        forget(d);
        forget_text(d);
        return;
    case SMTP_V_MAIL:
        begin_mail(d, &cmd->path);
        deliver_note_mail(d, cmd);
        return;
    case SMTP_V_RCPT:
        add_recipient(d, &cmd->path);
        deliver_note_rcpt(d, cmd);
        return;
    case SMTP_V_RSET:
        if (d->slip != MUTANT_SLIP_RSET_DELIVERS)
            forget(d);
        forget_text(d);
        return;
    default: /* nothing of an envelope */
        return;
    }
}

void deliver_text(struct delivery *d, smtp_span octets)
{
    deliver_add(&d->text, octets);
}

/* RFC 5321 4.1.1.4: the end of data clears the buffers, whatever its answer. */
bool deliver_end(struct delivery *d, bool accepted)
{
    bool wanted = accepted || d->slip == MUTANT_SLIP_REFUSED_DELIVERS;
    bool good = !wanted || (!d->text.failed && !d->recipients.failed && deliver(d));
    d->text.n = 0;
    if (d->slip != MUTANT_SLIP_OLD_RECIPIENTS)
        forget(d);
    return good;
}
