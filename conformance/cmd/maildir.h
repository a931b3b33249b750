/*
 * NAME
 *     maildir.h: messages in a Maildir that somebody else writes
 *
 * DESCRIPTION
 *     Looks into new/ and cur/ for files that were not there at the last look, and puts them into an
 *     inbox. What is in it when it is opened is never looked at. A message whose first line ends
 *     with LF alone is of a store that keeps lines so (see player/inbox.h). A Maildir that is not
 *     there yet is empty: servers make it with the first message.
 */
#ifndef CONFORMANCE_CMD_MAILDIR_H
#define CONFORMANCE_CMD_MAILDIR_H

#include "player/inbox.h"

struct maildir {
    const char *path;
    smtp_span mailbox;
    uint64_t *seen; /* hashes of names, 0: free */
    size_t count, room;
};

/* False: *why. Close it in both cases. */
bool maildir_open(struct maildir *m, const char *path, smtp_span mailbox, const char **why);
bool maildir_look(struct maildir *m, struct inbox *inbox, const char **why);
void maildir_close(struct maildir *m);

#endif
