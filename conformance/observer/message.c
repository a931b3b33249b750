#include "observer/observer_parts.h"

/* ---- RFC 5321 4.1.1.4 and 4.5.2: the text ends with CRLF . CRLF ------------------------------ */

/* What of the end has been seen; 4.1.1.4: the CRLF of DATA counts as the first. */
enum { TEXT_CRLF, TEXT_DOT, TEXT_DOT_CR, TEXT_WITHIN, TEXT_CR };

/* Whether it is the end of a message may depend on who reads it: bare CR, bare LF, NUL. */
static bool is_odd(unsigned state, char octet)
{
    bool after_cr = state == TEXT_CR || state == TEXT_DOT_CR;
    return octet == '\0' || after_cr != (octet == '\n');
}

static unsigned next_state(unsigned state, char octet)
{
    if (octet == '\r')
        return state == TEXT_DOT ? TEXT_DOT_CR : TEXT_CR;
    if (octet == '\n')
        return TEXT_CRLF;
    return state == TEXT_CRLF && octet == '.' ? TEXT_DOT : TEXT_WITHIN;
}

size_t observer_text(struct observer *o, smtp_span octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        char octet = octets.p[i];
        if (is_odd(o->text_state, octet)) {
            if (octet != '\0')
                observer_find(o, RULE_CLIENT_LINE_CRLF, "a bare CR or LF in the text",
                              SMTP_SPAN(""));
            observer_blind(o);
            return octets.n;
        }
        bool end = octet == '\n' && o->text_state == TEXT_DOT_CR;
        o->text_state = next_state(o->text_state, octet);
        if (!end)
            continue;
        o->reading = READ_COMMAND;
        observer_due(o, (struct said_entry){.what = SAID_TEXT});
        return i + 1;
    }
    return octets.n;
}

/* ---- RFC 3030 2: bdat = "BDAT" SP chunk-size [ SP "LAST" ] ----------------------------------- */

static bool read_bdat(smtp_span line, uint64_t *size)
{
    smtp_span last = SMTP_SPAN(" LAST");
    smtp_span rest = smtp_span_cut(line, 5, line.n);
    if (rest.n > last.n && smtp_span_is_nocase(smtp_span_cut(rest, rest.n - last.n, rest.n), last))
        rest.n -= last.n;
    return smtp_span_number(rest, 20, size);
}

/* A server without CHUNKING, or one that finds the line wrong, takes the octets for commands. */
void observer_bdat(struct observer *o, smtp_span line)
{
    if ((o->offers & OFFER_CHUNKING) == 0 || !read_bdat(line, &o->chunk_left)) {
        observer_blind(o);
        return;
    }
    o->reading = READ_CHUNK;
    if (o->chunk_left == 0)
        (void)observer_chunk(o, SMTP_SPAN(""));
}

size_t observer_chunk(struct observer *o, smtp_span octets)
{
    size_t n = octets.n < o->chunk_left ? octets.n : (size_t)o->chunk_left;
    o->chunk_left -= n;
    if (o->chunk_left > 0)
        return n;
    o->reading = READ_COMMAND;
    observer_due(o, (struct said_entry){.what = SAID_BDAT});
    return n;
}
