/*
 * The calls by which a server meets its sockets. Each does what libc's does, but for the descriptors
 * that a server listens on and for the one connection (connection.h).
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"

#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* ---- listening ---- */

static bool listens[FD_SETSIZE];

static bool is_listener(int fd)
{
    return fd >= 0 && fd < FD_SETSIZE && listens[fd];
}

/* No port is taken: fuzzers run side by side. */
int bind(int fd, const struct sockaddr *address, socklen_t n)
{
    bool internet = address->sa_family == AF_INET || address->sa_family == AF_INET6;
    if (!connection_wanted() || !internet || fd < 0 || fd >= FD_SETSIZE)
        return NEXT(bind)(fd, address, n);
    listens[fd] = true;
    return 0;
}

int listen(int fd, int backlog)
{
    return is_listener(fd) ? 0 : NEXT(listen)(fd, backlog);
}

static int give_address(struct sockaddr *to, socklen_t *n, unsigned short port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (to == NULL || n == NULL)
        return 0;
    memcpy(to, &address, *n < sizeof address ? *n : sizeof address);
    *n = sizeof address;
    return 0;
}

enum { OUR_PORT = 25, PEER_PORT = 40000 };

int accept4(int fd, struct sockaddr *address, socklen_t *n, int flags)
{
    if (!is_listener(fd))
        return NEXT(accept4)(fd, address, n, flags);
    (void)give_address(address, n, PEER_PORT);
    return connection_accept();
}

int accept(int fd, struct sockaddr *address, socklen_t *n)
{
    return is_listener(fd) ? accept4(fd, address, n, 0) : NEXT(accept)(fd, address, n);
}

int getpeername(int fd, struct sockaddr *address, socklen_t *n)
{
    return connection_is(fd) ? give_address(address, n, PEER_PORT)
                             : NEXT(getpeername)(fd, address, n);
}

int getsockname(int fd, struct sockaddr *address, socklen_t *n)
{
    return connection_is(fd) ? give_address(address, n, OUR_PORT)
                             : NEXT(getsockname)(fd, address, n);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *n)
{
    if (!connection_is(fd))
        return NEXT(getsockopt)(fd, level, name, value, n);
    if (level == IPPROTO_IP)
        *n = 0; /* no IP options */
    memset(value, 0, *n);
    return 0;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t n)
{
    return connection_is(fd) || is_listener(fd) ? 0 : NEXT(setsockopt)(fd, level, name, value, n);
}

int shutdown(int fd, int how)
{
    return connection_is(fd) ? 0 : NEXT(shutdown)(fd, how);
}

/* ---- octets ---- */

ssize_t read(int fd, void *room, size_t n)
{
    return connection_is(fd) ? connection_read(room, n) : NEXT(read)(fd, room, n);
}

ssize_t recv(int fd, void *room, size_t n, int flags)
{
    return connection_is(fd) ? connection_read(room, n) : NEXT(recv)(fd, room, n, flags);
}

/* The two as the compiler's fortified headers call them; `space` is the room's. */
/* NOLINTNEXTLINE: libc's names */
ssize_t __read_chk(int fd, void *room, size_t n, size_t space);
ssize_t __read_chk(int fd, void *room, size_t n, size_t space)
{
    return n > space ? (abort(), -1) : read(fd, room, n);
}

/* NOLINTNEXTLINE: as above */
ssize_t __recv_chk(int fd, void *room, size_t n, size_t space, int flags);
ssize_t __recv_chk(int fd, void *room, size_t n, size_t space, int flags)
{
    return n > space ? (abort(), -1) : recv(fd, room, n, flags);
}

ssize_t send(int fd, const void *octets, size_t n, int flags)
{
    return connection_is(fd) ? write(fd, octets, n) : NEXT(send)(fd, octets, n, flags);
}

/* ---- waiting ---- */

/*
 * What poll() says of our descriptors: false, when none of these is ours. The connection always has its
 * next write, but for those that look without waiting; the listener has another when nobody waits for
 * the connection any more.
 */
static bool poll_ours(struct pollfd *fds, nfds_t n, bool waits, int *ready)
{
    bool ours = false, serving = false;
    for (nfds_t i = 0; i < n; i++)
        serving = serving || connection_is(fds[i].fd);
    *ready = 0;
    for (nfds_t i = 0; i < n; i++) {
        bool listener = is_listener(fds[i].fd), connection = connection_is(fds[i].fd);
        bool readable = listener ? !serving : waits || connection_ready();
        short can = (short)((readable ? POLLIN : 0) | (connection ? POLLOUT : 0));
        fds[i].revents = (short)(listener || connection ? fds[i].events & can : 0);
        *ready += fds[i].revents != 0;
        ours = ours || listener || connection;
    }
    return ours;
}

int poll(struct pollfd *fds, nfds_t n, int timeout)
{
    int ready;
    return poll_ours(fds, n, timeout != 0, &ready) ? ready : NEXT(poll)(fds, n, timeout);
}

static bool has(int fd, const fd_set *set)
{
    return set != NULL && FD_ISSET(fd, set);
}

int select(int n, fd_set *reads, fd_set *writes, fd_set *errors, struct timeval *timeout)
{
    struct pollfd fds[FD_SETSIZE];
    nfds_t asked = 0;
    int ready;
    for (int fd = 0; fd < n; fd++) {
        short wanted = (short)((has(fd, reads) ? POLLIN : 0) | (has(fd, writes) ? POLLOUT : 0));
        if (wanted != 0)
            fds[asked++] = (struct pollfd){.fd = fd, .events = wanted};
    }
    bool waits = timeout == NULL || timeout->tv_sec > 0 || timeout->tv_usec > 0;
    if (!poll_ours(fds, asked, waits, &ready))
        return NEXT(select)(n, reads, writes, errors, timeout);
    for (nfds_t i = 0; i < asked; i++) {
        if (reads != NULL && (fds[i].revents & POLLIN) == 0)
            FD_CLR(fds[i].fd, reads);
        if (writes != NULL && (fds[i].revents & POLLOUT) == 0)
            FD_CLR(fds[i].fd, writes);
    }
    if (errors != NULL)
        FD_ZERO(errors);
    return ready;
}

/* A server that slows its peers down would only slow the fuzzer down. */
unsigned sleep(unsigned seconds)
{
    return connection_began() ? 0 : NEXT(sleep)(seconds);
}

int nanosleep(const struct timespec *time, struct timespec *rest)
{
    return connection_began() ? 0 : NEXT(nanosleep)(time, rest);
}

/* ---- processes ---- */

pid_t fork(void)
{
    return connection_takes_fork() ? 0 : NEXT(fork)();
}

void _exit(int status)
{
    connection_end();
    NEXT(_exit)(status);
    abort(); /* it does not return, which its type as a pointer does not say */
}
