/*
 * NAME
 *     lattice.h: all short strings around a dot, and who takes them for the end of data
 *
 * DESCRIPTION
 *     The lattice: every string of up to LATTICE_MAX octets of {CR, LF, ".", NUL, "x"} with a dot in
 *     it, put between an "x" and a command. Two strings are of one class when the reference's codec
 *     ends the text there or not and is in the same state behind them, and each of the readers that
 *     know more line ends than CRLF, or fewer octets than were sent, ends the text there or not.
 *     lattice_build() keeps one string a class: the shortest, the first in the order of the
 *     alphabet; and where no sender that doubles dots sends that one, the first that it may send too.
 *     Strings in which a reader ends the text in front of another dot, or all that end it do so
 *     before the last octet, are left out: their parts are in other classes.
 *
 *     RFC 5321 4.1.1.4 and 4.5.2: the end is CRLF.CRLF; 2.3.8: nothing but CRLF ends a line.
 */
#ifndef CONFORMANCE_LATTICE_H
#define CONFORMANCE_LATTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LATTICE_MAX = 7, LATTICE_READ_MAX = 64, LATTICE_CLASSES = 128, LATTICE_ALPHABET = 5 };

extern const char lattice_alphabet[LATTICE_ALPHABET];

/* ---- the readers ----------------------------------------------------------------------------- */

enum lattice_break { LATTICE_CRLF, LATTICE_LF, LATTICE_CR }; /* the latter two bare */

enum lattice_filter {
    LATTICE_EXACT,    /* sees every octet */
    LATTICE_NUL_LOST, /* NULs are dropped */
    LATTICE_NUL_ENDS, /* a line ends at its NUL, as a string of C does */
    LATTICE_CR_RUN    /* several CRs before an LF are one */
};

/* Ends the text at `before`, a dot and `behind`, and at CRLF.CRLF. */
struct lattice_reader {
    enum lattice_break before, behind;
    enum lattice_filter filter;
};

enum { LATTICE_READERS = 32 };

extern const struct lattice_reader lattice_readers[LATTICE_READERS];

/* Octets of s up to the end that the reader sees, 0 for none; "x" stands before s, "M" behind it. At most
 * LATTICE_READ_MAX octets. */
size_t lattice_reader_end(const struct lattice_reader *reader, const char *s, size_t n);

/* ---- the reference --------------------------------------------------------------------------- */

/* The same by the reference's codec with tolerances; *state: of its automaton, LATTICE_ENDED. */
size_t lattice_codec_end(unsigned lax, const char *s, size_t n, unsigned *state);

enum { LATTICE_ENDED = 6 };

/* The tolerances by which the reference is this reader, or nearly. False: it has none. */
bool lattice_codec_lax(const struct lattice_reader *reader, unsigned *lax);

/* ---- the classes ----------------------------------------------------------------------------- */

struct lattice_class {
    uint32_t readers; /* a bit for each of lattice_readers that ends the text behind the string */
    unsigned states;  /* the state behind it; for an end, bits of those that were passed */
    bool ends;        /* by the clause */
    bool let_through; /* a sender that doubles dots may have sent it */
    char octets[LATTICE_MAX];
    size_t n;
};

struct lattice {
    size_t strings, count;
    struct lattice_class classes[LATTICE_CLASSES];
};

/* False: a reader and the codec that is to do the same disagree about the string in *why. */
bool lattice_build(struct lattice *lattice, struct lattice_class *why);

/*
 * One text with every string of `order` octets in it that does not hold the end of data, and no end
 * of data. Returns its length; nothing is written over `room`.
 */
size_t lattice_sweep(unsigned order, char *out, size_t room);

#endif
