#include "stage.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct player_var vars[] = {
    {"me", "client.example.org"},
    {"from", "sender@example.org"},
    {"rcpt", "tester@example.test"},
    {"rcpt2", "tester2@example.test"},
    {"bad-rcpt", NULL},
    {NULL, NULL},
};

void stage_open(struct stage *stage)
{
    *stage = (struct stage){.mem = net_mem_new(0)};
    stage->set = scenario_set_new(STAGE_PRELUDES);
    if (stage->mem == NULL || stage->set == NULL)
        abort();
    fake_init(&stage->fake, stage->mem);
    stage->run = (struct player_run){.vars = vars, .stretch = 1, .seed = 1, .observe = false};
}

void stage_close(struct stage *stage)
{
    player_outcome_free(stage->outcome);
    net_mem_free(stage->mem);
    scenario_set_free(stage->set);
}

static void finished(void *arg, struct player_outcome *outcome)
{
    struct stage *stage = arg;
    stage->times_done++;
    stage->outcome = outcome;
    stage->done = true;
}

void stage_play(struct stage *stage, const char *octets)
{
    struct scenario_error error;
    struct net_world *world = net_mem_world(stage->mem);
    bool parsed =
        scenario_parse(stage->set, "test/case", "case.smtp", smtp_span_of(octets), &error);
    ck_assert_msg(parsed, "%s:%u: %s", error.file, error.line, error.text);
    stage->scenario = scenario_at(stage->set, 0);
    struct player *player =
        player_start(stage->scenario, &stage->run, world, &stage->fake.dialler, finished, stage);
    ck_assert_ptr_nonnull(player);
    if (!stage->done)
        ck_assert_msg(world->ops->run(world, &stage->done), "the conversation is stuck");
    bool never = false;
    world->ops->run(world, &never); /* the server's ends go too */
    ck_assert_uint_eq(stage->times_done, 1);
}

char *stage_text(const char *claim, const char *body)
{
    size_t n = strlen(body) + 256;
    char *text = malloc(n);
    if (text == NULL)
        abort();
    snprintf(text, n, "%s: keep the rule\nreq: R5321-4.2-a\neffect: none\n%s",
             claim == NULL ? "server must" : claim, body);
    return text;
}

void stage_check(const struct stage_case *c)
{
    struct stage stage;
    char *text = stage_text(c->claim, c->body);
    stage_open(&stage);
    stage.run.slow = true;
    for (size_t i = 0; i < FAKE_CONNS; i++)
        stage.fake.scripts[i] = c->scripts[i];
    stage_play(&stage, text);
    const struct player_outcome *o = stage.outcome;
    ck_assert_msg(o->verdict == c->verdict, "%s: %s, not %s: %s (line %u)", c->name,
                  player_verdict_name(o->verdict), player_verdict_name(c->verdict), o->why,
                  o->line);
    ck_assert_msg(strstr(o->why, c->why) != NULL, "%s: why is \"%s\"", c->name, o->why);
    ck_assert_msg(o->line == c->line, "%s: line %u, not %zu: %s", c->name, o->line, c->line,
                  o->why);
    stage_close(&stage);
    free(text);
}

bool stage_heard(const struct stage *stage, const char *text)
{
    return strstr(stage->fake.heard, text) != NULL;
}
