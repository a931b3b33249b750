#include "grammar_parts.h"

#include <assert.h>

static const char *const names[SMTP_V_ROW_COUNT] = {
    [SMTP_V_UNKNOWN] = "",
#define VERB_NAME(verb) [SMTP_V_##verb] = #verb,
    SMTP_VERBS(VERB_NAME)
#undef VERB_NAME
        [SMTP_V_CONNECT] = "(greeting)",
    [SMTP_V_END_OF_DATA] = "(end of data)",
    [SMTP_V_TLS_UP] = "(TLS up)",
    [SMTP_V_END_OF_CHUNK] = "(end of chunk)",
    [SMTP_V_RESPONSE] = "(response)",
};

const char *smtp_verb_name(enum smtp_verb verb)
{
    assert((unsigned)verb < SMTP_V_ROW_COUNT);
    return names[verb];
}

/* RFC 5321 2.4: a command verb "is not case sensitive". */
enum smtp_verb smtp_verb_of(smtp_span word)
{
    for (unsigned verb = SMTP_V_UNKNOWN + 1; verb < SMTP_VERB_COUNT; verb++)
        if (smtp_span_is_nocase(word, smtp_span_of(names[verb])))
            return (enum smtp_verb)verb;
    return SMTP_V_UNKNOWN;
}
