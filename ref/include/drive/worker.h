/*
 * NAME
 *     drive/worker.h: work that blocks, done off the loop
 *
 * SYNOPSIS
 *     job->work = derive_the_key;       off the loop; touches nothing that the loop uses
 *     job->done = tell_who_asked;       on the loop again; the job is the caller's once more
 *     if (!worker->take(worker, job))   no memory: neither is called
 *
 * DESCRIPTION
 *     What blocks or counts long (key derivation) must not hold up thousands of other sessions. A
 *     worker is an interface, so that tests run the same jobs on a virtual clock.
 *
 * LIFETIME
 *     A job that was taken is always done(); whoever loses interest meanwhile waits for that. The
 *     worker outlives its jobs, and net_uv_free() waits for them.
 */
#ifndef DRIVE_WORKER_H
#define DRIVE_WORKER_H

#include "net/uv.h"

struct drive_job {
    void (*work)(struct drive_job *job);
    void (*done)(struct drive_job *job);
};

struct drive_worker {
    bool (*take)(struct drive_worker *worker, struct drive_job *job);
};

/* Two of libuv's threads; further jobs wait in their order. NULL: no memory. */
struct drive_worker *drive_worker_new(struct net_uv *uv);
void drive_worker_free(struct drive_worker *worker);

#endif
