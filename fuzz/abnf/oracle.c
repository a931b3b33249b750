#include "oracle.h"

#include "fuzz.h"
#include "groups.h"

void abnf_oracle(const char *group, smtp_span text)
{
    static struct abnf_pair pair;
    struct abnf_answer answer;
    if (text.n > ABNF_ORACLE_MOST)
        return;
    FUZZ_CHECK(abnf_agree(&pair, abnf_group_of(group), text, &answer), "abnf",
               "%s: the grammar %s it, prose %s, the parser says %s", group,
               answer.generated ? "generates" : "does not generate",
               answer.prose == NULL ? "does not care" : answer.prose,
               answer.fault == NULL ? "nothing" : answer.fault);
}

smtp_span abnf_swapped(char *to, smtp_span text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char octet = (unsigned char)text.p[i];
        bool letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
        to[i] = (char)(letter ? octet ^ 0x20 : octet);
    }
    return (smtp_span){to, text.n};
}
