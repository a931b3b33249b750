#include "inboxes.h"

#include <stdio.h>
#include <string.h>

#include "player/receiver.h"

#define MAILDIR "maildir:"
#define LMTP "lmtp:"

bool inboxes_read(const char *text, const char **path, uint16_t *port)
{
    uint64_t number = 0;
    *path = text + sizeof MAILDIR - 1;
    *port = 0;
    if (strncmp(text, MAILDIR, sizeof MAILDIR - 1) == 0)
        return **path != '\0';
    if (strncmp(text, LMTP, sizeof LMTP - 1) != 0 ||
        !smtp_span_number(smtp_span_of(text + sizeof LMTP - 1), 5, &number) || number == 0 ||
        number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

/* ---- Maildirs -------------------------------------------------------------------------------- */

static bool complain(struct inboxes *i, const char *what, const char *detail, const char **why)
{
    snprintf(i->why, sizeof i->why, "--inbox %.200s: %.150s", what, detail);
    *why = i->why;
    return false;
}

static bool look(struct inbox *inbox, void *arg, const char **why)
{
    struct inboxes *i = arg;
    for (size_t k = 0; k < i->maildir_count; k++)
        if (!maildir_look(&i->maildirs[k], inbox, why))
            return complain(i, i->maildirs[k].path, *why, why);
    return true;
}

static bool sees(void *arg, smtp_span mailbox)
{
    const struct inboxes *i = arg;
    for (size_t k = 0; k < i->maildir_count; k++)
        if (smtp_span_is(i->maildirs[k].mailbox, mailbox))
            return true;
    return i->listener != NULL;
}

/* ---- the next hop ---------------------------------------------------------------------------- */

static struct net_end *came(void *arg, const char *peer)
{
    struct inboxes *i = arg;
    (void)peer;
    return receiver_new(&i->inbox, "inbox.example.test");
}

static bool listen_at(struct inboxes *i, struct net_uv *uv, uint16_t port, const char *text,
                      const char **why)
{
    const char *reason = "";
    i->listener = net_uv_listen(uv, "127.0.0.1", port, came, i, &reason);
    return i->listener != NULL || complain(i, text, reason, why);
}

/* ---- both ------------------------------------------------------------------------------------ */

bool inboxes_open(struct inboxes *i, struct net_uv *uv, const struct check_options *o,
                  const char **why)
{
    *i = (struct inboxes){.maildir_count = 0};
    inbox_init(&i->inbox);
    i->inbox.look = look;
    i->inbox.sees = sees;
    i->inbox.arg = i;
    i->inbox.wait_ms = o->inbox_wait_ms;
    for (size_t k = 0; k < o->inbox_count; k++) {
        const char *path = NULL, *reason = "";
        uint16_t port = 0;
        if (!inboxes_read(o->inbox[k], &path, &port))
            return complain(i, o->inbox[k], "maildir:DIR or lmtp:PORT", why);
        if (port > 0 && !listen_at(i, uv, port, o->inbox[k], why))
            return false;
        if (port == 0 && !maildir_open(&i->maildirs[i->maildir_count++], path,
                                       smtp_span_of(o->rcpt[k]), &reason))
            return complain(i, o->inbox[k], reason, why);
    }
    return true;
}

void inboxes_close(struct inboxes *i)
{
    for (size_t k = 0; k < i->maildir_count; k++)
        maildir_close(&i->maildirs[k]);
    inbox_free(&i->inbox);
}

struct inbox *inboxes_inbox(struct inboxes *i)
{
    return i->maildir_count > 0 || i->listener != NULL ? &i->inbox : NULL;
}
