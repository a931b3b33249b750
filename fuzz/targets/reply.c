/*
 * NAME
 *     reply.c: replies, as a client reads them off the stream
 *
 * DESCRIPTION
 *     Input: what a server sends. Oracles:
 *
 *       abnf              the parsers accept what the grammar generates, of the whole text as one reply, a
 *                         greeting, and an enhanced status code
 *       split-invariance  lines, replies and faults are the same whether the octets come at once or by
 *                         one, two, three or seven
 *       whole-reply       a reply goes up to the first line without a hyphen, and is a fault when another
 *                         code is among them
 *       spans-inside      every span of a line lies in it
 *       fault-inside      a fault lies in the line or at its end; the last line may have no CRLF, and
 *                         then nothing at all stands behind it
 *       print-parse       a complete reply prints to one of the same code and the same texts, enhanced
 *                         codes too
 *       output-well-formed what is printed is code, mark, text, CRLF, and a hyphen on all lines but the last
 */
#include <string.h>

#include "fuzz.h"
#include "oracle.h"
#include "smtp/reply.h"
#include "smtp/wire.h"

enum { MOST = 4096, LOG = 1 << 16, TEXTS = 2 * MOST, PRINTED = 4 * MOST };

struct result {
    char log[LOG];
    size_t n;
};

struct reading {
    struct result *result;
    struct smtp_reply reply;
    char texts[TEXTS]; /* of the reply so far, a '\n' between lines */
    size_t texts_n;
    char code[3]; /* of its first line, as written */
    bool broken;  /* by a fault: nothing is printed */
    bool check;
};

static void note(struct result *r, smtp_span s)
{
    smtp_room_put((smtp_room){r->log, LOG}, &r->n, s);
}

/* ---- print ---- */

static bool is_mark(char octet, bool last)
{
    return last ? octet == ' ' || octet == '\r' : octet == '-';
}

static bool is_text(char octet)
{
    return octet == '\t' || (octet >= ' ' && octet <= '~');
}

/* One line with its CRLF: code, mark, text. */
static void check_form_of(smtp_span line, bool last)
{
    FUZZ_CHECK(line.n >= 5 && line.p[line.n - 2] == '\r', "output-well-formed", "no CRLF");
    FUZZ_CHECK(is_mark(line.p[3], last), "output-well-formed", "mark %d", line.p[3]);
    for (size_t i = 0; i + 2 < line.n; i++)
        FUZZ_CHECK(is_text(line.p[i]), "output-well-formed", "octet %d", line.p[i]);
}

/* RFC 5321 4.2, read without the parser. */
static void check_form(smtp_span printed)
{
    for (size_t at = 0; at < printed.n;) {
        const char *lf = memchr(printed.p + at, '\n', printed.n - at);
        FUZZ_CHECK(lf != NULL, "output-well-formed", "no LF behind %zu", at);
        size_t end = (size_t)(lf + 1 - printed.p);
        check_form_of(smtp_span_cut(printed, at, end), end == printed.n);
        FUZZ_CHECK(memcmp(printed.p, printed.p + at, 3) == 0, "output-well-formed", "another code");
        at = end;
    }
}

/* What is printed, read again: the same texts, a '\n' between them. */
static void check_texts(smtp_span printed, unsigned code, smtp_span texts)
{
    char again[TEXTS];
    size_t n = 0, off;
    for (size_t at = 0; at < printed.n;) {
        const char *cr = memchr(printed.p + at, '\r', printed.n - at);
        size_t end = (size_t)(cr - printed.p);
        struct smtp_reply_line line;
        enum smtp_fault fault = smtp_parse_reply_line(smtp_span_cut(printed, at, end), &line, &off);
        FUZZ_CHECK(fault == SMTP_OK && line.code == code, "print-parse", "%s",
                   smtp_fault_row(fault)->symbol);
        FUZZ_CHECK(line.last == (end + 2 == printed.n), "print-parse", "last at %zu", at);
        smtp_room_put((smtp_room){again, TEXTS}, &n, line.text);
        if (!line.last)
            smtp_room_put((smtp_room){again, TEXTS}, &n, SMTP_SPAN("\n"));
        at = end + 2;
    }
    FUZZ_CHECK(smtp_span_is((smtp_span){again, n}, texts), "print-parse", "other texts");
}

static void check_print(struct reading *r)
{
    char printed[PRINTED];
    smtp_span texts = {r->texts, r->texts_n};
    size_t n = smtp_print_reply((smtp_room){printed, PRINTED}, r->reply.code, NULL, texts);
    FUZZ_CHECK(n <= PRINTED, "print-parse", "room %zu", n);
    check_form((smtp_span){printed, n});
    check_texts((smtp_span){printed, n}, r->reply.code, texts);
}

