/* The suites of the one program of tests of the mutator. */
#ifndef SUITES_H
#define SUITES_H

#include <check.h>

Suite *mutator_suite(void);
Suite *trim_suite(void);
Suite *words_suite(void);

#endif
