#include "rerun.h"

#include <stdio.h>
#include <string.h>

static const char *word(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool is_open(const json_t *item, bool strict)
{
    const char *verdict = word(item, "verdict");
    const char *expectation = word(item, "expectation");
    return strcmp(expectation, "unexpected") == 0 || strcmp(verdict, "inconclusive") == 0 ||
           (strict && strcmp(verdict, "warn") == 0 && strcmp(expectation, "baseline") != 0);
}

static bool is_broken(const json_t *finding, const char *role, bool strict)
{
    const char *verdict = word(finding, "verdict");
    return strcmp(word(finding, "side"), role) == 0 && json_object_get(finding, "known") == NULL &&
           (strcmp(verdict, "fail") == 0 || (strict && strcmp(verdict, "warn") == 0));
}

static bool add(struct rerun *rerun, const char *id)
{
    return json_object_set_new(rerun->ids, id, json_true()) == 0;
}

static bool collect(struct rerun *rerun, const json_t *root, bool strict)
{
    const json_t *cases = json_object_get(root, "cases");
    const json_t *findings = json_object_get(root, "findings");
    const char *role = word(json_object_get(root, "target"), "role");
    bool ok = true;
    for (size_t i = 0; ok && i < json_array_size(cases); i++) {
        const json_t *item = json_array_get(cases, i);
        ok = !is_open(item, strict) || add(rerun, word(item, "id"));
    }
    for (size_t i = 0; ok && i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        ok = !is_broken(finding, role, strict) || add(rerun, word(finding, "case"));
    }
    return ok;
}

static bool collect_all(struct rerun *rerun, const json_t *root)
{
    const json_t *cases = json_object_get(root, "cases");
    bool ok = true;
    for (size_t i = 0; ok && i < json_array_size(cases); i++)
        ok = add(rerun, word(json_array_get(cases, i), "id"));
    return ok;
}

bool rerun_read_resume(struct rerun *rerun, const char *file, const char *program)
{
    char why[512] = "no memory";
    struct results *results = results_read(file, why, sizeof why);
    *rerun = (struct rerun){.ids = json_object(), .resume = true};
    bool ok = results != NULL && rerun->ids != NULL && collect_all(rerun, results->root);
    if (!ok)
        fprintf(stderr, "%s: %s\n", program, why);
    results_free(results);
    return ok;
}

bool rerun_read(struct rerun *rerun, const char *file, bool strict, const char *program)
{
    char why[512] = "no memory";
    *rerun = (struct rerun){.ids = NULL};
    if (file == NULL)
        return true;
    struct results *results = results_read(file, why, sizeof why);
    rerun->ids = json_object();
    bool ok = results != NULL && rerun->ids != NULL && collect(rerun, results->root, strict);
    if (!ok)
        fprintf(stderr, "%s: %s\n", program, why);
    results_free(results);
    return ok;
}

void rerun_free(struct rerun *rerun)
{
    json_decref(rerun->ids);
    rerun->ids = NULL;
}

bool rerun_has(const struct rerun *rerun, const struct scenario *scenario)
{
    return rerun->ids == NULL ||
           (json_object_get(rerun->ids, scenario->id) == NULL) == rerun->resume;
}

void rerun_note_gone(const struct rerun *rerun, const struct scenario_set *set, const char *program)
{
    const char *id;
    json_t *value;
    size_t gone = 0;
    json_object_foreach(rerun->ids, id, value) gone += scenario_find(set, id) == NULL;
    if (gone > 0)
        fprintf(stderr, "%s: %zu case%s of that report %s not there any more\n", program, gone,
                gone == 1 ? "" : "s", gone == 1 ? "is" : "are");
}
