#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "observer/observer.h"
#include "verdict/verdict.h"

/* What the suite cites is in the tables that ship. */

static struct ledger *shipped(void)
{
    char why[256] = "";
    struct ledger *ledger = ledger_load(SOURCE_ROOT "/conformance/requirements", why, sizeof why);
    ck_assert_msg(ledger != NULL, "%s", why);
    return ledger;
}

START_TEST(every_row_is_found)
{
    struct ledger *ledger = shipped();
    ck_assert_uint_gt(ledger_count(ledger), 1000);
    for (size_t i = 0; i < ledger_count(ledger); i++)
        ck_assert_ptr_eq(ledger_find(ledger, ledger_at(ledger, i)->id), ledger_at(ledger, i));
    ledger_free(ledger);
}
END_TEST

START_TEST(rules_cite_requirements)
{
    struct ledger *ledger = shipped();
    for (const struct observer_rule *rule = observer_rules; rule->name != NULL; rule++) {
        ck_assert_msg(rule->req[0] != NULL, "%s cites nothing", rule->name);
        for (const char *const *id = rule->req; *id != NULL; id++) {
            const struct ledger_row *row = ledger_find(ledger, *id);
            ck_assert_msg(row != NULL, "%s cites %s", rule->name, *id);
            bool binds = strcmp(row->role, "both") == 0 ||
                         strcmp(row->role, rule->side == 'S' ? "server" : "client") == 0;
            ck_assert_msg(binds, "%s: %s binds %s", rule->name, *id, row->role);
            bool soft = strncmp(row->level, "SHOULD", 6) == 0 || strcmp(row->level, "MAY") == 0;
            ck_assert_msg(rule->level != SCENARIO_MUST || !soft, "%s: %s is %s", rule->name, *id,
                          row->level);
        }
    }
    ledger_free(ledger);
}
END_TEST

START_TEST(rules_have_names_of_their_own)
{
    for (const struct observer_rule *a = observer_rules; a->name != NULL; a++)
        for (const struct observer_rule *b = a + 1; b->name != NULL; b++)
            ck_assert_str_ne(a->name, b->name);
}
END_TEST

/* The ids of a file's "req:" line; their number. */
static size_t check_file(const struct ledger *ledger, const char *path)
{
    char line[2048];
    size_t n = 0;
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s", path);
    while (fgets(line, sizeof line, f) != NULL && strcmp(line, "test:\n") != 0) {
        if (strncmp(line, "req: ", 5) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        for (char *at = line + 5; *at != '\0'; n++) {
            size_t length = strcspn(at, " ");
            char *next = at + length + (at[length] == ' ');
            at[length] = '\0';
            ck_assert_msg(ledger_find(ledger, at) != NULL, "%s: no requirement \"%s\"", path, at);
            at = next;
        }
    }
    fclose(f);
    ck_assert_msg(n > 0, "%s cites nothing", path);
    return n;
}

static size_t check_folder(const struct ledger *ledger, const char *folder)
{
    char path[1024];
    size_t files = 0;
    DIR *dir = opendir(folder);
    ck_assert_msg(dir != NULL, "%s", folder);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strstr(entry->d_name, ".smtp") == NULL)
            continue;
        ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s", folder, entry->d_name),
                         (int)sizeof path);
        files += check_file(ledger, path) > 0;
    }
    closedir(dir);
    return files;
}

START_TEST(scenarios_cite_requirements)
{
    static const char root[] = SOURCE_ROOT "/conformance/scenarios";
    struct ledger *ledger = shipped();
    char path[512];
    size_t files = 0;
    DIR *dir = opendir(root);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s", root, entry->d_name),
                         (int)sizeof path);
        files += check_folder(ledger, path);
    }
    closedir(dir);
    ck_assert_uint_gt(files, 50);
    ledger_free(ledger);
}
END_TEST

static Suite *cited_suite(void)
{
    Suite *suite = suite_create("cited");
    TCase *tc = tcase_create("cited");
    tcase_add_test(tc, every_row_is_found);
    tcase_add_test(tc, rules_cite_requirements);
    tcase_add_test(tc, rules_have_names_of_their_own);
    tcase_add_test(tc, scenarios_cite_requirements);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(cited_suite)
