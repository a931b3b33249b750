/*
 * NAME
 *     mutator_parts.h: what the edits share
 *
 * DESCRIPTION
 *     An edit is a function that changes a `struct edit` and says whether it did: false means that it
 *     found no place or no room, and that nothing changed. Chance comes from edit_below() alone, so
 *     that a seed repeats everything.
 */
#ifndef MUTATOR_PARTS_H
#define MUTATOR_PARTS_H

#include "mutator.h"
#include "words.h"

struct edit {
    char *p; /* the input, n octets; room for max */
    size_t n, max;
    enum mutator_input kind;
    uint64_t random;
    smtp_span donor;
};

/* A number from 0 to below - 1; 0 where below is 0. */
size_t edit_below(struct edit *e, size_t below);

/* True once in `n` times. */
bool edit_once_in(struct edit *e, size_t n);

/* Puts `in`, which is not a piece of the input, in place of `gone` octets. */
bool edit_replace(struct edit *e, size_t at, size_t gone, smtp_span in);

/* Puts a copy of a piece of the input in front of the octet at `to`, which is not inside the piece. */
bool edit_repeat(struct edit *e, size_t from, size_t n, size_t to);

/* Changes two neighbours: [a, b) and [b, c). */
void edit_rotate(struct edit *e, size_t a, size_t b, size_t c);

struct unit {
    size_t at, n;
    bool mark; /* of a conversation: all but octets */
};

/* The unit of `in` that begins at `at`. False: the end. */
bool unit_at(enum mutator_input kind, smtp_span in, size_t at, struct unit *out);

size_t unit_count(enum mutator_input kind, smtp_span in);

/* The i-th unit; the end of the input, with no octets, where there are fewer. */
struct unit unit_index(enum mutator_input kind, smtp_span in, size_t i);

/* Any unit of the input; false: it is empty. */
bool unit_any(struct edit *e, struct unit *out);

/* Any of the lines and marks that `is` accepts; false: there is none. A text has no marks for it. */
bool unit_find(struct edit *e, bool (*is)(const struct edit *e, const struct unit *u),
               struct unit *out);

/* Any line with octets in it; false: there is none. */
bool unit_line(struct edit *e, struct unit *out);

/* Where an insertion breaks no mark: the begin of any unit, or the end. */
size_t unit_edge(struct edit *e);

/* Any word of a kind. */
smtp_span word_any(struct edit *e, enum words_kind kind);

/* The edits, by file. */
bool edit_unit_insert(struct edit *e);
bool edit_unit_delete(struct edit *e);
bool edit_unit_duplicate(struct edit *e);
bool edit_unit_swap(struct edit *e);
bool edit_unit_splice(struct edit *e);

bool edit_write_cut(struct edit *e);
bool edit_write_merge(struct edit *e);
bool edit_outcome(struct edit *e);
bool edit_tls(struct edit *e);
bool edit_time(struct edit *e);
bool edit_mode(struct edit *e);
bool edit_hang_up(struct edit *e);

bool edit_verb(struct edit *e);
bool edit_param_add(struct edit *e);
bool edit_param_drop(struct edit *e);
bool edit_param_value(struct edit *e);
bool edit_param_keyword(struct edit *e);
bool edit_inside(struct edit *e);

bool edit_size_lie(struct edit *e);
bool edit_size_fit(struct edit *e);
bool edit_number(struct edit *e);
bool edit_reply_code(struct edit *e);
bool edit_reply_more(struct edit *e);

bool edit_octet_class(struct edit *e);
bool edit_terminator(struct edit *e);
bool edit_case(struct edit *e);
bool edit_length(struct edit *e);

#endif
