/*
 * NAME
 *     drive/submit.h: sending mail: to a server, or to the mail exchangers of its recipients
 *
 * SYNOPSIS
 *     drive_submit(&config, &mail, &why)              blocks until all recipients have a result
 *     submit = drive_submit_new(uv, &config, &mail, done, arg, &why)    the same on a running loop
 *     for (i = 0; i < mail.rcpt_count; i++)
 *         mail.rcpts[i].outcome                       DELIVERED | LATER | NEVER | UNKNOWN
 *
 * DESCRIPTION
 *     Without a host, recipients are grouped by domain and go to its mail exchangers, best preference
 *     first (RFC 5321 5.1), until one takes the connection. The text goes in as many transactions as
 *     the server's limits ask for. Nothing is tried again after a reply to a transaction: LATER says
 *     that trying again may help, NEVER that it will not, and when to do so is the caller's (RFC 5321
 *     4.5.4.1). UNKNOWN: the end of the text was sent and never answered; a second try may give a
 *     second copy (RFC 1047).
 *
 *     TLS that is required is verified: by the name that the user gave for the server (RFC 7817), or
 *     by the name of the mail exchanger. Opportunistic TLS takes any certificate, and where no
 *     handshake can be had the same server is tried again in clear (RFC 7435). REQUIRETLS is required
 *     TLS, and goes to a host only: the names that DNS gives are not verified here (RFC 8689 4.2.1).
 *     A password itself, as PLAIN and LOGIN send it, is shown inside verified TLS only.
 *
 * LIFETIME
 *     Config, mail and source are the caller's, and lie still until the end. One thread, the loop's.
 */
#ifndef DRIVE_SUBMIT_H
#define DRIVE_SUBMIT_H

#include <stdio.h>

#include "net/uv.h"
#include "smtp/client.h"

/* ---- the message ---------------------------------------------------------------------------- */

/* Where the octets come from, as they are to be delivered: lines end in CRLF, dots are not doubled. */
struct drive_source {
    bool (*rewind)(struct drive_source *source); /* to the beginning: it is read more than once */
    /* How many octets were put into `to`; 0: the end; SIZE_MAX: they cannot be had. */
    size_t (*read)(struct drive_source *source, smtp_room to);
};

struct drive_memory {
    struct drive_source source; /* first */
    smtp_span text;
    size_t at;
};
void drive_memory_init(struct drive_memory *memory, smtp_span text);

struct drive_file {
    struct drive_source source; /* first */
    FILE *file;                 /* from its beginning; one that can be rewound */
};
void drive_file_init(struct drive_file *file, FILE *stream);

enum { DRIVE_HOST_MAX = 256, DRIVE_TEXT_MAX = 256 };

struct drive_rcpt {
    /* Mailbox, without angle brackets; the domain in A-labels, or with SMTPUTF8 in U-labels */
    smtp_span mailbox;
    struct smtp_rcpt_params params;
    /* the result */
    enum smtp_outcome outcome;
    unsigned code; /* of the reply that decided; 0: none did */
    struct smtp_enhanced enhanced;
    char text[DRIVE_TEXT_MAX]; /* of that reply, or what went wrong: for people */
    char host[DRIVE_HOST_MAX]; /* who said so; "": nobody */
    bool denied;               /* the server does not let the user in (AUTH) */
    bool dsn; /* the server offered DSN: what it took it tells of (RFC 3461 5.2.1) */
};

struct drive_mail {
    smtp_span sender;               /* empty: the null reverse-path */
    struct smtp_mail_params params; /* SIZE, and BODY unless it is given, are made from the text */
    struct drive_rcpt *rcpts;
    size_t rcpt_count;
    struct drive_source *source;
};

/* ---- where to, and how ---------------------------------------------------------------------- */

enum drive_tls { DRIVE_TLS_OPPORTUNISTIC, DRIVE_TLS_REQUIRED, DRIVE_TLS_IMPLICIT, DRIVE_TLS_NEVER };

enum drive_trace { DRIVE_TRACE_CLIENT = 'C', DRIVE_TRACE_SERVER = 'S', DRIVE_TRACE_NOTE = '*' };

struct drive_submit_config {
    const char *name; /* ours, for EHLO: a domain or an address literal */
    const char *host; /* a name or an address; NULL: the mail exchangers of each domain */
    uint16_t port;    /* 0: 25, 465 with TLS_IMPLICIT, 24 with lmtp */
    bool lmtp;        /* RFC 2033 */
    enum drive_tls tls;
    const char *ca_file; /* PEM; NULL: the system's */
    bool insecure;       /* required TLS, too, takes any certificate */
    /* RFC 4954; NULL: no AUTH */
    const char *user, *password, *mechanism;
    bool password_in_clear;                  /* the password may be shown to whom we do not know */
    const struct smtp_client_limits *limits; /* NULL: smtp_client_limits_default */
    uint64_t connect_ms; /* for each address; 0: 30 seconds. No try of DNS is longer */
    const char *dns;     /* ADDR:PORT; NULL: the system's */
    uint64_t seed;       /* orders equal mail exchangers; 0: by chance */
    unsigned ignore;     /* bits of enum smtp_keyword not to be used */
    /* 8-bit text goes to a server without 8BITMIME, too (RFC 6152 3 forbids it) */
    bool just_send_8;
    /* Each line of the dialogue, without CRLF; secrets and text are left out. NULL: none. */
    void (*trace)(void *arg, enum drive_trace who, smtp_span line);
    void *trace_arg;
};

/* ---- sending -------------------------------------------------------------------------------- */

struct drive_submit;

/*
 * Begins; done() comes from the loop, and then all recipients have a result. NULL and *why (good
 * until the next call) when the config is wrong or the text cannot be read.
 */
struct drive_submit *drive_submit_new(struct net_uv *uv, const struct drive_submit_config *config,
                                      struct drive_mail *mail, void (*done)(void *arg), void *arg,
                                      const char **why);

/*
 * Gives up: what was not sent to its end is broken off (LATER), what was is waited for; called
 * again, it is not (UNKNOWN). done() follows.
 */
void drive_submit_stop(struct drive_submit *submit);

/* In done() or behind it, and before net_uv_free(). */
void drive_submit_free(struct drive_submit *submit);

/* All of it on a loop of its own. False and *why as for new, or the loop failed. */
SMTP_CHECK bool drive_submit(const struct drive_submit_config *config, struct drive_mail *mail,
                             const char **why);

#endif