/* RFC 2034 3 */
static void check_enhanced(const struct smtp_reply_line *line)
{
    char code[16], printed[PRINTED];
    struct smtp_reply_line again;
    size_t off;
    if (line->enhanced.class == 0)
        return;
    size_t n = smtp_print_enhanced((smtp_room){code, sizeof code - 1}, &line->enhanced);
    FUZZ_CHECK(n < sizeof code, "print-parse", "enhanced of %zu octets", n);
    code[n] = '\0';
    n = smtp_print_reply((smtp_room){printed, PRINTED}, line->code, code, line->rest);
    FUZZ_CHECK(n <= PRINTED, "print-parse", "room %zu", n);
    enum smtp_fault fault = smtp_parse_reply_line((smtp_span){printed, n - 2}, &again, &off);
    FUZZ_CHECK(fault == SMTP_OK && again.enhanced.class == line->enhanced.class &&
                   again.enhanced.subject == line->enhanced.subject &&
                   again.enhanced.detail == line->enhanced.detail &&
                   smtp_span_is(again.rest, line->rest),
               "print-parse", "enhanced %s", code);
}

/* ---- reading ---- */

static void end_reply(struct reading *r)
{
    if (r->check && !r->broken)
        check_print(r);
    r->reply = (struct smtp_reply){.lines = 0};
    r->texts_n = 0;
    r->broken = false;
    note(r->result, SMTP_SPAN("end\n"));
}

/* RFC 5321 4.2.1, read off the octets. */
static void check_whole(struct reading *r, smtp_span text, enum smtp_fault fault)
{
    bool more = text.n > 3 && text.p[3] == '-';
    if (r->reply.lines == 1)
        memcpy(r->code, text.p, sizeof r->code);
    FUZZ_CHECK(r->reply.complete == !more, "whole-reply", "line %u", r->reply.lines);
    bool same = memcmp(r->code, text.p, sizeof r->code) == 0;
    FUZZ_CHECK((fault == SMTP_OK) == same, "whole-reply", "%.*s behind %.3s", (int)text.n, text.p,
               r->code);
}

static void add_line(struct reading *r, smtp_span octets, const struct smtp_reply_line *line)
{
    smtp_room room = {r->texts, TEXTS};
    smtp_room_put(room, &r->texts_n, r->reply.lines > 0 ? SMTP_SPAN("\n") : SMTP_SPAN(""));
    smtp_room_put(room, &r->texts_n, line->text);
    enum smtp_fault fault = smtp_reply_add(&r->reply, line);
    check_whole(r, octets, fault);
    if (fault != SMTP_OK) {
        r->broken = true;
        note(r->result, SMTP_SPAN("mixed "));
    }
    if (r->reply.complete)
        end_reply(r);
}

static void read_line(struct reading *r, smtp_span text, enum smtp_fault framing)
{
    char words[80];
    struct smtp_reply_line line = {.code = 0};
    size_t off = 0;
    enum smtp_fault fault = smtp_parse_reply_line(text, &line, &off);
    int n = snprintf(words, sizeof words, "%s %s@%zu %u: ", smtp_fault_row(framing)->symbol,
                     smtp_fault_row(fault)->symbol, off, line.code);
    note(r->result, (smtp_span){words, (size_t)n});
    note(r->result, text);
    note(r->result, SMTP_SPAN("\n"));
    if (fault != SMTP_OK) {
        FUZZ_CHECK(off <= text.n, "fault-inside", "%zu of %zu", off, text.n);
        r->broken = true;
        return;
    }
    FUZZ_CHECK(fuzz_inside(text, line.text) && fuzz_inside(text, line.rest), "spans-inside",
               "a line");
    if (r->check)
        check_enhanced(&line);
    add_line(r, text, &line);
}

/* The stream in pieces of `step` octets. */
static void read_stream(smtp_span in, size_t step, struct result *out, bool check)
{
    static struct reading r;
    struct smtp_line framer = {.limit = SMTP_REPLY_LINE_MAX};
    size_t begin = 0, have = 0;
    r.result = out;
    r.check = check;
    r.reply = (struct smtp_reply){.lines = 0};
    r.texts_n = out->n = 0;
    r.broken = false;
    while (have < in.n) {
        have = step < in.n - have ? have + step : in.n;
        smtp_span line;
        size_t taken;
        enum smtp_fault fault;
        while (smtp_line_next(&framer, smtp_span_cut(in, begin, have), &line, &taken, &fault) ==
               SMTP_STEP_END) {
            begin += taken;
            read_line(&r, line, fault);
        }
        begin += taken;
    }
    if (begin < in.n)
        read_line(&r, smtp_span_cut(in, begin, in.n), SMTP_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct result whole, split;
    static const uint8_t nothing[1];
    const size_t steps[] = {1, 2, 3, 7};
    if (size > MOST)
        return 0;
    smtp_span text = {(const char *)(size > 0 ? data : nothing), size};
    read_stream(text, size > 0 ? size : 1, &whole, true);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        read_stream(text, steps[i], &split, false);
        FUZZ_CHECK(whole.n == split.n &&
                       (whole.n > LOG || memcmp(whole.log, split.log, whole.n) == 0),
                   "split-invariance", "by %zu", steps[i]);
    }
    abnf_oracle("reply", text);
    abnf_oracle("greeting", text);
    abnf_oracle("enhanced", text);
    return 0;
}
