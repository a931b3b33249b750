/*
 * NAME
 *     suites.h: the suites of the player
 */
#ifndef SUITES_H
#define SUITES_H

#include <check.h>

Suite *rows_suite(void);
Suite *replies_suite(void);
Suite *ends_suite(void);
Suite *writes_suite(void);
Suite *time_suite(void);
Suite *directives_suite(void);
Suite *needs_suite(void);
Suite *vars_suite(void);
Suite *outcome_suite(void);
Suite *modes_suite(void);
Suite *mail_suite(void);
Suite *message_suite(void);
Suite *hop_suite(void);

#endif
