/*
 * NAME
 *     observer_parts.h: what the files of the observer share
 *
 * DESCRIPTION
 *     What the client says is read by commands.c (lines) and message.c (text and chunks): each
 *     whole command, text, chunk or AUTH response puts one entry into the queue of replies that are
 *     due. Octets behind a command whose reply decides how they are read (DATA, AUTH, STARTTLS,
 *     QUIT) are held until it is here. What the server says is read by lines.c, a line at a time,
 *     and replies.c, which takes a reply's entry off the queue at its first line.
 *
 *     Blind: what the client means is unclear. Nothing is said about counts, codes and contents
 *     from there on; the form of each reply line is still judged.
 */
#ifndef CONFORMANCE_OBSERVER_PARTS_H
#define CONFORMANCE_OBSERVER_PARTS_H

#include "observer/observer.h"

enum observer_rule_id {
    RULE_REPLY_FORM,
    RULE_REPLY_CODE_DIGITS,
    RULE_REPLY_LINE_CRLF,
    RULE_REPLY_LINE_512,
    RULE_REPLY_TEXT_OCTETS,
    RULE_REPLY_CODES_EQUAL,
    RULE_REPLY_HAS_TEXT,
    RULE_REPLY_UNSOLICITED,
    RULE_REPLY_IN_SEQUENCE,
    RULE_REPLY_CODE_LISTED,
    RULE_REQUIRED_COMMAND,
    RULE_FORWARD_PATH,
    RULE_GREETING_FORM,
    RULE_EHLO_FIRST_LINE,
    RULE_EHLO_KEYWORD_FORM,
    RULE_ENHANCED_PRESENT,
    RULE_ENHANCED_CLASS,
    RULE_ENHANCED_SAME,
    RULE_ENHANCED_FORM,
    RULE_ENHANCED_IN_3YZ,
    RULE_ENHANCED_REGISTERED,
    RULE_ENHANCED_SUBJECT,
    RULE_ENHANCED_ADDRESS,
    RULE_ENHANCED_VALID,
    RULE_ENHANCED_FULL,
    RULE_ENHANCED_TOO_BIG,
    RULE_ENHANCED_NETWORK,
    RULE_ENHANCED_PROTOCOL,
    RULE_ENHANCED_MEDIA,
    RULE_ENHANCED_POLICY,
    RULE_STARTTLS_CLEAR_OCTETS,
    RULE_STARTTLS_INJECTION,
    RULE_STARTTLS_LISTED_INSIDE,
    RULE_AUTH_CHALLENGE,
    RULE_CLIENT_LINE_CRLF,
    RULE_CLIENT_WAITS_FOR_GREETING,
    RULE_CLIENT_PIPELINES,
    RULE_CLIENT_ENDS_GROUP,
    RULE_CLIENT_WAITS_FOR_TLS,
    RULE_CLIENT_HELLO_FIRST,
    RULE_CLIENT_SECRET_IN_CLEAR,
    RULE_CLIENT_BDAT_WITH_LEAVE,
    RULE_CLIENT_PATIENCE,
    RULE_COUNT
};

/* What a reply is due for. */
enum said {
    SAID_CONNECT, /* the greeting */
    SAID_EHLO,
    SAID_HELO,
    SAID_MAIL,
    SAID_RCPT,
    SAID_DATA,
    SAID_TEXT, /* the end of the text */
    SAID_BDAT,
    SAID_RSET,
    SAID_VRFY,
    SAID_EXPN,
    SAID_HELP,
    SAID_NOOP,
    SAID_QUIT,
    SAID_STARTTLS,
    SAID_AUTH,
    SAID_RESPONSE, /* a line of an AUTH exchange */
    SAID_OTHER
};

struct said_entry {
    enum said what;
    bool bare;  /* the verb and nothing else */
    bool layer; /* AUTH: the mechanism may open a security layer */
};

/* How the client's next octets are read. */
enum reading { READ_COMMAND, READ_HELD, READ_TEXT, READ_CHUNK, READ_RESPONSE, READ_NOTHING };

enum { OFFER_PIPELINING = 1, OFFER_CHUNKING = 2, OFFER_ENHANCED = 4, OFFER_UTF8 = 8 };

