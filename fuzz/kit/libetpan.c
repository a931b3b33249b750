/*
 * NAME
 *     libetpan.c: an example of the kit: libetpan's SMTP client, in process
 *
 * DESCRIPTION
 *     The library is Debian's, used as any program uses it, over a stream driver of ours that reads
 *     from the wire and writes to it. The caller greets, says who
 *     he is by AUTH where that is offered, sends a mail to two recipients, and quits, as far as the
 *     server lets him.
 */
#include <libetpan/libetpan.h>
#include <string.h>

#include "fuzz.h"
#include "kit.h"

static ssize_t stream_read(mailstream_low *low, void *room, size_t n)
{
    return (ssize_t)kit_read(low->data, room, n);
}

static ssize_t stream_write(mailstream_low *low, const void *octets, size_t n)
{
    kit_write(low->data, octets, n);
    return (ssize_t)n;
}

static int stream_close(mailstream_low *low)
{
    (void)low; /* the wire is the kit's */
    return 0;
}

static int stream_no_fd(mailstream_low *low)
{
    (void)low;
    return -1;
}

static void stream_free(mailstream_low *low)
{
    free(low);
}

static void stream_cancel(mailstream_low *low)
{
    (void)low;
}

static mailstream_low_driver driver = {.mailstream_read = stream_read,
                                       .mailstream_write = stream_write,
                                       .mailstream_close = stream_close,
                                       .mailstream_get_fd = stream_no_fd,
                                       .mailstream_free = stream_free,
                                       .mailstream_cancel = stream_cancel};

static bool ok(int code)
{
    return code == MAILSMTP_NO_ERROR;
}

/*
 * What a server stores: the library makes CRLF of each line end, and puts one behind the text, even
 * where the last line has ended. Known: RFC 5321 4.1.1.4 forbids that extra CRLF, which the closed
 * loop found as an empty line that grows at the end of the mail.
 */
static smtp_span as_lines(smtp_span text, char *room)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        bool cr = text.p[i] == '\r', lf = text.p[i] == '\n';
        if (lf && i > 0 && text.p[i - 1] == '\r')
            continue;
        if (!cr && !lf) {
            room[n++] = text.p[i];
            continue;
        }
        room[n++] = '\r';
        room[n++] = '\n';
    }
    room[n++] = '\r';
    room[n++] = '\n';
    return (smtp_span){room, n};
}

/* A mail as libetpan's users send it: they look at each result. */
static bool send_mail(mailsmtp *client, smtp_span text)
{
    if (!ok(mailesmtp_mail_size(client, "a@c.test", 0, "id", text.n)))
        return false;
    int taken = ok(mailesmtp_rcpt(client, "b@s.test", MAILSMTP_DSN_NOTIFY_FAILURE, "b@s.test"));
    taken += ok(mailesmtp_rcpt(client, "Postmaster", 0, NULL));
    return taken > 0 && ok(mailsmtp_data(client)) &&
           ok(mailsmtp_data_message(client, text.p, text.n));
}

static void mail(mailsmtp *client, struct kit_wire *wire)
{
    smtp_span text = kit_text(wire);
    if (text.p == NULL)
        text = SMTP_SPAN("Subject: t\r\n\r\n.dot\r\n.\r\nend");
    char *room = malloc(2 * text.n + 2);
    if (room == NULL)
        abort();
    bool delivered = send_mail(client, text);
    kit_sent(wire, as_lines(text, room), delivered);
    free(room);
}

static void session(mailsmtp *client, mailstream *stream, struct kit_wire *wire)
{
    if (!ok(mailsmtp_connect(client, stream)))
        return;
    if (!ok(mailesmtp_ehlo(client)) && !ok(mailsmtp_helo(client)))
        return;
    (void)mailsmtp_auth_type(client, "user", "secret", MAILSMTP_AUTH_LOGIN);
    mail(client, wire);
    (void)mailsmtp_reset(client);
}

static void play(void *arg, struct kit_wire *wire)
{
    (void)arg;
    mailstream_low *low = mailstream_low_new(wire, &driver);
    mailstream *stream = low == NULL ? NULL : mailstream_new(low, 4096);
    mailsmtp *client = mailsmtp_new(0, NULL);
    if (stream == NULL || client == NULL)
        abort();
    session(client, stream, wire); /* which gives the stream to the client */
    (void)mailsmtp_quit(client);
    mailsmtp_free(client);
}

static const struct kit_subject subject = {
    .name = "libetpan's SMTP client", .side = KIT_CLIENT, .play = play};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return kit_run(&subject, data, size);
}
