/*
 * NAME
 *     net/uv.h: connections over sockets, by libuv
 *
 * DESCRIPTION
 *     Listens on and dials IPv4 and IPv6 addresses. A host name is looked up once and every
 *     address is tried in turn, each for at most a part of the time that is left. TCP_NODELAY is
 *     set: a write leaves as it was handed out. CLOSE is a half-close behind which the peer is
 *     read, unheard, for up to two seconds: so our last reply is not lost to a reset when octets
 *     of the peer were left unread. SIGPIPE is ignored.
 */
#ifndef NET_UV_H
#define NET_UV_H

#include "net/net.h"

struct net_uv;
struct net_uv_listener;
struct net_uv_dialler;

struct net_uv *net_uv_new(void);
void net_uv_free(struct net_uv *uv); /* closes all that is left */
struct net_world *net_uv_world(struct net_uv *uv);
void *
net_uv_loop(struct net_uv *uv); /* the uv_loop_t, for drivers that need signals or work requests */

/*
 * Listens on host:port (port 0 = any free one; read it with net_uv_port), of several addresses on
 * the first that can be had; host NULL = every address of the machine. accept() is given every new
 * connection and returns the end to serve it, or NULL to drop it. `why` on failure: a text for
 * people.
 */
struct net_uv_listener *net_uv_listen(struct net_uv *uv, const char *host, uint16_t port,
                                      struct net_end *(*accept)(void *arg, const char *peer),
                                      void *arg, const char **why);
uint16_t net_uv_port(const struct net_uv_listener *listener);
void net_uv_listener_close(struct net_uv_listener *listener);

/*
 * Serves `end` on a stream socket that is connected already, of any family; the world closes it.
 * False: it cannot be had, and is still the caller's.
 */
SMTP_CHECK bool net_uv_adopt(struct net_uv *uv, int socket, struct net_end *end);

/*
 * A dialler to host:port; connect_ms bounds each dial as a whole, names and all addresses included.
 * The world frees it, unless it was freed before: when none of its dials waits for its answer.
 */
struct net_dialler *net_uv_dialler(struct net_uv *uv, const char *host, uint16_t port,
                                   uint64_t connect_ms);
void net_uv_dialler_free(struct net_dialler *dialler);

/* Gives up a dial that was not answered yet: gone() comes at once. An end without one is left alone. */
void net_uv_give_up(struct net_uv *uv, struct net_end *end);

void net_uv_timer(struct net_uv *uv, struct net_timer *timer);
void net_uv_timer_stop(struct net_uv *uv, struct net_timer *timer);

#endif
