#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check_main.h"
#include "disk.h"
#include "drive/serve.h"

enum { LONG = 200000 };

/* ---- a Maildir in a temporary folder, and who gives it a message ---------------------------- */

static char dir[64];
static struct net_uv *uv;
static struct drive_store *store;

static void set_up(void)
{
    const char *why = "";
    disk = (struct disk){.on = false};
    snprintf(dir, sizeof dir, "/tmp/smtpref-maildir-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    uv = net_uv_new();
    ck_assert_ptr_nonnull(uv);
    store = drive_maildir_new(uv, dir, "mx.example/[1:2]", &why);
    ck_assert_msg(store != NULL, "%s", why);
}

static void path_of(char *to, size_t size, const char *folder, const char *name)
{
    snprintf(to, size, "%s/%s/%s", dir, folder, name);
}

/* How many files there are; the name of one of them. Each is removed. */
static size_t empty(const char *folder, char *text, size_t *n)
{
    char path[512];
    size_t files = 0;
    path_of(path, sizeof path, folder, "");
    DIR *d = opendir(path);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (e->d_name[0] == '.')
            continue;
        ck_assert_ptr_null(strchr(e->d_name, ':'));
        ck_assert_msg(strstr(e->d_name, ".id") != NULL, "%s", e->d_name);
        path_of(path, sizeof path, folder, e->d_name);
        FILE *file = fopen(path, "rb");
        ck_assert_ptr_nonnull(file);
        if (text != NULL)
            *n = fread(text, 1, LONG + 1, file);
        fclose(file);
        ck_assert_int_eq(unlink(path), 0);
        files++;
    }
    closedir(d);
    return files;
}

static void tear_down(void)
{
    static const char *const folders[] = {"cur", "new", "tmp", ""};
    disk.on = false;
    store->ops->free(store);
    net_uv_free(uv);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[512];
        path_of(path, sizeof path, folders[i], "");
        ck_assert(rmdir(path) == 0 || errno == ENOENT);
    }
}

struct message {
    struct drive_giver giver; /* first */
    struct drive_envelope envelope;
    struct drive_delivery *delivery;
    const char *text;
    size_t n, given, piece;
    bool commit, done;
    enum smtp_fault fault;
};

static void give(struct message *m)
{
    while (m->given < m->n && store->ops->room(m->delivery) >= DRIVE_WRITE_MAX) {
        size_t n = m->n - m->given < m->piece ? m->n - m->given : m->piece;
        store->ops->write(m->delivery, (smtp_span){m->text + m->given, n});
        m->given += n;
    }
    if (m->given < m->n)
        return;
    m->n = 0; /* room() may still be called */
    m->given = 1;
    if (m->commit)
        store->ops->commit(m->delivery);
    else
        store->ops->abort(m->delivery);
}

static void on_room(struct drive_giver *giver)
{
    struct message *m = (struct message *)giver;
    if (m->n > 0)
        give(m);
}

static void on_done(struct drive_giver *giver, enum smtp_fault fault)
{
    struct message *m = (struct message *)giver;
    ck_assert(!m->done);
    m->fault = fault;
    m->done = true;
}

static void begin(struct message *m, const char *id)
{
    m->giver = (struct drive_giver){on_room, on_done};
    m->delivery = store->ops->begin(store, id, &m->envelope, &m->giver);
    ck_assert_ptr_nonnull(m->delivery);
    give(m);
}

static void wait_for(const struct message *m)
{
    struct net_world *world = net_uv_world(uv);
    if (!m->done)
        ck_assert(world->ops->run(world, &m->done));
}

static char text[LONG + 2];

static void make_text(size_t n)
{
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(i * 7 % 251);
}

static enum smtp_fault deliver(size_t n, size_t piece, bool commit)
{
    make_text(n);
    struct message m = {.text = text, .n = n, .piece = piece, .commit = commit};
    begin(&m, "id1");
    wait_for(&m);
    return m.fault;
}

/* ---- tests --------------------------------------------------------------------------------- */

static const struct {
    size_t n, piece;
} sizes[] = {
    {1, 1},         {1000, 1},     {16383, 16383}, {16384, 16384}, {16385, 16384},
    {32768, 16384}, {LONG, 16384}, {LONG, 4096},   {LONG, 1},      {65536, 10000},
};

START_TEST(test_message_is_whole)
{
    static char found[LONG + 1];
    size_t n = 0;
    disk.on = true;
    disk.short_write = _i % 2 == 0 ? 0 : 1000;
    ck_assert_int_eq(deliver(sizes[_i].n, sizes[_i].piece, true), SMTP_OK);
    disk.on = false;
    ck_assert_uint_eq(empty("tmp", NULL, NULL), 0);
    ck_assert_uint_eq(empty("new", found, &n), 1);
    ck_assert_uint_eq(n, sizes[_i].n);
    ck_assert_mem_eq(found, text, n);
}
END_TEST

/* 250 is said when the file and then the folder that names it are safe. */
START_TEST(test_order_of_calls)
{
    disk.on = true;
    ck_assert_int_eq(deliver(100, 100, true), SMTP_OK);
    ck_assert_str_eq(disk.notes, "OWFLFU");
    ck_assert_uint_eq(empty("new", NULL, NULL), 1);
}
END_TEST

