/*
 * NAME
 *     parse.h: the parts of the parser, for each other only
 *
 * DESCRIPTION
 *     A cursor moves through one line at a time. Every function that reads something returns false
 *     when it has refused the file; the error is then set. Sections of the notation are named above
 *     the code that obeys them.
 */
#ifndef CONFORMANCE_PARSE_H
#define CONFORMANCE_PARSE_H

#include "scenario/arena.h"
#include "scenario/scenario.h"

enum { CONNS = 10 }; /* 1 to 9 */

struct each { /* one each: line; its octets stand for {each} */
    const char *name;
    const struct scenario_piece *pieces;
    size_t count;
};

struct conn_state {
    unsigned closed_line; /* closed by either side, whichever row was taken */
    unsigned half_line;   /* our own @half-close */
    size_t expect;        /* index + 1 in steps of the last expectation */
};

/* What stands before the colon: "HC2:", "S* 3:". */
struct mark {
    bool hop;
    char side; /* 'C' or 'S' */
    unsigned conn;
    char kind;       /* one of : | ? & * = . */
    uint32_t times;  /* 1 without "*" */
    bool with_above; /* S* right under C* */
    char text[8];    /* "HC2:", as written, for messages */
};

struct parser {
    struct arena *arena;
    const char *prelude_dir;
    struct list *preludes; /* struct prelude_text: those that were read before */
    struct scenario_error *error;
    const char *id, *file;
    smtp_span octets; /* the whole file */
    size_t next;      /* where the next line begins */
    smtp_span line;
    unsigned line_number, last_line;
    size_t at;

    struct scenario *scenario;
    bool claimed;      /* the first line has been read */
    bool prelude;      /* the file is a prelude */
    unsigned use_line; /* the line of its "use" */
    bool header_ended, in_message, in_test, has_effect, has_test, has_expect;
    unsigned message_line; /* of "message:" */
    unsigned seen_fields;  /* bits of the fields that stand once */
    struct list eaches;    /* struct each */
    size_t each_index;     /* which of them this reading is for */
    const struct each *each;
    bool each_used, repeated, received; /* repeated: {i} may stand here; received: no pauses here */
    struct list message, names; /* struct scenario_string; const char *: variables from groups */

    struct list steps;
    struct conn_state conns[2][CONNS]; /* [hop] */
    struct mark mark;                  /* of this line */
    struct mark repeated_above;        /* the "C* n" line right above; times 0: none */
    /* the last expectation: S| and C| add rows while it is open */
    size_t step; /* index + 1 in steps; 0: none */
    bool open;
    struct list rows;
    /* a client's exchange: the S and @ lines go to its last row */
    bool exchange;
    struct list row_steps;
    unsigned row_closed_line; /* our own close in this row */
    size_t brought; /* index + 1 in steps of what brought the message that M lines look at */
};

/* ---- parse.c ---- */
bool parse_fail(struct parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool parse_fail_at(struct parser *p, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
smtp_span parse_rest(const struct parser *p);
bool parse_end(const struct parser *p);
bool parse_take(struct parser *p, const char *text); /* moves on if that stands here */
char *parse_copy(struct parser *p, size_t from, size_t to);
bool parse_file(struct parser *p);
bool parse_line(struct parser *p);
unsigned parse_step_line(const struct parser *p); /* of a prelude's step: the "use" line */

/* ---- source.c ---- */
bool source_check(struct parser *p);     /* the file as octets: UTF-8, LF, controls, blanks */
bool source_next_line(struct parser *p); /* false: no more */

/* ---- head.c ---- */
bool head_claim(struct parser *p);
bool head_field(struct parser *p); /* a line "name: ..." */
bool head_message_line(struct parser *p);
void head_choose_each(struct parser *p); /* fields are over: {each} is known from here */
bool head_end(struct parser *p);         /* what only the whole file shows */

/* ---- text.c ---- */
bool text_is_digit(char c);
bool text_is_word(smtp_span s);       /* word: of needs, tags, brackets */
bool text_is_name(smtp_span s);       /* name: of variables and preludes */
bool text_is_builtin(smtp_span name); /* a variable of the notation */
bool text_duration(smtp_span word, uint64_t *ms);
smtp_span text_word(struct parser *p); /* up to the next blank or the end */
bool text_until(struct parser *p, size_t end, struct list *pieces);
bool text_string(struct parser *p, struct list *pieces);      /* "..." with escapes */
bool text_bytes(struct parser *p, struct scenario_text *out); /* 1*(string [* count] / time) */
bool text_count(struct parser *p, const char *what, uint32_t *out);
bool text_plain_string(struct parser *p, const char **out, size_t *length);
bool text_plain(struct parser *p, const char **out);    /* text up to the end of the line */
bool text_variable(struct parser *p, const char **out); /* "{rcpt2}" */
struct scenario_text text_of_pieces(struct parser *p, const struct list *pieces);
void text_add_octets(struct parser *p, struct list *pieces, smtp_span octets);

/* ---- condition.c ---- */
bool condition_match(struct parser *p, struct scenario_condition *out); /* at "~ /" */
bool conditions_read(struct parser *p, bool regex, struct scenario_row *row);

/* ---- reply.c, command.c: what stands behind the mark of a target's line ---- */
bool reply_row(struct parser *p, struct scenario_row *row);
bool reply_silence(struct parser *p, struct scenario_outcome *out); /* behind "silence" */
bool command_row(struct parser *p, struct scenario_row *row);
bool command_covers(const struct scenario_row *a, const struct scenario_row *b);

/* ---- rows.c ---- */
bool row_verdict(struct parser *p, struct scenario_row *row);
bool row_at_verdict(const struct parser *p); /* at the end or at " => " */
bool row_reachable(struct parser *p, const struct list *rows);
bool row_ends_scenario(const struct scenario_row *row);
unsigned row_closes(const struct scenario_row *row, const struct scenario_step *step); /* line */
bool row_says_354(const struct scenario_row *row);

/* ---- mark.c ---- */
bool mark_is_here(const struct parser *p);
bool mark_read(struct parser *p); /* to p->mark, the cursor behind the blank */

/* ---- line.c ---- */
bool line_conversation(struct parser *p); /* C S HC HS */
bool line_is_ours(const struct parser *p, const struct mark *mark);
/* A step, at the end of the list or of the exchange's last row. Good until the next one. */
struct scenario_step *line_step(struct parser *p, enum scenario_op op, const struct mark *mark);
struct scenario_step *line_row_step(struct parser *p, enum scenario_op op, const struct mark *mark);
bool line_end(struct parser *p); /* the end of the file */

/* ---- exchange.c ---- */
bool exchange_target_line(struct parser *p);
bool exchange_takes(const struct parser *p, const struct mark *mark); /* our line: in a row? */
bool exchange_end(struct parser *p);
bool exchange_all_end(struct parser *p); /* the end of the file */

/* ---- connection.c ---- */
bool connection_open(struct parser *p, const struct mark *mark); /* before a line on it */
void connection_close(struct parser *p, const struct mark *mark);

/* ---- directive.c, mail.c ---- */
bool directive_line(struct parser *p);
bool mail_line(struct parser *p);
bool scenario_needs(const struct scenario *s, const char *need);

#endif
