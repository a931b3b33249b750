#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "drive/serve.h"
#include "maildir_folders.h"

enum { BUFFER = 2 * DRIVE_WRITE_MAX, NAME_SIZE = 192, HOST_SIZE = 65 };

struct maildir {
    struct drive_store store; /* first: a Maildir is a store */
    uv_loop_t *loop;
    int tmp, new; /* open folders */
    char host[HOST_SIZE];
};

enum job { JOB_WRITE, JOB_COMMIT, JOB_ABORT };

/*
 * One message. The loop fills one buffer while a worker writes the other; while `working` the file,
 * its state and the other buffer are the worker's.
 */
struct drive_delivery {
    uv_work_t work; /* first: its request is the delivery */
    struct maildir *maildir;
    struct drive_giver *giver;
    char name[NAME_SIZE];
    char buffers[2][BUFFER];
    unsigned filling; /* the index of the loop's buffer */
    size_t filled;
    enum job wish; /* WRITE: neither commit() nor abort() yet */
    bool working;
    /* the worker's */
    enum job job;
    smtp_span octets;
    int file; /* -1: none in tmp/ */
    enum smtp_fault fault;
};

/* ---- the worker's side --------------------------------------------------------------------- */

static enum smtp_fault fault_of_errno(void)
{
    return errno == ENOSPC || errno == EDQUOT ? SMTP_E_STORE_FULL : SMTP_E_STORE;
}

