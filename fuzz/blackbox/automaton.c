#include "blackbox/automaton.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ----------------------------------------------------------------------------------- */

static unsigned char letter_of(char octet)
{
    const char *at = memchr(lattice_alphabet, octet, LATTICE_ALPHABET);
    return (unsigned char)(at == NULL ? LATTICE_ALPHABET - 1 : at - lattice_alphabet);
}

struct word word_of(const char *octets, size_t n)
{
    struct word word = {.n = n < AUTOMATON_WORD ? n : AUTOMATON_WORD};
    for (size_t i = 0; i < word.n; i++)
        word.letters[i] = letter_of(octets[i]);
    return word;
}

static struct word joined(const struct word *a, const unsigned char *letters, size_t n)
{
    struct word word = *a;
    for (size_t i = 0; i < n && word.n < AUTOMATON_WORD; i++)
        word.letters[word.n++] = letters[i];
    return word;
}

void word_print(FILE *to, const struct word *word)
{
    static const char *const names[LATTICE_ALPHABET] = {"CR", "LF", ".", "NUL", "x"};
    for (size_t i = 0; i < word->n; i++)
        fprintf(to, "%s%s", i == 0 ? "" : " ", names[word->letters[i]]);
    if (word->n == 0)
        fputc('-', to);
}

static bool is_same(const struct word *a, const struct word *b)
{
    return a->n == b->n && memcmp(a->letters, b->letters, a->n) == 0;
}

static bool begins_with(const struct word *word, const struct word *head)
{
    return head->n <= word->n && memcmp(word->letters, head->letters, head->n) == 0;
}

size_t words_of_lattice(struct word out[LATTICE_CLASSES])
{
    struct lattice *lattice = malloc(sizeof *lattice);
    struct lattice_class why;
    size_t count = 0;
    if (lattice != NULL && lattice_build(lattice, &why))
        for (; count < lattice->count; count++)
            out[count] = word_of(lattice->classes[count].octets, lattice->classes[count].n);
    free(lattice);
    return count;
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct asked {
    struct word word;
    unsigned answer;
};

/* A node of the tree: a leaf is a state, any other tells two or more apart by what follows. */
struct node {
    bool leaf;
    size_t state;
    struct word suffix;
    struct node *below[AUTOMATON_ANSWERS];
};

struct tree {
    struct learner *l;
    struct automaton *a;
    struct asked *asked;
    struct node *nodes; /* all of them: a block that does not move */
    size_t node_count, node_room;
};

/* The answer to a part of it that stays, or to all of it; -1: neither was asked. */
static int remembered(const struct tree *t, const struct word *word)
{
    for (size_t i = 0; i < t->l->asked; i++) {
        const struct asked *asked = &t->asked[i];
        if (is_same(&asked->word, word) ||
            (asked->answer == t->l->absorbing && begins_with(word, &asked->word)))
            return (int)asked->answer;
    }
    return -1;
}

static int ask(struct tree *t, const struct word *word)
{
    int answer = remembered(t, word);
    if (answer >= 0 || t->l->given_up)
        return answer;
    answer = t->l->asked == AUTOMATON_ASKED ? -1 : t->l->ask(t->l->arg, word);
    if (answer < 0 || answer >= AUTOMATON_ANSWERS) {
        t->l->given_up = true;
        return -1;
    }
    t->asked[t->l->asked++] = (struct asked){*word, (unsigned)answer};
    return answer;
}

/* ---- the tree -------------------------------------------------------------------------------- */

static struct node *new_node(struct tree *t)
{
    if (t->node_count == t->node_room) {
        t->l->given_up = true;
        return NULL;
    }
    struct node *node = &t->nodes[t->node_count++];
    *node = (struct node){.leaf = false};
    return node;
}

static struct node *new_state(struct tree *t, const struct word *access, unsigned answer)
{
    struct automaton *a = t->a;
    struct node *leaf = a->count == AUTOMATON_STATES ? NULL : new_node(t);
    if (leaf == NULL) {
        t->l->given_up = true;
        return NULL;
    }
    leaf->leaf = true;
    leaf->state = a->count;
    a->access[a->count] = *access;
    a->answer[a->count++] = answer;
    return leaf;
}

/* The leaf that the word belongs to; a word that belongs to none is a new state. */
static struct node *sift(struct tree *t, const struct word *word)
{
    int own = ask(t, word);
    struct node *node = &t->nodes[0];
    while (own >= 0 && !node->leaf) {
        struct word longer = joined(word, node->suffix.letters, node->suffix.n);
        int answer = ask(t, &longer);
        if (answer < 0)
            return NULL;
        if (node->below[answer] == NULL)
            node->below[answer] = new_state(t, word, (unsigned)own);
        node = node->below[answer];
        if (node == NULL)
            return NULL;
    }
    return own < 0 ? NULL : node;
}

/* All transitions, those of states that turn up on the way too. */
static bool build(struct tree *t)
{
    for (size_t state = 0; state < t->a->count; state++) {
        for (unsigned i = 0; i < LATTICE_ALPHABET; i++) {
            unsigned char letter = (unsigned char)i;
            struct word word = joined(&t->a->access[state], &letter, 1);
            const struct node *leaf = sift(t, &word);
            if (leaf == NULL)
                return false;
            t->a->next[state][letter] = (unsigned char)leaf->state;
        }
    }
    return true;
}

static struct node *leaf_of(struct tree *t, size_t state)
{
    for (size_t i = 0; i < t->node_count; i++)
        if (t->nodes[i].leaf && t->nodes[i].state == state)
            return &t->nodes[i];
    return NULL;
}

/* ---- counterexamples ------------------------------------------------------------------------- */

/* The answer if the first n letters are exchanged for the access word of the state that they lead to. */
static int ask_from(struct tree *t, const struct word *word, size_t n)
{
    struct word head = {.n = n};
    memcpy(head.letters, word->letters, n);
    struct word whole =
        joined(&t->a->access[automaton_run(t->a, &head)], word->letters + n, word->n - n);
    return ask(t, &whole);
}

/* The leaf of `state` becomes a node that tells it and the new word apart by the suffix. */
static bool split(struct tree *t, size_t state, const struct word *fresh, const struct word *suffix)
{
    struct node *node = leaf_of(t, state);
    struct word old_longer = joined(&t->a->access[state], suffix->letters, suffix->n);
    struct word new_longer = joined(fresh, suffix->letters, suffix->n);
    int old_answer = ask(t, &old_longer), new_answer = ask(t, &new_longer), own = ask(t, fresh);
    if (old_answer < 0 || new_answer < 0 || own < 0 || old_answer == new_answer)
        return false; /* equal: the server does not always answer alike */
    struct node *old_leaf = new_node(t), *new_leaf = new_state(t, fresh, (unsigned)own);
    if (old_leaf == NULL || new_leaf == NULL || node == NULL)
        return false;
    *old_leaf = *node;
    *node = (struct node){.suffix = *suffix};
    node->below[old_answer] = old_leaf;
    node->below[new_answer] = new_leaf;
    return true;
}

/* Where the answer changes, two words that lead to one state are told apart by what follows. */
static bool refine(struct tree *t, const struct word *word)
{
    size_t low = 0, high = word->n;
    int first = ask_from(t, word, 0);
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        int answer = ask_from(t, word, middle);
        if (answer < 0)
            return false;
        if (answer == first)
            low = middle;
        else
            high = middle;
    }
    struct word head = {.n = low}, suffix = {.n = word->n - high};
    memcpy(head.letters, word->letters, low);
    memcpy(suffix.letters, word->letters + high, suffix.n);
    size_t from = automaton_run(t->a, &head);
    struct word fresh = joined(&t->a->access[from], word->letters + low, 1);
    return split(t, t->a->next[from][word->letters[low]], &fresh, &suffix);
}

