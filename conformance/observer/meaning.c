/*
 * NAME
 *     meaning.c: which status codes there are, and with which class each makes sense
 *
 * DESCRIPTION
 *     RFC 3463 3 says of some codes that they are useful with one class only. The registry of RFC
 *     5248 as of 6 December 2024: in each subject the details go from 0 to a last one without a gap.
 */
#include <stdio.h>

#include "observer/observer_parts.h"

/* RFC 3463, RFC 3886 (X.1.9), 4468, 4954, 6531, 6710, 7293, 7372, 7505, 8617, 8689. */
static const unsigned last_detail[] = {0, 10, 4, 6, 7, 6, 10, 30};

enum { SUBJECTS = sizeof last_detail / sizeof *last_detail };

static const struct {
    unsigned subject, detail;
    unsigned class; /* the only one that makes sense */
    enum observer_rule_id rule;
} meanings[] = {
    {1, 1, 5, RULE_ENHANCED_ADDRESS},  {1, 2, 5, RULE_ENHANCED_ADDRESS},
    {1, 3, 5, RULE_ENHANCED_ADDRESS},  {1, 5, 2, RULE_ENHANCED_VALID},
    {1, 6, 5, RULE_ENHANCED_ADDRESS},  {3, 1, 4, RULE_ENHANCED_FULL},
    {3, 4, 5, RULE_ENHANCED_TOO_BIG},  {4, 1, 4, RULE_ENHANCED_NETWORK},
    {4, 2, 4, RULE_ENHANCED_NETWORK},  {4, 3, 4, RULE_ENHANCED_NETWORK},
    {4, 5, 4, RULE_ENHANCED_NETWORK},  {4, 6, 4, RULE_ENHANCED_NETWORK},
    {5, 1, 5, RULE_ENHANCED_PROTOCOL}, {5, 2, 5, RULE_ENHANCED_PROTOCOL},
    {5, 4, 5, RULE_ENHANCED_PROTOCOL}, {6, 1, 5, RULE_ENHANCED_MEDIA},
    {7, 1, 5, RULE_ENHANCED_POLICY},   {7, 2, 5, RULE_ENHANCED_POLICY},
    {7, 3, 5, RULE_ENHANCED_POLICY},   {7, 4, 5, RULE_ENHANCED_POLICY},
};

void observer_meaning(struct observer *o, unsigned subject, unsigned detail)
{
    static const char *const wanted[] = {[2] = "success", [4] = "transient", [5] = "permanent"};
    if (subject >= SUBJECTS)
        observer_find(o, RULE_ENHANCED_SUBJECT, "a subject that is not listed",
                      observer_kept_line(o));
    else if (detail > last_detail[subject])
        observer_find(o, RULE_ENHANCED_REGISTERED, "a status code that is not registered",
                      observer_kept_line(o));
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (meanings[i].subject != subject || meanings[i].detail != detail ||
            meanings[i].class == o->code / 100)
            continue;
        char why[80];
        snprintf(why, sizeof why, "X.%u.%u makes sense as %s only", subject, detail,
                 wanted[meanings[i].class]);
        observer_find(o, meanings[i].rule, why, observer_kept_line(o));
    }
}
