#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "options.h"
#include "parse_output.h"
#include "reading/shown.h"

#define PROGRAM "smtpref parse"

enum row { HELP, LAX, ESCAPES, JSON };
static const struct option_row rows[] = {
    [HELP] = {"help", false}, [LAX] = {"lax", true}, [ESCAPES] = {"escapes", false},
    [JSON] = {"json", false}, {NULL, false},
};

static const char help[] =
    "usage: smtpref parse [OPTION...] KIND [TEXT...]\n"
    "\n"
    "Says what each TEXT is, field by field, or what is wrong with it: where, by which clause, and "
    "the rule\n"
    "that it broke. Without TEXT it reads lines from standard input; the lines of a reply, and of "
    "a folded\n"
    "field, are put together.\n"
    "\n"
    "  --lax NAME,...  allow these tolerances; advised: those that RFC 5321 asks for; list: name "
    "all\n"
    "  --escapes       the text has \\r \\n \\t \\\\ and \\xHH for octets\n"
    "  --json          one JSON object a text, each on its line\n"
    "\n"
    "KIND is one of\n";

static const char help_end[] =
    "\nExit status: 0 all was accepted, 1 something was refused, 64 for wrong options.\n";

struct parse {
    const struct reading_kind *kind;
    unsigned lax;
    bool escapes, json, refused, failed, done;
    char *text; /* the lines of a text so far */
    size_t n, max;
};

static int usage(const char *what, const char *argument)
{
    fprintf(stderr, PROGRAM ": %s%s%s (" PROGRAM " --help lists all)\n", argument,
            *argument != '\0' ? ": " : "", what);
    return EXIT_USAGE;
}

static void print_help(void)
{
    fputs(help, stdout);
    for (const struct reading_kind *kind = reading_kinds; kind->name != NULL; kind++)
        printf("  %-14s%s\n", kind->name, kind->about);
    fputs(help_end, stdout);
}

/* ---- tolerances ---- */

static const struct {
    const char *name, *clause, *text;
    unsigned bit;
} laxes[] = {
#define ROW(symbol, bit, clause, text) {#symbol, clause, text, 1U << (bit)},
    SMTP_LAXES(ROW)
#undef ROW
};
enum { LAXES = sizeof laxes / sizeof *laxes };

static void list_laxes(void)
{
    for (size_t i = 0; i < LAXES; i++)
        printf("%-13s %-14s %s%s\n", laxes[i].name, laxes[i].clause, laxes[i].text,
               (laxes[i].bit & SMTP_LAX_ADVISED) != 0 ? " (advised)" : "");
}

static unsigned lax_of(smtp_span name)
{
    if (smtp_span_is_nocase(name, SMTP_SPAN("advised")))
        return SMTP_LAX_ADVISED;
    for (size_t i = 0; i < LAXES; i++)
        if (smtp_span_is_nocase(name, smtp_span_of(laxes[i].name)))
            return laxes[i].bit;
    return 0;
}

static int read_lax(struct parse *p, const char *names)
{
    if (strcmp(names, "list") == 0) {
        list_laxes();
        p->done = true;
        return 0;
    }
    for (const char *at = names;; at++) {
        size_t n = strcspn(at, ",");
        unsigned bit = lax_of((smtp_span){at, n});
        if (bit == 0)
            return usage("no such tolerance (--lax list names them)", names);
        p->lax |= bit;
        at += n;
        if (*at == '\0')
            return 0;
    }
}

/* ---- texts ---- */

static bool add(struct parse *p, smtp_span octets)
{
    if (p->n + octets.n > p->max) {
        size_t max = 2 * (p->n + octets.n);
        char *text = realloc(p->text, max);
        if (text == NULL) {
            fputs(PROGRAM ": no memory\n", stderr);
            p->failed = true;
            return false;
        }
        p->text = text;
        p->max = max;
    }
    if (octets.n > 0)
        memcpy(p->text + p->n, octets.p, octets.n);
    p->n += octets.n;
    return true;
}

/* What was put together is one text. */
static void judge(struct parse *p)
{
    struct reading r;
    smtp_span text = {p->text != NULL ? p->text : "", p->n};
    p->n = 0;
    if (!reading_begin(&r, p->kind, text, p->lax)) {
        fputs(PROGRAM ": no memory\n", stderr);
        p->failed = true;
        return;
    }
    p->refused = p->refused || r.fault.symbol != NULL;
    if (!p->json)
        parse_tell(&r, p->escapes);
    else if (!parse_tell_json(&r))
        p->failed = true;
    reading_end(&r);
}

