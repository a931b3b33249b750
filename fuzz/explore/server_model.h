/*
 * NAME
 *     server_model.h: what a server has to answer, and where it is then
 *
 * DESCRIPTION
 *     A small model of RFC 5321 4.1.4 and of the extensions' rules of order, written from the clauses and not
 *     from the session's tables. A letter is one line of the client (with its chunk, where there is one) or a
 *     mark; the model says how many replies it takes, whether success is due, and what state follows.
 */
#ifndef FUZZ_EXPLORE_SERVER_MODEL_H
#define FUZZ_EXPLORE_SERVER_MODEL_H

#include "explore/explore.h"
#include "smtp/server.h"

enum letter_kind {
    LETTER_LINE,
    LETTER_CONNECT,
    LETTER_TLS,
    LETTER_TLS_FAILS,
    LETTER_LATE,
    LETTER_END,
    LETTER_STOP
};

enum letter_form {
    FORM_GOOD,
    FORM_BAD,  /* refused whatever the state is */
    FORM_UTF8, /* good where the transaction is SMTPUTF8 */
    FORM_LAST, /* a chunk that is the last */
    FORM_DOT   /* the line that ends a text */
};

struct letter {
    const char *name, *octets;
    size_t n;
    enum letter_kind kind;
    enum smtp_verb verb;
    enum letter_form form;
    unsigned needs;           /* bits of enum smtp_ext: offered, or it is refused */
    enum smtp_body body;      /* MAIL: what it makes of the transaction */
    bool utf8, octets_behind; /* MAIL; BDAT with a chunk that is not empty */
};

extern const struct letter server_letters[];
extern const size_t server_letter_count;

enum model_choice { CHOICE_ACCEPT, CHOICE_REFUSE, CHOICE_DEFER, CHOICE_CLOSE, CHOICES };

struct model {
    enum smtp_state at;
    bool extended, secure, authenticated, utf8, binary, stopping;
    unsigned rcpts, mails, failures; /* recipients; MAIL lines; exchanges that failed */
};

/* What was seen of a step. */
struct answers {
    unsigned count, first; /* replies; the code of the first */
    bool asked, closed;
};

/* Whether the letter can happen at all: a handshake only where one is wanted. */
bool model_allows(const struct model *m, const struct letter *letter);

/* Judges the step and follows it. */
void model_step(struct model *m, const struct smtp_server_config *config,
                const struct letter *letter, enum model_choice choice, const struct answers *seen,
                struct finding *f);

#endif
