/*
 * One case of cases.h by its name: test_colombe 01. A name without a test is a failure.
 */
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "clients.h"

const struct smtp_server_config usual = {
    .name = "mx.test",
    .lax = SMTP_LAX_ADVISED,
    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES};

const char *answers(const struct smtp_server_config *config, smtp_span octets)
{
    static struct verdict v;
    ck_assert_msg(stream_session(octets, config, &v), "two segmentations differ");
    return v.text;
}

const char *says(const char *kind, const char *server, smtp_span text)
{
    static struct verdict v;
    const struct client_way *way = client_ways;
    while (strcmp(way->kind, kind) != 0)
        way++;
    ck_assert_msg(stream_client(smtp_span_of(server), way, text, &v), "two segmentations differ");
    return v.text;
}

void add_case(Suite *suite, const char *name, const TTest *test)
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, test);
    suite_add_tcase(suite, tcase);
}

int main(int argc, char **argv)
{
    Suite *suite = suite_create("colombe");
    grammar_cases(suite);
    server_cases(suite);
    client_cases(suite);
    SRunner *runner = srunner_create(suite);
    if (argc != 2) {
        fputs("usage: test_colombe NUMBER\n", stderr);
        return 64;
    }
    srunner_run(runner, NULL, argv[1], CK_ENV);
    int failed = srunner_ntests_failed(runner), ran = srunner_ntests_run(runner);
    srunner_free(runner);
    if (ran == 0)
        fprintf(stderr, "%s: no such case\n", argv[1]);
    return failed == 0 && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
