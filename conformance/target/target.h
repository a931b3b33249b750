/*
 * NAME
 *     target.h: the target `self`, and its mutants
 *
 * DESCRIPTION
 *     The reference server in memory: a world with a virtual clock and a dialler; every dial makes
 *     a fresh session with the reference's policy. The only place of conformance/ that links
 *     ref/session and ref/drive.
 *
 *     A mutant is the same server with one thing changed, and no code of the product knows of it:
 *     one more row in front of the sequencing table, one limit, one tolerance, one extension not
 *     offered, one decision of the policy, or one rewrite on the wire between server and client.
 *     `mutants.tsv` names each, the requirement that it breaks and who must notice.
 */
#ifndef CONFORMANCE_TARGET_H
#define CONFORMANCE_TARGET_H

#include "player/player.h"

struct target_self;
struct mutant;

/* What kind of server it is: for everybody, RFC 6409, RFC 2033. */
enum target_profile { TARGET_MX, TARGET_SUBMISSION, TARGET_LMTP };
enum { TARGET_PROFILES = 3 };

/* NULL and *why on failure. mutant NULL: the reference as it is. */
struct target_self *target_self_new(enum player_mode mode, enum target_profile profile,
                                    const struct mutant *mutant, const char **why);
void target_self_free(struct target_self *self);

struct net_world *target_self_world(struct target_self *self);
struct net_dialler *target_self_dialler(struct target_self *self);
const struct player_tls *target_self_tls(struct target_self *self);

/* Fills in what a run on this server has beside the dialler: TLS, a port in clear, one that denies
 * its service, those of the other profiles, @stop, and its mailboxes. */
void target_self_doors(struct target_self *self, struct player_run *run);

/* What the run has to know: mailboxes and facts of this server. */
const struct player_var *target_self_vars(const struct target_self *self);
const char *const *target_self_facts(const struct target_self *self);

/* The EHLO lines of the unchanged reference in clear, read off a session of its own.
 * NULL-terminated. */
const char *const *target_self_ehlo(const struct target_self *self);

/* ---- mutants --------------------------------------------------------------------------------- */

struct mutant_row { /* one line of mutants.tsv */
    const char *name, *change, *req;
    const char *const
        *killers; /* scenario ids and observer rules that must notice; NULL-terminated */
    const struct mutant *mutant;
};
struct mutant_list;

/* Reads the file; NULL and why: "FILE:LINE: ..." for a change that is not understood. */
struct mutant_list *mutant_list_load(const char *file, char *why, size_t why_size);
void mutant_list_free(struct mutant_list *list);
size_t mutant_count(const struct mutant_list *list);
const struct mutant_row *mutant_at(const struct mutant_list *list, size_t i);

#endif
