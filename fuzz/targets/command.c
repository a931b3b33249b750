/*
 * NAME
 *     command.c: the command parser
 *
 * DESCRIPTION
 *     Input: a command line without CRLF. Oracles:
 *
 *       spans-inside    every span of the result lies in the line
 *       strict-in-lax   what is accepted strictly is accepted under all tolerances, and uses none
 *       lax-is-named    what only tolerance accepts says which
 *       print-parse     a strictly accepted command prints to a line that parses, and prints the
 *                       same again; the octets of a chunk are as many as were written, or without end
 *       fault-inside    a fault's offset lies in the line or at its end
 *       abnf            the parser accepts what the grammar generates and no prose forbids, both with and
 *                       without UTF-8
 *       case            with all letters in the other case it is accepted too, and prints the same but for
 *                       case (names of mechanisms are in capitals)
 */
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "smtp/command.h"

enum { MOST = 4096, PRINTED = 8192, ALL_LAX = (1 << 28) - 1 };

static void check_spans(smtp_span line, const struct smtp_command *c)
{
    const smtp_span spans[] = {c->argument,   c->host.text,    c->host.value, c->path.text,
                               c->path.route, c->path.mailbox, c->path.local, c->path.domain.text};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        FUZZ_CHECK(fuzz_inside(line, spans[i]), "spans-inside", "span %zu", i);
    if (c->verb != SMTP_V_MAIL && c->verb != SMTP_V_RCPT)
        return;
    struct smtp_cursor params = c->params;
    struct smtp_param param;
    while (smtp_param_next(&params, &param) == SMTP_OK) {
        FUZZ_CHECK(fuzz_inside(line, param.keyword), "spans-inside", "keyword");
        FUZZ_CHECK(fuzz_inside(line, param.value), "spans-inside", "value");
    }
}

/* RFC 3030 2: bdat-cmd ::= "BDAT" SP chunk-size [ SP end-marker ] */
static void check_chunk(const struct smtp_command *c)
{
    const char *space = memchr(c->argument.p, ' ', c->argument.n);
    size_t n = space != NULL ? (size_t)(space - c->argument.p) : c->argument.n;
    FUZZ_CHECK(abnf_is_size(smtp_span_cut(c->argument, 0, n), c->chunk), "print-parse",
               "%.*s is read as %llu", (int)n, c->argument.p, (unsigned long long)c->chunk);
}

static void check_print(const struct smtp_command *c)
{
    char first[PRINTED], second[PRINTED];
    size_t n = smtp_print_command((smtp_room){first, sizeof first}, c);
    FUZZ_CHECK(n >= 2 && n <= sizeof first, "print-parse", "room %zu", n);
    FUZZ_CHECK(memcmp(first + n - 2, "\r\n", 2) == 0, "print-parse", "no CRLF");
    struct smtp_command again;
    enum smtp_fault fault = smtp_parse_command((smtp_span){first, n - 2}, 0, &again);
    FUZZ_CHECK(fault == SMTP_OK, "print-parse", "fault %s in %.*s", smtp_fault_row(fault)->symbol,
               (int)n, first);
    FUZZ_CHECK(again.verb == c->verb, "print-parse", "another verb");
    size_t m = smtp_print_command((smtp_room){second, sizeof second}, &again);
    FUZZ_CHECK(m == n && memcmp(first, second, n) == 0, "print-parse", "prints differ");
}

/* RFC 5321 2.4. RFC 4422 3.1 has mechanisms in capitals alone. */
static void check_case(smtp_span line, const struct smtp_command *c)
{
    char other[MOST], first[PRINTED], second[PRINTED];
    struct smtp_command again;
    if (c->verb == SMTP_V_AUTH)
        return;
    enum smtp_fault fault = smtp_parse_command(abnf_swapped(other, line), 0, &again);
    FUZZ_CHECK(fault == SMTP_OK, "case", "fault %s", smtp_fault_row(fault)->symbol);
    smtp_span one = {first, smtp_print_command((smtp_room){first, sizeof first}, c)};
    smtp_span two = {second, smtp_print_command((smtp_room){second, sizeof second}, &again)};
    FUZZ_CHECK(smtp_span_is_nocase(one, two), "case", "prints differ");
}

/* What is accepted strictly needs no tolerance, and prints. */
static void check_strict(smtp_span line, const struct smtp_command *c)
{
    struct smtp_command lax;
    enum smtp_fault fault = smtp_parse_command(line, ALL_LAX, &lax);
    FUZZ_CHECK(c->lax_used == 0, "strict-in-lax", "strict used %x", c->lax_used);
    FUZZ_CHECK(fault == SMTP_OK, "strict-in-lax", "refused: %s", smtp_fault_row(fault)->symbol);
    FUZZ_CHECK(lax.lax_used == 0, "strict-in-lax", "used %x", lax.lax_used);
    check_spans(line, c);
    if (c->verb == SMTP_V_BDAT)
        check_chunk(c);
    check_print(c);
    check_case(line, c);
}

/* What is not may be with tolerances, which then have names. */
static void check_lax(smtp_span line, enum smtp_fault strict)
{
    struct smtp_command c;
    if (smtp_parse_command(line, ALL_LAX, &c) != SMTP_OK)
        return;
    FUZZ_CHECK(c.lax_used != 0, "lax-is-named", "strict says %s", smtp_fault_row(strict)->symbol);
    check_spans(line, &c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MOST)
        return 0;
    smtp_span line = {(const char *)data, size};
    struct smtp_command c;
    enum smtp_fault fault = smtp_parse_command(line, 0, &c);
    if (fault == SMTP_OK) {
        check_strict(line, &c);
    } else {
        FUZZ_CHECK(c.fault_off <= size, "fault-inside", "offset %zu of %zu", c.fault_off, size);
        check_lax(line, fault);
    }
    abnf_oracle("command", line);
    abnf_oracle("utf8-command", line);
    return 0;
}