START_TEST(test_abort_leaves_nothing)
{
    deliver(sizes[_i].n, sizes[_i].piece, false);
    ck_assert_uint_eq(empty("tmp", NULL, NULL), 0);
    ck_assert_uint_eq(empty("new", NULL, NULL), 0);
}
END_TEST

static const struct {
    enum disk_call call;
    size_t at;
    int error;
    enum smtp_fault fault;
} faults[] = {
    {DISK_OPEN, 1, EACCES, SMTP_E_STORE},       {DISK_OPEN, 1, ENOSPC, SMTP_E_STORE_FULL},
    {DISK_OPEN, 1, EMFILE, SMTP_E_STORE},       {DISK_WRITE, 1, EIO, SMTP_E_STORE},
    {DISK_WRITE, 1, ENOSPC, SMTP_E_STORE_FULL}, {DISK_WRITE, 3, EDQUOT, SMTP_E_STORE_FULL},
    {DISK_WRITE, 5, EFBIG, SMTP_E_STORE},       {DISK_FSYNC, 1, EIO, SMTP_E_STORE},
    {DISK_FSYNC, 1, ENOSPC, SMTP_E_STORE_FULL}, {DISK_LINK, 1, EEXIST, SMTP_E_STORE},
    {DISK_FSYNC, 2, EIO, SMTP_E_STORE},
};

START_TEST(test_failures_leave_nothing)
{
    disk.fails = faults[_i].call;
    disk.fails_at = faults[_i].at;
    disk.error = faults[_i].error;
    disk.on = true;
    enum smtp_fault fault = deliver(LONG, DRIVE_WRITE_MAX, true);
    ck_assert_uint_ge(disk.count[faults[_i].call], faults[_i].at);
    disk.on = false;
    ck_assert_int_eq(fault, faults[_i].fault);
    ck_assert_uint_eq(empty("tmp", NULL, NULL), 0);
    ck_assert_uint_eq(empty("new", NULL, NULL), 0);
    ck_assert_int_eq(deliver(10, 10, true), SMTP_OK);
    ck_assert_uint_eq(empty("new", NULL, NULL), 1);
}
END_TEST

START_TEST(test_interrupted_write_goes_on)
{
    disk.fails = DISK_WRITE;
    disk.fails_at = 1;
    disk.error = EINTR;
    disk.on = true;
    ck_assert_int_eq(deliver(100, 100, true), SMTP_OK);
    ck_assert_uint_eq(disk.count[DISK_WRITE], 2);
    ck_assert_uint_eq(empty("new", NULL, NULL), 1);
}
END_TEST

/* No wrapped call here: the folder itself is gone. */
START_TEST(test_folder_gone)
{
    char path[512];
    static const char *const gone[] = {"tmp", "new", "cur", ""};
    size_t from = _i < 2 ? (size_t)_i : 0, to = _i < 2 ? from + 1 : sizeof gone / sizeof *gone;
    for (size_t i = from; i < to; i++) {
        path_of(path, sizeof path, gone[i], "");
        ck_assert_int_eq(rmdir(path), 0);
    }
    ck_assert_int_eq(deliver(100, 100, true), SMTP_E_STORE);
    if (_i < 2)
        ck_assert_uint_eq(empty(gone[1 - _i], NULL, NULL), 0);
}
END_TEST

/* A disk that is really full in the middle of a message, by the process's own limit. */
START_TEST(test_file_over_the_limit)
{
    struct rlimit before, few;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    few = before;
    few.rlim_cur = LONG / 2;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &few), 0);
    enum smtp_fault fault = deliver(LONG, DRIVE_WRITE_MAX, true);
    enum smtp_fault shorter = deliver(LONG / 2, DRIVE_WRITE_MAX, true);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(fault, SMTP_E_STORE);
    ck_assert_int_eq(shorter, SMTP_OK);
    ck_assert_uint_eq(empty("tmp", NULL, NULL), 0);
    ck_assert_uint_eq(empty("new", NULL, NULL), 1);
}
END_TEST

/* Maildir: what lies in tmp/ for 36 hours is left over; all else is left alone. */
static const struct {
    const char *folder, *name;
    long read_ago, written_ago; /* seconds */
    bool stays;
} leftovers[] = {
    {"tmp", "1.id.mx", 36 * 3600 + 100, 36 * 3600 + 100, false},
    {"tmp", "1.id.mx", 36 * 3600 - 100, 36 * 3600 - 100, true},
    {"tmp", "1.id.mx", 0, 40 * 3600, true},
    {"tmp", "1.id.mx", 40 * 3600, 0, true},
    {"new", "1.id.mx", 40 * 3600, 40 * 3600, true},
    {"cur", "1.id.mx", 40 * 3600, 40 * 3600, true},
};

