/*
 * NAME
 *     pair.c: our client against our server
 *
 * DESCRIPTION
 *     Input: records, read as a script for both ends (pair/script.h). Each script is played twice: everything
 *     that can move moves at once; and in random pieces, in random turns, as a hash of the input has it.
 *     Oracles:
 *
 *       closed-loop        what the server delivers is what the caller gave: sender, recipients, parameters,
 *                          octets, by DATA or BDAT, in groups or not, inside TLS or not; each recipient's
 *                          outcome is what the server said of him, and where an answer was lost, never one
 *                          that would have the text sent again to whom has it
 *       no-command-from-content   each command that the server reads is one that the caller asked for
 *       understood         our server refuses nothing of our client for its form
 *       capabilities       what is not offered is not used; what is offered is not left out
 *       pipelining         nothing stands behind what ends a group, or where there are no groups
 *       credentials        nothing but EHLO, STARTTLS and QUIT in clear where the client has to have TLS
 *       split-invariance   events of both ends and outcomes are the same in both plays
 *       closes             both ends say CLOSED, once and last
 *       progress           who waits for the other end has a deadline
 *       memory-bound       what waits stays within the buffers
 *       work-bound         calls grow as the octets that moved
 */
#include "fuzz.h"
#include "pair/play.h"

enum { MOST = 16384, SMALL = 5000 };

static uint32_t hash(smtp_span input)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < input.n; i++)
        h = (h ^ (unsigned char)input.p[i]) * 16777619U;
    return h != 0 ? h : 1;
}

/*
 * How much of what an end that had closed left under way was read before a break hangs on the pieces: it comes to that where
 * an answer was so late that the other end did not wait for it.
 */
static bool are_same(const struct play *a, const struct play *b)
{
    bool client = a->client_cut || b->client_cut || a->client_log == b->client_log;
    bool server =
        a->server_cut || b->server_cut ||
        (a->server_log == b->server_log && a->application.messages == b->application.messages);
    return client && server;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct script script;
    static struct play whole, pieces;
    smtp_span input = {(const char *)data, size};
    if (size > MOST)
        return 0;
    script_read(&script, input);
    play(&whole, &script, 0, false);
    play(&pieces, &script, hash(input), false);
    /* What does not fit into the client's output at once can be refused while it is still being given. */
    if (size > SMALL || are_same(&whole, &pieces))
        return 0;
    fprintf(stderr, "at once:\n");
    play(&whole, &script, 0, true);
    fprintf(stderr, "in pieces:\n");
    play(&pieces, &script, hash(input), true);
    FUZZ_CHECK(false, "split-invariance", "see the events above");
    return 0;
}
