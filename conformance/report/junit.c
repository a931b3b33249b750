/*
 * NAME
 *     junit.c: the results as JUnit's XML
 *
 * DESCRIPTION
 *     A suite a topic, a testcase a case; one more suite for the rules of the observer that the
 *     target broke, if there are any. A disputed failure is skipped, and so is what a
 *     baseline excuses, with the message saying so; its entries that do not hold are a suite too.
 *     XML 1.0 has no way to write a control character, so all text is cleaned before (escape.h).
 */
#include <libxml/xmlwriter.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/evidence.h"
#include "report/groups.h"

struct junit {
    xmlTextWriterPtr writer;
    const struct report_run *run;
    bool ok;
};

struct sums {
    size_t tests, failures, errors, skipped;
    double ms;
};

/* ---- pieces ---------------------------------------------------------------------------------- */

static const xmlChar *xml(const char *text)
{
    return (const xmlChar *)text;
}

static void check(struct junit *j, int result)
{
    j->ok = j->ok && result >= 0;
}

static void start(struct junit *j, const char *name)
{
    check(j, xmlTextWriterStartElement(j->writer, xml(name)));
}

static void end(struct junit *j)
{
    check(j, xmlTextWriterEndElement(j->writer));
}

/* What is put is freed; NULL is a lack of memory. */
static void attribute_of(struct junit *j, const char *name, char *clean)
{
    if (clean == NULL)
        j->ok = false;
    else
        check(j, xmlTextWriterWriteAttribute(j->writer, xml(name), xml(clean)));
    free(clean);
}

static void attribute(struct junit *j, const char *name, const char *text)
{
    attribute_of(j, name, escape_text(text));
}

static void count_attribute(struct junit *j, const char *name, size_t n)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", n);
    attribute(j, name, text);
}

static void time_attribute(struct junit *j, double ms)
{
    char text[64];
    snprintf(text, sizeof text, "%.4f", isfinite(ms) ? ms / 1000 : 0);
    attribute(j, "time", text);
}

static void message(struct junit *j, const char *kind, const char *why)
{
    char *text = NULL, *clean = escape_text(why);
    size_t size = 0;
    FILE *to = clean == NULL ? NULL : open_memstream(&text, &size);
    if (to != NULL) {
        fprintf(to, "%s%s%s", kind, kind[0] == '\0' ? "" : ": ", clean);
        if (fclose(to) != 0)
            j->ok = false;
    }
    free(clean);
    attribute_of(j, "message", text);
}

/* Clean text of several lines; freed here. */
static void content(struct junit *j, char *text)
{
    if (text == NULL) {
        j->ok = false;
        return;
    }
    check(j, xmlTextWriterWriteString(j->writer, xml("\n")));
    check(j, xmlTextWriterWriteString(j->writer, xml(text)));
    free(text);
}

/* ---- cases ----------------------------------------------------------------------------------- */

static void start_case(struct junit *j, const char *suite, const char *name, double ms)
{
    char class_name[128];
    snprintf(class_name, sizeof class_name, "smtpspec.%s", suite);
    start(j, "testcase");
    attribute(j, "name", name);
    attribute(j, "classname", class_name);
    time_attribute(j, ms);
}

static void failed(struct junit *j, const char *element, const char *type, const char *why,
                   char *evidence)
{
    start(j, element);
    message(j, "", why);
    attribute(j, "type", type);
    content(j, evidence);
    end(j);
}

static void skipped(struct junit *j, const char *kind, const char *why)
{
    start(j, "skipped");
    message(j, kind, why);
    end(j);
}

static void warned(struct junit *j, const char *why)
{
    char *clean = escape_text(why);
    start(j, "system-out");
    if (clean == NULL)
        j->ok = false;
    else
        check(j, xmlTextWriterWriteFormatString(j->writer, "warn: %s", clean));
    end(j);
    free(clean);
}

/* What a baseline excuses, and with what. */
static void known(struct junit *j, const char *excuse, const char *why)
{
    start(j, "skipped");
    message(j, "known", excuse);
    content(j, escape_text(why));
    end(j);
}

static void put_verdict(struct junit *j, const struct player_outcome *outcome)
{
    if (outcome->known != NULL) {
        known(j, outcome->known, outcome->why);
        return;
    }
    switch (outcome->verdict) {
    case PLAYER_PASS:
    case PLAYER_INFO:
        return;
    case PLAYER_WARN:
        warned(j, outcome->why);
        return;
    case PLAYER_SKIP:
        skipped(j, "skip", outcome->why);
        return;
    case PLAYER_INCONCLUSIVE:
        skipped(j, "inconclusive", outcome->why);
        return;
    case PLAYER_FAIL:
        if (outcome->disputed)
            skipped(j, "disputed", outcome->why);
        else
            failed(j, "failure", scenario_level_name(outcome->scenario->level), outcome->why,
                   evidence_case_text(j->run, outcome));
        return;
    case PLAYER_ERROR:
        failed(j, "error", "error", outcome->why, evidence_case_text(j->run, outcome));
        return;
    }
}

/* ---- suites ---------------------------------------------------------------------------------- */

static struct sums sums_of(const struct topic *topic)
{
    const size_t *counts = topic->counts;
    return (struct sums){topic->cases, counts[PLAYER_FAIL], counts[PLAYER_ERROR],
                         counts[PLAYER_SKIP] + counts[PLAYER_INCONCLUSIVE] + topic->disputed +
                             topic->known,
                         topic->ms};
}

