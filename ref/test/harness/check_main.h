/*
 * NAME
 *     check_main.h: main() of a Check binary
 *
 * SYNOPSIS
 *     CHECK_MAIN(domain_suite, path_suite)    each a `Suite *f(void)`
 */
#ifndef CHECK_MAIN_H
#define CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

#define CHECK_MAIN(...)                                                                            \
    int main(void)                                                                                 \
    {                                                                                              \
        Suite *(*const suites[])(void) = {__VA_ARGS__};                                            \
        SRunner *runner = srunner_create(NULL);                                                    \
        for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)                                \
            srunner_add_suite(runner, suites[i]());                                                \
        srunner_run_all(runner, CK_ENV);                                                           \
        int failed = srunner_ntests_failed(runner);                                                \
        srunner_free(runner);                                                                      \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                          \
    }

#endif
