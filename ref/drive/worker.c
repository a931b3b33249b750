#include "drive/worker.h"

#include <assert.h>
#include <stdlib.h>
#include <uv.h>

/* libuv's threads are four, and the stores want some of them: whoever logs in, however often and
 * slowly, never holds up a message that is to be synced. */
enum { AT_ONCE = 2 };

struct request {
    uv_work_t work; /* first: its request */
    struct uv_worker *worker;
    struct drive_job *job;
    struct request *next;
};

struct uv_worker {
    struct drive_worker worker; /* first */
    uv_loop_t *loop;
    size_t running;
    struct request *first, *last; /* those that wait */
};

static void start(struct uv_worker *w, struct request *r);

static void work(uv_work_t *at)
{
    struct drive_job *job = ((struct request *)at)->job;
    job->work(job);
}

static void worked(uv_work_t *at, int status)
{
    struct request *r = (struct request *)at, *next = r->worker->first;
    struct uv_worker *w = r->worker;
    struct drive_job *job = r->job;
    (void)status; /* nobody cancels */
    free(r);
    w->running--;
    if (next != NULL) {
        w->first = next->next;
        start(w, next);
    }
    job->done(job);
}

static void start(struct uv_worker *w, struct request *r)
{
    int status = uv_queue_work(w->loop, &r->work, work, worked);
    assert(status == 0); /* it fails without a callback only */
    (void)status;
    w->running++;
}

static void wait_for_turn(struct uv_worker *w, struct request *r)
{
    if (w->first == NULL)
        w->first = r;
    else
        w->last->next = r;
    w->last = r;
}

static bool take(struct drive_worker *worker, struct drive_job *job)
{
    struct uv_worker *w = (struct uv_worker *)worker;
    struct request *r = malloc(sizeof *r);
    if (r == NULL)
        return false;
    r->worker = w;
    r->job = job;
    r->next = NULL;
    if (w->running < AT_ONCE)
        start(w, r);
    else
        wait_for_turn(w, r);
    return true;
}

struct drive_worker *drive_worker_new(struct net_uv *uv)
{
    struct uv_worker *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->worker.take = take;
    w->loop = net_uv_loop(uv);
    return &w->worker;
}

void drive_worker_free(struct drive_worker *worker)
{
    free(worker);
}
