#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_main.h"
#include "drive/users.h"
#include "user_file.h"

/* RFC 5802 5 and RFC 7677 3: "pencil" with the salts of the examples. */
#define SHA1_TIM                                                                                   \
    "{SCRAM-SHA-1}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE="
#define SHA256_TIM                                                                                 \
    "{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,"   \
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="

static const struct {
    const char *text, *why;
} refused[] = {
    {"", "there is no user in it"},
    {"# nobody\n\n", "there is no user in it"},
    {"tim", "line 1: not name:password"},
    {"tim:pencil\nann\n", "line 2: not name:password"},
    {"tim:pencil\n\n:x\n", "line 3: SASLprep (RFC 4013) does not take the name, or it is longer"},
    {"tim:", "line 1: SASLprep (RFC 4013) does not take the password"},
    {"tim:{PLAIN}", "line 1: SASLprep (RFC 4013) does not take the password"},
    {"tim:pencil\r\n", "line 1: SASLprep (RFC 4013) does not take the password"},
    {"tim:pen\377cil", "line 1: SASLprep (RFC 4013) does not take the password"},
    {"t\007m:pencil", "line 1: SASLprep (RFC 4013) does not take the name"},
    {"tim:{MD5}x", "line 1: the password's form is none of"},
    {"tim:a\ntim:b", "line 2: this user stands here twice"},
    {"tim:a\nt\302\255im:b",
     "line 2: this user stands here twice"}, /* RFC 4013 2.1: a soft hyphen */
    {"tim:" SHA1_TIM "\ntim:" SHA1_TIM, "line 2: this user stands here twice"},
    {"tim:{SCRAM-SHA-1}", "line 1: the keys are not"},
    {"tim:{SCRAM-SHA-1}0,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/"
     "fTE=",
     "line 1: the keys are not"},
    {"tim:{SCRAM-SHA-1}10000001,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+"
     "CSWLOshSulAsxiupA+qs2/fTE=",
     "line 1: the keys are not"},
    {"tim:{SCRAM-SHA-1}4096,,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=",
     "line 1: the keys are not"},
    {"tim:{SCRAM-SHA-1}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=",
     "line 1: the keys are not"},
    {"tim:{SCRAM-SHA-1}4096,QSXCR+Q6sek8bf92,6dlG,D+CSWLOshSulAsxiupA+qs2/fTE=",
     "line 1: the keys are not"},
    {"tim:{SCRAM-SHA-256}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+"
     "CSWLOshSulAsxiupA+qs2/fTE=",
     "line 1: the keys are not"},
};

START_TEST(test_refused)
{
    const char *why = "";
    char file[64];
    user_file_write(refused[_i].text, 0600, file);
    ck_assert_ptr_null(drive_users_read(file, &why));
    ck_assert_msg(strstr(why, refused[_i].why) == why, "%s", why);
    ck_assert_ptr_null(strstr(why, "pencil"));
    unlink(file);
}
END_TEST

START_TEST(test_no_file)
{
    const char *why = "";
    ck_assert_ptr_null(drive_users_read("/nonexistent/users", &why));
    ck_assert_str_eq(why, "No such file or directory");
    ck_assert_ptr_null(drive_users_read("/", &why));
    ck_assert_ptr_nonnull(why);
}
END_TEST

START_TEST(test_exposed)
{
    static const struct {
        mode_t mode;
        bool exposed;
    } modes[] = {{0600, false}, {0640, false}, {0644, true}, {0604, true}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        const char *why = "";
        char file[64];
        user_file_write("tim:pencil\n", modes[i].mode, file);
        struct drive_users *users = drive_users_read(file, &why);
        ck_assert_msg(users != NULL, "%s", why);
        ck_assert_int_eq(drive_users_are_exposed(users), modes[i].exposed);
        drive_users_free(users);
        unlink(file);
    }
}
END_TEST

