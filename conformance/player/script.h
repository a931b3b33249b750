/*
 * NAME
 *     script.h: exchanges of the player's own
 *
 * DESCRIPTION
 *     Written as steps, so that they are played like those of a file.
 */
#ifndef CONFORMANCE_PLAYER_SCRIPT_H
#define CONFORMANCE_PLAYER_SCRIPT_H

#include "scenario/scenario.h"

struct script {
    const struct scenario_step *steps;
    size_t count;
    const char *what;
};

extern const struct script script_starttls;   /* STARTTLS, the handshake, EHLO again */
extern const struct script script_auth_plain; /* AUTH PLAIN {plain} */
extern const struct script script_auth_login; /* AUTH LOGIN, user, password */
extern const struct script script_alive;      /* 220, EHLO, QUIT */

extern const struct scenario_step script_quit; /* "QUIT" */
extern const struct scenario_step script_lhlo; /* "LHLO {me}" */

/* What a next hop says by itself: 220, 250, 354, 221. */
extern const struct scenario_step script_hop_ready, script_hop_ok, script_hop_go_on, script_hop_bye;

#endif
