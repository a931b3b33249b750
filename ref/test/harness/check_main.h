/*
 * NAME
 *     check_main.h: main() of a Check binary
 *
 * SYNOPSIS
 *     CHECK_MAIN(domain_suite, path_suite)    each a `Suite *f(void)`
 *
 * DESCRIPTION
 *     A test may take 30 seconds where it sets no limit of its own and the environment none: Check's
 *     four are too few on a machine that does much else. CTest's TIMEOUT is for the whole program.
 */
#ifndef CHECK_MAIN_H
#define CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

#define CHECK_MAIN(...)                                                                            \
    int main(void)                                                                                 \
    {                                                                                              \
        Suite *(*const suites[])(void) = {__VA_ARGS__};                                            \
        if (setenv("CK_DEFAULT_TIMEOUT", "30", 0) != 0)                                            \
            return EXIT_FAILURE;                                                                   \
        SRunner *runner = srunner_create(NULL);                                                    \
        for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)                                \
            srunner_add_suite(runner, suites[i]());                                                \
        srunner_run_all(runner, CK_ENV);                                                           \
        int failed = srunner_ntests_failed(runner);                                                \
        srunner_free(runner);                                                                      \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                          \
    }

#endif
