/*
 * NAME
 *     client.c: the client session
 *
 * DESCRIPTION
 *     Input: records (see records.h): what the server says, when TLS comes up, how time goes. The bits
 *     of two mode marks pick the config and the caller (play.h). 'r': the caller cancels or abandons at his next
 *     decision; 'd': he quits, whatever is going on. Oracles:
 *
 *       asked              what the client sends is what its caller asked for, line by line, in an
 *                          order that RFC 5321 has, read here without the session's own tables: a
 *                          text is sent from its beginning, dots doubled, and ended only when it is
 *                          whole, or not begun; chunks have the length that they announce
 *       content            no text behind a DATA that was refused, nor where no recipient was taken
 *       credentials        the caller gets no turn, and so says nothing, in clear where TLS has to be
 *       replies            all lines of a reply have one code, and nothing is made of it before its last
 *       outcomes           DONE comes once for each mail that was begun, and CLOSED once, at last;
 *                          DELIVERED where 2yz answered the end of the text, and only there
 *       caller-mistake     a call with what may not be said, or out of turn, is refused by its name, and leaves the
 *                          session as it was
 *       split-invariance   events and what is sent are the same whether each write comes whole,
 *                          octet by octet, in random pieces, or to a server that takes seven octets at a
 *                          time. So nothing that stands in clear behind the 220 to STARTTLS has any
 *                          influence (RFC 3207 4.2): octet by octet none of it is there
 *       deadline           each wait has an end, not before RFC 5321 4.5.3.2 has it, and the session with
 *                          the last of them
 *       memory-bound       what waits stays within the buffers
 *       work-bound         calls grow as the octets that came and went
 */
#include <string.h>

#include "oracle/client/play.h"

static const struct client_pace paces[] = {{.name = "whole", .errs = true},
                                           {.name = "bytewise", .feed = 1},
                                           {.name = "random pieces", .random = true},
                                           {.name = "slow reader", .drain = 7}};

static void compare(const struct client_play *a, const struct client_play *b)
{
    size_t n = a->n < CLIENT_LOG ? a->n : CLIENT_LOG;
    size_t sent = a->sent_n < b->sent_n ? a->sent_n : b->sent_n;
    bool whole = a->sent_n == b->sent_n || a->broken_off;
    sent = sent < CLIENT_LOG ? sent : CLIENT_LOG;
    FUZZ_CHECK(a->n == b->n && memcmp(a->log, b->log, n) == 0, "split-invariance",
               "events of %s:%.*s\n\nand of %s:%.*s\n", a->pace->name, (int)n, a->log,
               b->pace->name, (int)b->n, b->log);
    FUZZ_CHECK(whole && memcmp(a->sent, b->sent, sent) == 0, "split-invariance",
               "sent by %s:\n%.*s\nand by %s:\n%.*s", a->pace->name, (int)a->sent_n, a->sent,
               b->pace->name, (int)b->sent_n, b->sent);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct client_play whole, other;
    if (size > CLIENT_MOST)
        return 0;
    smtp_span input = {(const char *)data, size};
    client_play(&whole, input, &paces[0]);
    client_check_sent(&whole);
    for (size_t i = 1; i < sizeof paces / sizeof *paces; i++) {
        client_play(&other, input, &paces[i]);
        compare(&whole, &other);
    }
    return 0;
}
