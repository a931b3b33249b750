/*
 * NAME
 *     maildir_folders.h: the three folders of a Maildir
 */
#ifndef DRIVE_MAILDIR_FOLDERS_H
#define DRIVE_MAILDIR_FOLDERS_H

#include <stdbool.h>
#include <time.h>

/*
 * Opens tmp/ and new/. Those that are missing, cur/ and `dir` too, are made, and synced where they
 * are named. False: errno says why, and nothing is open.
 */
bool maildir_open(const char *dir, int *tmp, int *new);

/* Removes from tmp/ what a crash left there: files that nobody wrote or read for 36 hours. The younger
 * ones may be another process's. */
void maildir_drop_leftovers(int tmp, time_t now);

#endif
