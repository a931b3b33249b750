#include "drive/worker.h"

#include <stdlib.h>
#include <uv.h>

struct uv_worker {
    struct drive_worker worker; /* first */
    uv_loop_t *loop;
};

struct request {
    uv_work_t work; /* first: its request */
    struct drive_job *job;
};

static void work(uv_work_t *at)
{
    struct drive_job *job = ((struct request *)at)->job;
    job->work(job);
}

static void worked(uv_work_t *at, int status)
{
    struct drive_job *job = ((struct request *)at)->job;
    (void)status; /* nobody cancels */
    free(at);
    job->done(job);
}

static bool take(struct drive_worker *worker, struct drive_job *job)
{
    struct request *r = malloc(sizeof *r);
    if (r == NULL)
        return false;
    r->job = job;
    if (uv_queue_work(((struct uv_worker *)worker)->loop, &r->work, work, worked) == 0)
        return true;
    free(r);
    return false;
}

struct drive_worker *drive_worker_new(struct net_uv *uv)
{
    struct uv_worker *w = malloc(sizeof *w);
    if (w == NULL)
        return NULL;
    *w = (struct uv_worker){{take}, net_uv_loop(uv)};
    return &w->worker;
}

void drive_worker_free(struct drive_worker *worker)
{
    free(worker);
}
