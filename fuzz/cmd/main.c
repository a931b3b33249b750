/*
 * NAME
 *     smtpfuzz: fuzzes SMTP servers from outside
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"

static void help(FILE *to)
{
    fputs(
        "usage: smtpfuzz HOST:PORT|self [OPTION...]    conversations that grow with the replies\n"
        "       smtpfuzz diff SERVER SERVER... [OPTION...]  the same octets to several servers\n"
        "\n"
        "smtpfuzz COMMAND --help says more. Exit status: 0 no find; 1 a find; 3 the run could not\n"
        "be made; 64 wrong arguments.\n",
        to);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        help(stderr);
        return FUZZ_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("smtpfuzz " SMTPSPEC_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "diff") == 0)
        return command_diff(argc - 2, argv + 2);
    return command_hunt(argc - 1, argv + 1);
}
