/*
 * NAME
 *     scenario.h: a scenario, parsed
 *
 * DESCRIPTION
 *     One scenario of the notation as data: head, and a list of steps in the order of the file,
 *     preludes already put in. `each:` makes several of one file. Everything is in one arena that
 *     belongs to the scenario_set; nothing is changed after parsing, so any number of players may
 *     read it at once.
 *
 *     Our lines are literal: their text is a list of strings with variables left open. The target's
 *     are patterns: a list of rows, tried from the top.
 */
#ifndef CONFORMANCE_SCENARIO_H
#define CONFORMANCE_SCENARIO_H

#include "smtp/span.h"

enum scenario_role { SCENARIO_SERVER, SCENARIO_CLIENT }; /* who is tested */
enum scenario_level { SCENARIO_MUST, SCENARIO_SHOULD, SCENARIO_MAY, SCENARIO_INFO };
enum scenario_effect {
    SCENARIO_EFFECT_NONE,
    SCENARIO_EFFECT_MAIL,
    SCENARIO_EFFECT_LOAD,
    SCENARIO_EFFECT_HOSTILE
};

/* Why a scenario ends, or what a row notes. The order is that of the notation, not of badness. */
enum scenario_verdict {
    SCENARIO_GO_ON, /* the row has no verdict */
    SCENARIO_PASS,
    SCENARIO_FAIL,
    SCENARIO_WARN,
    SCENARIO_NOTE, /* "info" */
    SCENARIO_INCONCLUSIVE,
    SCENARIO_SKIP
};

/* ---- text ------------------------------------------------------------------------------------ */

struct scenario_piece { /* octets, or a variable to fill in */
    smtp_span octets;   /* literal; empty when var is set */
    const char *var;    /* "rcpt2"; NULL for octets. {each} is filled in by the parser */
};

struct scenario_string {
    const struct scenario_piece *pieces;
    size_t count;
    uint32_t times; /* "ab" * 2000; 1 otherwise */
    bool is_pause;  /* no pieces: ends the write and waits */
    uint64_t pause_ms;
};

struct scenario_text {
    const struct scenario_string *strings; /* "C: x" is one string that ends with CRLF */
    size_t count;
    bool bytewise; /* each octet a write of its own */
};

/* ---- what the target says -------------------------------------------------------------------- */

enum scenario_outcome_kind {
    SCENARIO_CODE, /* 250, 55z, 5yz */
    SCENARIO_ANY,  /* any reply */
    SCENARIO_CLOSE,
    SCENARIO_SILENCE /* nothing for `ms` */
};

struct scenario_outcome {
    enum scenario_outcome_kind kind;
    unsigned char digits[3]; /* 0-9, or 255 for y and z */
    uint64_t ms;
};

enum scenario_condition_kind { SCENARIO_ENHANCED, SCENARIO_HAS, SCENARIO_LACKS, SCENARIO_MATCH };

struct scenario_condition {
    enum scenario_condition_kind kind;
    const char *const *words; /* HAS, LACKS: keyword, then parameters */
    size_t count;
    const char *text;   /* ENHANCED: "5.1.1"; MATCH: the regular expression without its slashes */
    const char *sample; /* MATCH */
    size_t sample_length;
};

/* A command that a client is expected to send (also HC). */
enum scenario_command_kind { SCENARIO_CMD_PATTERN, SCENARIO_CMD_ANYTHING, SCENARIO_CMD_MESSAGE };

struct scenario_command {
    enum scenario_command_kind kind;
    const char *verb;          /* "MAIL"; NULL: the text begins with "*" or a variable */
    struct scenario_text text; /* the line as written, without CRLF, without a closing " ..." */
    bool open;                 /* ends with "...": any arguments */
    bool any_message, by_data, by_bdat; /* C. lines */
};

struct scenario_row {
    unsigned line;
    const char *source; /* as written behind the mark, without verdict: for reports */
    const struct scenario_outcome
        *outcomes; /* a server's reply, close, silence; or a client's close, silence */
    size_t outcome_count;
    const struct scenario_condition *conditions;
    size_t condition_count;
    bool is_exact; /* "S= ..." */
    struct scenario_text exact;
    const struct scenario_command *command; /* for a client; NULL for a server */
    enum scenario_verdict verdict;
    const char *reason;                /* NULL if none */
    const struct scenario_step *steps; /* for a client: the S and @ lines of this exchange; @result,
                                          which is about the whole run, is never one of them */
    size_t step_count;
};

/* ---- steps ----------------------------------------------------------------------------------- */

