/*
 * NAME
 *     describe.h: a parsed scenario as text, all of its fields
 *
 * DESCRIPTION
 *     One line a fact, so that what a file has become can stand in a file of its own. The caller
 *     frees the text.
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "scenario/scenario.h"

char *describe(const struct scenario *s);

#endif