static struct sums sums_of_findings(const struct findings *list)
{
    struct sums sums = {.tests = list->count};
    for (size_t i = 0; i < list->count; i++) {
        const struct player_finding *first = list->items[i].first;
        sums.failures += finding_verdict(first) == PLAYER_FAIL && first->known == NULL;
        sums.skipped += first->known != NULL;
    }
    return sums;
}

static void sum_attributes(struct junit *j, const char *name, const struct sums *sums)
{
    attribute(j, "name", name);
    count_attribute(j, "tests", sums->tests);
    count_attribute(j, "failures", sums->failures);
    count_attribute(j, "errors", sums->errors);
    count_attribute(j, "skipped", sums->skipped);
    time_attribute(j, sums->ms);
}

static void property(struct junit *j, const char *name, const char *value)
{
    start(j, "property");
    attribute(j, "name", name);
    attribute(j, "value", value);
    end(j);
}

static void start_suite(struct junit *j, const char *name, const struct sums *sums)
{
    char stamp[32] = "1970-01-01T00:00:00";
    struct tm utc;
    if (gmtime_r(&j->run->started, &utc) != NULL)
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    start(j, "testsuite");
    sum_attributes(j, name, sums);
    attribute(j, "timestamp", stamp);
    start(j, "properties");
    property(j, "target", j->run->url);
    property(j, "tls", j->run->tls);
    property(j, "interrupted", j->run->interrupted ? "true" : "false");
    end(j);
}

static void put_topic(struct junit *j, const struct topic *topic)
{
    char name[96];
    struct sums sums = sums_of(topic);
    snprintf(name, sizeof name, "%.*s", (int)topic->name.n, topic->name.p);
    start_suite(j, name, &sums);
    for (size_t i = 0; i < j->run->count; i++) {
        const struct player_outcome *outcome = j->run->outcomes[i];
        if (outcome == NULL || !smtp_span_is(topic_name(outcome->scenario), topic->name))
            continue;
        start_case(j, name, outcome->scenario->id, outcome->ms);
        put_verdict(j, outcome);
        end(j);
    }
    end(j);
}

static void put_finding(struct junit *j, const struct finding *finding)
{
    start_case(j, "observer", finding->first->rule, 0);
    if (finding->first->known != NULL) {
        known(j, finding->first->known, finding->first->why);
        end(j);
        return;
    }
    switch (finding->first->level) {
    case SCENARIO_MUST:
        failed(j, "failure", scenario_level_name(finding->first->level), finding->first->why,
               evidence_finding_text(j->run, finding));
        break;
    case SCENARIO_SHOULD:
        warned(j, finding->first->why);
        break;
    case SCENARIO_MAY:
    case SCENARIO_INFO:
        break;
    }
    end(j);
}

static void put_findings(struct junit *j, const struct findings *list)
{
    struct sums sums = sums_of_findings(list);
    if (list->count == 0)
        return;
    start_suite(j, "observer", &sums);
    for (size_t i = 0; i < list->count; i++)
        put_finding(j, &list->items[i]);
    end(j);
}

/* The entries of a baseline that did not hold, a failure each. */
static void put_baseline(struct junit *j)
{
    struct sums sums = {.tests = baseline_count_broken(j->run->baseline)};
    sums.failures = sums.tests;
    if (sums.tests == 0)
        return;
    start_suite(j, "baseline", &sums);
    for (size_t i = 0; i < j->run->baseline->count; i++) {
        const struct baseline_row *row = &j->run->baseline->rows[i];
        if (!baseline_is_broken(row))
            continue;
        start_case(j, "baseline", row->id, 0);
        failed(j, "failure", "baseline", baseline_says(row), escape_text(row->message));
        end(j);
    }
    end(j);
}

static struct sums sums_of_all(const struct topics *topics, const struct findings *list)
{
    struct sums all = sums_of_findings(list);
    for (size_t i = 0; i < topics->count; i++) {
        struct sums own = sums_of(&topics->items[i]);
        all.tests += own.tests;
        all.failures += own.failures;
        all.errors += own.errors;
        all.skipped += own.skipped;
        all.ms += own.ms;
    }
    return all;
}

static void put_all(struct junit *j, const struct topics *topics, const struct findings *list)
{
    struct sums sums = sums_of_all(topics, list);
    size_t broken = baseline_count_broken(j->run->baseline);
    sums.tests += broken;
    sums.failures += broken;
    check(j, xmlTextWriterSetIndent(j->writer, 1));
    check(j, xmlTextWriterStartDocument(j->writer, "1.0", "UTF-8", NULL));
    start(j, "testsuites");
    sum_attributes(j, "smtpspec", &sums);
    for (size_t i = 0; i < topics->count; i++)
        put_topic(j, &topics->items[i]);
    put_findings(j, list);
    put_baseline(j);
    check(j, xmlTextWriterEndDocument(j->writer));
}

/* ---- the document ---------------------------------------------------------------------------- */

/* By way of memory: a file that fails is then ours to report, and not libxml2's. */
bool report_junit(FILE *to, const struct report_run *run)
{
    struct topics topics = {NULL, 0};
    struct findings list = {NULL, 0};
    struct junit j = {.run = run};
    xmlBufferPtr buffer = xmlBufferCreate();
    j.writer = buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0);
    j.ok = j.writer != NULL && topics_collect(run, &topics) && findings_of_target(run, &list);
    if (j.ok) {
        put_all(&j, &topics, &list);
        check(&j, xmlTextWriterFlush(j.writer));
        fwrite(xmlBufferContent(buffer), 1, (size_t)xmlBufferLength(buffer), to);
    }
    xmlFreeTextWriter(j.writer);
    xmlBufferFree(buffer);
    free(topics.items);
    free(list.items);
    return j.ok && fflush(to) == 0 && ferror(to) == 0;
}
