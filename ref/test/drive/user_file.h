/*
 * NAME
 *     user_file.h: files of users for tests
 */
#ifndef USER_FILE_H
#define USER_FILE_H

#include <sys/types.h>

#include "drive/sasl.h"

/* Writes a file of its own and its name to `name`; the caller unlinks it. */
void user_file_write(const char *text, mode_t mode, char name[64]);

/* What drive_users_read() makes of such a file. */
struct drive_users *user_file_users(const char *text);

#endif
