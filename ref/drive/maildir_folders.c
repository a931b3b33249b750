#include "maildir_folders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_quietly(int file)
{
    int why = errno;
    if (file >= 0)
        close(file);
    errno = why;
}

/* Syncs the folder that names this one. */
static bool sync_parent(int folder)
{
    int parent = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0)
        return false;
    bool good = fsync(parent) == 0;
    close_quietly(parent);
    return good;
}

/* One that had to be made is there for good. */
static int open_folder(int at, const char *name)
{
    bool made = mkdirat(at, name, 0700) == 0;
    if (!made && errno != EEXIST)
        return -1;
    int folder = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || !made || sync_parent(folder))
        return folder;
    close_quietly(folder);
    return -1;
}

void maildir_drop_leftovers(int tmp, time_t now)
{
    enum { OLD = 36 * 60 * 60 };
    struct stat about;
    int folder = openat(tmp, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = folder >= 0 ? fdopendir(folder) : NULL;
    if (d == NULL) {
        close_quietly(folder);
        return; /* they only take room */
    }
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        if (fstatat(tmp, e->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode) &&
            now - about.st_mtime > OLD && now - about.st_atime > OLD)
            unlinkat(tmp, e->d_name, 0);
    closedir(d);
}

bool maildir_open(const char *dir, int *tmp, int *new)
{
    int root = open_folder(AT_FDCWD, dir);
    if (root < 0)
        return false;
    int cur = open_folder(root, "cur");
    *tmp = cur >= 0 ? open_folder(root, "tmp") : -1;
    *new = *tmp >= 0 ? open_folder(root, "new") : -1;
    bool good = *new >= 0 && faccessat(root, "tmp", W_OK | X_OK, 0) == 0 &&
                faccessat(root, "new", W_OK | X_OK, 0) == 0;
    close_quietly(cur);
    close_quietly(root);
    if (good)
        return true;
    close_quietly(*new);
    close_quietly(*tmp);
    return false;
}
