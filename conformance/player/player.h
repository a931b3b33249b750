/*
 * NAME
 *     player.h: plays a scenario against a target
 *
 * DESCRIPTION
 *     A player is one or more edges on one clock, each a connection of the scenario; it opens them
 *     by a dialler and knows neither sockets nor memory. It says our lines, reads whole replies,
 *     tries the rows, and ends with an outcome. It never uses the sessions of ref/: a correct
 *     client cannot say wrong things, and an oracle must not share the code that it judges.
 *
 *     done() is called once, when the outcome stands and all connections are gone. That may be
 *     before player_start() returns (a SKIP); the player it returns is then good for player_abort()
 *     only, which does nothing.
 *
 * MODES OF A RUN
 *     PLAYER_IMPLICIT: every connection begins inside TLS. PLAYER_STARTTLS, and `auth`: behind the
 *     first EHLO that the server accepts in a prelude the player puts in STARTTLS, the handshake
 *     and EHLO again, then AUTH PLAIN. Lines that a file writes itself, its own greeting or a
 *     second connection, are played as they stand: in clear in PLAYER_STARTTLS, without a log in. A
 *     scenario with `needs: STARTTLS` begins in clear without a log in, and is skipped in
 *     PLAYER_IMPLICIT; one that needs AUTH or auth is not logged in. To an LMTP server, where `facts`
 *     has "lmtp" or by the dialler for that, a prelude's EHLO is LHLO.
 *
 * BUGS
 *     Not played yet, SKIP: clients under test. The observer does not watch a next hop (hop.h).
 *
 * LAWS
 *     NOTATION sections 3 and 4: rows from the top, worst note stands, setup against test, 4yz and
 *     421 inconclusive unless listed, one reply too many wherever it comes to light, QUIT at the
 *     end.
 */
#ifndef CONFORMANCE_PLAYER_H
#define CONFORMANCE_PLAYER_H

#include "net/net.h"
#include "player/hop.h"
#include "player/inbox.h"
#include "scenario/scenario.h"

enum player_verdict { /* of a case; ordered: a later one outweighs an earlier one */
                      PLAYER_PASS,
                      PLAYER_INFO,
                      PLAYER_WARN,
                      PLAYER_FAIL,
                      PLAYER_SKIP,
                      PLAYER_INCONCLUSIVE,
                      PLAYER_ERROR
};

enum { PLAYER_HOP = 10 };

/* One write of ours, or one run of octets of the target's. */
struct player_line {
    uint64_t ms;   /* since the case began */
    unsigned conn; /* that of the file; over PLAYER_HOP: one of HC and HS, by so many less */
    char from;     /* 'C' or 'S' */
    bool secure;
    smtp_span bytes;
};

struct player_finding { /* of the observer, see observer/observer.h */
    const char *rule;
    const char *const *req; /* NULL-terminated */
    enum scenario_level level;
    char side; /* 'S' server, 'C' client */
    const char *why;
    smtp_span bytes;
    unsigned count;
    const char *known; /* why a baseline excuses it, borrowed; NULL: none does */
};

/* What @inbox has found: no message more may ever come. */
struct player_mailbox {
    smtp_span name; /* borrowed from the run */
    size_t count;
    unsigned line; /* of the @inbox */
};

enum { PLAYER_MAILBOXES = 4 };

struct player_outcome {
    const struct scenario *scenario;
    enum player_verdict verdict;
    char *why;      /* for people; "" when it passed without a note */
    unsigned line;  /* of the scenario file; 0 = the file as a whole */
    char *expected; /* the rows as written, " | " between them */
    char *received; /* octets; length below */
    size_t received_length;
    double ms;
    struct player_line *lines;
    size_t line_count;
    struct player_finding *findings;
    size_t finding_count;
    bool unreachable;  /* no connection, or none that said anything at all before the deadline */
    bool silent;       /* a reply did not come, or not whole, before its deadline */
    bool disputed;     /* a FAIL that does not count */
    const char *known; /* why a baseline excuses it, borrowed; NULL: none does */
    unsigned attempts; /* how often it was played; the run's to count */
    struct player_mailbox mailboxes[PLAYER_MAILBOXES]; /* that @inbox has looked into */
    size_t mailbox_count;
    char nonce[16]; /* of the messages */
};