/* RFC 5321 4.2.1: a hyphen behind the code: more lines come. */
static bool goes_on(smtp_span line)
{
    return line.n > 3 && line.p[3] == '-';
}

static bool is_folded(smtp_span line)
{
    return line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t');
}

static void put_line(struct parse *p, smtp_span line)
{
    switch (p->kind->unit) {
    case READING_LINE:
        if (add(p, line))
            judge(p);
        break;
    case READING_REPLY: {
        bool ended = line.n >= 2 && memcmp(line.p + line.n - 2, "\r\n", 2) == 0;
        if (add(p, line) && add(p, ended ? SMTP_SPAN("") : SMTP_SPAN("\r\n")) && !goes_on(line))
            judge(p);
        break;
    }
    case READING_FOLDED:
        if (p->n > 0 && !is_folded(line))
            judge(p);
        if (p->n == 0 || add(p, SMTP_SPAN("\r\n")))
            add(p, line);
        break;
    }
}

/* `line` may be written to. False: it has been said why not. */
static bool take_line(struct parse *p, smtp_room line)
{
    size_t wrong = 0;
    if (p->escapes) {
        long n = shown_undo(line, &wrong);
        if (n < 0) {
            fprintf(stderr, PROGRAM ": octet %zu: a backslash stands before r n t \\ or xHH\n",
                    wrong);
            return false;
        }
        line.n = (size_t)n;
    }
    put_line(p, (smtp_span){line.p, line.n});
    return true;
}

static void finish(struct parse *p)
{
    if (p->n > 0)
        judge(p);
}

static int take_lines(struct parse *p)
{
    char *line = NULL;
    size_t max = 0;
    ssize_t n;
    bool good = true;
    while (good && !p->failed && (n = getline(&line, &max, stdin)) >= 0) {
        if (n > 0 && line[n - 1] == '\n')
            n--;
        if (n > 0 && line[n - 1] == '\r')
            n--;
        good = take_line(p, (smtp_room){line, (size_t)n});
    }
    free(line);
    if (ferror(stdin) != 0) {
        fprintf(stderr, PROGRAM ": standard input: %s\n", strerror(errno));
        p->failed = true;
    }
    return good ? 0 : EXIT_USAGE;
}

static int take_arguments(struct parse *p, int argc, char **argv)
{
    for (int i = 0; i < argc && !p->failed; i++)
        if (!take_line(p, (smtp_room){argv[i], strlen(argv[i])}))
            return EXIT_USAGE;
    return 0;
}

/* ---- options ---- */

static int take_options(struct parse *p, struct options *o)
{
    const char *value;
    int row, status = 0;
    while (status == 0 && !p->done && (row = options_next(o, &value)) != OPTIONS_END) {
        if (row == OPTIONS_BAD)
            return EXIT_USAGE;
        switch ((enum row)row) {
        case HELP:
            print_help();
            p->done = true;
            break;
        case LAX:
            status = read_lax(p, value);
            break;
        case ESCAPES:
            p->escapes = true;
            break;
        case JSON:
            p->json = true;
            break;
        }
    }
    return status;
}

static int take_kind(struct parse *p, struct options *o)
{
    if (o->argc == 0)
        return usage("KIND is missing", "");
    p->kind = reading_kind_of(*o->argv);
    if (p->kind == NULL)
        return usage("no such kind", *o->argv);
    o->argc--;
    o->argv++;
    return 0;
}

int command_parse(int argc, char **argv)
{
    struct parse p = {.kind = NULL};
    struct options o = {
        .program = PROGRAM, .rows = rows, .argc = argc, .argv = argv, .operands = true};
    int status = take_options(&p, &o);
    if (status == 0 && !p.done)
        status = take_kind(&p, &o);
    if (status == 0 && !p.done)
        status = take_options(&p, &o);
    if (status == 0 && !p.done) {
        status = o.argc > 0 ? take_arguments(&p, o.argc, o.argv) : take_lines(&p);
        finish(&p);
    }
    free(p.text);
    if (fflush(stdout) != 0)
        p.failed = true;
    return status != 0 ? status : p.refused || p.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
