#include "idn.h"

#include <idn2.h>
#include <stdio.h>
#include <string.h>

#include "smtp/chars.h"

bool idn_is_ascii(smtp_span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (smtp_is(text.p[i], SMTP_C_HIGH))
            return false;
    return true;
}

bool idn_to_ascii(smtp_room to, smtp_span domain)
{
    char *ascii = NULL;
    if (domain.n >= to.n)
        return false;
    memcpy(to.p, domain.p, domain.n);
    to.p[domain.n] = '\0';
    if (idn_is_ascii(domain))
        return true;
    if (idn2_to_ascii_8z(to.p, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return false;
    bool fits = strlen(ascii) < to.n;
    if (fits)
        memcpy(to.p, ascii, strlen(ascii) + 1);
    idn2_free(ascii);
    return fits;
}
