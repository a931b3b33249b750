#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "lattice/lattice.h"
#include "smtp/span.h"

#define R(before, behind, filter)                                                                  \
    {                                                                                              \
        LATTICE_##before, LATTICE_##behind, LATTICE_##filter                                       \
    }
#define T(literal)                                                                                 \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* The reader ends the text behind `end` octets of the string that begins at `in`; 0: nowhere. */
static const struct row {
    const char *clause;
    struct lattice_reader reader;
    smtp_span in;
    size_t end;
} rows[] = {
    {"5321-4.1.1.4", R(CRLF, CRLF, EXACT), T("\r\n.\r\n"), 5},
    {"5321-4.1.1.4", R(CRLF, CRLF, EXACT), T("\r\r\n.\r\n"), 6},
    {"5321-4.1.1.4", R(CRLF, CRLF, EXACT), T("\n.\n"), 0},
    {"5321-4.1.1.4", R(CRLF, CRLF, EXACT), T("\r\n..\r\n"), 0},
    {"5321-4.1.1.4", R(CRLF, CRLF, EXACT), T(".\r\n"), 0},
    {"5321-4.1.1.4", R(CRLF, CRLF, EXACT), T("\r\n.\r"), 0},
    {"5321-4.1.1.4", R(LF, LF, EXACT), T("\n.\n"), 3},
    {"5321-4.1.1.4", R(LF, LF, EXACT), T("\r\n.\r\n"), 5},
    {"5321-4.1.1.4", R(LF, LF, EXACT), T("\r\n.\n"), 0},
    {"5321-2.3.8", R(CRLF, LF, EXACT), T("\r\n.\n"), 4},
    {"5321-2.3.8", R(LF, CRLF, EXACT), T("\n.\r\n"), 4},
    {"5321-2.3.8", R(CR, CR, EXACT), T("\r.\r"), 3},
    {"5321-2.3.8", R(CR, CR, EXACT), T("\r.\r\n"), 3},
    {"5321-2.3.8", R(CRLF, CR, EXACT), T("\r\n.\r\n"), 5},
    {"5321-2.3.8", R(LF, CR, EXACT), T("x\n.\r"), 4},
    {"5321-2.3.8", R(CR, LF, EXACT), T("\r.\n"), 3},
    {"5321-4.5.2", R(CRLF, CRLF, EXACT), T("\r\n.\0\r\n"), 0},
    {"5321-4.5.2", R(CRLF, CRLF, NUL_LOST), T("\r\n.\0\r\n"), 6},
    {"5321-4.5.2", R(CRLF, CRLF, NUL_LOST), T("\r\n\0.\r\0\n"), 7},
    {"5321-4.5.2", R(CRLF, CRLF, NUL_LOST), T("\r\n.\r\0"), 0},
    {"5321-4.5.2", R(CRLF, CRLF, NUL_ENDS), T("\r\n.\0x\r\n"), 7},
    {"5321-4.5.2", R(CRLF, CRLF, NUL_ENDS), T("\r\n\0.\r\n"), 0},
    {"5321-4.5.2", R(CRLF, CRLF, NUL_ENDS), T("\r\0\n.\r\n"), 0},
    {"5321-2.3.8", R(CRLF, CRLF, CR_RUN), T("\r\n.\r\r\n"), 6},
    {"5321-2.3.8", R(CRLF, CRLF, EXACT), T("\r\n.\r\r\n"), 0},
    {"5321-2.3.8", R(CR, CRLF, CR_RUN), T("\r.\r\r\n"), 5},
};

START_TEST(reads)
{
    const struct row *r = &rows[_i];
    ck_assert_msg(lattice_reader_end(&r->reader, r->in.p, r->in.n) == r->end, "%s, row %d",
                  r->clause, _i);
}
END_TEST

static struct lattice lattice;

static void build(void)
{
    struct lattice_class why;
    ck_assert(lattice_build(&lattice, &why));
}

START_TEST(counts_the_strings)
{
    size_t strings = 0, all = 1, without = 1; /* 5 to the nth less 4 to the nth */
    for (int n = 1; n <= LATTICE_MAX; n++) {
        all *= 5;
        without *= 4;
        strings += all - without;
    }
    ck_assert_uint_eq(lattice.strings, strings);
    ck_assert_uint_lt(lattice.count, LATTICE_CLASSES);
}
END_TEST

