/*
 * NAME
 *     play.h: a server session played from records
 *
 * SYNOPSIS
 *     static struct server_play p;       (half a megabyte)
 *     p.mode = server_mode(record_mode(&input));
 *     server_play(&p, input, &server_whole);
 *     server_check_replies(&p); ...      one function an oracle, below
 *
 * DESCRIPTION
 *     Plays peer, wire, clock and application of one session. A way says how the octets travel; two plays
 *     of one input in different ways have equal logs and equal replies. The outcome that an input asks for
 *     counts at the next decision that is an application's (greeting, MAIL, RCPT, DATA, VRFY, EXPN,
 *     STARTTLS, AUTH, end of data or chunk), outcomes in front of all octets for the greeting. What is
 *     not over when the input ends waits for its deadline.
 *     Checks that hold at any moment are made while it plays: memory-bound, work-bound, deadline.
 *     No heap, no clock, nothing kept: a play begins by forgetting the last one.
 */
#ifndef FUZZ_SERVER_PLAY_H
#define FUZZ_SERVER_PLAY_H

#include "records/records.h"
#include "smtp/server.h"

enum {
    SERVER_MOST = 16384, /* octets of input that a target takes */
    SERVER_IN = 4096,    /* the session's buffers */
    SERVER_OUT = 4096,
    SERVER_LOG = 1 << 18,
    SERVER_LINES = SERVER_MOST / 2, /* command lines that one play can hold */
    SERVER_UNSAID = 1000            /* in place of a code: refused without a reply */
};

/* The servers that a mode mark picks; any number does. */
struct server_mode {
    const char *name;
    struct smtp_server_config config;
    bool strict; /* no tolerance but the one that is advised, and nothing needed before mail */
};
const struct server_mode *server_mode(unsigned mode);
enum { SERVER_MODES = 10 };

/* How octets travel. */
struct server_way {
    const char *name, *oracle; /* of the difference that it makes, if it does */
    size_t feed;               /* octets that arrive at a time; 0 = all */
    size_t drain;              /* octets of reply that the peer takes at a time; 0 = all */
    bool random;               /* pieces of any length up to `feed` */
    bool lines;                /* lock-step: a line at a time, and its reply is taken */
    bool group;   /* writes that follow each other arrive as one, replies are taken last */
    bool moves;   /* the session goes on in other storage after each step */
    bool tight;   /* the buffers are the least that smtp_server_init() takes */
    bool inserts; /* between any two commands, one that changes nothing */
};
extern const struct server_way server_whole;

struct server_log {
    char octets[SERVER_LOG];
    size_t n;    /* that it would need */
    size_t body; /* where the BODY entry stands that may go on; SIZE_MAX: none */
};

/* A session with its buffers. */
struct server_seat {
    struct smtp_server server;
    char in[SERVER_IN], out[SERVER_OUT];
};

/* What passes on the wire, for those who listen: octets of 'C' or 'S', 'T' TLS is up, 'E' the client
 * ended. */
struct server_tap {
    void (*wire)(void *arg, char what, smtp_span octets, uint64_t now_ms);
    void (*event)(void *arg, const struct smtp_event *ev);
    void *arg;
};

struct server_play {
    const struct server_mode *mode;
    const struct server_tap *tap; /* NULL: nobody listens */
    uint32_t seed; /* of random pieces, of the place of an insertion and of a probe */
    bool bare;     /* for measurements: no session is reset on the side */
    /* filled in by the play */
    const struct server_way *way;
    struct server_seat seats[2], *seat;
    uint64_t now_ms, progress_ms;
    struct record outcome;   /* REFUSE, DEFER, CLOSE, REPLY; else accept */
    unsigned owed, timeouts; /* replies that the events ask for */
    unsigned places;         /* between two commands so far */
    unsigned candidates;     /* of them for the probe */
    uint64_t chunk, got;     /* octets of the chunk that is coming: announced, delivered */
    bool in_chunk, paying, over, tls_asked, probed;
    size_t recipients, paid; /* accepted in this transaction; replies to a refused chunk so far */
    bool failed;          /* a chunk was refused by the application, and nothing begins anew yet */
    bool gone;            /* 421 was the answer to a text */
    size_t marks, events; /* for the bound on work */
    size_t heard_n, tls_at, commands, body_n, said_n;
    unsigned short codes[SERVER_LINES]; /* the reply to each command line; 0: none at once */
    char heard[SERVER_MOST];            /* what was fed */
    char body[SERVER_MOST];             /* what was delivered */
    char said[SERVER_LOG];              /* all replies */
    struct server_log log;              /* all events */
};

/* Plays the input; p->mode, tap, seed and bare are set. */
void server_play(struct server_play *p, smtp_span input, const struct server_way *way);

/* The same in steps: the greeting, one record, the wait for the deadline. */
void server_begin(struct server_play *p, const struct server_way *way, struct record outcome);
void server_obey(struct server_play *p, const struct record *r);
void server_end(struct server_play *p);

/* Whether the session stands between two commands, with nothing under way. */
bool server_is_place(const struct server_play *p);

/* An event was made in the state `before`: counted, logged, answered (the play's own). */
void server_take_event(struct server_play *p, const struct smtp_event *ev, enum smtp_state before);

/* What the application did with an event. */
struct server_decision {
    bool took, refused; /* the outcome that was set; the event */
};

/* Gives the event to the application, which answers. own-words: see decide.c. */
struct server_decision server_decide(struct smtp_server *s, const struct smtp_event *ev,
                                     struct record outcome);

void server_log_event(struct server_log *log, const struct smtp_event *ev, enum smtp_state before);
void server_log_print(const struct server_log *log);

/* Puts the session into other storage too. */
void server_copy(struct server_seat *to, const struct server_seat *from);

/* The same, and spoils what it leaves. */
void server_move(struct server_seat *to, struct server_seat *from);

/* ---- oracles; each dies by its name, as FUZZ_CHECK does ---- */

/* reply-form, output-form, reply-accounting: of a finished play. */
void server_check_replies(const struct server_play *p);

/* no-command-from-content, octet-conservation: of a finished play in one piece. */
void server_check_content(const struct server_play *p);

/* The way's own: events and replies of the two plays are equal. */
void server_check_same(const struct server_play *a, const struct server_play *b);

/* deadline: of a session that is waiting. */
void server_check_deadline(const struct server_play *p);

/*
 * transaction-atomicity: says to a session that waits between two commands one that changes nothing, by
 * what it is answered (see insert.c); and what it does then must be what it had done without.
 */
void server_insert(struct smtp_server *s, unsigned pick, uint64_t now_ms);

/* transaction-atomicity: resets a copy of such a session, and looks for what has stayed (see reset.c). */
void server_check_reset(const struct server_seat *seat, unsigned pick, uint64_t now_ms);

/* What a session answers to octets that are shown to it between two commands. */
struct server_talk {
    unsigned replies, code; /* how many; the code of the last one */
};
struct server_talk server_say(struct smtp_server *s, const char *octets, enum record_kind outcome,
                              uint64_t now_ms);

/* ---- state annotation (cells.c) ---- */

/* Each event is one of state in front of it, verb and outcome, with a function of its own: so fuzzers of
 * every kind keep inputs for new ones. And it is a cell of the sequencing table that is counted. */
void server_cell(const struct smtp_server *s, enum smtp_state before, const struct smtp_event *ev,
                 bool refused);

/* Prints cells covered and all, and names those that were not. True: all were. */
bool server_cells_print(void);

#endif
