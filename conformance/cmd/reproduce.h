/*
 * NAME
 *     reproduce.h: the options that play a case again
 */
#ifndef CONFORMANCE_CMD_REPRODUCE_H
#define CONFORMANCE_CMD_REPRODUCE_H

#include "check_options.h"

/*
 * The options that make a difference to a case, quoted for a shell; the password is left out. The
 * caller frees it; NULL: no memory.
 */
char *reproduce_line(const struct check_options *options);

#endif
