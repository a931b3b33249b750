/*
 * NAME
 *     subjects.c: subjects of the kit, good ones and each with one fault
 *
 * DESCRIPTION
 *     kit-subjects NAME plays a conversation against that subject. A good one ends 0; of a bad one an
 *     oracle of the kit has to say so, by its name.
 */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "smtp/server.h"

/* ---- servers ---- */

static void say(struct kit_wire *wire, const char *text)
{
    kit_write(wire, text, strlen(text));
}

/* The reference, fed with octets: what a library that needs no sockets looks like. */
static void good_server(void *arg, struct kit_wire *wire)
{
    static const struct smtp_server_config config = {.name = "mx.kit.test"};
    static struct smtp_server s;
    static char in[4096], out[4096];
    struct smtp_event ev;
    (void)arg;
    if (smtp_server_init(&s, &config, (smtp_room){in, sizeof in}, (smtp_room){out, sizeof out},
                         kit_now_ms(wire)) != SMTP_OK)
        return;
    for (;;) {
        while (smtp_server_next(&s, kit_now_ms(wire), &ev))
            if (ev.wants_reply)
                smtp_server_accept(&s);
        smtp_span said = smtp_edge_out(&s.edge);
        kit_write(wire, said.p, said.n);
        smtp_edge_sent(&s.edge, said.n);
        smtp_room room = smtp_edge_room(&s.edge);
        size_t n = said.n > 0 || (smtp_edge_want(&s.edge) & SMTP_WANT_READ) == 0
                       ? 0
                       : kit_read(wire, room.p, room.n);
        if (n == 0 && said.n == 0)
            return;
        smtp_edge_got(&s.edge, n);
    }
}

/* Says what it has read in its refusal, whatever octets those are (RFC 5321 4.2: textstring). */
static void echoing_server(void *arg, struct kit_wire *wire)
{
    char line[512];
    (void)arg;
    say(wire, "220 mx.kit.test\r\n");
    for (size_t n = 0; kit_read(wire, line + n, 1) == 1 && n + 1 < sizeof line; n++) {
        if (line[n] != '\n')
            continue;
        say(wire, "500 what is ");
        kit_write(wire, line, n + 1);
        n = (size_t)-1;
    }
}

/* Takes what a read gives for a line. */
static void packet_server(void *arg, struct kit_wire *wire)
{
    char piece[512];
    (void)arg;
    kit_note(wire, "begin", 5);
    say(wire, "220 mx.kit.test\r\n");
    for (size_t n; (n = kit_read(wire, piece, sizeof piece)) > 0;)
        if (memchr(piece, '\n', n) != NULL)
            say(wire, n == 1 ? "500 empty\r\n" : "250 mx.kit.test\r\n");
}

static void endless_server(void *arg, struct kit_wire *wire)
{
    (void)arg;
    say(wire, "220 mx.kit.test\r\n");
    for (;;)
        say(wire, "250 and again\r\n");
}

static void deaf_server(void *arg, struct kit_wire *wire)
{
    char piece[512];
    (void)arg;
    say(wire, "220 mx.kit.test\r\n");
    for (;;)
        (void)kit_read(wire, piece, sizeof piece);
}

/* ---- clients, who meet our server ---- */

/* Says a line and waits for the reply; its first digit, 0 at the end. */
static char ask(struct kit_wire *wire, const char *line)
{
    char reply[1024];
    size_t n = 0, begin = 0;
    say(wire, line);
    while (n < sizeof reply && kit_read(wire, reply + n, 1) == 1) {
        if (reply[n++] != '\n')
            continue;
        if (reply[begin + 3] == ' ')
            return reply[begin];
        begin = n;
    }
    return 0;
}

static bool begin_mail(struct kit_wire *wire)
{
    return ask(wire, "") == '2' && ask(wire, "EHLO c.test\r\n") == '2' &&
           ask(wire, "MAIL FROM:<a@c.test>\r\n") == '2' &&
           ask(wire, "RCPT TO:<b@kit.test>\r\n") == '2' && ask(wire, "DATA\r\n") == '3';
}

/* A text of whole lines; `dots`: doubles those in front (RFC 5321 4.5.2). */
static void send_text(struct kit_wire *wire, bool dots, const char *end)
{
    smtp_span text = kit_text(wire);
    bool taken = begin_mail(wire);
    for (size_t i = 0; taken && i < text.n; i++) {
        bool front = i == 0 || text.p[i - 1] == '\n';
        if (dots && front && text.p[i] == '.')
            say(wire, ".");
        kit_write(wire, text.p + i, 1);
    }
    kit_sent(wire, text, taken && ask(wire, end) == '2');
    (void)ask(wire, "QUIT\r\n");
}

static void good_client(void *arg, struct kit_wire *wire)
{
    (void)arg;
    send_text(wire, true, ".\r\n");
}

static void plain_client(void *arg, struct kit_wire *wire)
{
    (void)arg;
    send_text(wire, false, ".\r\n");
}

static void adding_client(void *arg, struct kit_wire *wire)
{
    (void)arg;
    send_text(wire, true, "\r\n.\r\n");
}

/* Does not wait for what the server says to the text. */
static void hopeful_client(void *arg, struct kit_wire *wire)
{
    (void)arg;
    kit_sent(wire, kit_text(wire), begin_mail(wire));
}

static void bare_client(void *arg, struct kit_wire *wire)
{
    (void)arg;
    (void)ask(wire, "");
    (void)ask(wire, "EHLO c.test\n");
}

/* The observer would be the first to see it. */
static const char *const unsolicited[] = {"reply-unsolicited", NULL};

static const struct kit_subject subjects[] = {
    {.name = "good-server", .side = KIT_SERVER, .play = good_server},
    {.name = "echoing-server", .side = KIT_SERVER, .play = echoing_server},
    {.name = "packet-server", .side = KIT_SERVER, .play = packet_server},
    {.name = "endless-server", .side = KIT_SERVER, .play = endless_server, .known = unsolicited},
    {.name = "deaf-server", .side = KIT_SERVER, .play = deaf_server},
    {.name = "good-client", .side = KIT_CLIENT, .play = good_client},
    {.name = "plain-client", .side = KIT_CLIENT, .play = plain_client},
    {.name = "adding-client", .side = KIT_CLIENT, .play = adding_client},
    {.name = "hopeful-client", .side = KIT_CLIENT, .play = hopeful_client},
    {.name = "bare-client", .side = KIT_CLIENT, .play = bare_client}};

static const char to_server[] = "EHLO c.test\r\n\xff"
                                "cNOOP \x01\r\n\r\n\xff"
                                "cQUIT\r\n";
static const char to_client[] = "\xffm\x01Subject: t\r\n\r\n.\r\n..a\r\nMAIL FROM:<x@c.test>\r\n";

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof subjects / sizeof *subjects; i++) {
        const struct kit_subject *s = &subjects[i];
        if (strcmp(s->name, argv[1]) != 0)
            continue;
        const char *input = s->side == KIT_SERVER ? to_server : to_client;
        size_t n = s->side == KIT_SERVER ? sizeof to_server - 1 : sizeof to_client - 1;
        int status = kit_run(s, (const uint8_t *)input, n);
        printf("%s: all oracles hold\n", s->name);
        return status;
    }
    fprintf(stderr, "usage: kit-subjects SUBJECT\n");
    return 64;
}
