/*
 * NAME
 *     cmd.h: the subcommands of abnf
 *
 * DESCRIPTION
 *     Each takes the arguments behind its name and returns the exit status: 0 as expected, 1 not so, 3
 *     trouble of ours, 64 usage.
 */
#ifndef ABNF_CMD_H
#define ABNF_CMD_H

#include "grammars.h"

enum { EXIT_TROUBLE = 3 };

int cmd_match(int argc, char **argv);
int cmd_make(int argc, char **argv);
int cmd_agree(int argc, char **argv);
int cmd_list(int argc, char **argv);

/* A text on one line: what is not printable as \r, \n, \t or \xHH. */
void cmd_show(smtp_span text);

/* The same read again, into the room; more than to.n: it does not fit. */
size_t cmd_unshow(smtp_room to, smtp_span shown);

/* The rule of that name; -1: it has been said that there is none. */
int cmd_rule(const struct abnf *g, const char *name);

/* How a string of a run is made. */
struct cmd_string {
    struct abnf *g;
    int rule;
    size_t tail;                  /* octets at its end that are left off */
    void (*mend)(smtp_room text); /* of half of them; NULL: none */
    bool near;                    /* one edit away */
};

/*
 * Makes one: as it comes, or at a length limit. Returns its length; more than to.n: it did not fit.
 */
size_t cmd_string(const struct cmd_string *how, struct abnf_dice *dice, smtp_room to);

#endif
