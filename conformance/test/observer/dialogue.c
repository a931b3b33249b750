#include "dialogue.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"

enum { LOG_MAX = 1 << 14, WHOLE = -1, BYTEWISE = -2 };

struct log {
    char rules[1024];
    char all[LOG_MAX]; /* rule, why and octets */
    size_t n;
};

static void add(struct log *log, const void *octets, size_t n)
{
    ck_assert_uint_lt(log->n + n, sizeof log->all);
    memcpy(log->all + log->n, octets, n);
    log->n += n;
}

static void found(void *arg, const struct observer_rule *rule, const char *why, smtp_span bytes)
{
    struct log *log = arg;
    size_t n = strlen(log->rules);
    snprintf(log->rules + n, sizeof log->rules - n, "%s%s", n > 0 ? " " : "", rule->name);
    add(log, rule->name, strlen(rule->name));
    add(log, why, strlen(why));
    add(log, bytes.p, bytes.n);
    add(log, "\n", 1);
}

/* Guard pages are slow: they stand behind each piece where nothing is cut and where all is. */
struct tape {
    struct observer *o;
    uint64_t now;
    bool guarded;
};

static void piece(struct tape *t, char who, smtp_span octets)
{
    smtp_span copy = t->guarded ? guard_copy(octets) : octets;
    if (who == 'C')
        observer_client(t->o, copy, t->now);
    else
        observer_server(t->o, copy, t->now);
    if (t->guarded)
        guard_free(copy);
}

/* cut: of this step; the others are fed whole. */
static void feed(struct tape *t, const struct dialogue_step *step, long cut)
{
    smtp_span all = {step->p, step->n};
    if (cut == BYTEWISE) {
        for (size_t i = 0; i < all.n; i++)
            piece(t, step->who, smtp_span_cut(all, i, i + 1));
        return;
    }
    size_t at = cut == WHOLE ? all.n : (size_t)cut;
    piece(t, step->who, smtp_span_cut(all, 0, at));
    piece(t, step->who, smtp_span_cut(all, at, all.n));
}

static void take_step(struct tape *t, const struct dialogue_step *step, long cut)
{
    switch (step->who) {
    case 'C':
    case 'S':
        feed(t, step, cut);
        break;
    case 'T':
    case 't':
        observer_tls(t->o, step->who == 'T');
        break;
    case 'c':
    case 's':
    case 'r':
        observer_end(t->o, step->who == 'c' ? 'C' : step->who == 's' ? 'S' : 'R', t->now);
        break;
    default:
        ck_assert_int_eq(step->who, 'W');
        t->now += step->n;
        break;
    }
}

static void play(const struct dialogue *d, size_t cut_step, long cut, struct log *log)
{
    log->n = 0;
    log->rules[0] = '\0';
    struct tape t = {observer_new(found, log), 0, cut == WHOLE || cut == BYTEWISE};
    ck_assert_ptr_nonnull(t.o);
    for (size_t i = 0; i < DIALOGUE_STEPS && d->steps[i].who != 0; i++)
        take_step(&t, &d->steps[i], cut == BYTEWISE || i == cut_step ? cut : WHOLE);
    observer_free(t.o);
}

static void check_same(const struct log *a, const struct log *b, size_t step, long cut)
{
    ck_assert_msg(a->n == b->n && memcmp(a->all, b->all, a->n) == 0,
                  "step %zu cut at %ld:\n%.*s\nwhole:\n%.*s", step, cut, (int)b->n, b->all,
                  (int)a->n, a->all);
}

void dialogue_check(const struct dialogue *d)
{
    struct log *whole = malloc(sizeof *whole), *other = malloc(sizeof *other);
    ck_assert_ptr_nonnull(whole);
    ck_assert_ptr_nonnull(other);
    play(d, 0, WHOLE, whole);
    ck_assert_msg(strcmp(whole->rules, d->rules) == 0, "%s: found \"%s\" instead of \"%s\":\n%.*s",
                  d->clause, whole->rules, d->rules, (int)whole->n, whole->all);
    play(d, 0, BYTEWISE, other);
    check_same(whole, other, 0, BYTEWISE);
    for (size_t i = 0; i < DIALOGUE_STEPS && d->steps[i].who != 0; i++) {
        if (d->steps[i].p == NULL)
            continue;
        for (size_t cut = 0; cut <= d->steps[i].n; cut++) {
            play(d, i, (long)cut, other);
            check_same(whole, other, i, (long)cut);
        }
    }
    free(whole);
    free(other);
}

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word))
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

void dialogue_check_all_rules(const struct dialogue *rows, size_t count, char side)
{
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++) {
        bool raised = rule->side != side;
        for (size_t i = 0; i < count; i++)
            raised = raised || has_word(rows[i].rules, rule->name);
        ck_assert_msg(raised, "no dialogue raises %s", rule->name);
    }
}
