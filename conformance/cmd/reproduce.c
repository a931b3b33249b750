#include "reproduce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In single quotes, where only the quote itself is special; what a shell takes as it is, bare. */
static void put_word(FILE *to, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%_+=:,./-";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        fputs(word, to);
        return;
    }
    fputc('\'', to);
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            fputs("'\\''", to);
        else
            fputc(*word, to);
    }
    fputc('\'', to);
}

static void put_flag(FILE *to, const char *name, bool given)
{
    if (given)
        fprintf(to, "%s--%s", ftell(to) > 0 ? " " : "", name);
}

static void put_value(FILE *to, const char *name, const char *value)
{
    if (value == NULL)
        return;
    put_flag(to, name, true);
    fputc(' ', to);
    put_word(to, value);
}

static void put_number(FILE *to, const char *name, uint64_t number)
{
    char value[24];
    snprintf(value, sizeof value, "%llu", (unsigned long long)number);
    put_value(to, name, number > 0 ? value : NULL);
}

static void put_auth(FILE *to, const char *user)
{
    enum { LONGEST = 512 };
    char value[LONGEST];
    if (user == NULL)
        return;
    snprintf(value, sizeof value, "%s:PASSWORD", user);
    put_value(to, "auth", value);
}

static void put_time(FILE *to, const char *name, uint64_t ms)
{
    enum { DEFAULT_MS = 30000 };
    char value[32];
    if (ms == DEFAULT_MS)
        return;
    snprintf(value, sizeof value, "%llu%s", (unsigned long long)(ms % 1000 == 0 ? ms / 1000 : ms),
             ms % 1000 == 0 ? "s" : "ms");
    put_value(to, name, value);
}

char *reproduce_line(const struct check_options *o)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    if (to == NULL)
        return NULL;
    put_flag(to, "starttls", o->starttls);
    put_flag(to, "tls", o->tls);
    put_value(to, "profile", o->has_profile ? check_profile_name(o->profile) : NULL);
    put_number(to, "clear-port", o->clear_port);
    put_value(to, "on-stop", o->on_stop);
    put_value(to, "on-kill", o->on_kill);
    put_value(to, "on-start", o->on_start);
    put_value(to, "ca", o->ca);
    put_flag(to, "insecure", o->insecure);
    put_auth(to, o->user);
    put_value(to, "ehlo", o->ehlo);
    put_value(to, "from", o->from);
    put_value(to, "bad-from", o->bad_from);
    for (size_t i = 0; i < o->rcpt_count; i++)
        put_value(to, "rcpt", o->rcpt[i]);
    put_value(to, "bad-rcpt", o->bad_rcpt);
    put_value(to, "foreign-rcpt", o->foreign_rcpt);
    put_value(to, "utf8-rcpt", o->utf8_rcpt);
    put_value(to, "list", o->list);
    put_value(to, "alias", o->alias);
    put_value(to, "effect", o->has_effect ? scenario_effect_name(o->effect) : NULL);
    put_flag(to, "slow", o->slow && !o->target.self);
    put_value(to, "scenarios", o->scenarios);
    for (size_t i = 0; i < o->inbox_count; i++)
        put_value(to, "inbox", o->inbox[i]);
    put_time(to, "inbox-wait", o->inbox_wait_ms);
    if (o->hop_port != 0)
        fprintf(to, " --hop %s:%u", o->hop_host, (unsigned)o->hop_port);
    put_value(to, "hop-domain", o->hop_domain);
    put_time(to, "timeout", o->timeout_ms);
    if (fclose(to) == 0)
        return text;
    free(text);
    return NULL;
}
