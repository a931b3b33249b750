#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "../../drive/trace.h"
#include "../commands.h"
#include "addressed.h"
#include "report.h"
#include "send_status.h"
#include "session.h"

static int trouble(int status, const char *about, const char *why)
{
    fprintf(stderr, SEND_PROGRAM ": %s: %s\n", about, why);
    return status;
}

/* ---- the message --------------------------------------------------------------------------- */

static bool complete(struct text *message, const struct send_options *o, const char *sender)
{
    struct message_origin origin = {
        .sender = sender,
        .full_name = o->full_name,
        .host = o->name,
        .seconds = (int64_t)time(NULL),
    };
    origin.zone = trace_zone_at(origin.seconds);
    (void)uv_random(NULL, NULL, &origin.unique, sizeof origin.unique, 0, NULL);
    return message_complete(message, &origin);
}

static int make_message(struct text *message, struct addressed *e, const struct send_options *o)
{
    struct message_rules rules = {.raw = o->raw, .dot_ends = !o->ignore_dots};
    if (!message_read(stdin, &rules, message))
        return trouble(EX_DATAERR, "standard input", strerror(errno));
    int status = addressed_make(e, o, text_span(message));
    if (status != 0 || o->raw)
        return status;
    if (o->from_header)
        message_drop_bcc(message);
    return complete(message, o, e->sender != NULL ? e->sender : "")
               ? 0
               : trouble(EX_SOFTWARE, "the message", "no memory");
}

/* ---- sending ------------------------------------------------------------------------------- */

struct sending {
    struct net_uv *uv;
    struct drive_submit *submit;
    uv_signal_t interrupt, terminate;
    bool over;
};

static void finished(void *arg)
{
    ((struct sending *)arg)->over = true;
}

/* What was sent to its end is waited for; a second signal does not. Either way each recipient gets a result. */
static void stop(uv_signal_t *handle, int number)
{
    struct sending *s = handle->data;
    (void)number;
    if (!s->over)
        drive_submit_stop(s->submit);
}

static void watch(struct sending *s, uv_signal_t *handle, int number)
{
    handle->data = s;
    (void)uv_signal_init(net_uv_loop(s->uv), handle);
    (void)uv_signal_start(handle, stop, number);
}

static void show(void *arg, enum drive_trace who, smtp_span line)
{
    (void)arg;
    fprintf(stderr, "%c%s ", (int)who, who == DRIVE_TRACE_NOTE ? "" : ":");
    for (size_t i = 0; i < line.n; i++)
        fputc((unsigned char)line.p[i] >= 0x20 && line.p[i] != 0x7f ? line.p[i] : '?', stderr);
    fputc('\n', stderr);
}

static int submit(struct addressed *e, const struct send_options *o)
{
    struct drive_submit_config config = o->submit;
    struct sending s = {.over = false};
    const char *why = "no memory";
    if (o->trace)
        config.trace = show;
    s.uv = net_uv_new();
    if (s.uv != NULL)
        s.submit = drive_submit_new(s.uv, &config, &e->mail, finished, &s, &why);
    if (s.submit == NULL) {
        net_uv_free(s.uv);
        return trouble(EX_CONFIG, "cannot begin", why);
    }
    watch(&s, &s.interrupt, SIGINT);
    watch(&s, &s.terminate, SIGTERM);
    struct net_world *world = net_uv_world(s.uv);
    bool good = world->ops->run(world, &s.over);
    if (good) {
        drive_submit_free(s.submit);
        net_uv_free(s.uv);
    }
    return good ? 0 : trouble(EX_SOFTWARE, "event loop", "it failed");
}

static int report(const struct drive_mail *mail, const struct send_options *o)
{
    int status = report_status(mail);
    bool good = true;
    if (o->json)
        good = report_json(mail, status);
    else
        report_lines(mail, o->quiet);
    good = fflush(stdout) == 0 && good;
    if (!good && status == 0)
        return trouble(EX_SOFTWARE, "standard output",
                       "it cannot be written, but the mail is delivered");
    return status;
}

static int send_message(const struct send_options *o)
{
    struct text message = {NULL, 0, 0};
    struct addressed e = {.sender = NULL};
    struct drive_memory source;
    int status = make_message(&message, &e, o);
    if (status == 0) {
        drive_memory_init(&source, text_span(&message));
        e.mail.source = &source.source;
        status = submit(&e, o);
    }
    if (status == 0)
        status = report(&e.mail, o);
    addressed_free(&e);
    text_free(&message);
    return status;
}

static int speak(const struct send_options *o)
{
    struct drive_submit_config config = o->submit;
    if (o->trace)
        config.trace = show;
    return session_run(&config);
}

int command_send(int argc, char **argv)
{
    struct send_options options;
    int status = send_options_read(&options, argc, argv);
    if (status == 0 && options.help)
        fputs(send_help, stdout);
    else if (status == 0 && options.session)
        status = speak(&options);
    else if (status == 0)
        status = send_message(&options);
    send_options_free(&options);
    return status;
}