static bool write_all(int file, smtp_span octets)
{
    while (octets.n > 0) {
        ssize_t n = write(file, octets.p, octets.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        octets = smtp_span_cut(octets, (size_t)n, octets.n);
    }
    return true;
}

static bool put_into_file(struct drive_delivery *d)
{
    if (d->file < 0)
        d->file = openat(d->maildir->tmp, d->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return d->file >= 0 && write_all(d->file, d->octets);
}

/* A link never takes the place of a message that is there, as a rename might. */
static bool publish(const struct drive_delivery *d)
{
    if (fsync(d->file) != 0 || linkat(d->maildir->tmp, d->name, d->maildir->new, d->name, 0) != 0)
        return false;
    if (fsync(d->maildir->new) == 0)
        return true;
    int why = errno;
    unlinkat(d->maildir->new, d->name, 0);
    errno = why;
    return false;
}

static void drop_file(struct drive_delivery *d)
{
    if (d->file < 0)
        return;
    unlinkat(d->maildir->tmp, d->name, 0);
    close(d->file);
    d->file = -1;
}

static void work(uv_work_t *request)
{
    struct drive_delivery *d = (struct drive_delivery *)request;
    if (d->job != JOB_ABORT && d->fault == SMTP_OK && !put_into_file(d))
        d->fault = fault_of_errno();
    /* RFC 5321 4.2.5: 250 is said for what will not be lost. */
    if (d->job == JOB_COMMIT && d->fault == SMTP_OK && !publish(d))
        d->fault = fault_of_errno();
    if (d->job != JOB_WRITE || d->fault != SMTP_OK)
        drop_file(d);
}

/* ---- the loop's side ----------------------------------------------------------------------- */

static void start(struct drive_delivery *d);

static void finish(struct drive_delivery *d)
{
    struct drive_giver *giver = d->giver;
    enum smtp_fault fault = d->fault;
    free(d);
    giver->done(giver, fault);
}

static void worked(uv_work_t *request, int status)
{
    struct drive_delivery *d = (struct drive_delivery *)request;
    (void)status; /* nobody cancels */
    d->working = false;
    if (d->job != JOB_WRITE) {
        finish(d);
        return;
    }
    if (d->wish != JOB_WRITE || d->filled >= DRIVE_WRITE_MAX)
        start(d);
    if (d->wish == JOB_WRITE)
        d->giver->room(d->giver);
}

static void start(struct drive_delivery *d)
{
    d->job = d->wish;
    d->octets = (smtp_span){d->buffers[d->filling], d->filled};
    d->filling ^= 1U;
    d->filled = 0;
    d->working = true;
    int status = uv_queue_work(d->maildir->loop, &d->work, work, worked);
    assert(status == 0); /* it fails without a callback only */
    (void)status;
}

static struct drive_delivery *maildir_begin(struct drive_store *store, const char *id,
                                            struct drive_envelope *envelope,
                                            struct drive_giver *giver)
{
    (void)envelope; /* one place for all of them */
    struct maildir *maildir = (struct maildir *)store;
    struct drive_delivery *d = malloc(sizeof *d);
    if (d == NULL)
        return NULL;
    d->maildir = maildir;
    d->giver = giver;
    d->filling = 0;
    d->filled = 0;
    d->wish = JOB_WRITE;
    d->working = false;
    d->file = -1;
    d->fault = SMTP_OK;
    int n =
        snprintf(d->name, sizeof d->name, "%lld.%s.%s", (long long)time(NULL), id, maildir->host);
    if (n > 0 && (size_t)n < sizeof d->name)
        return d;
    free(d);
    return NULL;
}

static size_t maildir_room(const struct drive_delivery *d)
{
    return BUFFER - d->filled;
}

static void maildir_write(struct drive_delivery *d, smtp_span octets)
{
    assert(octets.n <= maildir_room(d) && d->wish == JOB_WRITE);
    if (octets.n > 0)
        memcpy(d->buffers[d->filling] + d->filled, octets.p, octets.n);
    d->filled += octets.n;
    if (!d->working && d->filled >= DRIVE_WRITE_MAX)
        start(d);
}

static void end(struct drive_delivery *d, enum job wish)
{
    d->wish = wish;
    if (!d->working)
        start(d);
}

static void maildir_commit(struct drive_delivery *d)
{
    end(d, JOB_COMMIT);
}

static void maildir_abort(struct drive_delivery *d)
{
    end(d, JOB_ABORT);
}

static void maildir_free(struct drive_store *store)
{
    struct maildir *maildir = (struct maildir *)store;
    close(maildir->tmp);
    close(maildir->new);
    free(maildir);
}

static const struct drive_store_ops maildir_ops = {maildir_begin,  maildir_room,  maildir_write,
                                                   maildir_commit, maildir_abort, maildir_free};

/* ---- the store ----------------------------------------------------------------------------- */

/* A host name is the last part of a file name: no '/' (4.1.3 allows it in literals), nor ':', which
 * marks flags. */
static void copy_host(char *to, const char *name)
{
    size_t n = 0;
    for (; name[n] != '\0' && n < HOST_SIZE - 1; n++) {
        to[n] = name[n];
        if (to[n] == '/' || to[n] == ':')
            to[n] = '_';
    }
    to[n] = '\0';
}

/* A file that grows over RLIMIT_FSIZE is an error of write() to us, not the end of the process. */
static void ignore_sigxfsz(void)
{
    struct sigaction old, ignore = {.sa_handler = SIG_IGN};
    if (sigaction(SIGXFSZ, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        (void)sigaction(SIGXFSZ, &ignore, NULL);
}

struct drive_store *drive_maildir_new(struct net_uv *uv, const char *dir, const char *name,
                                      const char **why)
{
    static char text[128];
    *why = "no memory";
    struct maildir *maildir = calloc(1, sizeof *maildir);
    if (maildir == NULL)
        return NULL;
    if (!maildir_open(dir, &maildir->tmp, &maildir->new)) {
        *why = strerror_r(errno, text, sizeof text) == 0 ? text : "the folder cannot be used";
        free(maildir);
        return NULL;
    }
    ignore_sigxfsz();
    maildir_drop_leftovers(maildir->tmp, time(NULL));
    maildir->store.ops = &maildir_ops;
    maildir->loop = net_uv_loop(uv);
    copy_host(maildir->host, name);
    return &maildir->store;
}
