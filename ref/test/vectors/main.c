/*
 * Runs the rows of corpus/vectors: vectors [--least N] FILE...
 * Prints how many rows each file has; exits 1 when one does not come out, is malformed or of no known kind,
 * or when there are fewer than N.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "guard.h"
#include "neighbours.h"
#include "plain.h"
#include "row.h"
#include "streams.h"

/* ---- what the parsers say ---- */

static bool check_print(const struct row *row, const struct reading *r)
{
    bool strict = r->lax_used == 0;
    smtp_span wanted = row->print.p != NULL ? row->print : row->input;
    if (!strict && row->print.p == NULL)
        return true;
    if (!smtp_span_is(r->canonical, wanted)) {
        row_complain(row, "printed differently", row->verdict);
        fprintf(stderr, "    %.*s\n", (int)r->canonical.n, r->canonical.p);
        return false;
    }
    return neighbours_identity(row, r);
}

static bool check_parser(const struct row *row, const struct reading_kind *kind)
{
    struct reading r;
    char got[128] = "accept";
    smtp_span text = guard_copy(row->input);
    neighbours_read(&r, kind, text, row->lax);
    if (r.fault.symbol != NULL)
        snprintf(got, sizeof got, "%s@%zu", r.fault.symbol, r.off);
    bool good = strcmp(got, row->verdict) == 0;
    if (!good)
        row_complain(row, row->verdict, got);
    if (good && r.fault.symbol == NULL && r.lax_used != row->lax) {
        row_complain(row, "other tolerances were used than those of the note", "");
        good = false;
    }
    if (good && r.fault.symbol == NULL)
        good = check_print(row, &r);
    reading_end(&r);
    guard_free(text);
    return good;
}

/* ---- streams ---- */

static bool check_verdict(const struct row *row, bool steady, const struct verdict *v)
{
    if (!steady)
        row_complain(row, "two segmentations differ", v->text);
    else if (strcmp(v->text, row->verdict) != 0)
        row_complain(row, row->verdict, v->text);
    return steady && strcmp(v->text, row->verdict) == 0;
}

static bool check_lines(const struct row *row)
{
    static struct verdict v;
    smtp_span in = guard_copy(row->input);
    bool steady = stream_lines(in, row->lax, &v);
    guard_free(in);
    return check_verdict(row, steady, &v);
}

/* RFC 5321 4.5.2: whether what was delivered, stuffed again, is what was sent. */
static bool is_stuffed(const struct row *row, smtp_span text)
{
    static char again[INPUT_MAX];
    struct smtp_stuff stuff = {.state = 0};
    size_t n = smtp_stuff_next(&stuff, (smtp_room){again, sizeof again}, &text);
    n += smtp_stuff_end(&stuff, (smtp_room){again + n, sizeof again - n});
    return smtp_span_is((smtp_span){again, n}, row->input);
}

static bool check_data(const struct row *row)
{
    static struct verdict v;
    static char text[INPUT_MAX];
    size_t n;
    smtp_span in = guard_copy(row->input);
    bool steady = stream_data(in, row->lax, &v, (smtp_room){text, sizeof text}, &n);
    guard_free(in);
    smtp_span delivered = {text, n};
    if (strcmp(v.text, "accept") == 0 && !is_stuffed(row, delivered))
        snprintf(v.text, sizeof v.text, "accept unstuffed");
    if (!check_verdict(row, steady, &v))
        return false;
    bool good = row->print.p == NULL || smtp_span_is(delivered, row->print);
    if (!good)
        row_complain(row, "another text was delivered", v.text);
    return good;
}

static bool check_replies(const struct row *row)
{
    static struct verdict v;
    smtp_span in = guard_copy(row->input);
    bool steady = stream_replies(in, &v);
    guard_free(in);
    return check_verdict(row, steady, &v);
}

static bool check_received(const struct row *row)
{
    static struct verdict v;
    smtp_span in = guard_copy(row->input);
    stream_received(in, &v);
    guard_free(in);
    return check_verdict(row, true, &v);
}

