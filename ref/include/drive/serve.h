/*
 * NAME
 *     drive/serve.h: a mail server on sockets: sessions, policy, stores
 *
 * SYNOPSIS
 *     serve = drive_serve_new(uv, &config);
 *     drive_serve_listen(serve, "::1", 25, false, &why)       for each address
 *     drive_serve_run(serve);                                 until SIGTERM or SIGINT
 *     drive_serve_free(serve);
 *
 * DESCRIPTION
 *     Serves the session of smtp/server.h on every connection, in clear, with STARTTLS and with TLS
 *     from the first octet. A policy judges, now or later; a store takes the messages. Text goes to
 *     the store as it comes, under Return-Path and Received (RFC 5321 4.4), and memory stays
 *     bounded: what the store has no room for is not read. 250 after a text means that the store
 *     has it. With session.mode SUBMISSION a text goes through smtp/mend.h first: it gets Date and
 *     Message-ID where it has none, and is refused for a malformed address in its header (RFC 6409 5.1, 8).
 *
 *     Told to stop (RFC 5321 3.8) it closes its listeners and lets each session say 421 as soon as
 *     no command is half here; what is left after ten seconds, or at a second signal, is broken
 *     off.
 *
 * MEMORY
 *     A session takes DRIVE_SESSION_MAX octets at most, in TLS DRIVE_SESSION_TLS_MAX more beside what
 *     OpenSSL has for itself; its envelope what MAIL and RCPT said; a text what the store has for it (a
 *     Maildir 64 KB); an AUTH exchange a line and what GNU SASL needs. Nothing of it grows with the
 *     length of a text.
 *
 * TIME
 *     RFC 5321 4.5.3.2 asks for five minutes, and that is what session.limits gives by default: for
 *     each command line as a whole, however it trickles in, and for each part of a text. A text has
 *     to come with limits.text_rate octets a second (`smtpref serve`: 64); what is slower uses the
 *     five minutes up, so that nobody holds a session for ever by an octet a minute. While the store
 *     or the policy let a client wait, its time stands still.
 *
 * LIFETIME
 *     All that the config points to outlives the server. One thread, the loop's, calls all of this.
 */
#ifndef DRIVE_SERVE_H
#define DRIVE_SERVE_H

#include <stdio.h>

#include "drive/sasl.h"
#include "net/tls.h"
#include "net/uv.h"
#include "smtp/reply.h"
#include "smtp/server.h"

enum { DRIVE_SESSION_MAX = 32768, DRIVE_SESSION_TLS_MAX = 53248 };

/* ---- policy -------------------------------------------------------------------------------- */

struct drive_session; /* a connection that is being served */

/* An answer. All zero: the sequencing table's own reply. */
struct drive_verdict {
    enum smtp_fault fault; /* refuse with its reply */
    unsigned code;         /* not 0: this reply instead, as smtp_server_reply() takes it */
    const char *enhanced;
    char text[400];
};

struct drive_policy {
    /*
     * Judges an event that wants a reply; its spans are good until the answer. True: the answer is
     * in *out, which was zeroed. False: it comes by drive_session_answer(), once. A text that is
     * accepted (SMTP_EV_MESSAGE) goes to the store, whose word is the last.
     */
    bool (*judge)(struct drive_policy *policy, struct drive_session *session,
                  const struct smtp_event *ev, struct drive_verdict *out);
    /* The session ended before the answer; none is wanted any more. NULL where judge never says
     * false. */
    void (*forget)(struct drive_policy *policy, struct drive_session *session);
};

/* The answer that judge() put off. */
void drive_session_answer(struct drive_session *session, const struct drive_verdict *verdict);

/* The client's address, as text without port. */
const char *drive_session_peer(const struct drive_session *session);

/* Who has authenticated, good until the session ends; NULL: nobody. */
const char *drive_session_user(const struct drive_session *session);

/* A mailing list: EXPN shows its members, each on a line (RFC 5321 3.5.1, 3.5.2). */
struct drive_list {
    smtp_span mailbox;   /* "team@example.test" */
    const char *members; /* mailboxes, commas between them */
};

struct drive_site_config { /* all of it the caller's, and outlives the site */
    const char *const *domains, *const *mailboxes, *const *refused_senders;
    size_t domain_count, mailbox_count, refused_count;
    const struct drive_list *lists;
    size_t list_count;
    const char *host; /* our name, with a postmaster of its own (RFC 5321 4.5.1); NULL: none */
    bool denies;      /* no service here: the greeting is 554 (RFC 5321 3.1) */
    bool mailless;    /* nor ever: it is 521 (RFC 7504) */
    bool relays;      /* who has authenticated may name recipients at any domain (RFC 6409 3.3) */
};

/*
 * The policy of a site: mail for its domains, no relaying (3.6.2). Without mailboxes every
 * local-part is one; lists always are, and postmaster, in any case and without a domain too
 * (4.5.1). VRFY says 250 for a mailbox, 550 for none, 252 where nobody knows which there are; EXPN
 * says 250 for a list, 550 for what is none. NULL and *why (good until the next call) for a
 * malformed domain, for a malformed mailbox or one at another domain, and when there is no domain
 * or no memory.
 */
struct drive_policy *drive_site_new(const struct drive_site_config *config, const char **why);
void drive_site_free(struct drive_policy *site);

/* Whether the site takes mail for the mailbox. */
bool drive_site_has(const struct drive_policy *site, smtp_span mailbox);

/* ---- stores -------------------------------------------------------------------------------- */

enum { DRIVE_WRITE_MAX = 16384 }; /* octets of one write() at most */

