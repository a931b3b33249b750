/*
 * NAME
 *     grammar.h: a grammar as abnf keeps it
 *
 * DESCRIPTION
 *     tree.c    nodes and rules      read.c    the notation, into a tree
 *     facts.c   what is known of each node, once all rules are there
 *     match.c   recognising          make.c    generating, and edits
 */
#ifndef ABNF_GRAMMAR_H
#define ABNF_GRAMMAR_H

#include "abnf.h"

#define ABNF_MANY UINT32_MAX
#define ABNF_NONE UINT32_MAX

enum abnf_kind {
    ABNF_ANY_OF, /* the children, one of them */
    ABNF_ALL_OF, /* the children, one behind the other */
    ABNF_REPEAT, /* the child, min to max times */
    ABNF_USE,    /* the rule number min */
    ABNF_RANGE,  /* one octet from min to max */
    ABNF_TEXT    /* the octets of text at min, max of them, in any case */
};

struct abnf_octets { /* a set of octets, a bit each */
    uint64_t words[4];
};

struct abnf_node {
    enum abnf_kind kind;
    uint32_t min, max;
    uint32_t child, next;     /* the first of its own; the next of its parent's */
    uint32_t depth;           /* of the shortest way to the end, through rules */
    bool empty;               /* it generates the empty text */
    bool single;              /* it generates texts of one octet only: those of `first` */
    struct abnf_octets first; /* with which its texts begin */
};

struct abnf_named {
    char *name;
    uint32_t node; /* ABNF_NONE: used, not defined */
};

struct abnf_set; /* places in a text: match.c */

struct abnf {
    struct abnf_node *nodes;
    size_t node_count, node_max;
    struct abnf_named *rules;
    size_t rule_count, rule_max;
    char *text; /* of all ABNF_TEXT */
    size_t text_n, text_max;
    struct abnf_set *spare;
    size_t set_words; /* how long the spare ones are */
};

/* ---- tree.c: each adds to the grammar, and ends the program when there is no memory ---- */

uint32_t abnf_add_node(struct abnf *g, enum abnf_kind kind, uint32_t min, uint32_t max);
void abnf_add_child(struct abnf *g, uint32_t parent, uint32_t child);
uint32_t abnf_add_text(struct abnf *g, smtp_span octets);

/* The rule of that name, which may be there already. */
size_t abnf_add_rule(struct abnf *g, smtp_span name);

/* ---- facts.c ---- */

/* Works out depth, empty, single and first of every node. */
void abnf_measure(struct abnf *g);

static inline bool abnf_has_octet(const struct abnf_octets *set, char octet)
{
    unsigned char o = (unsigned char)octet;
    return (set->words[o / 64] >> (o % 64) & 1) != 0;
}

/* ---- match.c ---- */

/* Throws the spare sets away. */
void abnf_sets_free(struct abnf *g);

#endif
