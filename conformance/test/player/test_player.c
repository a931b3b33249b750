#include "check_main.h"
#include "suites.h"

CHECK_MAIN(rows_suite, replies_suite, ends_suite, writes_suite, time_suite, directives_suite,
           needs_suite, vars_suite, outcome_suite, modes_suite, mail_suite, message_suite,
           hop_suite)
