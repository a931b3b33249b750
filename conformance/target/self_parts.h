/*
 * NAME
 *     self_parts.h: what the files of self share
 *
 * DESCRIPTION
 *     self.c     sessions, TLS, doors
 *     onward.c   what is for others, on its way to the next hop
 *     policy.c   what the application decides, and where a mutant decides otherwise
 */
#ifndef CONFORMANCE_SELF_PARTS_H
#define CONFORMANCE_SELF_PARTS_H

#include "net/mem.h"
#include "target/deliver.h"
#include "target/login.h"
#include "target/mutant.h"
#include "target/onward.h"
#include "target/target.h"

#define DOMAIN "example.test"
#define HOST "mx." DOMAIN
#define LIST DELIVER_LIST
#define UTF8_LOCAL "\xd0\xb4\xd0\xbe\xd0\xbc"
#define REFUSED_SENDER "refused@example.org"

enum { BUFFER = 16384, EHLO_LINES = 24, INBOX_MS = 30000 };

/* One of the ways to reach it. */
struct door {
    struct net_dialler dialler; /* first: a door is a dialler */
    struct target_self *self;
    const struct smtp_server_config *config;
    bool implicit, late;
    enum smtp_fault greeting; /* what it greets with, when it refuses */
};

struct target_self {
    struct door front, clear, denying, mailless, submission, lmtp, plain, strict, late, boundless;
    struct net_mem *mem;
    enum player_mode mode;
    enum target_profile profile;
    struct session *sessions; /* those that are served now */
    struct player_hooks hooks;
    bool down; /* killed, and not started again */
    struct inbox inbox;
    struct onward *onward;
    const struct mutant *mutant;
    /* then: without extensions; TLS first; SIZE without a number */
    struct smtp_server_config configs[TARGET_PROFILES + 3];
    struct smtp_limits limits, boundless_limits;
    unsigned long logins; /* exchanges so far */
    struct player_tls tls;
    char ehlo_text[1024];
    const char *ehlo[EHLO_LINES + 1];
};

struct session {
    struct net_end end; /* first: a session is its own end */
    struct smtp_server server;
    struct target_self *self;
    struct login login;
    struct session *next, **link; /* in the list of all */
    enum smtp_fault greeting;     /* in place of 220 */
    bool late;                    /* mailboxes are looked for when the text has come */
    bool begun, traced;           /* text has come; it began with a trace field */
    struct delivery delivery;
    struct drive_parcel *parcel; /* of recipients who are elsewhere */
    char in[BUFFER], out[BUFFER];
};

/* Answers an event that waits for it. */
void policy_decide(struct session *s, const struct smtp_event *ev);

/* Any event, before it is answered: what comes of it for the message. */
void policy_look(struct session *s, const struct smtp_event *ev);

#endif
