/*
 * NAME
 *     client_model.h: what a client may say, and what replies mean to its mail
 *
 * DESCRIPTION
 *     Reads what the client writes, a line at a time, and matches replies to commands by counting, as a
 *     server would have it (RFC 5321 4.1.4, 4.3.2; RFC 2920 3.1; RFC 3030 2; RFC 3207 4). It does not read the
 *     session's tables. What it concludes of a mail is compared with what the caller is told.
 */
#ifndef FUZZ_EXPLORE_CLIENT_MODEL_H
#define FUZZ_EXPLORE_CLIENT_MODEL_H

#include "explore/explore.h"
#include "smtp/client.h"

enum reply_form {
    REPLY_GOOD,
    REPLY_BROKEN, /* no reply line of RFC 5321 4.2: the client has to end the session */
    REPLY_PART    /* the line goes on with the next letter */
};

enum reply_mark {
    MARK_NONE,
    MARK_TLS,
    MARK_TLS_FAILS,
    MARK_LATE,
    MARK_CLOSE,
    MARK_RESET,
    MARK_QUIT,   /* the caller wishes to go */
    MARK_ABANDON /* he gives up */
};

struct reply_letter {
    const char *name, *octets;
    unsigned code;
    enum reply_form form;
    enum reply_mark mark;
    unsigned offers; /* bits of enum smtp_keyword, in an answer to EHLO */
};

extern const struct reply_letter client_letters[];
extern const size_t client_letter_count;

/* What a reply is due for. */
enum asked {
    ASKED_GREETING,
    ASKED_HELLO,
    ASKED_STARTTLS,
    ASKED_AUTH,
    ASKED_MAIL,
    ASKED_RCPT,
    ASKED_DATA,
    ASKED_CHUNK,
    ASKED_END,
    ASKED_OTHER,
    ASKED_QUIT
};
enum { ASKED_MAX = 16, MODEL_LINE = 600, MODEL_RCPTS = 2 };

struct client_model {
    enum asked due[ASKED_MAX];
    size_t due_n;
    unsigned offers; /* of the last EHLO */
    bool in_text, in_auth, in_clear_only, part, quit_said;
    unsigned text_state;
    size_t chunk_left;
    bool chunk_last, text_ended;
    char line[MODEL_LINE];
    size_t line_n;
    /* the mail that is under way */
    unsigned mails, begun, done;
    size_t rcpts_most, rcpts_said, rcpts_heard, rcpts_taken;
    enum smtp_outcome outcomes[MODEL_RCPTS];
    bool mail_refused, chunk_refused;
};

void client_model_begin(struct client_model *m);

/* What the client has written; what has come for it. */
void client_model_said(struct client_model *m, smtp_span octets, bool lmtp, struct finding *f);
void client_model_heard(struct client_model *m, const struct reply_letter *letter, bool lmtp);

/* Whether the client has to end the session for it. Ask before it is heard. */
bool client_model_is_broken(const struct client_model *m, const struct reply_letter *letter);

/* At DONE. */
void client_model_done(struct client_model *m, const struct smtp_mail *mail, struct finding *f);

/* RFC 5321 4.5.3.2: the least time that what is awaited has, in milliseconds. */
uint64_t client_model_patience(const struct client_model *m);

#endif