START_TEST(test_leftovers)
{
    char path[512];
    const char *why = "";
    time_t now = time(NULL);
    path_of(path, sizeof path, leftovers[_i].folder, leftovers[_i].name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
    struct timespec times[2] = {{.tv_sec = now - leftovers[_i].read_ago},
                                {.tv_sec = now - leftovers[_i].written_ago}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
    struct drive_store *again = drive_maildir_new(uv, dir, "mx", &why);
    ck_assert_msg(again != NULL, "%s", why);
    again->ops->free(again);
    ck_assert_uint_eq(empty(leftovers[_i].folder, NULL, NULL), leftovers[_i].stays);
}
END_TEST

/* A folder that had to be made is synced where it is named. */
START_TEST(test_new_folders_are_safe)
{
    const char *why = "";
    static const char *const folders[] = {"sub/cur", "sub/new", "sub/tmp", "sub"};
    char path[512];
    path_of(path, sizeof path, "sub", "");
    disk.on = true;
    struct drive_store *made = drive_maildir_new(uv, path, "mx", &why);
    disk.on = false;
    ck_assert_msg(made != NULL, "%s", why);
    ck_assert_uint_eq(disk.count[DISK_FSYNC], sizeof folders / sizeof *folders);
    made->ops->free(made);
    disk = (struct disk){.on = true};
    made = drive_maildir_new(uv, path, "mx", &why);
    disk.on = false;
    ck_assert_ptr_nonnull(made);
    ck_assert_uint_eq(disk.count[DISK_FSYNC], 0);
    made->ops->free(made);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        path_of(path, sizeof path, folders[i], "");
        ck_assert_int_eq(rmdir(path), 0);
    }
}
END_TEST

START_TEST(test_folders_that_cannot_be_synced)
{
    const char *why = "";
    char path[512];
    path_of(path, sizeof path, "sub", "");
    disk = (struct disk){.on = true, .fails = DISK_FSYNC, .fails_at = 1, .error = EIO};
    ck_assert_ptr_null(drive_maildir_new(uv, path, "mx", &why));
    disk.on = false;
    ck_assert_str_eq(why, strerror(EIO));
    ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

START_TEST(test_many_at_once)
{
    enum { MANY = 20 };
    struct message m[MANY];
    make_text(LONG);
    for (int i = 0; i < MANY; i++) {
        char id[16];
        snprintf(id, sizeof id, "id%d", i);
        m[i] = (struct message){.text = text, .n = LONG, .piece = 9999, .commit = i % 2 == 0};
        begin(&m[i], id);
    }
    for (int i = 0; i < MANY; i++) {
        wait_for(&m[i]);
        ck_assert_int_eq(m[i].fault, SMTP_OK);
    }
    ck_assert_uint_eq(empty("tmp", NULL, NULL), 0);
    ck_assert_uint_eq(empty("new", NULL, NULL), MANY / 2);
}
END_TEST

/* A name that is taken is no reason to replace a message. */
START_TEST(test_same_name_twice)
{
    ck_assert_int_eq(deliver(100, 100, true), SMTP_OK);
    disk.fails = DISK_LINK;
    disk.fails_at = 1;
    disk.error = EEXIST;
    disk.on = true;
    ck_assert_int_eq(deliver(200, 100, true), SMTP_E_STORE);
    disk.on = false;
    char found[LONG + 1];
    size_t n = 0;
    ck_assert_uint_eq(empty("new", found, &n), 1);
    ck_assert_uint_eq(n, 100);
}
END_TEST

START_TEST(test_no_maildir_there)
{
    const char *why = "";
    char path[512];
    path_of(path, sizeof path, "file", "");
    path[strlen(path) - 1] = '\0';
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
    ck_assert_ptr_null(drive_maildir_new(uv, path, "mx", &why));
    ck_assert_str_eq(why, strerror(ENOTDIR));
    unlink(path);
    path_of(path, sizeof path, "no", "no");
    ck_assert_ptr_null(drive_maildir_new(uv, path, "mx", &why));
    ck_assert_str_eq(why, strerror(ENOENT));
}
END_TEST

static Suite *maildir_suite(void)
{
    Suite *suite = suite_create("maildir");
    TCase *tcase = tcase_create("maildir");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, test_message_is_whole, 0, sizeof sizes / sizeof *sizes);
    tcase_add_test(tcase, test_order_of_calls);
    tcase_add_loop_test(tcase, test_abort_leaves_nothing, 0, sizeof sizes / sizeof *sizes);
    tcase_add_loop_test(tcase, test_failures_leave_nothing, 0, sizeof faults / sizeof *faults);
    tcase_add_test(tcase, test_interrupted_write_goes_on);
    tcase_add_loop_test(tcase, test_folder_gone, 0, 3);
    tcase_add_test(tcase, test_file_over_the_limit);
    tcase_add_loop_test(tcase, test_leftovers, 0, sizeof leftovers / sizeof *leftovers);
    tcase_add_test(tcase, test_new_folders_are_safe);
    tcase_add_test(tcase, test_folders_that_cannot_be_synced);
    tcase_add_test(tcase, test_many_at_once);
    tcase_add_test(tcase, test_same_name_twice);
    tcase_add_test(tcase, test_no_maildir_there);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(maildir_suite)
