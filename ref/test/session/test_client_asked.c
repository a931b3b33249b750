#include <string.h>

#include "check_main.h"
#include "fuzz.h"

/*
 * Servers made of pieces at random, right and wrong, for the oracles of fuzz/targets/client.c: the
 * client sends what its caller asked for and nothing else, the same for every segmentation.
 */
static const char *const pieces[] = {
    "220 s.test\r\n",
    "250 ok\r\n",
    "250 ok\r\n",
    "250 ok\r\n",
    "250-s.test\r\n250-PIPELINING\r\n250-AUTH LOGIN\r\n250-DSN\r\n250 STARTTLS\r\n",
    "250-s.test\r\n250-CHUNKING\r\n250-PIPELINING\r\n250 SIZE\r\n",
    "250-s.test\r\n250 CHUNKING\r\n",
    "250-s.test\r\n250-LIMITS RCPTMAX=1\r\n250-AUTH LOGIN\r\n250 PIPELINING\r\n",
    "354 go\r\n",
    "354\r\n",
    "334 dQ==\r\n",
    "334 bad!\r\n",
    "235 in\r\n",
    "500 what\r\n",
    "550 no\r\n",
    "552 many\r\n",
    "450 later\r\n",
    "503 order\r\n",
    "421 down\r\n",
    "251 moved\r\n",
    "250-one\r\n250 two\r\n",
    "250-one\r\n251 two\r\n",
    "259 \xc3\xbc\r\n",
    "571 no\r\n",
    "221 bye\r\n",
    "x\r\n",
    "250 a\nb\r\n",
    "\r\n",
    "25",
    "0",
    "\xff\x74", /* TLS comes up */
    "\xff\x66", /* it does not */
    "\xffw\xff",
    "\xffr",
    "\xff\x64", /* quit() */
    "\xffx",
    "\xff\x63", /* a cut */
};
enum { PIECES = sizeof pieces / sizeof *pieces, COMMON = 9, LENGTH = 24, ROUNDS = 2000 };

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* A server that means well at first, and then whatever comes. */
static size_t compose(uint32_t seed, char *to)
{
    size_t n = 0, sane = next(&seed) % LENGTH;
    to[n++] = (char)(next(&seed) % 32);
    for (size_t i = 0; i < LENGTH; i++) {
        uint32_t most = i == 0 ? 1 : i < sane ? COMMON : PIECES;
        const char *piece = pieces[next(&seed) % most];
        size_t length = strlen(piece);
        memcpy(to + n, piece, length);
        n += length;
    }
    return n;
}

START_TEST(test_random_servers)
{
    char said[1 + LENGTH * 128];
    for (uint32_t i = 0; i < ROUNDS; i++) {
        size_t n = compose(ROUNDS * (uint32_t)_i + i, said);
        ck_assert_int_eq(LLVMFuzzerTestOneInput((const uint8_t *)said, n), 0);
    }
}
END_TEST

static Suite *asked_suite(void)
{
    Suite *suite = suite_create("client_asked");
    TCase *tcase = tcase_create("asked");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, test_random_servers, 0, 10);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(asked_suite)
