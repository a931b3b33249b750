#include "envelope.h"

#include <stdlib.h>
#include <string.h>

/* Octets that spans of the envelope point to. */
struct kept {
    struct kept *next;
    char octets[];
};

/* Copies the octets of each span (NULL ends the list) and lets it point there. False: no memory. */
static bool keep(struct envelope *e, smtp_span *const spans[])
{
    size_t n = 0;
    for (size_t i = 0; spans[i] != NULL; i++)
        n += spans[i]->n;
    struct kept *kept = malloc(sizeof *kept + n);
    if (kept == NULL)
        return false;
    kept->next = e->kept;
    e->kept = kept;
    char *to = kept->octets;
    for (size_t i = 0; spans[i] != NULL; i++) {
        if (spans[i]->n > 0)
            memcpy(to, spans[i]->p, spans[i]->n);
        spans[i]->p = to;
        to += spans[i]->n;
    }
    return true;
}

struct envelope *envelope_new(smtp_span sender, const struct smtp_mail_params *params)
{
    struct envelope *e = calloc(1, sizeof *e);
    if (e == NULL)
        return NULL;
    e->shown.sender = sender;
    e->shown.params = *params;
    smtp_span *const spans[] = {&e->shown.sender, &e->shown.params.envid, &e->shown.params.auth,
                                &e->shown.params.hold_until, NULL};
    if (keep(e, spans))
        return e;
    free(e);
    return NULL;
}

static bool make_room(struct envelope *e)
{
    enum { FEW = 4 };
    if (e->shown.recipient_count < e->room)
        return true;
    size_t room = e->room > 0 ? 2 * e->room : FEW;
    struct drive_recipient *grown = realloc(e->shown.recipients, room * sizeof *grown);
    if (grown == NULL)
        return false;
    e->shown.recipients = grown;
    e->room = room;
    return true;
}

bool envelope_add(struct envelope *e, smtp_span mailbox, const struct smtp_rcpt_params *params)
{
    struct drive_recipient r = {.mailbox = mailbox, .params = *params};
    smtp_span *const spans[] = {&r.mailbox, &r.params.orcpt_type, &r.params.orcpt, NULL};
    if (!make_room(e) || !keep(e, spans))
        return false;
    e->shown.recipients[e->shown.recipient_count++] = r;
    return true;
}

const struct drive_recipient *envelope_refused(const struct envelope *e, enum smtp_fault fault)
{
    for (size_t i = 0; i < e->shown.recipient_count; i++) {
        const struct drive_recipient *r = &e->shown.recipients[i];
        if (r->fault == fault && r->enhanced.class != 0)
            return r;
    }
    return NULL;
}

void envelope_free(struct envelope *e)
{
    if (e == NULL)
        return;
    while (e->kept != NULL) {
        struct kept *kept = e->kept;
        e->kept = kept->next;
        free(kept);
    }
    free(e->shown.recipients);
    free(e);
}