enum scenario_op {
    SCENARIO_SEND,         /* our line or octets: text, times */
    SCENARIO_SEND_MESSAGE, /* "C. message": by_bdat */
    SCENARIO_EXPECT,       /* rows, times; for a client also optional, any_order */
    SCENARIO_DIRECTIVE,    /* "@...": directive, word, ms, number */
    SCENARIO_MAIL          /* "M..." */
};

enum scenario_directive {
    SCENARIO_AT_TLS,
    SCENARIO_AT_TLS_END,
    SCENARIO_AT_CLOSE,
    SCENARIO_AT_RESET,
    SCENARIO_AT_HALF_CLOSE,
    SCENARIO_AT_DRAIN,
    SCENARIO_AT_AUTH,
    SCENARIO_AT_PAUSE,
    SCENARIO_AT_ALIVE,
    SCENARIO_AT_STOP,
    SCENARIO_AT_KILL,
    SCENARIO_AT_START,
    SCENARIO_AT_INBOX,
    SCENARIO_AT_RESULT
};

enum scenario_mail_kind {
    SCENARIO_MAIL_FIELD,
    SCENARIO_MAIL_FIELD_MATCH,
    SCENARIO_MAIL_NO_FIELD,
    SCENARIO_MAIL_TAIL,
    SCENARIO_MAIL_BODY_MATCH
};

struct scenario_step {
    enum scenario_op op;
    unsigned line;      /* in the file; of a prelude's step: the "use" line */
    unsigned conn;      /* 1 to 9 */
    bool hop;           /* HC, HS: the connection of the next hop */
    bool in_test;       /* stands below test: */
    const char *source; /* the line as written */
    uint32_t times;     /* C* n, S* n: 1 otherwise; {i} runs from 1 */
    struct scenario_text text;
    bool by_bdat;
    const struct scenario_row *rows;
    size_t row_count;
    bool optional, any_order; /* C? and C& */
    bool with_above;          /* S* n right under C* n: n exchanges, one by one */
    enum scenario_directive directive;
    const char *word; /* @tls name, @auth mechanism, @result, @inbox variable */
    uint64_t ms;      /* @pause */
    uint32_t number;  /* @inbox */
    enum scenario_mail_kind mail;
    const char *field;
    const struct scenario_condition *match;
};

struct scenario {
    const char *id;   /* "data/eod-lf-dot-lf", with "/NAME" of its each: line */
    const char *file; /* as given to the parser */
    enum scenario_role role;
    enum scenario_level level;
    const char *title;
    const char *const *req;
    size_t req_count;
    enum scenario_effect effect;
    const char *const *needs;
    size_t need_count;
    const char *const *tags;
    size_t tag_count;
    const char *const *cite;
    size_t cite_count;
    uint64_t timeout_ms;  /* 0: not given, 30 s */
    const char *disputed; /* NULL if not */
    bool has_message;
    struct scenario_text message; /* the message: lines; the default message when has_message is
                                     false is the player's */
    const struct scenario_step *steps;
    size_t step_count;
    uint64_t slow_ms; /* pauses and silences in all */
    unsigned first_test_line;
};

struct scenario_error {
    char file[256];
    unsigned line, column; /* column 1 = first octet; 0 = the line as a whole */
    char text[256];
};

struct scenario_set;

/* An empty set. NULL: no memory. Preludes are read from `prelude_dir`/server and /client; NULL: none
 * but those that scenario_set_prelude() gives. */
struct scenario_set *scenario_set_new(const char *prelude_dir);

/* A prelude that is in memory, in place of its file: "server/hello". The octets are copied. */
void scenario_set_prelude(struct scenario_set *set, const char *name, smtp_span octets);
void scenario_set_free(struct scenario_set *set);

/*
 * Parses one file that is in memory and adds what it makes (several with each:). False: *error says
 * where and what, and nothing was added.
 */
bool scenario_parse(struct scenario_set *set, const char *id, const char *file, smtp_span octets,
                    struct scenario_error *error);

/* Reads a file, or all *.smtp below a folder in the order of their names; stops at the first error.
 */
bool scenario_load(struct scenario_set *set, const char *path, struct scenario_error *error);

size_t scenario_count(const struct scenario_set *set);
const struct scenario *scenario_at(const struct scenario_set *set, size_t i);
const struct scenario *scenario_find(const struct scenario_set *set, const char *id);

/* "must" and so on; the words of the notation. */
const char *scenario_level_name(enum scenario_level level);
const char *scenario_effect_name(enum scenario_effect effect);
const char *scenario_verdict_name(enum scenario_verdict verdict);

#endif
