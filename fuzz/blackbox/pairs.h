/*
 * NAME
 *     pairs.h: which relay in front of which server lets a stranger write commands
 *
 * DESCRIPTION
 *     What a relay has made of a text (sink.h) is fed to the automaton of each server: if that ends
 *     the text in front of the relay's own end, the pair smuggles. It is a prediction: the two were never
 *     joined.
 */
#ifndef FUZZ_BLACKBOX_PAIRS_H
#define FUZZ_BLACKBOX_PAIRS_H

#include "blackbox/automaton.h"
#include "smtp/span.h"

/*
 * Whether the server ends a text before its last octet. `body` is what a relay said behind the header,
 * its end with it; the automaton stands behind the "x" that the body begins with.
 */
bool pairs_smuggle(const struct automaton *server, unsigned ended, smtp_span body);

#endif
