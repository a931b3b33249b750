/*
 * NAME
 *     abnf: the grammars of corpus/abnf, recognised, generated, and compared with the parsers
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "options.h"

static const char help[] =
    "usage: abnf match RULE [--utf8] [TEXT...]      whether the rule generates each text, or each "
    "line of the input\n"
    "       abnf make RULE [--utf8] [OPTION...]     strings of the rule, one a line\n"
    "       abnf agree [OPTION...]                  parsers of libsmtpref and grammar asked for "
    "the same strings\n"
    "       abnf list [--utf8 | --groups]           the grammar; or the groups of agree: name, "
    "rule, ascii or utf8\n"
    "\n"
    "RULE is a rule of corpus/abnf, in any case. --utf8: with what RFC 6531 adds. Texts are "
    "written with \\r \\n\n"
    "\\t \\\\ and \\xHH.\n"
    "\n"
    "make:  --count N     so many (10)\n"
    "       --near        every other one is one edit away from a string of the rule\n"
    "       --verdict     a line is 1 or 0, whether the rule generates it, a space, and the octets "
    "in hexadecimal\n"
    "       --most N      no string longer than N octets (2048)\n"
    "       --seed N      other strings for another number (1)\n"
    "agree: --count N     strings a group (20000): from the rule, at the length limits of RFC 5321 "
    "4.5.3.1, and one\n"
    "                     edit away\n"
    "       --group NAME  this group only\n"
    "       --seed N\n"
    "\n"
    "       Its table: strings; valid: generated and accepted; by prose: generated, and forbidden "
    "by a limit or another\n"
    "       sentence that no rule says; nearly: not generated; agreed; open: disagreements.\n"
    "\n"
    "exit status: 0; 1 a text is not generated, or a disagreement, of which the first are shown; 3 "
    "trouble of ours; 64 usage\n";

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {
        {"match", cmd_match}, {"make", cmd_make}, {"agree", cmd_agree}, {"list", cmd_list}};
    if (argc < 2 || asks_for_help(argc, argv)) {
        fputs(help, argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_SUCCESS;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    fprintf(stderr, "abnf: no command %s; abnf --help\n", argv[1]);
    return EXIT_USAGE;
}