/* A value for {name}; value NULL = cannot be filled in: SKIP. */
struct player_var {
    const char *name;
    const char *value;
};

/* How the run opens TLS on the player's side: wraps an edge's end in a filter. NULL: @tls is
 * skipped. */
struct player_tls {
    struct net_end *(*wrap)(void *arg, struct net_end *inner, bool implicit);
    const char *(*why)(void *arg, const struct net_end *filter); /* why a handshake failed */
    void *arg;
};

/* What a run can do to the server beside talking to it. NULL: it cannot; false: *why. */
struct player_hooks {
    bool (*stop)(void *arg, const char **why);  /* told to stop, as by SIGTERM */
    bool (*kill)(void *arg, const char **why);  /* ended at once, as by SIGKILL */
    bool (*start)(void *arg, const char **why); /* started again; it may take its time */
    void *arg;
};

enum player_mode { PLAYER_CLEAR, PLAYER_STARTTLS, PLAYER_IMPLICIT };

struct player_run { /* the same for all cases of a run */
    const struct player_var
        *vars; /* ended by a NULL name; {nonce} {date} {i} {size} are the player's own */
    const char *const *facts; /* needs: in small letters that hold, NULL-terminated */
    const char *const
        *ehlo; /* the target's EHLO lines, "SIZE 1000"; NULL-terminated: needs: in capitals */
    const struct player_tls *tls;
    const struct player_hooks *hooks; /* NULL: none */
    struct inbox *inbox;              /* where mail for {rcpt} is seen; NULL: nowhere */
    struct hop *hop;                  /* we are a next hop of the target; NULL: we are not */
    struct net_dialler *clear;        /* where TLS comes first: the same server's port in clear, for
                                         needs: STARTTLS; NULL: there is none */
    struct net_dialler *denying; /* the same server, refusing its service: for needs: deny; NULL:
                                    those need the fact `deny` */
    struct net_dialler *submission, *lmtp; /* likewise, for needs: submission and lmtp */
    struct net_dialler *plain; /* the same server without extensions, for tags: unlisted; or NULL */
    struct net_dialler
        *strict, /* the same, in clear and demanding TLS, for tags: tls-first; or NULL */
        *late,   /* the same, taking mailboxes that do not exist, for tags: checks-late; or NULL */
        *boundless; /* the same, with SIZE that says no number, for tags: no-limit; or NULL */
    struct net_dialler *mailless; /* the same, greeting with 521, for tags: mailless; or NULL */
    enum player_mode mode;
    uint64_t timeout_ms; /* replaces the 30 s where the scenario says nothing; 0 = 30 s */
    double stretch;      /* multiplies deadlines; 1 */
    bool slow;           /* scenarios with over 10 s of silences and pauses are played */
    bool name_in_ehlo;   /* loopback: the EHLO name carries the scenario's name as a label */
    uint64_t seed;       /* of the nonces */
    int64_t date;        /* of {date}, seconds since 1970; 0: now */
    bool whole;          /* transcripts have every octet, however many */
    bool observe;        /* feed an observer and take its findings */
    bool auth;           /* log in by PLAIN where a prelude has said EHLO; see MODES */
};

struct player;

/* Starts; the caller keeps scenario, run and dialler until done(). NULL: no memory. */
struct player *player_start(const struct scenario *scenario, const struct player_run *run,
                            struct net_world *world, struct net_dialler *dialler,
                            void (*done)(void *arg, struct player_outcome *outcome), void *arg);

/* Ends it now: verdict ERROR with this text, connections are reset; done() is called. */
void player_abort(struct player *player, const char *why);

/*
 * The end of the run: a message more than its @inbox has found makes a mismatch of an outcome that
 * was no failure. False: no memory, or the inbox cannot be read, *why.
 */
SMTP_CHECK bool player_recount(struct player_outcome *outcome, const struct player_run *run,
                               const char **why);

/* Frees what done() was given. */
void player_outcome_free(struct player_outcome *outcome);

const char *player_verdict_name(enum player_verdict verdict); /* "pass", "inconclusive" */

#endif
