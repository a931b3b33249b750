#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "options.h"
#include "trace_view.h"

#define PROGRAM "smtpref trace"

enum { EXIT_FINDINGS = 2, HOPS_READ = 2000, HOPS_LIMIT = 1000000 };

enum row { HELP, JSON, DOT, SVG, MAX_HOPS };

static const struct option_row rows[] = {
    [HELP] = {"help", false}, [JSON] = {"json", false},        [DOT] = {"dot", false},
    [SVG] = {"svg", false},   [MAX_HOPS] = {"max-hops", true}, {NULL, false},
};

static const char help[] =
    "usage: " PROGRAM " [--json | --dot | --svg] [--max-hops N] FILE\n"
    "\n"
    "Shows the way of a message, read off its Received fields: host by host from its origin, with "
    "the\n"
    "delay at each, and what is wrong with it: malformed fields (place and clause), clocks that "
    "are\n"
    "wrong, loops, missing hops, too many hops. FILE is a message or its header section, lines "
    "ended by\n"
    "CRLF or LF; - is standard input.\n"
    "\n"
    "  (nothing)       a table\n"
    "  --json          all of it for programs; TRACE.md defines the document\n"
    "  --dot           a graph for Graphviz: hosts and hops\n"
    "  --svg           a drawn timeline\n"
    "  --max-hops N    how many hops are too many (100)\n"
    "\n"
    "Exit status: 0 the chain is sound, 2 there are findings (notes are none), 1 trouble with the\n"
    "file, 64 wrong options.\n";

struct trace_options {
    const char *file;
    enum row form; /* HELP: nothing said */
    bool help;
    uint64_t limit;
};

static int usage(const char *what)
{
    fprintf(stderr, PROGRAM ": %s (" PROGRAM " --help tells more)\n", what);
    return EXIT_USAGE;
}

static int trouble(const char *file, const char *why)
{
    fprintf(stderr, PROGRAM ": %s: %s\n", file, why);
    return EXIT_FAILURE;
}

static int set_form(struct trace_options *o, enum row form)
{
    if (o->form != HELP && o->form != form)
        return usage("one of --json, --dot and --svg");
    o->form = form;
    return 0;
}

static int take(struct trace_options *o, const struct options *parser, enum row row,
                const char *value)
{
    switch (row) {
    case HELP:
        o->help = true;
        return 0;
    case JSON:
    case DOT:
    case SVG:
        return set_form(o, row);
    case MAX_HOPS:
        return options_number(parser, rows[row].name, value, HOPS_LIMIT, &o->limit) ? 0
                                                                                    : EXIT_USAGE;
    }
    return EXIT_USAGE;
}

/* Options and the file, in any order. */
static int read_options(struct trace_options *o, int argc, char **argv)
{
    struct options parser = {PROGRAM, rows, argc, argv, true};
    const char *value;
    for (int row; (row = options_next(&parser, &value)) != OPTIONS_END || parser.argc > 0;) {
        if (row == OPTIONS_BAD)
            return EXIT_USAGE;
        if (row != OPTIONS_END) {
            int status = take(o, &parser, (enum row)row, value);
            if (status != 0)
                return status;
            continue;
        }
        if (o->file != NULL)
            return usage("one file at a time");
        o->file = *parser.argv++;
        parser.argc--;
    }
    return o->file != NULL || o->help ? 0 : usage("which file? (- is standard input)");
}

static int print_view(const struct trace_view *view, enum row form)
{
    bool written = true;
    if (form == JSON)
        written = trace_json(view, stdout);
    else if (form == DOT)
        trace_dot(view, stdout);
    else if (form == SVG)
        trace_svg(view, stdout);
    else
        trace_text(view, stdout, isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == NULL);
    if (!written || fflush(stdout) != 0)
        return trouble("standard output", "it cannot be written");
    return smtp_findings_bad(smtp_chain_findings(&view->chain)) ? EXIT_FINDINGS : EXIT_SUCCESS;
}

static int show(struct trace_view *view, enum row form)
{
    smtp_span header = {view->file.header, view->file.header_n};
    size_t count = smtp_chain_count(header);
    if (count > HOPS_READ)
        return trouble(view->name, "more than 2000 Received fields");
    struct smtp_hop *hops = calloc(count + 1, sizeof *hops);
    int status = EXIT_FAILURE;
    if (hops == NULL || !smtp_chain_read(header, hops, count, view->limit, &view->chain))
        status = trouble(view->name, "no memory");
    else if (view->chain.fields == 0)
        status = trouble(view->name, "no header fields: not a message");
    else
        status = print_view(view, form);
    free(hops);
    return status;
}

static int trace(const struct trace_options *o)
{
    struct trace_view view = {.name = o->file, .limit = (size_t)o->limit};
    bool standard = strcmp(o->file, "-") == 0;
    FILE *from = standard ? stdin : fopen(o->file, "rb");
    if (from == NULL)
        return trouble(o->file, strerror(errno));
    const char *why = trace_file_read(&view.file, from);
    int status = why != NULL ? trouble(o->file, why) : show(&view, o->form);
    trace_file_free(&view.file);
    if (!standard)
        fclose(from);
    return status;
}

int command_trace(int argc, char **argv)
{
    struct trace_options o = {.form = HELP, .limit = SMTP_HOPS_MAX};
    int status = read_options(&o, argc, argv);
    if (status != 0)
        return status;
    if (!o.help)
        return trace(&o);
    fputs(help, stdout);
    return EXIT_SUCCESS;
}
