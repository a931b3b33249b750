/*
 * NAME
 *     dictionary: the dictionary of a fuzz target, in the form that both engines read
 *
 * SYNOPSIS
 *     dictionary TARGET
 *
 * DESCRIPTION
 *     Prints one entry a word of the kinds that the target reads, "kind_number=\"octets\"". A target
 *     that is not in the table gets everything that a conversation is made of. Ends 64 on wrong usage.
 */
#include <stdio.h>
#include <string.h>

#include "words.h"

enum { LONGEST = 64 }; /* libFuzzer leaves out longer ones */

#define K(kind) (1U << WORDS_##kind)

static const unsigned client_says = K(VERBS) | K(PARAMS) | K(VALUES) | K(ADDRESSES) | K(MECHANISMS);
static const unsigned server_says = K(CODES) | K(ENHANCED) | K(KEYWORDS);
static const unsigned octets = K(NUMBERS) | K(OCTETS);
static const unsigned text = K(TERMINATORS);

static unsigned kinds_of(const char *target)
{
    const struct {
        const char *target;
        unsigned kinds;
    } rows[] = {
        {"path", K(ADDRESSES) | K(OCTETS)},
        {"command", client_says | octets},
        {"params", K(PARAMS) | K(VALUES) | octets},
        {"reply", server_says | K(REPLIES) | K(OCTETS)},
        {"ehlo", server_says | octets | K(MECHANISMS) | K(REPLIES)},
        {"received", K(TRACE) | K(DATES) | K(ADDRESSES) | K(OCTETS)},
        {"date", K(DATES) | octets},
        {"dot", text | K(OCTETS)},
        {"chunk", text | octets | K(COMMANDS)},
        {"server", client_says | text | octets | K(COMMANDS)},
        {"tls-cut", client_says | text | octets | K(COMMANDS)},
        {"client", server_says | text | octets | K(REPLIES)},
        {"scenario", K(SCENARIO) | server_says | client_says | octets},
        {"observer",
         K(VERBS) | K(MECHANISMS) | server_says | text | octets | K(COMMANDS) | K(REPLIES)},
        {"results", K(RESULTS) | octets},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].target, target) == 0)
            return rows[i].kinds;
    return client_says | server_says | text | octets | K(COMMANDS) | K(REPLIES);
}

static void print_word(const char *kind, size_t i, smtp_span word)
{
    printf("%s_%zu=\"", kind, i);
    for (size_t k = 0; k < word.n; k++) {
        unsigned char c = (unsigned char)word.p[k];
        if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
            putchar(c);
        else
            printf("\\x%02X", c);
    }
    printf("\"\n");
}

int main(int argc, char **argv)
{
    if (argc != 2 || argv[1][0] == '-') {
        fprintf(stderr, "usage: dictionary TARGET\n");
        return 64;
    }
    unsigned kinds = kinds_of(argv[1]);
    printf("# Printed by scripts/dictionaries from fuzz/mutator/words.c.\n");
    for (unsigned kind = 0; kind < WORDS_KINDS; kind++) {
        struct words words = words_of((enum words_kind)kind);
        for (size_t i = 0; i < words.n && (kinds & 1U << kind) != 0; i++)
            if (words.row[i].n > 0 && words.row[i].n <= LONGEST)
                print_word(words.name, i, words.row[i]);
    }
    return 0;
}
