#include <string.h>

#include "check_main.h"
#include "smtp/chars.h"

/* The members, written out once more by another way than the table's: ranges of %d of the RFCs. */
static const struct {
    const char *clause;
    unsigned class;
    struct {
        int from, to;
    } ranges[8];
    const char *also; /* single octets */
} classes[] = {
    {"RFC 5234 B.1", SMTP_C_ALPHA, {{65, 90}, {97, 122}}, ""},
    {"RFC 5234 B.1", SMTP_C_DIGIT, {{48, 57}}, ""},
    {"5321-4.1.2", SMTP_C_HYPHEN, {{45, 45}}, ""},
    {"RFC 5234 B.1", SMTP_C_HEXDIG, {{48, 57}, {65, 70}, {97, 102}}, ""},
    {"RFC 5322 3.2.3", SMTP_C_ATEXT, {{48, 57}, {65, 90}, {97, 122}}, "!#$%&'*+-/=?^_`{|}~"},
    {"5321-4.1.2", SMTP_C_QTEXT, {{32, 33}, {35, 91}, {93, 126}}, ""},
    {"5321-4.1.2", SMTP_C_VCHAR_SP, {{32, 126}}, ""},
    {"5321-4.1.3", SMTP_C_DCONTENT, {{33, 90}, {94, 126}}, ""},
    {"5321-4.1.2", SMTP_C_ESMTP, {{33, 60}, {62, 126}}, ""},
    {"5321-4.2", SMTP_C_TEXT, {{9, 9}, {32, 126}}, ""},
    {"RFC 5234 B.1", SMTP_C_CTL, {{1, 31}, {127, 127}}, ""},
    {"5321-2.4", SMTP_C_HIGH, {{128, 255}}, ""},
    {"5321-4.1.2", SMTP_C_LET_DIG, {{48, 57}, {65, 90}, {97, 122}}, ""},
    {"5321-4.1.2", SMTP_C_LDH, {{45, 45}, {48, 57}, {65, 90}, {97, 122}}, ""},
};
enum { CLASSES = sizeof classes / sizeof *classes };

static bool is_member(size_t row, int octet)
{
    bool in = octet != 0 && strchr(classes[row].also, octet) != NULL;
    for (size_t i = 0; i < 8; i++)
        in = in || (classes[row].ranges[i].from != 0 && octet >= classes[row].ranges[i].from &&
                    octet <= classes[row].ranges[i].to);
    return in || (octet == 0 && classes[row].class == SMTP_C_CTL);
}

START_TEST(test_classes)
{
    for (int octet = 0; octet < 256; octet++)
        ck_assert_msg(smtp_is((char)octet, classes[_i].class) == is_member((size_t)_i, octet),
                      "%s: octet %d", classes[_i].clause, octet);
}
END_TEST

/* RFC 5321 2.4: ASCII letters, whatever the locale. */
START_TEST(test_lower)
{
    for (int octet = 0; octet < 256; octet++) {
        int want = octet >= 65 && octet <= 90 ? octet + 32 : octet;
        ck_assert_int_eq((unsigned char)smtp_lower((char)octet), want);
    }
}
END_TEST

static Suite *chars_suite(void)
{
    Suite *suite = suite_create("chars");
    TCase *tcase = tcase_create("chars");
    tcase_add_loop_test(tcase, test_classes, 0, CLASSES);
    tcase_add_test(tcase, test_lower);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(chars_suite)
