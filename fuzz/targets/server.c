/*
 * NAME
 *     server.c: the server session
 *
 * DESCRIPTION
 *     Input: records (see records/records.h): what the peer writes, when TLS comes up, how time goes,
 *     what the application decides. The mode mark picks the server. The input is played whole, and a
 *     second time in a way that a hash of it picks. Oracles:
 *
 *       split-invariance   events and replies are the same octet by octet, in random pieces, with the
 *                          least buffers, and to a peer that takes seven octets of reply at a time (but
 *                          for what stood behind STARTTLS: those already here are dropped, none is ever
 *                          a command)
 *       pipelined          ... a line at a time, each reply awaited, and all writes as one group
 *       transaction-atomicity   ... with a command in between that changes nothing; and after one that
 *                          resets nothing of MAIL or RCPT is left
 *       resume             ... when session and buffers move to other storage after each step
 *       reply-accounting   one reply for the greeting, each command, each refused line, each
 *                          message; one 421 at most behind a timeout
 *       own-words          a reply of the application's is said as it is where it is one (RFC 5321 4.2), else
 *                          it is refused, and the session is as it was
 *       reply-form         every reply line is code, mark, text, CRLF, 512 octets at most; the lines of a
 *                          reply carry one code
 *       output-form        that text is printable
 *       no-command-from-content   the commands are those that a second reading of the octets finds
 *       octet-conservation of texts and chunks that were taken all octets are delivered, no others
 *       memory-bound       what the session lets wait stays within its buffers
 *       work-bound         events grow as the octets do
 *       deadline           in every state there is one, not before RFC 5321 4.5.3.2.7 allows, and the
 *                          session leaves by it
 *
 *     What the passive observer thinks of the same plays is the target observer's: it links PCRE2.
 *     SMTPFUZZ_ONLY=session in the environment leaves the second play and the resets out, for measurements.
 */
#include <string.h>

#include "fuzz.h"
#include "oracle/server/play.h"

static const struct server_way ways[] = {
    {.name = "bytewise", .oracle = "split-invariance", .feed = 1},
    {.name = "slow reader", .oracle = "split-invariance", .drain = 7},
    {.name = "random pieces", .oracle = "split-invariance", .feed = 40, .random = true},
    {.name = "lock-step", .oracle = "pipelined", .lines = true},
    {.name = "one group", .oracle = "pipelined", .group = true},
    {.name = "moved", .oracle = "resume", .moves = true},
    {.name = "tight", .oracle = "split-invariance", .tight = true},
    {.name = "inserted", .oracle = "transaction-atomicity", .lines = true, .inserts = true},
};

/* By four bits of the hash; octet by octet is the dearest way. */
static const unsigned char picks[16] = {0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7};

static uint32_t hash(smtp_span input)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < input.n; i++)
        h = (h ^ (unsigned char)input.p[i]) * 16777619U;
    return h ^ h >> 15;
}

/* Whoever is told to stop says so to the next command or, where none is here yet, at once (RFC 5321 3.8). */
static bool is_excepted(const struct server_way *way, const struct server_play *whole)
{
    bool same_pieces = way->moves || way->drain > 0;
    return (way->group && whole->tls_asked) || (way->inserts && !whole->mode->strict) ||
           (whole->seat->server.shutting && !same_pieces);
}

static bool session_only(void)
{
    const char *only = getenv("SMTPFUZZ_ONLY");
    return only != NULL && strcmp(only, "session") == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct server_play whole, other;
    if (size > SERVER_MOST)
        return 0;
    smtp_span input = {(const char *)data, size};
    whole.seed = other.seed = hash(input);
    whole.mode = other.mode = server_mode(record_mode(&input));
    whole.bare = session_only();
    server_play(&whole, input, &server_whole);
    server_check_replies(&whole);
    if (whole.mode->strict)
        server_check_content(&whole);
    if (whole.bare)
        return 0;
    const struct server_way *way = &ways[picks[other.seed >> 8 & 15]];
    server_play(&other, input, way);
    if (!is_excepted(way, &whole))
        server_check_same(&whole, &other);
    return 0;
}
