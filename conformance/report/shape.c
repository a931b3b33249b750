/*
 * NAME
 *     shape.c: whether JSON is of the shape that a table says
 */
#include "report/shape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- where it is read ------------------------------------------------------------------------ */

bool shape_fault(const struct shape_place *at, const char *what)
{
    snprintf(at->why, at->size, "%s: %s%s%s", at->file, at->path, at->path[0] != '\0' ? ": " : "",
             what);
    return false;
}

/* Goes down a step; the length to come back to. */
static size_t enter(struct shape_place *at, const char *name)
{
    size_t n = strlen(at->path);
    snprintf(at->path + n, sizeof at->path - n, "%s%s", n > 0 ? "." : "", name);
    return n;
}

static size_t enter_item(struct shape_place *at, size_t i)
{
    size_t n = strlen(at->path);
    snprintf(at->path + n, sizeof at->path - n, "[%zu]", i);
    return n;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The schema's `text`: no controls; UTF-8 has been seen to. */
static bool is_text(const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        bool c1 = c == 0xc2 && (unsigned char)s[1] < 0xa0;
        if (c < 0x20 || c == 0x7f || c1)
            return false;
    }
    return true;
}

static bool is_hex(char c)
{
    return c != '\0' && strchr("0123456789abcdef", c) != NULL;
}

/* The schema's `octets`. */
static bool is_octets(const char *s)
{
    while (*s != '\0') {
        if (*s < ' ' || *s > '~')
            return false;
        if (*s++ != '\\')
            continue;
        if (*s == 'x' && is_hex(s[1]) && is_hex(s[2]))
            s += 3;
        else if (*s != '\0' && strchr("rnt\\", *s) != NULL)
            s++;
        else
            return false;
    }
    return true;
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

static bool check_string(const struct shape_place *at, const json_t *value,
                         const struct shape_field *field)
{
    const char *s = json_string_value(value);
    if (s == NULL)
        return shape_fault(at, "is no string");
    if (field->kind == SHAPE_TEXT && !is_text(s))
        return shape_fault(at, "has controls in it");
    if (field->kind == SHAPE_OCTETS && !is_octets(s))
        return shape_fault(at, "is not written as octets are");
    if (field->kind == SHAPE_WORD && !is_one_of(s, field->words))
        return shape_fault(at, "is none of the words that it can be");
    return true;
}

static bool check_number(const struct shape_place *at, const json_t *value,
                         const struct shape_field *field)
{
    static const double most_count = 9007199254740992.0, most_wide = 18446744073709551616.0;
    double n = json_number_value(value);
    if (!json_is_number(value))
        return shape_fault(at, "is no number");
    if (!(n >= 0) || isinf(n))
        return shape_fault(at, "is below zero or beyond all numbers");
    if (field->kind == SHAPE_NUMBER)
        return true;
    if (n > (field->kind == SHAPE_WIDE ? most_wide : most_count))
        return shape_fault(at, "is beyond all counts");
    return n == floor(n) || shape_fault(at, "is no whole number");
}

static bool check_value(struct shape_place *at, const json_t *value,
                        const struct shape_field *field);

bool shape_check(struct shape_place *at, const json_t *object, const struct shape_field *field)
{
    if (!json_is_object(object))
        return shape_fault(at, "is no object");
    for (; field->name != NULL; field++) {
        const json_t *value = json_object_get(object, field->name);
        bool may_miss = field->need == SHAPE_OR_MISSING || field->need == SHAPE_OR_NEITHER;
        size_t back = enter(at, field->name);
        if (value == NULL && !may_miss)
            return shape_fault(at, "is missing");
        if (value != NULL && !check_value(at, value, field))
            return false;
        at->path[back] = '\0';
    }
    return true;
}

static bool check_list(struct shape_place *at, const json_t *list, const struct shape_field *item)
{
    if (!json_is_array(list))
        return shape_fault(at, "is no list");
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t back = enter_item(at, i);
        if (!check_value(at, json_array_get(list, i), item))
            return false;
        at->path[back] = '\0';
    }
    return true;
}

static bool check_value(struct shape_place *at, const json_t *value,
                        const struct shape_field *field)
{
    bool may_null = field->need == SHAPE_OR_NULL || field->need == SHAPE_OR_NEITHER;
    if (json_is_null(value) && may_null)
        return true;
    switch (field->kind) {
    case SHAPE_TEXT:
    case SHAPE_OCTETS:
    case SHAPE_WORD:
        return check_string(at, value, field);
    case SHAPE_COUNT:
    case SHAPE_WIDE:
    case SHAPE_NUMBER:
        return check_number(at, value, field);
    case SHAPE_FLAG:
        return json_is_boolean(value) || shape_fault(at, "is neither true nor false");
    case SHAPE_OBJECT:
        return shape_check(at, value, field->fields);
    case SHAPE_LIST:
        return check_list(at, value, field->fields);
    }
    return false;
}
