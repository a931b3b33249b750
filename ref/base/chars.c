#include "smtp/chars.h"

/* clang-format off */

/* RFC 5234 B.1 */
#define ALPHA(o)    (((o) >= 0x41 && (o) <= 0x5A) || ((o) >= 0x61 && (o) <= 0x7A))
#define DIGIT(o)    ((o) >= 0x30 && (o) <= 0x39)
#define HEXDIG(o)   (DIGIT(o) || ((o) >= 0x41 && (o) <= 0x46) || ((o) >= 0x61 && (o) <= 0x66))
#define CTL(o)      ((o) <= 0x1F || (o) == 0x7F)

/* RFC 5322 3.2.3: the graphic characters without specials */
#define ATEXT(o) \
    (ALPHA(o) || DIGIT(o) || (o) == '!' || (o) == '#' || (o) == '$' || (o) == '%' || (o) == '&' || \
     (o) == '\'' || (o) == '*' || (o) == '+' || (o) == '-' || (o) == '/' || (o) == '=' || \
     (o) == '?' || (o) == '^' || (o) == '_' || (o) == '`' || (o) == '{' || (o) == '|' || \
     (o) == '}' || (o) == '~')

/* RFC 5321 4.1.2, 4.1.3, 4.2 */
#define QTEXT(o)    ((o) == 32 || (o) == 33 || ((o) >= 35 && (o) <= 91) || ((o) >= 93 && (o) <= 126))
#define VCHAR_SP(o) ((o) >= 32 && (o) <= 126)
#define DCONTENT(o) (((o) >= 33 && (o) <= 90) || ((o) >= 94 && (o) <= 126))
#define ESMTP(o)    (((o) >= 33 && (o) <= 60) || ((o) >= 62 && (o) <= 126))
#define TEXT(o)     ((o) == 9 || ((o) >= 32 && (o) <= 126))

#define BITS(o) \
    ((uint16_t)((ALPHA(o) ? SMTP_C_ALPHA : 0) | (DIGIT(o) ? SMTP_C_DIGIT : 0) | \
                ((o) == '-' ? SMTP_C_HYPHEN : 0) | (HEXDIG(o) ? SMTP_C_HEXDIG : 0) | \
                (ATEXT(o) ? SMTP_C_ATEXT : 0) | (QTEXT(o) ? SMTP_C_QTEXT : 0) | \
                (VCHAR_SP(o) ? SMTP_C_VCHAR_SP : 0) | (DCONTENT(o) ? SMTP_C_DCONTENT : 0) | \
                (ESMTP(o) ? SMTP_C_ESMTP : 0) | (TEXT(o) ? SMTP_C_TEXT : 0) | \
                (CTL(o) ? SMTP_C_CTL : 0) | ((o) >= 128 ? SMTP_C_HIGH : 0)))

#define FOUR(o)       BITS(o), BITS((o) + 1), BITS((o) + 2), BITS((o) + 3)
#define SIXTEEN(o)    FOUR(o), FOUR((o) + 4), FOUR((o) + 8), FOUR((o) + 12)
#define SIXTY_FOUR(o) SIXTEEN(o), SIXTEEN((o) + 16), SIXTEEN((o) + 32), SIXTEEN((o) + 48)

const uint16_t smtp_chars[256] = {
    SIXTY_FOUR(0), SIXTY_FOUR(64), SIXTY_FOUR(128), SIXTY_FOUR(192)
};
/* clang-format on */