static const struct lattice_class *find(smtp_span octets)
{
    for (size_t i = 0; i < lattice.count; i++) {
        const struct lattice_class *c = &lattice.classes[i];
        if (smtp_span_is((smtp_span){c->octets, c->n}, octets))
            return c;
    }
    return NULL;
}

/* Representatives that have to be there, with what is said of them. */
static const struct known {
    smtp_span octets;
    bool ends, let_through;
} knowns[] = {
    {T("\r\n.\r\n"), true, false},    {T("\n.\n"), false, true},
    {T("\n.\r\n"), false, true},      {T("\r\n.\n"), false, false},
    {T("\r.\r"), false, true},        {T("\r\n.\r"), false, false},
    {T("\r\n.\r\r\n"), false, false}, {T("\r\n\0.\r\n"), false, true},
    {T("\r\n.\0\r\n"), false, false},
};

START_TEST(keeps_what_is_known)
{
    const struct known *k = &knowns[_i];
    const struct lattice_class *c = find(k->octets);
    ck_assert_ptr_nonnull(c);
    ck_assert_int_eq(c->ends, k->ends);
    ck_assert_int_eq(c->let_through, k->let_through);
}
END_TEST

/* No two representatives are the same to the readers, the reference and the sender. */
START_TEST(has_no_class_twice)
{
    for (size_t i = 0; i < lattice.count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct lattice_class *a = &lattice.classes[i], *b = &lattice.classes[j];
            ck_assert(a->readers != b->readers || a->states != b->states || a->ends != b->ends ||
                      a->let_through != b->let_through);
        }
}
END_TEST

static size_t number_of(const char *s, unsigned order)
{
    size_t number = 0;
    for (unsigned i = 0; i < order; i++) {
        const char *at = memchr(lattice_alphabet, s[i], LATTICE_ALPHABET);
        number = number * LATTICE_ALPHABET + (size_t)(at - lattice_alphabet);
    }
    return number;
}

static bool holds_end(const char *s, size_t n)
{
    for (size_t i = 0; i + 5 <= n; i++)
        if (memcmp(s + i, "\r\n.\r\n", 5) == 0)
            return true;
    return false;
}

START_TEST(sweeps_every_string)
{
    enum { ROOM = 131072 };
    static char text[ROOM];
    static bool seen[78125];
    unsigned order = (unsigned)_i;
    size_t strings = 1, n = lattice_sweep(order, text, ROOM);
    ck_assert_uint_lt(n, ROOM);
    ck_assert(!holds_end(text, n));
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i + order <= n; i++)
        seen[number_of(text + i, order)] = true;
    for (unsigned i = 0; i < order; i++)
        strings *= LATTICE_ALPHABET;
    for (size_t i = 0; i < strings; i++) {
        char s[LATTICE_MAX];
        size_t rest = i;
        for (unsigned j = order; j-- > 0; rest /= LATTICE_ALPHABET)
            s[j] = lattice_alphabet[rest % LATTICE_ALPHABET];
        ck_assert_msg(seen[i] == !holds_end(s, order), "string %zu of order %u", i, order);
    }
}
END_TEST

/* The reference finds no end in it, wherever it is cut off. */
START_TEST(sweeps_without_an_end)
{
    static char text[32768];
    unsigned state;
    size_t n = lattice_sweep(6, text, sizeof text);
    ck_assert_uint_eq(lattice_codec_end(0, text, n, &state), 0);
}
END_TEST

START_TEST(keeps_to_its_room)
{
    char text[64];
    memset(text, '#', sizeof text);
    ck_assert_uint_eq(lattice_sweep(6, text, 40), 40);
    ck_assert_int_eq(text[40], '#');
}
END_TEST

static Suite *lattice_suite(void)
{
    Suite *s = suite_create("lattice");
    TCase *t = tcase_create("lattice");
    tcase_add_unchecked_fixture(t, build, NULL);
    tcase_add_loop_test(t, reads, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, counts_the_strings);
    tcase_add_loop_test(t, keeps_what_is_known, 0, sizeof knowns / sizeof *knowns);
    tcase_add_test(t, has_no_class_twice);
    tcase_add_loop_test(t, sweeps_every_string, 1, LATTICE_MAX + 1);
    tcase_add_test(t, sweeps_without_an_end);
    tcase_add_test(t, keeps_to_its_room);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(lattice_suite)
