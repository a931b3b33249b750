/*
 * NAME
 *     facts.h: what a run knows of its server and of itself
 *
 * DESCRIPTION
 *     Fills in the variables of the notation, the facts for needs: in small letters, and our own
 *     name. What is not known stays open: those scenarios are skipped, with the reason.
 */
#ifndef CONFORMANCE_CMD_FACTS_H
#define CONFORMANCE_CMD_FACTS_H

#include "check_options.h"
#include "probe.h"

enum { FACTS_VARS = 16, FACTS_MOST = 12, FACTS_NAME_SIZE = 256 };

struct facts {
    char me[FACTS_NAME_SIZE];
    struct player_var vars[FACTS_VARS];
    size_t var_count;
    const char *words[FACTS_MOST];
    size_t word_count;
};

/*
 * Our name for EHLO: that of --ehlo; client.example.org on loopback; else this host's, if it is
 * fully qualified, or the address that it sends from, as a literal (RFC 5321 4.1.4).
 */
void facts_init(struct facts *facts, const struct check_options *options);

/* self has mailboxes of its own: they stand where the options name none. */
void facts_take(struct facts *facts, const struct player_var *vars, const char *const *words);

/* What the options say, then what the first contact has shown. */
void facts_fill(struct facts *facts, const struct check_options *options,
                const struct probe_result *probe);

#endif
