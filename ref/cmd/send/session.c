#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "../../drive/connection.h"
#include "forward.h"
#include "send_status.h"

struct session {
    struct drive_host host; /* first */
    struct drive_serve_config config;
    struct drive_policy policy;
    struct net_uv *uv;
    int ends[2]; /* of a pair of sockets: the session's, and the one that the threads look after */
    uv_thread_t input, output;
    uv_signal_t interrupt, terminate;
    bool over;
};

/* ---- standard input and output, which may be files, pipes or terminals ---------------------- */

static void copy(int from, int to)
{
    char octets[16384];
    ssize_t n;
    while ((n = read(from, octets, sizeof octets)) > 0 || (n < 0 && errno == EINTR))
        for (ssize_t at = 0, done; at<n; at += done> 0 ? done : 0) {
            done = write(to, octets + at, (size_t)(n - at));
            if (done < 0 && errno != EINTR)
                return;
        }
}

static void copy_input(void *arg)
{
    int socket = (int)(intptr_t)arg;
    copy(STDIN_FILENO, socket);
    (void)shutdown(socket, SHUT_WR);
}

static void copy_output(void *arg)
{
    copy((int)(intptr_t)arg, STDOUT_FILENO);
}

/* ---- the session --------------------------------------------------------------------------- */

/* RFC 5321 3.6.2 is about strangers: who runs us may send where he likes. */
static bool accept_all(struct drive_policy *policy, struct drive_session *session,
                       const struct smtp_event *ev, struct drive_verdict *out)
{
    (void)policy;
    (void)session;
    (void)ev;
    (void)out;
    return true;
}

static void left(struct drive_host *host)
{
    struct session *s = (struct session *)host;
    s->over = host->sessions == 0 && host->transfers == 0;
}

/* RFC 5321 3.8: 421; what is being sent is broken off before. */
static void stop(uv_signal_t *handle, int number)
{
    struct session *s = handle->data;
    (void)number;
    forward_stop(s->config.store);
    if (s->host.first != NULL)
        connection_stop(s->host.first);
}

static void watch(struct session *s, uv_signal_t *handle, int number)
{
    handle->data = s;
    (void)uv_signal_init(net_uv_loop(s->uv), handle);
    (void)uv_signal_start(handle, stop, number);
}

static bool open_session(struct session *s, const struct drive_submit_config *config)
{
    s->policy = (struct drive_policy){.judge = accept_all};
    s->uv = net_uv_new();
    if (s->uv == NULL)
        return false;
    s->config = (struct drive_serve_config){
        .session = {.name = config->name,
                    .lax = SMTP_LAX_ADVISED,
                    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING |
                                  SMTP_X_ENHANCEDSTATUSCODES | SMTP_X_HELP | SMTP_X_CHUNKING |
                                  SMTP_X_SMTPUTF8 | SMTP_X_DSN},
        .policy = &s->policy,
        .store = forward_new(s->uv, config),
        .connections = 1,
    };
    s->host = (struct drive_host){.config = &s->config, .left = left};
    return s->config.store != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, s->ends) == 0;
}

static bool start(struct session *s)
{
    struct net_world *world = net_uv_world(s->uv);
    struct net_end *end = connection_new(&s->host, "127.0.0.1", false, world->ops->now(world));
    if (end == NULL || !net_uv_adopt(s->uv, s->ends[0], end))
        return false;
    watch(s, &s->interrupt, SIGINT);
    watch(s, &s->terminate, SIGTERM);
    void *socket = (void *)(intptr_t)s->ends[1];
    return uv_thread_create(&s->output, copy_output, socket) == 0 &&
           uv_thread_create(&s->input, copy_input, socket) == 0;
}

/* The thread of the input may wait for ever, and ends with the program. */
int session_run(const struct drive_submit_config *config)
{
    struct session s = {.over = false};
    if (!open_session(&s, config) || !start(&s)) {
        fprintf(stderr, SEND_PROGRAM ": no session: %s\n", strerror(errno));
        return EX_SOFTWARE;
    }
    struct net_world *world = net_uv_world(s.uv);
    bool good = world->ops->run(world, &s.over);
    net_uv_free(s.uv);
    uv_thread_join(&s.output);
    s.config.store->ops->free(s.config.store);
    return good ? 0 : EX_SOFTWARE;
}
