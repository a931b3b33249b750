#include "interrupt.h"

#include <signal.h>
#include <time.h>
#include <uv.h>

/* One wish can come as several signals: timeout(1) signals its child, and then the whole group. */
enum { ONE_WISH_S = 1 };

static volatile sig_atomic_t came;
static struct timespec came_at; /* of the handler alone */
static uv_async_t waker;
static volatile sig_atomic_t has_waker;

/* Its calls are among those that a signal handler may make. */
static bool is_same_wish(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return true;
    if (came == 0)
        came_at = now;
    return now.tv_sec - came_at.tv_sec <= ONE_WISH_S;
}

static void on_signal(int number)
{
    if (!is_same_wish()) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    came = 1;
    if (has_waker)
        (void)uv_async_send(&waker); /* one of the few that a signal handler may call */
}

static void on_wake(uv_async_t *handle)
{
    bool *stop = handle->data;
    *stop = true;
}

bool interrupt_watch(void *loop, bool *stop)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    if (loop != NULL) {
        if (uv_async_init(loop, &waker, on_wake) != 0)
            return false;
        waker.data = stop;
        uv_unref((uv_handle_t *)&waker); /* it keeps no run alive */
        has_waker = 1;
    }
    return sigaction(SIGINT, &action, NULL) == 0 && sigaction(SIGTERM, &action, NULL) == 0;
}

void interrupt_forget_loop(void)
{
    has_waker = 0;
}

bool interrupt_came(void)
{
    return came != 0;
}
