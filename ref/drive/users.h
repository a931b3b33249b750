/*
 * NAME
 *     users.h: what a file of users says, and what is done with it
 *
 * DESCRIPTION
 *     users.c       lookups, prepared names, the user that is not there
 *     users_read.c  the file
 *     All of it is constant once it is read, so workers look at it without a lock.
 */
#ifndef DRIVE_USERS_H
#define DRIVE_USERS_H

#include <gsasl.h>

#include "drive/sasl.h"

enum form { FORM_PASSWORD = 1 << 0, FORM_SHA1 = 1 << 1, FORM_SHA256 = 1 << 2 };

enum { SALT_MAX = 96, KEY_TEXT = 64, ITERATIONS_MAX = 10000000 };

/* RFC 5802 3: what a server keeps of a password. Texts are base64, as GNU SASL wants them. */
struct keys {
    unsigned iterations;
    char salt[SALT_MAX], stored[KEY_TEXT], server[KEY_TEXT];
};

struct user {
    char *name;     /* prepared */
    char *password; /* prepared; NULL: only keys are known */
    unsigned forms; /* bits of enum form */
    struct keys sha1, sha256;
};

struct drive_users {
    struct user *list; /* by name */
    size_t count;
    unsigned forms;           /* what every one of them has */
    const struct user *model; /* the file's first */
    bool exposed;
    unsigned char secret[32]; /* of this process: makes users that are not there */
};

/* Prepared by SASLprep, to be freed (and wiped); NULL: it cannot be, or *no_memory. */
char *users_prepare(const char *text, Gsasl_saslprep_flags flags, bool *no_memory);

/* Wiped and freed. */
void users_wipe(char *text);

const struct user *users_find(const struct drive_users *users, const char *prepared);

/* As the model would look with another name: the same for the same name. NULL password: no memory or
 * none needed. Give it to user_clear(). */
struct user users_nobody(const struct drive_users *users, const char *prepared);
void user_clear(struct user *user);

/* Whether that is the password, in a time that does not tell how far it is right. */
bool user_has_password(const struct user *user, const char *prepared);

#endif
