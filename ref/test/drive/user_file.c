#include "user_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_main.h"

void user_file_write(const char *text, mode_t mode, char name[64])
{
    snprintf(name, 64, "/tmp/users-XXXXXX");
    int file = mkstemp(name);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    ck_assert_int_eq(fchmod(file, mode), 0);
    close(file);
}

struct drive_users *user_file_users(const char *text)
{
    const char *why = "";
    char name[64];
    user_file_write(text, 0600, name);
    struct drive_users *users = drive_users_read(name, &why);
    unlink(name);
    ck_assert_msg(users != NULL, "%s", why);
    return users;
}
