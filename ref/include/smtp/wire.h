/*
 * NAME
 *     smtp/wire.h: codecs over the stream: lines, the DATA text, BDAT chunks, trace fields counted
 *
 * DESCRIPTION
 *     Each codec keeps a few octets of state, takes input in whatever pieces it comes, and gives
 *     the same result for all of them, in time linear to the input. Runs point into the input
 *     wherever they can. A codec begins zeroed, with its limit and tolerances set.
 *
 * LIFETIME
 *     A line or a run is good as long as the input that it was taken from, and until the next call
 *     on the codec.
 *
 * SEE
 *     RFC 5321 2.3.8 (lines), 4.1.1.4 and 4.5.2 (end of data, transparency), 4.5.3.1 (limits);
 *     6.3 (loops); RFC 3030 section 2 (BDAT).
 */
#ifndef SMTP_WIRE_H
#define SMTP_WIRE_H

#include "smtp/fault.h"
#include "smtp/lax.h"
#include "smtp/span.h"

enum smtp_step {
    SMTP_STEP_MORE, /* nothing more in this input */
    SMTP_STEP_DATA, /* *out holds octets of the content */
    SMTP_STEP_END   /* the line, the text or the chunk has ended */
};

/* ---- command and reply lines --------------------------------------------------------------- */

struct smtp_line {
    size_t limit;      /* octets with CRLF; a longer line is drained to its CRLF and faulted once */
    unsigned lax;      /* SMTP_LAX_LINE_LF, _CR, _NUL */
    unsigned lax_used; /* by the line that ended last */
    size_t fault_off;  /* of the fault of the line that ended last */
    size_t seen;       /* octets of the line looked at so far, over several inputs */
    bool draining;     /* over the limit: dropping up to CRLF */
    bool cr;           /* draining: the last octet was CR */
};

/*
 * Looks for the next line at the start of `in` (all unconsumed octets, the same start as at the
 * last call plus what has come since). END: *out is the line without its end, *taken what to
 * consume; *fault is SMTP_OK, or LINE_LONG (*out empty), BARE_CR, BARE_LF, NUL, whichever such
 * octet stands first inside (the line is framed by CRLF all the same). MORE: *taken octets may be
 * consumed already (a line that is being drained), the rest has to be shown again. An input of
 * `limit` octets always gets on. With LINE_NUL the NULs stay in *out, without a fault, for the
 * caller to leave out; with LINE_CR a line that ends in CR is seen when the octet behind it has
 * come.
 */
enum smtp_step smtp_line_next(struct smtp_line *l, smtp_span in, smtp_span *out, size_t *taken,
                              enum smtp_fault *fault);

/* ---- the text that follows 354 ------------------------------------------------------------- */

enum { SMTP_DOT_HELD = 8 };

struct smtp_dot {
    unsigned char state; /* of the receiving automaton */
    unsigned char from;  /* what ended the line before a dot that is held back */
    unsigned char held_n;
    char held[SMTP_DOT_HELD]; /* a dot at the start of a line, and what may belong to the end */
    unsigned lax;             /* SMTP_LAX_EOD_* */
    unsigned lax_used;
    enum smtp_fault fault; /* first bare CR or LF in the text: TEXT_BARE_CR, TEXT_BARE_LF */
    uint64_t fault_off;    /* its offset in the text as delivered */
    uint64_t seen;         /* octets delivered so far */
};

/*
 * Undoes dot-stuffing: takes octets off the front of *in, gives runs in *out. END: the end-of-data
 * line has been taken too, *out is empty; what is left in *in is the next command. The text
 * delivered ends with the CRLF that belongs to it. A run may point into *d instead of into *in
 * (octets that were held back). Bare CR and LF are content (RFC 5321 4.1.1.4: only CRLF.CRLF ends
 * the text). Where a tolerance lets a CR end the text, that is seen when the octet behind it has
 * come.
 */
enum smtp_step smtp_dot_next(struct smtp_dot *d, smtp_span *in, smtp_span *out);

struct smtp_stuff {
    unsigned char state; /* 0 at the start of a line */
};

/* Does dot-stuffing: takes from *body what fits into `to`; returns octets written. */
size_t smtp_stuff_next(struct smtp_stuff *s, smtp_room to, smtp_span *body);

/*
 * The end: CRLF if the text does not end with one (4.1.1.4), and ".CRLF". Writes all or nothing;
 * returns the room needed.
 */
size_t smtp_stuff_end(struct smtp_stuff *s, smtp_room to);

/* ---- chunks -------------------------------------------------------------------------------- */

/* Takes up to *left octets off the front of *in. END when the chunk is complete (also for 0). */
enum smtp_step smtp_chunk_next(uint64_t *left, smtp_span *in, smtp_span *out);

/* ---- hops ---------------------------------------------------------------------------------- */

struct smtp_hops {
    unsigned char state; /* 0 at the start of a text */
    unsigned count;      /* Received fields in the header section so far */
};

/*
 * Reads a run of a text that comes in whatever pieces. RFC 5321 6.3: loops are found by counting
 * "Received:" fields. Only CRLF ends a line, and an empty line the header section; what follows costs
 * nothing.
 */
void smtp_hops_next(struct smtp_hops *h, smtp_span run);

#endif
