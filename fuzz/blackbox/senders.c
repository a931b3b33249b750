#include "blackbox/senders.h"

#include <string.h>

#define P(passes, begins)                                                                          \
    {                                                                                              \
        passes, begins                                                                             \
    }

const struct sender senders[SENDERS] = {
    P(0, false),
    P(SENDER_NUL, false),
    P(SENDER_CR, false),
    P(SENDER_LF, true),
    P(SENDER_LF, false),
    P(SENDER_CR | SENDER_NUL, false),
    P(SENDER_LF | SENDER_NUL, true),
    P(SENDER_LF | SENDER_NUL, false),
    P(SENDER_CR | SENDER_LF, true),
    P(SENDER_CR | SENDER_LF, false),
    P(SENDER_CR | SENDER_LF | SENDER_NUL, true),
    P(SENDER_CR | SENDER_LF | SENDER_NUL, false),
};

/* ---- what a sender may say ------------------------------------------------------------------- */

enum place {
    WITHIN,    /* a line */
    BEHIND_CR, /* which LF may follow, or has to */
    LINE_START,
    LINE_DOT, /* the first of two */
    NOWHERE,  /* it does not say that */
    PLACES = NOWHERE
};

static enum place next_place(const struct sender *s, enum place place, char octet)
{
    bool bare_cr = place == BEHIND_CR && octet != '\n';
    if (place == LINE_DOT)
        return octet == '.' ? WITHIN : NOWHERE;
    if (bare_cr && (s->passes & SENDER_CR) == 0)
        return NOWHERE;
    if (octet == '\0' && (s->passes & SENDER_NUL) == 0)
        return NOWHERE;
    if (octet == '\r')
        return BEHIND_CR;
    if (octet == '\n' && place == BEHIND_CR)
        return LINE_START;
    if (octet == '\n')
        return (s->passes & SENDER_LF) == 0 ? NOWHERE : s->lf_begins_line ? LINE_START : WITHIN;
    return octet == '.' && place == LINE_START ? LINE_DOT : WITHIN;
}

/* ---- the product ----------------------------------------------------------------------------- */

enum { NODES = AUTOMATON_STATES * PLACES };

struct search {
    bool seen[NODES];
    unsigned short queue[NODES], from[NODES];
    unsigned char letter[NODES];
    size_t head, tail;
};

static void found(const struct search *s, size_t node, struct word *out)
{
    size_t n = 0;
    for (size_t i = node; i != 0 && n < AUTOMATON_WORD; i = s->from[i])
        n++;
    out->n = n;
    for (size_t i = node; i != 0 && n > 0; i = s->from[i])
        out->letters[--n] = s->letter[i];
}

static void visit(struct search *s, size_t node, size_t from, unsigned char letter)
{
    if (s->seen[node])
        return;
    s->seen[node] = true;
    s->from[node] = (unsigned short)from;
    s->letter[node] = letter;
    s->queue[s->tail++] = (unsigned short)node;
}

bool senders_attack(const struct sender *sender, const struct automaton *server, unsigned ended,
                    struct word *out)
{
    struct search s = {.head = 0};
    visit(&s, 0, 0, 0); /* state 0, within a line: an x stands in front */
    while (s.head < s.tail) {
        size_t node = s.queue[s.head++], state = node / PLACES;
        if (server->answer[state] == ended) {
            found(&s, node, out);
            return true;
        }
        for (unsigned letter = 0; letter < LATTICE_ALPHABET; letter++) {
            enum place place =
                next_place(sender, (enum place)(node % PLACES), lattice_alphabet[letter]);
            if (place != NOWHERE)
                visit(&s, (size_t)server->next[state][letter] * PLACES + place, node,
                      (unsigned char)letter);
        }
    }
    return false;
}

/* ---- names ----------------------------------------------------------------------------------- */

void sender_print(FILE *to, const struct sender *sender)
{
    static const char *const names[] = {"bare CR", "bare LF", "NUL"};
    const char *between = "";
    if (sender->passes == 0)
        fputs("nothing but CRLF", to);
    for (unsigned i = 0; i < 3; i++)
        if ((sender->passes & (1U << i)) != 0) {
            fprintf(to, "%s%s", between, names[i]);
            between = ", ";
        }
    if (sender->lf_begins_line)
        fputs(", periods doubled behind LF too", to);
}

bool sender_is_less(const struct sender *less, const struct sender *more)
{
    bool lf = (less->passes & SENDER_LF) != 0;
    if ((less->passes & ~more->passes) != 0)
        return false;
    return !lf || less->lf_begins_line || !more->lf_begins_line;
}
