/*
 * NAME
 *     again.c: the one line that plays a case again
 */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

/* What a POSIX shell takes as it stands. */
static bool is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%_+=:,./-";
    return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

/* In single quotes, where only the quote itself is special. */
static void put_word(smtp_room to, size_t *at, const char *word)
{
    if (is_plain(word)) {
        smtp_room_put(to, at, smtp_span_of(word));
        return;
    }
    smtp_room_put(to, at, SMTP_SPAN("'"));
    for (;;) {
        size_t n = strcspn(word, "'");
        smtp_room_put(to, at, (smtp_span){word, n});
        if (word[n] == '\0')
            break;
        smtp_room_put(to, at, SMTP_SPAN("'\\''"));
        word += n + 1;
    }
    smtp_room_put(to, at, SMTP_SPAN("'"));
}

/* Returns how much room it takes. */
static size_t put_line(smtp_room to, const struct report_run *run, const struct scenario *scenario)
{
    size_t at = 0;
    const char *target = run->target_arg != NULL ? run->target_arg : "self";
    bool client = scenario->role == SCENARIO_CLIENT;
    smtp_room_put(to, &at, smtp_span_of(client ? "smtpspec check-client" : "smtpspec check"));
    smtp_room_put(to, &at, SMTP_SPAN(" --only "));
    put_word(to, &at, scenario->id);
    if (run->reproduce != NULL && run->reproduce[0] != '\0') {
        smtp_room_put(to, &at, SMTP_SPAN(" "));
        smtp_room_put(to, &at, smtp_span_of(run->reproduce));
    }
    smtp_room_put(to, &at, smtp_span_of(client ? " -- " : " "));
    if (client) /* started by a command line, which is shell text already */
        smtp_room_put(to, &at, smtp_span_of(target));
    else
        put_word(to, &at, target);
    return at;
}

char *report_again(const struct report_run *run, const struct scenario *scenario)
{
    size_t n = put_line((smtp_room){NULL, 0}, run, scenario);
    char *out = malloc(n + 1);
    if (out == NULL)
        return NULL;
    put_line((smtp_room){out, n}, run, scenario);
    out[n] = '\0';
    return out;
}