/* NULL: all tests agree, or given up. */
static const struct word *counterexample(struct tree *t)
{
    for (size_t i = 0; i < t->l->test_count && !t->l->given_up; i++) {
        const struct word *test = &t->l->tests[i];
        int answer = ask(t, test);
        if (answer >= 0 && (unsigned)answer != t->a->answer[automaton_run(t->a, test)])
            return test;
    }
    return NULL;
}

static bool learn(struct tree *t)
{
    const struct word empty = {.n = 0};
    int answer = ask(t, &empty);
    struct node *root = new_node(t);
    if (answer < 0 || root == NULL)
        return false;
    root->below[answer] = new_state(t, &empty, (unsigned)answer);
    if (!build(t))
        return false;
    const struct word *test;
    while ((test = counterexample(t)) != NULL)
        if (!refine(t, test) || !build(t))
            return false;
    return !t->l->given_up;
}

bool automaton_learn(struct learner *l, struct automaton *out)
{
    struct tree t = {.l = l, .a = out, .node_room = (size_t)2 * AUTOMATON_STATES + 2};
    *out = (struct automaton){.count = 0};
    l->asked = 0;
    l->given_up = false;
    t.asked = calloc(AUTOMATON_ASKED, sizeof *t.asked);
    t.nodes = calloc(t.node_room, sizeof *t.nodes);
    bool good = t.asked != NULL && t.nodes != NULL && learn(&t);
    free(t.asked);
    free(t.nodes);
    return good;
}

size_t automaton_run(const struct automaton *a, const struct word *word)
{
    size_t state = 0;
    for (size_t i = 0; i < word->n; i++)
        state = a->next[state][word->letters[i]];
    return state;
}

size_t automaton_step(const struct automaton *a, size_t state, char octet)
{
    return a->next[state][letter_of(octet)];
}