/*
 * RFC 5321 4.5.3.1.4: a command line is at most 512 octets; what lies over it may be answered early
 * or in pieces. RFC 4954 4: lines of an AUTH exchange go up to 12288.
 */
enum { COMMAND_MAX = 512, RESPONSE_MAX = 12288, REPLY_KEPT = 16384, HELD_MAX = 1 << 24 };

struct observer {
    observer_report *report;
    void *arg;
    bool secure, blind, client_gone;
    uint64_t now_ms;    /* of the octets that are being heard */
    uint64_t last_ms;   /* the client said something, or a reply was whole: a wait begins */
    uint64_t waited_ms; /* before the octets that the client is saying */

    enum reading reading;
    enum said held_for;
    bool early;             /* this command began while a reply was due */
    bool patient;           /* and that reply had had its time (RFC 5321 4.5.3.2) */
    bool after_cr;          /* in a line: the last octet was CR */
    bool helloed;           /* EHLO or HELO was said */
    bool misled;            /* a reply came unasked: a client may take it for an answer */
    bool wronged;           /* a rule that binds the server was broken: a client may leave */
    char line[COMMAND_MAX]; /* of the client's command, CRLF included */
    size_t line_n;          /* octets of the line so far */
    unsigned text_state;    /* message.c */
    uint64_t chunk_left;
    char *held;
    size_t held_n, held_room;

    struct said_entry *due; /* a ring */
    size_t due_head, due_n, due_room;
    enum said last_due;

    bool serves;        /* the greeting was 220 */
    bool greeted;       /* the greeting has begun */
    bool muted;         /* the server's octets are no SMTP: TLS records in clear */
    bool awaits_tls;    /* behind the 220 to STARTTLS */
    bool clear_behind;  /* the client had octets behind that STARTTLS */
    bool said_in_tls;   /* the client said something since TLS is up */
    bool after_bare_lf; /* the line before ended in a bare LF */
    unsigned offers;
    char reply[REPLY_KEPT]; /* the server's line, as much as is kept */
    size_t reply_n;         /* octets of the line so far */

    bool in_reply;  /* within a multi-line reply */
    bool has_entry; /* it answers `entry` */
    struct said_entry entry;
    unsigned code;
    unsigned reply_line; /* 1 is the first */
    char enhanced[16];   /* of the first line; "" = none */
};

/* observer.c */
void observer_find(struct observer *o, enum observer_rule_id rule, const char *why,
                   smtp_span bytes);
void observer_blind(struct observer *o);
void observer_find_clear(struct observer *o);
uint64_t observer_patience(enum said what); /* milliseconds; 0: no clause */

/* commands.c: the queue of replies that are due, and the client's lines */
void observer_due(struct observer *o, struct said_entry entry);
bool observer_take(struct observer *o, struct said_entry *out);
void observer_commands(struct observer *o, smtp_span octets);
void observer_hold(struct observer *o, enum said what);
void observer_resume(struct observer *o, enum reading as); /* reads what was held */
void observer_drop_held(struct observer *o);

/* message.c: returns how many octets it took */
size_t observer_text(struct observer *o, smtp_span octets);
size_t observer_chunk(struct observer *o, smtp_span octets);
void observer_bdat(struct observer *o, smtp_span line);

/* lines.c: one octet of the server */
void observer_reply_octet(struct observer *o, char octet);

/* replies.c: a line that has the form of one; `text` is what stands behind code and mark */
void observer_reply_line(struct observer *o, unsigned code, char mark, smtp_span text);

/* hello.c, enhanced.c, meaning.c */
void observer_greeting_line(struct observer *o, smtp_span text);
void observer_ehlo_line(struct observer *o, smtp_span text);
void observer_challenge(struct observer *o, char mark, smtp_span text);
void observer_enhanced(struct observer *o, smtp_span text);
void observer_meaning(struct observer *o, unsigned subject, unsigned detail); /* class: o->code */

/* codes.c */
void observer_judge_code(struct observer *o, const struct said_entry *entry, unsigned code);
void observer_find_said(struct observer *o, enum observer_rule_id rule, const char *lead,
                        enum said what, smtp_span bytes); /* why: lead, then the command's name */

/* The line as it is in the buffer now, CRLF included, cut to what is kept. */
smtp_span observer_kept_line(const struct observer *o);

#endif
