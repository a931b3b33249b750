/*
 * NAME
 *     inputs.h: files as inputs of a target
 *
 * DESCRIPTION
 *     For the programs that replay, measure and count; targets themselves open nothing.
 */
#ifndef FUZZ_INPUTS_H
#define FUZZ_INPUTS_H

#include "smtp/span.h"

/*
 * Calls take() with the octets of a file, or of each file under a folder, by name. The end of the octets
 * is the end of their allocation, for ASan; they are good during the call. False: something could not be
 * read, which was said.
 */
bool inputs_each(const char *path, void (*take)(void *arg, smtp_span octets), void *arg);

#endif
