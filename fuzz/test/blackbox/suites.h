/*
 * NAME
 *     suites.h: the suites of the tests of fuzz/blackbox
 */
#ifndef FUZZ_TEST_SUITES_H
#define FUZZ_TEST_SUITES_H

#include <check.h>

Suite *shrink_suite(void);
Suite *hunt_suite(void);
Suite *automaton_suite(void);
Suite *outcome_suite(void);

#endif