static bool check_plain(const struct row *row)
{
    struct verdict v;
    smtp_span in = guard_copy(row->input);
    enum smtp_fault fault = plain_verdict(in);
    guard_free(in);
    snprintf(v.text, sizeof v.text, "%s",
             fault == SMTP_OK ? "accept" : smtp_fault_row(fault)->symbol);
    return check_verdict(row, true, &v);
}

/* ---- sessions ---- */

#define SERVER                                                                                     \
    .name = "mx.test",                                                                             \
    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES

static const struct {
    const char *kind;
    struct smtp_server_config config;
} servers[] = {
    {"session-server", {SERVER}},
    {"session-submission",
     {SERVER | SMTP_X_AUTH, .mode = SMTP_MODE_SUBMISSION, .auth_clear = "PLAIN",
      .auth_needed = true}},
    {"session-lmtp", {SERVER | SMTP_X_CHUNKING, .mode = SMTP_MODE_LMTP}},
    {"session-chunking", {SERVER | SMTP_X_CHUNKING | SMTP_X_BINARYMIME | SMTP_X_DSN}},
};

static bool check_session(const struct row *row, const struct smtp_server_config *config)
{
    static struct verdict v;
    return check_verdict(row, stream_session(row->input, config, &v), &v);
}

static bool check_client(const struct row *row, const struct client_way *way)
{
    static struct verdict v;
    smtp_span text = row->print.p != NULL ? row->print : SMTP_SPAN("");
    return check_verdict(row, stream_client(row->input, way, text, &v), &v);
}

/* ---- files ---- */

static bool check_session_kind(const struct row *row)
{
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
        if (strcmp(row->kind, servers[i].kind) == 0)
            return check_session(row, &servers[i].config);
    for (const struct client_way *way = client_ways; way->kind != NULL; way++)
        if (strcmp(row->kind, way->kind) == 0)
            return check_client(row, way);
    row_complain(row, "no such kind", "");
    return false;
}

static bool check(const struct row *row, unsigned long *near)
{
    static const struct {
        const char *kind;
        bool (*check)(const struct row *row);
    } streams[] = {{"line", check_lines},
                   {"data", check_data},
                   {"replies", check_replies},
                   {"receiveds", check_received},
                   {"sasl-plain", check_plain}};
    const struct reading_kind *kind = reading_kind_of(row->kind);
    if (kind != NULL)
        return check_parser(row, kind) && neighbours_check(row, kind, near);
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        if (strcmp(row->kind, streams[i].kind) == 0)
            return streams[i].check(row);
    return check_session_kind(row);
}

struct sums {
    unsigned long rows, bad;
    unsigned long near; /* texts beside the rows, one octet changed, that were accepted */
};

static bool check_file(const char *name, struct sums *sums)
{
    static struct row row;
    struct sums here = {0, 0, 0};
    FILE *file = fopen(name, "r");
    if (file == NULL) {
        perror(name);
        return false;
    }
    row.file = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;
    row.number = 0;
    for (int got; (got = row_next(&row, file)) != 0;) {
        here.rows++;
        here.bad += got < 0 || !check(&row, &here.near);
    }
    bool good = ferror(file) == 0 && here.rows > 0;
    fclose(file);
    printf("%s: %lu rows, %lu bad; %lu texts beside them accepted\n", row.file, here.rows, here.bad,
           here.near);
    sums->rows += here.rows;
    sums->bad += here.bad;
    return good;
}

int main(int argc, char **argv)
{
    unsigned long least = 0;
    struct sums sums = {0, 0, 0};
    bool good = argc > 1;
    int i = 1;
    if (argc > 3 && strcmp(argv[1], "--least") == 0) {
        least = strtoul(argv[2], NULL, 10);
        i = 3;
    }
    for (; i < argc; i++)
        good = check_file(argv[i], &sums) && good;
    printf("%lu rows, %lu at least\n", sums.rows, least);
    return good && sums.bad == 0 && sums.rows >= least ? EXIT_SUCCESS : EXIT_FAILURE;
}