struct drive_recipient {
    smtp_span mailbox; /* no source route; postmaster without a domain too (RFC 5321 4.1.1.3) */
    struct smtp_rcpt_params params;
    /* the store's word about this one, good with done() */
    enum smtp_fault fault;         /* zeroed before */
    struct smtp_enhanced enhanced; /* class not 0: says more than the fault's own code */
};

/* The buffers of a transaction (RFC 5321 4.1.1.4) */
struct drive_envelope {
    smtp_span sender; /* empty: the null reverse-path */
    struct smtp_mail_params params;
    struct drive_recipient *recipients; /* those that were accepted, in their order */
    size_t recipient_count;
    bool each; /* each recipient gets an answer of his own (RFC 2033 4.2): some may have the message
                  and others not. Else it is for all of them or refused */
};

/* Who gives a message to a store. Both are called by the loop's thread. */
struct drive_giver {
    void (*room)(struct drive_giver *giver); /* there may be room again */
    /*
     * The last call: after commit() SMTP_OK when the message is safe (with `each`: look at the
     * recipients, too), else why it is not; after abort().
     */
    void (*done)(struct drive_giver *giver, enum smtp_fault fault);
};

struct drive_delivery; /* one message on its way into a store */

struct drive_store {
    const struct drive_store_ops {
        /* Begins a message; `id` is an Atom that no other message has. Both are there until
         * done(). NULL: no memory. Not yet done() here. */
        struct drive_delivery *(*begin)(struct drive_store *store, const char *id,
                                        struct drive_envelope *envelope, struct drive_giver *giver);
        /* Octets that write() takes now; DRIVE_WRITE_MAX at least after begin(). */
        size_t (*room)(const struct drive_delivery *delivery);
        void (*write)(struct drive_delivery *delivery, smtp_span octets);
        /* Each of these is the giver's last call; done() follows, possibly at once. */
        void (*commit)(struct drive_delivery *delivery);
        void (*abort)(struct drive_delivery *delivery);
        void (*free)(struct drive_store *store); /* when no delivery is left */
    } * ops;
    bool relays; /* not the last: Return-Path is another server's to write (RFC 5321 4.4) */
};

/*
 * A Maildir: each message is written to tmp/, synced, linked into new/, and new/ is synced, all of
 * it off the loop; a failure leaves no file behind. Makes `dir` and its three folders where they
 * are missing, and removes what a crash left in tmp/ more than 36 hours ago. `name` is our host's, a part of the file names. NULL and *why (good until the next
 * call) on failure.
 */
struct drive_store *drive_maildir_new(struct net_uv *uv, const char *dir, const char *name,
                                      const char **why);

/*
 * A next hop, reached by `dialler`, that speaks LMTP (RFC 2033) or SMTP: each message goes there on a
 * connection of its own while it comes, and what the next hop says about it is the answer; nothing
 * is kept here. With one answer for all recipients it is 250 when they all have the message, 554 when
 * one never will, else 451; nobody gets it when one was refused before the text. When some have it
 * and others not, those get it again when it comes again (RFC 1047: better twice than lost). What
 * the config points to, world and dialler outlive the store, and net_uv_free() or net_mem_free()
 * comes behind its free(). NULL: no memory.
 * BUGS  In clear. The recipients beyond RCPTMAX (RFC 9422) of the next hop are refused for now.
 */
struct smtp_client_limits;
struct drive_relay_config {
    const char *name;                        /* ours, for EHLO or LHLO */
    const struct smtp_client_limits *limits; /* NULL: those of RFC 5321 4.5.3.2 */
    bool lmtp;
};
struct drive_store *drive_relay_new(struct net_world *world, struct net_dialler *dialler,
                                    const struct drive_relay_config *config);

/*
 * In front of a store that is the last: who asks with NOTIFY=SUCCESS (RFC 3461 5.2.3) is told, by a
 * notice put into the same store, that the message is there, and done() comes when both are. Frees
 * `inner` with itself; the site outlives it. NULL: no memory, and `inner` is still the caller's.
 * BUGS  Only senders whose mailbox is the site's are told: there is no way out from here.
 */
struct drive_store *drive_notifier_new(struct drive_store *inner, const struct drive_policy *site,
                                       const char *host);

/* Counts what it is given, and drops it. NULL: no memory. */
struct drive_store *drive_sink_new(void);
struct drive_sink_count {
    uint64_t messages, octets;
};
struct drive_sink_count drive_sink_count(const struct drive_store *sink);

/* ---- the server ---------------------------------------------------------------------------- */

struct drive_serve_config {
    struct smtp_server_config session;
    struct drive_policy *policy;
    struct drive_store *store;
    struct net_tls_context *tls; /* NULL: neither STARTTLS nor TLS listeners */
    struct drive_sasl *sasl;     /* NULL: no AUTH. What it offers, session.auth_* says */
    size_t connections;          /* served at once; more are told 421 (RFC 5321 3.8) or dropped */
    /* the same for one address, an IPv6 /64 being one; 0: no limit */
    size_t address_connections, address_per_minute;
    FILE *log; /* a line for each transaction and each connection; NULL: none */
};

struct drive_serve;

/* From here on SIGTERM and SIGINT are the server's. NULL: no memory. */
struct drive_serve *drive_serve_new(struct net_uv *uv, const struct drive_serve_config *config);

/* The port, or 0 and *why. port 0: any free one. implicit: TLS from the first octet. */
uint16_t drive_serve_listen(struct drive_serve *serve, const char *host, uint16_t port,
                            bool implicit, const char **why);

/* Serves until it is told to stop and has stopped. False: the loop failed. */
bool drive_serve_run(struct drive_serve *serve);

/* As SIGTERM does; a second time, all connections are broken off. */
void drive_serve_stop(struct drive_serve *serve);

void drive_serve_free(struct drive_serve *serve);

#endif
