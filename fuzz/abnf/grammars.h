/*
 * NAME
 *     grammars.h: the grammars of corpus/abnf, compiled in
 *
 * DESCRIPTION
 *     So that no fuzz target opens a file. utf8.abnf is the last: without it the grammar is that of RFC
 *     5321 and the extensions, with it that of RFC 6531 too.
 */
#ifndef ABNF_GRAMMARS_H
#define ABNF_GRAMMARS_H

#include "abnf.h"

struct abnf_grammar_file {
    const char *name; /* NULL: the end */
    smtp_span text;
};

extern const struct abnf_grammar_file abnf_grammar_files[];

/* Whether it belongs to the grammar with, or without, UTF-8. */
bool abnf_grammar_has(const struct abnf_grammar_file *file, bool utf8);

/* Reads them. Ends the program when one is wrong: they are ours. The caller frees it. */
struct abnf *abnf_load(bool utf8);

#endif
