#include "interrupt.h"

#include <signal.h>
#include <uv.h>

static volatile sig_atomic_t came;
static uv_async_t waker;
static volatile sig_atomic_t has_waker;

static void on_signal(int number)
{
    (void)number;
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
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    if (loop != NULL) {
        if (uv_async_init(loop, &waker, on_wake) != 0)
            return false;
        waker.data = stop;
        uv_unref((uv_handle_t *)&waker); /* it keeps no run alive */
        has_waker = 1;
    }
    return sigaction(SIGINT, &action, NULL) == 0 && sigaction(SIGTERM, &action, NULL) == 0;
}

bool interrupt_came(void)
{
    return came != 0;
}
