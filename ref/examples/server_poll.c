/*
 * The server session in a loop of your own: plain poll(2), many connections, one thread. Takes mail
 * for anybody and prints it, envelope first. It has no TLS and keeps nothing.
 *
 *     server_poll PORT        on 127.0.0.1; port 0: one that is free
 *
 * All that knows SMTP is smtp_server_next(); the rest moves octets between sockets and edges.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "smtp/server.h"

enum { CLIENTS = 64, RECIPIENTS = 100, TEXT_MAX = 256 * 1024 };
enum { MAIL_MAX = TEXT_MAX + (RECIPIENTS + 1) * (SMTP_PATH_MAX + 16) };

static struct client {
    struct smtp_server session;
    char in[4096], out[2 * SMTP_SERVER_REPLY_MAX], mail[MAIL_MAX];
    size_t mail_n;
} clients[CLIENTS];
static struct pollfd fds[CLIENTS + 1]; /* of the clients, -1: nobody; then the listener */

static struct smtp_limits limits;
static const struct smtp_server_config config = {
    .name = "mail.example",
    .limits = &limits,
    .lax = SMTP_LAX_ADVISED,
    .extensions = SMTP_X_SIZE | SMTP_X_8BITMIME | SMTP_X_PIPELINING | SMTP_X_ENHANCEDSTATUSCODES,
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- what SMTP says ------------------------------------------------------------------------ */

static void note(struct client *c, const char *before, smtp_span octets, const char *behind)
{
    smtp_room room = {c->mail, sizeof c->mail}; /* holds all that the limits let in */
    smtp_room_put(room, &c->mail_n, smtp_span_of(before));
    smtp_room_put(room, &c->mail_n, octets);
    smtp_room_put(room, &c->mail_n, smtp_span_of(behind));
}

static void handle(struct client *c, const struct smtp_event *ev)
{
    bool good = true;
    if (ev->kind == SMTP_EV_BODY)
        note(c, "", ev->bytes, "");
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_MAIL) {
        c->mail_n = 0;
        note(c, "from ", ev->cmd.path.text, "\n");
    }
    if (ev->kind == SMTP_EV_COMMAND && ev->cmd.verb == SMTP_V_RCPT)
        note(c, "to ", ev->cmd.path.text, "\n");
    /* 250 behind a message means that it is taken care of (RFC 5321 4.2.5): so print it first */
    if (ev->kind == SMTP_EV_MESSAGE && ev->wants_reply)
        good = printf("mail %zu\n", c->mail_n) > 0 &&
               fwrite(c->mail, 1, c->mail_n, stdout) == c->mail_n && fflush(stdout) == 0;
    if (ev->wants_reply && good)
        smtp_server_accept(&c->session);
    if (ev->wants_reply && !good)
        smtp_server_refuse(&c->session, SMTP_E_STORE);
}

/* ---- sockets ------------------------------------------------------------------------------- */

static void move_octets(struct smtp_edge *edge, const struct pollfd *p)
{
    ssize_t n = 1;
    if ((p->revents & POLLIN) != 0) {
        smtp_room room = smtp_edge_room(edge);
        n = recv(p->fd, room.p, room.n, 0);
        if (n > 0)
            smtp_edge_got(edge, (size_t)n);
        if (n == 0)
            smtp_edge_ended(edge, SMTP_END_CLOSE);
    }
    if (n >= 0 && (p->revents & POLLOUT) != 0) {
        smtp_span out = smtp_edge_out(edge);
        n = send(p->fd, out.p, out.n, MSG_NOSIGNAL);
        if (n > 0)
            smtp_edge_sent(edge, (size_t)n);
    }
    bool failed = n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
    if (failed || (p->revents & (POLLERR | POLLHUP)) != 0)
        smtp_edge_ended(edge, SMTP_END_RESET);
}

/* Moves what can be moved, lets the session think, and sees what it wants of poll() next. */
static void serve(struct client *c, struct pollfd *p)
{
    struct smtp_event ev;
    move_octets(&c->session.edge, p);
    while (smtp_server_next(&c->session, now_ms(), &ev))
        handle(c, &ev);
    unsigned want = smtp_edge_want(&c->session.edge);
    bool done = (want & SMTP_WANT_CLOSE) != 0 && (want & SMTP_WANT_WRITE) == 0;
    if (done || (want & SMTP_WANT_RESET) != 0) {
        close(p->fd);
        p->fd = -1;
    }
    p->events = (short)(((want & SMTP_WANT_READ) != 0 ? POLLIN : 0) |
                        ((want & SMTP_WANT_WRITE) != 0 ? POLLOUT : 0));
}

static void welcome(struct client *c, struct pollfd *p)
{
    smtp_room in = {c->in, sizeof c->in}, out = {c->out, sizeof c->out};
    int fd = accept(fds[CLIENTS].fd, NULL, NULL);
    if (fd < 0)
        return;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ||
        smtp_server_init(&c->session, &config, in, out, now_ms()) != SMTP_OK) {
        close(fd);
        return;
    }
    *p = (struct pollfd){.fd = fd};
    serve(c, p); /* the greeting */
}

/* The time until the next deadline, as poll() takes it. */
static int patience(void)
{
    uint64_t next = SMTP_NEVER, now = now_ms();
    for (size_t i = 0; i < CLIENTS; i++)
        if (fds[i].fd >= 0 && clients[i].session.edge.deadline_ms < next)
            next = clients[i].session.edge.deadline_ms;
    if (next == SMTP_NEVER)
        return -1;
    uint64_t left = next > now ? next - now : 0;
    return left < INT_MAX ? (int)left : INT_MAX;
}

static void turn(void)
{
    size_t place = CLIENTS; /* one that is free */
    for (size_t i = 0; i < CLIENTS; i++)
        if (fds[i].fd < 0)
            place = i;
    fds[CLIENTS].events = place < CLIENTS ? POLLIN : 0;
    if (poll(fds, CLIENTS + 1, patience()) < 0)
        return;
    for (size_t i = 0; i < CLIENTS; i++)
        if (fds[i].fd >= 0) /* also those that are only late */
            serve(&clients[i], &fds[i]);
    if ((fds[CLIENTS].revents & POLLIN) != 0)
        welcome(&clients[place], &fds[place]);
}

/* Listens on 127.0.0.1 and says where; -1: it cannot. */
static int listen_on(unsigned short port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr *any = (struct sockaddr *)&at;
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, any, n) < 0 || listen(fd, SOMAXCONN) < 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || getsockname(fd, any, &n) < 0)
        return -1;
    printf("listening 127.0.0.1:%u\n", (unsigned)ntohs(at.sin_port));
    return fflush(stdout) == 0 ? fd : -1;
}

int main(int argc, char **argv)
{
    uint64_t port = 0;
    if (argc != 2 || !smtp_span_number(smtp_span_of(argv[1]), 5, &port) || port > UINT16_MAX) {
        fputs("usage: server_poll PORT\n", stderr);
        return 64;
    }
    limits = smtp_limits_default;
    limits.message = TEXT_MAX;
    limits.recipients = RECIPIENTS;
    for (size_t i = 0; i < CLIENTS; i++)
        fds[i].fd = -1;
    fds[CLIENTS].fd = listen_on((unsigned short)port);
    if (fds[CLIENTS].fd < 0) {
        perror("server_poll");
        return 1;
    }
    for (;;)
        turn();
}
