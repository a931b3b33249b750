/*
 * NAME
 *     data.h: where scenarios, preludes and requirements are, and reading them
 *
 * DESCRIPTION
 *     Below the folder that SMTPSPEC_DATA names; else in the folder of the installation, if there
 *     is one; else in the source tree that the program was built from. What ships is scenarios/
 *     and, as topic "weaknesses", corpus/weaknesses/, which in the source tree lies elsewhere.
 */
#ifndef CONFORMANCE_CMD_DATA_H
#define CONFORMANCE_CMD_DATA_H

#include "scenario/scenario.h"
#include "verdict/verdict.h"

enum { DATA_PATH_SIZE = 1024 };

struct data {
    char folder[DATA_PATH_SIZE];
    struct scenario_set *set;
    struct ledger *ledger;
};

/* The path of a part ("scenarios", "prelude", "requirements"). */
void data_path(const struct data *data, const char *part, char out[DATA_PATH_SIZE]);

/* The path of the known weaknesses; false: this data has none. */
bool data_weaknesses(const struct data *data, char out[DATA_PATH_SIZE]);

/* Finds the folder and reads the ledger. The status to end with: it has been said why. */
enum verdict_exit data_open(struct data *data, const char *program);

/*
 * Reads the scenarios: `path` is the user's own file or folder, NULL the set that ships.
 * VERDICT_USAGE: a file of the user's is wrong; VERDICT_TROUBLE: one of ours is.
 */
enum verdict_exit data_load(struct data *data, const char *program, const char *path);

void data_close(struct data *data);

/* "FILE:LINE:COLUMN: text", without column or line where there is none. */
void data_print_error(const struct scenario_error *error);

#endif
