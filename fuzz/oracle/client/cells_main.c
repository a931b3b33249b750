/*
 * NAME
 *     cells_client: the cells of the client's reply table that inputs reach
 *
 * SYNOPSIS
 *     cells_client FILE|FOLDER...
 *
 * DESCRIPTION
 *     Plays inputs of the target client once and prints which codes of which rows of smtp_client_rules were
 *     not heard (each success, "go on", 4yz, 5yz), then covered and all. Ends 0: all were; 1: not, or something
 *     could not be read; 64: usage.
 */
#include <string.h>

#include "inputs.h"
#include "oracle/client/play.h"

static void take(void *arg, smtp_span octets)
{
    static struct client_play play;
    static const struct client_pace whole = {.name = "whole", .errs = true};
    (void)arg;
    if (octets.n > CLIENT_MOST)
        return;
    client_play(&play, octets, &whole);
}

int main(int argc, char **argv)
{
    bool help = argc == 2 && strcmp(argv[1], "--help") == 0, ok = true;
    if (argc < 2 || help) {
        fputs("usage: cells_client FILE|FOLDER...\n"
              "Counts the cells of the client's reply table that inputs reach.\n",
              help ? stdout : stderr);
        return help ? EXIT_SUCCESS : 64;
    }
    for (int i = 1; i < argc; i++)
        ok = inputs_each(argv[i], take, NULL) && ok;
    return client_cells_print() && ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
