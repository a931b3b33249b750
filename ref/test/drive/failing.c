#define _GNU_SOURCE /* vasprintf, reallocarray */
#include "failing.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "check_main.h"

enum { BLOCKS = 4096 };

static struct {
    atomic_bool on;
    enum failing_source source;
    size_t at;
    bool for_good;
    atomic_size_t seen;
    atomic_bool failed;
} failing;

/* Those that are there, whoever frees them. */
static struct block {
    void *at;
    enum failing_source source;
} blocks[BLOCKS];
static size_t block_count;
static pthread_mutex_t blocks_lock = PTHREAD_MUTEX_INITIALIZER;

/* clang-format off */
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_calloc(size_t amount, size_t n);
void *__wrap_calloc(size_t amount, size_t n);
void *__real_realloc(void *old, size_t n);
void *__wrap_realloc(void *old, size_t n);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__real_strndup(const char *text, size_t n);
char *__wrap_strndup(const char *text, size_t n);
void __real_free(void *old);
void __wrap_free(void *old);
void *sasl_malloc(size_t n);
void *sasl_calloc(size_t amount, size_t n);
void *sasl_realloc(void *old, size_t n);
void *sasl_reallocarray(void *old, size_t amount, size_t n);
char *sasl_strdup(const char *text);
char *sasl_strndup(const char *text, size_t n);
int sasl_asprintf(char **out, int flag, const char *form, ...);
int stringprep_profile(const char *in, char **out, const char *profile, int flags);
int sasl_stringprep_profile(const char *in, char **out, const char *profile, int flags);
void sasl_free(void *old);
/* clang-format on */

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

static void *add(enum failing_source source, void *made)
{
    if (!failing.on || made == NULL)
        return made;
    pthread_mutex_lock(&blocks_lock);
    if (block_count == BLOCKS)
        abort();
    blocks[block_count++] = (struct block){made, source};
    pthread_mutex_unlock(&blocks_lock);
    return made;
}

static void drop(const void *old)
{
    if (!failing.on || old == NULL)
        return;
    pthread_mutex_lock(&blocks_lock);
    size_t i = block_count;
    while (i > 0 && blocks[i - 1].at != old)
        i--;
    if (i > 0)
        blocks[i - 1] = blocks[--block_count];
    pthread_mutex_unlock(&blocks_lock);
}

void failing_begin(enum failing_source source, size_t at, bool for_good)
{
    failing.source = source;
    failing.at = at;
    failing.for_good = for_good;
    failing.seen = 0;
    failing.failed = false;
    block_count = 0;
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
    struct failing_count count = {failing.seen, failing.failed, {0}};
    for (size_t i = 0; i < block_count; i++) {
        count.left[blocks[i].source]++;
        if (blocks[i].source == FAILING_SASL)
            __real_free(blocks[i].at);
    }
    return count;
}

/* ---- ours and GNU SASL's ------------------------------------------------------------------- */

static void *grow(enum failing_source source, void *old, size_t amount, size_t n)
{
    if (fails(source))
        return NULL;
    drop(old);
    return add(source, reallocarray(old, amount, n));
}

void *__wrap_malloc(size_t n)
{
    return fails(FAILING_OURS) ? NULL : add(FAILING_OURS, __real_malloc(n));
}

void *sasl_malloc(size_t n)
{
    return fails(FAILING_SASL) ? NULL : add(FAILING_SASL, __real_malloc(n));
}

void *__wrap_calloc(size_t amount, size_t n)
{
    return fails(FAILING_OURS) ? NULL : add(FAILING_OURS, __real_calloc(amount, n));
}

void *sasl_calloc(size_t amount, size_t n)
{
    return fails(FAILING_SASL) ? NULL : add(FAILING_SASL, __real_calloc(amount, n));
}

void *__wrap_realloc(void *old, size_t n)
{
    return grow(FAILING_OURS, old, 1, n);
}

void *sasl_realloc(void *old, size_t n)
{
    return grow(FAILING_SASL, old, 1, n);
}

void *sasl_reallocarray(void *old, size_t amount, size_t n)
{
    return grow(FAILING_SASL, old, amount, n);
}

char *__wrap_strdup(const char *text)
{
    return fails(FAILING_OURS) ? NULL : add(FAILING_OURS, __real_strdup(text));
}

char *sasl_strdup(const char *text)
{
    return fails(FAILING_SASL) ? NULL : add(FAILING_SASL, __real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t n)
{
    return fails(FAILING_OURS) ? NULL : add(FAILING_OURS, __real_strndup(text, n));
}

char *sasl_strndup(const char *text, size_t n)
{
    return fails(FAILING_SASL) ? NULL : add(FAILING_SASL, __real_strndup(text, n));
}

/* As a fortified asprintf() is compiled. */
__attribute__((format(printf, 3, 4))) int sasl_asprintf(char **out, int flag, const char *form, ...)
{
    (void)flag;
    if (fails(FAILING_SASL)) {
        errno = ENOMEM;
        return -1;
    }
    va_list args;
    va_start(args, form);
    int n = vasprintf(out, form, args);
    va_end(args);
    if (n >= 0)
        add(FAILING_SASL, *out);
    return n;
}

/* libidn's, for which GNU SASL frees. */
int sasl_stringprep_profile(const char *in, char **out, const char *profile, int flags)
{
    enum { NO_MEMORY = 201 };
    if (fails(FAILING_SASL))
        return NO_MEMORY;
    int status = stringprep_profile(in, out, profile, flags);
    if (status == 0)
        add(FAILING_SASL, *out);
    return status;
}

void __wrap_free(void *old)
{
    drop(old);
    __real_free(old);
}

void sasl_free(void *old)
{
    __wrap_free(old);
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
    static bool installed;
    if (installed)
        return;
    installed = true;
    ck_assert_int_eq(CRYPTO_set_mem_functions(ssl_malloc, ssl_realloc, ssl_free), 1);
    ck_assert_int_eq(uv_replace_allocator(loop_malloc, loop_realloc, loop_calloc, __real_free), 0);
}
