/*
 * NAME
 *     inboxes.h: where a run sees what was delivered, by --inbox
 *
 * DESCRIPTION
 *     maildir:DIR, for the first, second and third --rcpt in turn, or lmtp:PORT, where we are the
 *     next hop of the server for all mailboxes. self has its own.
 */
#ifndef CONFORMANCE_CMD_INBOXES_H
#define CONFORMANCE_CMD_INBOXES_H

#include "check_options.h"
#include "maildir.h"
#include "net/uv.h"

struct inboxes {
    struct inbox inbox;
    struct maildir maildirs[CHECK_RCPTS];
    size_t maildir_count;
    struct net_uv_listener *listener; /* NULL: no next hop */
    char why[384];
};

/* False: *why. Close it in both cases, behind the world. */
bool inboxes_open(struct inboxes *inboxes, struct net_uv *uv, const struct check_options *options,
                  const char **why);
void inboxes_close(struct inboxes *inboxes);

/* NULL: the user has given none. */
struct inbox *inboxes_inbox(struct inboxes *inboxes);

/* Whether the text is maildir:DIR or lmtp:PORT; `port` is 0 for a Maildir. */
bool inboxes_read(const char *text, const char **path, uint16_t *port);

#endif
