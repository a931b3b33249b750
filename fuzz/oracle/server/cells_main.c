/*
 * NAME
 *     cells_server: the cells of the server's sequencing tables that inputs reach
 *
 * SYNOPSIS
 *     cells_server FILE|FOLDER...
 *
 * DESCRIPTION
 *     Plays inputs of the target server once and prints which rows of smtp_server_rules and
 *     smtp_lmtp_rules were not reached in which state, then covered and all. Ends 0: all were; 1: not, or
 *     something could not be read; 64: usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inputs.h"
#include "oracle/server/play.h"

static void take(void *arg, smtp_span octets)
{
    static struct server_play play;
    (void)arg;
    if (octets.n > SERVER_MOST)
        return;
    play.mode = server_mode(record_mode(&octets));
    server_play(&play, octets, &server_whole);
}

int main(int argc, char **argv)
{
    bool help = argc == 2 && strcmp(argv[1], "--help") == 0, ok = true;
    if (argc < 2 || help) {
        fputs("usage: cells_server FILE|FOLDER...\n"
              "Counts the cells of the server's tables that inputs reach.\n",
              help ? stdout : stderr);
        return help ? EXIT_SUCCESS : 64;
    }
    for (int i = 1; i < argc; i++)
        ok = inputs_each(argv[i], take, NULL) && ok;
    return server_cells_print() && ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
