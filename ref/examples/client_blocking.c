/*
 * The client session over a socket that blocks: one message to one server, in clear.
 *
 *     client_blocking HOST PORT FROM TO... <MESSAGE      FROM "": a bounce; lines end in CRLF
 *
 * It writes, then reads, and so leaves PIPELINING alone: two full windows would lock (RFC 2920 3.1).
 */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "smtp/client.h"

static const struct smtp_client_config config = {
    .name = "[127.0.0.1]", .tls = SMTP_TLS_NEVER, .ignore = SMTP_KW_PIPELINING};
static char in[SMTP_CLIENT_IN_MIN], out[SMTP_CLIENT_OUT_MIN], text[1 << 20];
static struct smtp_rcpt rcpts[100];

static int dial(const char *host, const char *port)
{
    struct addrinfo hint = {.ai_socktype = SOCK_STREAM}, *to;
    if (getaddrinfo(host, port, &hint, &to) != 0)
        return -1;
    int fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
    bool connected = fd >= 0 && connect(fd, to->ai_addr, to->ai_addrlen) == 0;
    freeaddrinfo(to);
    return connected ? fd : -1;
}

static uint64_t now_ms(void)
{
    return 1000 * (uint64_t)time(NULL);
}

/* Writes all that is to be written, or waits for the server until the deadline. */
static void move_octets(int fd, struct smtp_edge *e)
{
    smtp_span octets = smtp_edge_out(e);
    uint64_t left = e->deadline_ms - now_ms();
    struct timeval patience = {.tv_sec = left < 3600000 ? (time_t)(left / 1000) + 1 : 1};
    setsockopt(fd, SOL_SOCKET, octets.n > 0 ? SO_SNDTIMEO : SO_RCVTIMEO, &patience,
               sizeof patience);
    smtp_room room = smtp_edge_room(e);
    ssize_t n =
        octets.n > 0 ? send(fd, octets.p, octets.n, MSG_NOSIGNAL) : recv(fd, room.p, room.n, 0);
    if (n > 0 && octets.n > 0)
        smtp_edge_sent(e, (size_t)n);
    else if (n > 0)
        smtp_edge_got(e, (size_t)n);
    else if (n == 0 || now_ms() < e->deadline_ms)
        smtp_edge_ended(e, n == 0 ? SMTP_END_CLOSE : SMTP_END_RESET);
}

static enum smtp_fault converse(struct smtp_client *c, int fd, struct smtp_mail *mail)
{
    struct smtp_client_event ev;
    size_t at = 0, rcpt;
    enum smtp_fault fault = SMTP_OK;
    for (;;) {
        if (!smtp_client_next(c, now_ms(), &ev)) {
            move_octets(fd, &c->edge);
            continue;
        }
        if (ev.kind == SMTP_CE_CLOSED)
            break;
        if (ev.kind == SMTP_CE_READY)
            fault = smtp_client_mail(c, mail, &rcpt);
        if (ev.kind == SMTP_CE_TEXT)
            at += smtp_client_text(c, (smtp_span){text + at, mail->params.size - at}, true);
        if (fault != SMTP_OK || ev.kind == SMTP_CE_DONE) /* before the next READY */
            smtp_client_quit(c);
    }
    return fault != SMTP_OK ? fault : mail->fault != SMTP_OK ? mail->fault : ev.fault;
}

int main(int argc, char **argv)
{
    struct smtp_client c;
    struct smtp_mail mail = {.rcpts = rcpts};
    if (argc < 5 || argc > 104)
        return fputs("usage: client_blocking HOST PORT FROM TO... <MESSAGE\n", stderr), 64;
    mail.sender = smtp_span_of(argv[3]);
    for (int i = 4; i < argc; i++)
        rcpts[mail.rcpt_count++].address = smtp_span_of(argv[i]);
    mail.params =
        (struct smtp_mail_params){.given = SMTP_P_SIZE | SMTP_P_BODY, .body = SMTP_BODY_7BIT};
    mail.params.size = fread(text, 1, sizeof text, stdin);
    for (size_t i = 0; i < mail.params.size; i++)
        if ((unsigned char)text[i] > 127)
            mail.params.body = SMTP_BODY_8BITMIME;
    int fd = feof(stdin) ? dial(argv[1], argv[2]) : -1;
    if (fd < 0 || smtp_client_init(&c, &config, (smtp_room){in, sizeof in},
                                   (smtp_room){out, sizeof out}, now_ms()) != SMTP_OK)
        return perror("client_blocking"), 1;
    enum smtp_fault fault = converse(&c, fd, &mail);
    if (fault != SMTP_OK)
        fprintf(stderr, "client_blocking: %s\n", smtp_fault_row(fault)->text);
    for (size_t i = 0; i < mail.rcpt_count; i++)
        printf("%s %u %s\n", rcpts[i].outcome == SMTP_O_DELIVERED ? "delivered" : "failed",
               rcpts[i].code, argv[4 + i]);
    return mail.outcome == SMTP_O_DELIVERED ? 0 : 1;
}