/* A password is found by every form of it; RFC 4013 3: the examples of SASLprep. */
static const struct {
    const char *line, *name, *password;
    bool right;
} passwords[] = {
    {"tim:pencil", "tim", "pencil", true},
    {"tim:pencil", "tim", "Pencil", false},
    {"tim:pencil", "tim", "pencil ", false},
    {"tim:pencil", "tim", "penci", false},
    {"tim:{PLAIN}{SCRAM-SHA-1}1", "tim", "{SCRAM-SHA-1}1", true},
    {"tim:a:b", "tim", "a:b", true},
    {"tim:" SHA1_TIM, "tim", "pencil", true},
    {"tim:" SHA1_TIM ",0123456789abcdef0123456789abcdef01234567", "tim", "pencil", true},
    {"tim:" SHA1_TIM, "tim", "pencil2", false},
    {"tim:" SHA256_TIM, "tim", "pencil", true},
    {"tim:" SHA256_TIM, "tim", "pen", false},
    {"I\302\255X:\342\205\250", "IX", "IX", true},
    {"ann:x\ntim:pencil\nbob:y", "tim", "pencil", true},
};

START_TEST(test_passwords)
{
    struct drive_users *users = user_file_users(passwords[_i].line);
    const struct user *user = users_find(users, passwords[_i].name);
    ck_assert_ptr_nonnull(user);
    ck_assert_int_eq(user_has_password(user, passwords[_i].password), passwords[_i].right);
    ck_assert_ptr_null(users_find(users, "nobody"));
    drive_users_free(users);
}
END_TEST

/* Who is not there looks like the first of the file: the same at each look, and like nobody else. */
START_TEST(test_nobody)
{
    static const char *const files[] = {"tim:pencil", "tim:" SHA1_TIM, "tim:" SHA256_TIM,
                                        "tim:" SHA1_TIM "\ntim:pencil\nann:x"};
    struct drive_users *users = user_file_users(files[_i]);
    const struct user *tim = users_find(users, "tim");
    struct user one = users_nobody(users, "ann?"), again = users_nobody(users, "ann?"),
                other = users_nobody(users, "bob?");
    ck_assert_uint_eq(one.forms, tim->forms);
    ck_assert_int_eq(one.password != NULL, tim->password != NULL);
    ck_assert(!user_has_password(&one, "pencil"));
    if ((one.forms & FORM_SHA1) != 0) {
        ck_assert_uint_eq(one.sha1.iterations, tim->sha1.iterations);
        ck_assert_uint_eq(strlen(one.sha1.salt), strlen(tim->sha1.salt));
        ck_assert_uint_eq(strlen(one.sha1.stored), strlen(tim->sha1.stored));
        ck_assert_str_eq(one.sha1.salt, again.sha1.salt);
        ck_assert_str_ne(one.sha1.salt, tim->sha1.salt);
        ck_assert_str_ne(one.sha1.salt, other.sha1.salt);
        ck_assert_str_ne(one.sha1.stored, one.sha1.server);
    }
    if ((one.forms & FORM_SHA256) != 0) {
        ck_assert_uint_eq(strlen(one.sha256.salt), strlen(tim->sha256.salt));
        ck_assert_str_ne(one.sha256.salt, tim->sha256.salt);
        ck_assert_str_eq(one.sha256.server, again.sha256.server);
    }
    user_clear(&one);
    user_clear(&again);
    user_clear(&other);
    drive_users_free(users);
}
END_TEST

static Suite *users_suite(void)
{
    Suite *suite = suite_create("users");
    TCase *tcase = tcase_create("users");
    tcase_add_loop_test(tcase, test_refused, 0, sizeof refused / sizeof *refused);
    tcase_add_test(tcase, test_no_file);
    tcase_add_test(tcase, test_exposed);
    tcase_add_loop_test(tcase, test_passwords, 0, sizeof passwords / sizeof *passwords);
    tcase_add_loop_test(tcase, test_nobody, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(users_suite)
