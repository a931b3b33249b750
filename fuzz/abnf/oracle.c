#include "oracle.h"

#include <string.h>

#include "fuzz.h"
#include "parts.h"

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

bool abnf_is_date(smtp_span text)
{
    return abnf_prose_date_alone(text) == NULL;
}

/* Compared as text: what reads a number here wraps nowhere. */
bool abnf_is_size(smtp_span digits, uint64_t read)
{
    char text[24];
    const smtp_span most = SMTP_SPAN("18446744073709551615");
    smtp_span number = {text, 0};
    smtp_room_put_number((smtp_room){text, sizeof text}, &number.n, read);
    while (digits.n > 1 && digits.p[0] == '0')
        digits = smtp_span_cut(digits, 1, digits.n);
    bool over = digits.n > most.n || (digits.n == most.n && memcmp(digits.p, most.p, most.n) > 0);
    return smtp_span_is(number, over ? most : digits);
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
