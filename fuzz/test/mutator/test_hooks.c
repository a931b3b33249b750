/* The hooks of both engines, called as the engines call them. */
#include <string.h>

#include "check_main.h"
#include "smtp/span.h"

enum { MOST = 256 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                                 uint8_t *out, size_t most, unsigned seed);
void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(void *data);
size_t afl_custom_fuzz(void *data, uint8_t *in, size_t n, uint8_t **out, uint8_t *other,
                       size_t other_n, size_t most);
size_t afl_custom_havoc_mutation(void *data, uint8_t *in, size_t n, uint8_t **out, size_t most);
uint8_t afl_custom_havoc_mutation_probability(void *data);
const char *afl_custom_describe(void *data, size_t most);
int32_t afl_custom_init_trim(void *data, uint8_t *in, size_t n);
size_t afl_custom_trim(void *data, uint8_t **out);
int32_t afl_custom_post_trim(void *data, uint8_t success);

static const char said[] = "EHLO a\r\nMAIL FROM:<>\r\n\377rRCPT TO:<b@c>\r\nQUIT\r\n";
enum { SAID = sizeof said - 1 };
static uint8_t other[] = "250 ok\r\n";
static unsigned asked; /* of the engine's own mutation */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most)
{
    asked++;
    ck_assert_uint_le(size, most);
    data[0] ^= 1;
    return size;
}

START_TEST(test_libfuzzer)
{
    uint8_t a[MOST], b[MOST];
    asked = 0;
    for (unsigned seed = 0; seed < 1000; seed++) {
        memcpy(a, said, SAID);
        memcpy(b, said, SAID);
        size_t n = LLVMFuzzerCustomMutator(a, SAID, MOST, seed);
        ck_assert(n >= 1 && n <= MOST);
        ck_assert_uint_eq(LLVMFuzzerCustomMutator(b, SAID, MOST, seed), n);
        ck_assert_mem_eq(a, b, n);
        n = LLVMFuzzerCustomCrossOver((const uint8_t *)said, SAID, other, sizeof other - 1, a, 20,
                                      seed);
        ck_assert(n >= 1 && n <= 20);
    }
    ck_assert_uint_eq(asked, 500); /* one in four of 2000 */
}
END_TEST

START_TEST(test_afl_fuzz)
{
    void *one = afl_custom_init(NULL, 7), *two = afl_custom_init(NULL, 7);
    uint8_t in[SAID], *a = NULL, *b = NULL;
    memcpy(in, said, SAID);
    for (unsigned i = 0; i < 1000; i++) {
        size_t most = i % 2 == 0 ? MOST : 20;
        size_t n = afl_custom_fuzz(one, in, SAID, &a, other, sizeof other - 1, most);
        ck_assert(n >= 1 && n <= most);
        ck_assert_uint_eq(afl_custom_fuzz(two, in, SAID, &b, other, sizeof other - 1, most), n);
        ck_assert_mem_eq(a, b, n);
        ck_assert_mem_eq(in, said, SAID);
        ck_assert_uint_le(strlen(afl_custom_describe(one, 10)), 10);
        n = afl_custom_havoc_mutation(one, in, SAID, &a, most);
        (void)afl_custom_havoc_mutation(two, in, SAID, &b, most);
        ck_assert(n >= 1 && n <= most);
    }
    ck_assert_uint_le(afl_custom_havoc_mutation_probability(one), 10);
    afl_custom_deinit(one);
    afl_custom_deinit(two);
}
END_TEST

/* AFL++'s loop: steps from 0 on, until the step that post_trim names is as many as init_trim said. */
START_TEST(test_afl_trim)
{
    void *afl = afl_custom_init(NULL, 1);
    uint8_t in[SAID], *out = NULL;
    size_t n = SAID;
    memcpy(in, said, SAID);
    int32_t steps = afl_custom_init_trim(afl, in, n), at = 0;
    for (unsigned tries = 0; at < steps; tries++) {
        size_t less = afl_custom_trim(afl, &out);
        ck_assert(less >= 1 && less < n && tries < 100);
        bool good = smtp_span_has_head_nocase((smtp_span){(char *)out, less}, SMTP_SPAN("EHLO"));
        if (good) {
            n = less;
            memcpy(in, out, n);
        }
        at = afl_custom_post_trim(afl, good);
    }
    ck_assert(smtp_span_is((smtp_span){(char *)in, n}, SMTP_SPAN("EHLO a\r\n")));
    ck_assert_int_eq(afl_custom_init_trim(afl, in, n), 0);
    ck_assert_int_eq(afl_custom_init_trim(afl, in, 0), 0);
    afl_custom_deinit(afl);
}
END_TEST

static Suite *hooks_suite(void)
{
    Suite *s = suite_create("hooks");
    TCase *t = tcase_create("hooks");
    tcase_add_test(t, test_libfuzzer);
    tcase_add_test(t, test_afl_fuzz);
    tcase_add_test(t, test_afl_trim);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(hooks_suite)
