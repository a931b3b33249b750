/*
 * NAME
 *     drive/sasl.h: authentication by GNU SASL
 *
 * SYNOPSIS
 *     users = drive_users_read("users", &why);
 *     sasl = drive_sasl_new(users, worker, &why);
 *     config.session.auth_tls = drive_sasl_offer(sasl, DRIVE_OFFER_TLS);     and auth_clear
 *     AUTH:       exchange = drive_exchange_new(sasl, &ask); drive_exchange_step(exchange, ...)
 *     RESPONSE:   drive_exchange_step(exchange, ...)
 *     ask.answer(ask.who, &answer)    now or later, once a step
 *     in the end, and whenever the session goes: drive_exchange_drop(exchange)
 *
 * DESCRIPTION
 *     Server: PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256 and the -PLUS forms of both. Every
 *     step runs off the loop (drive/worker.h), since it may derive a key. Inside TLS the -PLUS
 *     forms are always offered: who could bind and does not see them offered takes that for an
 *     attack, and so do we (RFC 5802 6).
 *     A user who is not there is led through the same exchange as the first of the file would be,
 *     with a password that nobody knows, and fails where a wrong password fails: same steps, same
 *     work, same reply. The authorization identity has to be empty or the user himself.
 *     Secrets are wiped when they are done with, and never logged.
 *
 * THE FILE OF USERS
 *     A line for each: name:password, or name:{SCRAM-SHA-256}... as `gsasl --mkpasswd` prints it
 *     (keys from which the password cannot be had; also {SCRAM-SHA-1}). A name may have a line of
 *     each kind. A password that begins with a brace is written {PLAIN}password. Blank lines and
 *     lines that begin with # say nothing. UTF-8; names and passwords are prepared by SASLprep (RFC
 *     4013). A mechanism is offered when every user has what it needs: SCRAM-SHA-1 the password or
 *     keys of its own, SCRAM-SHA-256 likewise, CRAM-MD5 the password, PLAIN and LOGIN anything.
 *
 * LIFETIME
 *     Users and worker outlive `sasl`, and that outlives the last exchange's job: it is freed
 *     behind net_uv_free().
 *
 * CLAUSES
 *     RFC 4954 4, 4616, 2195, 5802, 7677, 9266, 5929 3.
 *
 * BUGS
 *     In a TLS 1.2 session without the extended master secret (RFC 7627) nothing can be bound: a
 *     -PLUS mechanism is offered and then answered 504.
 *     What GNU SASL copies for itself is wiped where it can be reached: the password property.
 */
#ifndef DRIVE_SASL_H
#define DRIVE_SASL_H

#include "drive/worker.h"
#include "net/tls.h"
#include "smtp/fault.h"

/* ---- users ---------------------------------------------------------------------------------- */

struct drive_users;

/* NULL and *why (good until the next call): what is wrong, with the number of the line. */
struct drive_users *drive_users_read(const char *file, const char **why);
void drive_users_free(struct drive_users *users);

/* Whether everybody on the machine may read the file. */
bool drive_users_are_exposed(const struct drive_users *users);

/* ---- what all exchanges share --------------------------------------------------------------- */

struct drive_sasl;

struct drive_sasl *drive_sasl_new(const struct drive_users *users, struct drive_worker *worker,
                                  const char **why);
void drive_sasl_free(struct drive_sasl *sasl);

enum drive_offer {
    DRIVE_OFFER_TLS,      /* all */
    DRIVE_OFFER_CLEAR,    /* SCRAM only: nothing that a listener could use or guess quickly */
    DRIVE_OFFER_CLEAR_ALL /* RFC 4954 4: passwords in clear, where the administrator says so */
};

/* Names of mechanisms with spaces between, the strongest first; empty: none. */
const char *drive_sasl_offer(const struct drive_sasl *sasl, enum drive_offer offer);

/* ---- one exchange --------------------------------------------------------------------------- */

enum { DRIVE_USER_MAX = 256 };

struct drive_sasl_answer {
    enum smtp_fault fault; /* AUTH_*: refused */
    bool done;             /* authenticated; else `challenge` is to be sent */
    smtp_span challenge;   /* may be empty */
    const char *user;      /* with done: who it is, prepared */
};

struct drive_ask {
    smtp_span mechanism;         /* in any case of letters */
    const struct net_end *outer; /* the TLS filter; NULL in clear */
    /* The spans are good in the call only. It may drop the exchange. */
    void (*answer)(void *who, const struct drive_sasl_answer *answer);
    void *who;
};

struct drive_exchange;

/* SMTP_OK, AUTH_MECHANISM, or AUTH_TEMPORARY: no memory. */
SMTP_CHECK enum smtp_fault drive_exchange_new(struct drive_sasl *sasl, const struct drive_ask *ask,
                                              struct drive_exchange **out);

/*
 * The client's octets, which are copied; has_input = false: AUTH came without an initial response.
 * Not before the last step was answered.
 */
void drive_exchange_step(struct drive_exchange *exchange, bool has_input, smtp_span octets);

/* No answer is wanted any more; memory and secrets go when the worker lets them. NULL is fine. */
void drive_exchange_drop(struct drive_exchange *exchange);

#endif
