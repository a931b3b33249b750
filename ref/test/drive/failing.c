#include "failing.h"

#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "check_main.h"

static struct {
    atomic_bool on;
    enum failing_source source;
    size_t at;
    bool for_good;
    atomic_size_t seen;
    atomic_bool failed;
    atomic_long left;
} failing;

/* An allocation is asked for: whether it fails. */
static bool fails(enum failing_source source)
{
    if (!failing.on || source != failing.source)
        return false;
    size_t number = ++failing.seen;
    if (number != failing.at && !(failing.for_good && number > failing.at))
        return false;
    failing.failed = true;
    return true;
}

void failing_begin(enum failing_source source, size_t at, bool for_good)
{
    failing.source = source;
    failing.at = at;
    failing.for_good = for_good;
    failing.seen = 0;
    failing.failed = false;
    failing.left = 0;
    failing.on = true;
}

bool failing_has_failed(void)
{
    return failing.failed;
}

size_t failing_seen(void)
{
    return failing.seen;
}

struct failing_count failing_end(void)
{
    failing.on = false;
    return (struct failing_count){failing.seen, failing.failed, failing.left};
}

/* ---- ours ---------------------------------------------------------------------------------- */

/* clang-format off */
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__real_realloc(void *old, size_t n);
void *__wrap_realloc(void *old, size_t n);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__real_strndup(const char *text, size_t n);
char *__wrap_strndup(const char *text, size_t n);
void __real_free(void *old);
void __wrap_free(void *old);
/* clang-format on */

static void *count(void *made)
{
    failing.left += failing.on && made != NULL;
    return made;
}

void *__wrap_malloc(size_t n)
{
    return fails(FAILING_OURS) ? NULL : count(__real_malloc(n));
}

void *__wrap_calloc(size_t amount, size_t n)
{
    return fails(FAILING_OURS) ? NULL : count(__real_calloc(amount, n));
}

void *__wrap_realloc(void *old, size_t n)
{
    if (fails(FAILING_OURS))
        return NULL;
    void *made = __real_realloc(old, n);
    return old == NULL ? count(made) : made;
}

char *__wrap_strdup(const char *text)
{
    return fails(FAILING_OURS) ? NULL : count(__real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t n)
{
    return fails(FAILING_OURS) ? NULL : count(__real_strndup(text, n));
}

void __wrap_free(void *old)
{
    failing.left -= failing.on && old != NULL;
    __real_free(old);
}

/* ---- OpenSSL ------------------------------------------------------------------------------- */

static void *ssl_malloc(size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails(FAILING_OPENSSL) ? NULL : __real_malloc(n);
}

static void *ssl_realloc(void *old, size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails(FAILING_OPENSSL) ? NULL : __real_realloc(old, n);
}

static void ssl_free(void *old, const char *file, int line)
{
    (void)file;
    (void)line;
    __real_free(old);
}

/* ---- libuv --------------------------------------------------------------------------------- */

static void *loop_malloc(size_t n)
{
    return fails(FAILING_UV) ? NULL : __real_malloc(n);
}

static void *loop_calloc(size_t amount, size_t n)
{
    return fails(FAILING_UV) ? NULL : __real_calloc(amount, n);
}

static void *loop_realloc(void *old, size_t n)
{
    return fails(FAILING_UV) ? NULL : __real_realloc(old, n);
}

void failing_install(void)
{
    ck_assert_int_eq(CRYPTO_set_mem_functions(ssl_malloc, ssl_realloc, ssl_free), 1);
    ck_assert_int_eq(uv_replace_allocator(loop_malloc, loop_realloc, loop_calloc, __real_free), 0);
}
