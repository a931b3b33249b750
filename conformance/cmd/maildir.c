#include "maildir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

enum { PATH_SIZE = 4096 };

/* ---- names that were seen -------------------------------------------------------------------- */

/* The unique part of a name, which stays the same when flags follow a colon (FNV-1a). */
static uint64_t hash_of(const char *name)
{
    uint64_t hash = 14695981039346656037U;
    for (; *name != '\0' && *name != ':'; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211U;
    return hash == 0 ? 1 : hash;
}

static uint64_t *place_of(const struct maildir *m, uint64_t hash)
{
    size_t i = (size_t)hash & (m->room - 1);
    while (m->seen[i] != 0 && m->seen[i] != hash)
        i = (i + 1) & (m->room - 1);
    return &m->seen[i];
}

/* Never more than half full. */
static bool grow(struct maildir *m)
{
    struct maildir bigger = {.room = m->room == 0 ? 1024 : 2 * m->room};
    bigger.seen = calloc(bigger.room, sizeof *bigger.seen);
    if (bigger.seen == NULL)
        return false;
    for (size_t i = 0; i < m->room; i++)
        if (m->seen[i] != 0)
            *place_of(&bigger, m->seen[i]) = m->seen[i];
    free(m->seen);
    m->seen = bigger.seen;
    m->room = bigger.room;
    return true;
}

static bool is_seen(const struct maildir *m, const char *name)
{
    return m->room > 0 && *place_of(m, hash_of(name)) != 0;
}

static bool note_seen(struct maildir *m, const char *name)
{
    if (2 * (m->count + 1) > m->room && !grow(m))
        return false;
    *place_of(m, hash_of(name)) = hash_of(name);
    m->count++;
    return true;
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool ends_with_lf(smtp_span octets)
{
    const char *lf = octets.n == 0 ? NULL : memchr(octets.p, '\n', octets.n);
    return lf != NULL && (lf == octets.p || lf[-1] != '\r');
}

/* One that is moved to cur/ meanwhile is found there. */
static bool take(struct maildir *m, struct inbox *inbox, const char *file, const char *name,
                 const char **why)
{
    size_t size = 0;
    errno = 0;
    char *text = files_read(file, &size);
    if (text == NULL && errno == ENOENT)
        return true;
    *why = text == NULL && errno != 0 ? strerror(errno) : "no memory";
    if (text == NULL)
        return false;
    smtp_span octets = {text, size};
    bool good = inbox_put(inbox, m->mailbox, octets, ends_with_lf(octets)) && note_seen(m, name);
    free(text);
    return good;
}

/* inbox NULL: nothing is looked at. */
static bool read_entry(struct maildir *m, struct inbox *inbox, const char *folder, const char *name,
                       const char **why)
{
    char file[PATH_SIZE];
    if (name[0] == '.' || is_seen(m, name))
        return true;
    if (inbox == NULL)
        return note_seen(m, name);
    int n = snprintf(file, sizeof file, "%s/%s", folder, name);
    return n < 0 || (size_t)n >= sizeof file || take(m, inbox, file, name, why);
}

static bool read_folder(struct maildir *m, struct inbox *inbox, const char *sub, const char **why)
{
    char folder[PATH_SIZE];
    int n = snprintf(folder, sizeof folder, "%s/%s", m->path, sub);
    DIR *dir = n < 0 || (size_t)n >= sizeof folder ? NULL : opendir(folder);
    bool good = true;
    if (dir == NULL && errno == ENOENT)
        return true;
    *why = dir == NULL ? strerror(errno) : "no memory";
    if (dir == NULL)
        return false;
    for (const struct dirent *entry; good && (entry = readdir(dir)) != NULL;)
        good = read_entry(m, inbox, folder, entry->d_name, why);
    closedir(dir);
    return good;
}

/* ---- the whole ------------------------------------------------------------------------------- */

bool maildir_look(struct maildir *m, struct inbox *inbox, const char **why)
{
    return read_folder(m, inbox, "new", why) && read_folder(m, inbox, "cur", why);
}

bool maildir_open(struct maildir *m, const char *path, smtp_span mailbox, const char **why)
{
    *m = (struct maildir){.path = path, .mailbox = mailbox};
    return maildir_look(m, NULL, why);
}

void maildir_close(struct maildir *m)
{
    free(m->seen);
    m->seen = NULL;
}
