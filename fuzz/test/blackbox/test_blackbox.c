#include "suites.h"

#include "check_main.h"

CHECK_MAIN(shrink_suite, hunt_suite, automaton_suite, outcome_suite)
