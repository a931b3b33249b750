/*
 * NAME
 *     script.h: one input, read as what both ends of a session are to do
 *
 * DESCRIPTION
 *     Mode marks in front: the setting of both ends (struct script, set up by ends.c). Then requests of the
 *     caller, a cut between two. A request that begins with '?' is a command: ?V joe, ?E list, ?H, ?N, ?R (RSET),
 *     ?A PLAIN. Any other is a mail: a line with the sender and the parameters, a line for each recipient, an
 *     empty line, the text; the lines end in LF.
 *     Marks say how it goes on at the place where they stand. A decision is made of 'w' n (it comes 4n
 *     seconds late) and one of 't' (accept), 'r', 'd', 'q'; with an 'x' behind it the connection breaks
 *     before the answer is there; an 'x' alone: before there is one. In front of the first request: decisions
 *     about what is no mail, in their order ('f': the handshake fails). In the line of a sender
 *     or recipient: about it. In front of the text: about DATA or the first chunk. Behind it: about the text,
 *     in LMTP for one recipient after the other. Within it 'r' and 'd' are about the chunk, and the caller
 *     pauses ('w'), gives up ('q'), or is cut off ('x').
 *
 * LIFETIME
 *     The script holds the octets; the spans point into it.
 */
#ifndef FUZZ_PAIR_SCRIPT_H
#define FUZZ_PAIR_SCRIPT_H

#include "records/records.h"
#include "smtp/client.h"

enum {
    SCRIPT_OCTETS = 16384,
    SCRIPT_MARKS = 64,
    SCRIPT_REQUESTS = 6,
    SCRIPT_RCPTS = 6,
    SCRIPT_MODES = 3,
    SCRIPT_SESSION = 16, /* decisions about what is no mail */
    SCRIPT_TURNS = 4     /* of the caller, within one text */
};

enum script_answer { SCRIPT_ACCEPT, SCRIPT_REFUSE, SCRIPT_DEFER, SCRIPT_CLOSE };

struct script_decision {
    enum script_answer answer;
    bool dies, lost; /* the connection breaks: before there is an answer, before it has left */
    unsigned late_s;
};

/* What happens when so much of the text has been given. */
struct script_turn {
    size_t at;
    unsigned late_s;
    bool gives_up, dies;
};

struct script_rcpt {
    smtp_span address;
    struct smtp_rcpt_params params;
    struct script_decision decision;
};

struct script_request {
    enum smtp_verb verb; /* MAIL: a whole mail */
    smtp_span argument;  /* of a command; a mail's sender */
    struct smtp_mail_params params;
    struct script_rcpt rcpts[SCRIPT_RCPTS];
    size_t rcpt_count;
    smtp_span text;
    struct script_decision sender, data, chunk, end[SCRIPT_RCPTS];
    size_t chunk_at; /* the first chunk behind this place gets `chunk` */
    struct script_turn turns[SCRIPT_TURNS];
    size_t turn_count;
};

struct script_mark {
    size_t at;
    enum record_kind kind;
    unsigned n;
    bool cut;
};

struct script {
    unsigned char modes[SCRIPT_MODES];
    struct script_decision session[SCRIPT_SESSION];
    bool tls_fails;
    struct script_request requests[SCRIPT_REQUESTS];
    size_t request_count;
    struct script_mark marks[SCRIPT_MARKS];
    size_t mark_count;
    char octets[SCRIPT_OCTETS];
    size_t n;
};

/* What is too much for the script is left out. */
void script_read(struct script *s, smtp_span input);

#endif
