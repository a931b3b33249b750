#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../net/tls_context.h"
#include "actor.h"
#include "check_main.h"
#include "net/mem.h"

#define NAME "mx.example.test"
#define SAY(text)                                                                                  \
    {                                                                                              \
        ACTOR_SAY, text, 0                                                                         \
    }
#define HEAR(text)                                                                                 \
    {                                                                                              \
        ACTOR_HEAR, text, 0                                                                        \
    }
#define DO(op)                                                                                     \
    {                                                                                              \
        ACTOR_##op, NULL, 0                                                                        \
    }

static struct {
    char cert[64], key[64], both[64], junk[64];
} files;

static FILE *make_file(char *name)
{
    memcpy(name, "/tmp/test_tls.XXXXXX", sizeof "/tmp/test_tls.XXXXXX");
    int fd = mkstemp(name);
    ck_assert_int_ge(fd, 0);
    FILE *file = fdopen(fd, "w");
    ck_assert_ptr_nonnull(file);
    return file;
}

static void write_files(void)
{
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL;
    ck_assert(tls_certificate_make(NAME, &key, &certificate));
    FILE *cert_file = make_file(files.cert), *key_file = make_file(files.key);
    FILE *both = make_file(files.both), *junk = make_file(files.junk);
    ck_assert_int_eq(PEM_write_X509(cert_file, certificate), 1);
    ck_assert_int_eq(PEM_write_X509(both, certificate), 1);
    ck_assert_int_eq(PEM_write_PrivateKey(key_file, key, NULL, NULL, 0, NULL, NULL), 1);
    ck_assert_int_eq(PEM_write_PrivateKey(both, key, NULL, NULL, 0, NULL, NULL), 1);
    fputs("no certificate\n", junk);
    fclose(cert_file);
    fclose(key_file);
    fclose(both);
    fclose(junk);
    EVP_PKEY_free(key);
    X509_free(certificate);
}

static void remove_files(void)
{
    remove(files.cert);
    remove(files.key);
    remove(files.both);
    remove(files.junk);
}

static const struct {
    struct net_tls_options options;
    const char *why; /* NULL: good */
} contexts[] = {
    {{.server = true, .cert_file = files.cert, .key_file = files.key}, NULL},
    {{.server = true, .cert_file = files.both}, NULL},
    {{.server = true}, "a server needs a certificate file"},
    {{.server = true, .cert_file = files.cert}, "key file /tmp/test_tls."},
    {{.server = true, .cert_file = files.junk}, "certificate file /tmp/test_tls."},
    {{.server = true, .cert_file = "/nowhere/at/all"}, "certificate file /nowhere/at/all: "},
    {{.ca_file = files.cert, .name = NAME}, NULL},
    {{.ca_file = files.junk, .name = NAME}, "file of certificates to trust, /tmp/test_tls."},
    {{.name = NAME}, NULL},
    {{.ca_file = files.cert}, "a client that verifies needs a name"},
    {{.insecure = true}, NULL},
};

START_TEST(test_context)
{
    const char *why = "";
    struct net_tls_context *c = net_tls_context_new(&contexts[_i].options, &why);
    ck_assert_msg((c != NULL) == (contexts[_i].why == NULL), "%s", why);
    if (c == NULL)
        ck_assert_msg(strncmp(why, contexts[_i].why, strlen(contexts[_i].why)) == 0, "%s", why);
    net_tls_context_free(c);
}
END_TEST

START_TEST(test_not_pem)
{
    const char *why = "";
    ck_assert_ptr_null(net_tls_context_trusting("no certificate", NAME, &why));
    ck_assert_ptr_nonnull(strstr(why, "the certificate to trust"));
}
END_TEST

/* What the system trusts does not hold a certificate of our own; what a file holds is trusted. */
START_TEST(test_from_files)
{
    static const struct actor_line hear[] = {HEAR("220"), DO(STOP)},
                                   say[] = {SAY("220"), DO(END), DO(STOP)};
    struct net_tls_options client = {.ca_file = _i == 0 ? files.cert : NULL, .name = NAME};
    const char *why = "";
    bool never = false;
    struct net_tls_context *ours = net_tls_context_new(&contexts[0].options, &why);
    struct net_tls_context *theirs = net_tls_context_new(&client, &why);
    ck_assert_msg(ours != NULL && theirs != NULL, "%s", why);
    struct net_mem *mem = net_mem_new(0);
    struct actor *a = actor_new(hear, 0), *b = actor_new(say, 0);
    ck_assert(
        net_mem_join(mem, net_tls_wrap(theirs, &a->end, true), net_tls_wrap(ours, &b->end, true)));
    ck_assert(!net_mem_world(mem)->ops->run(net_mem_world(mem), &never));
    net_mem_free(mem);
    ck_assert_str_eq(a->log, _i == 0 ? "<tls>|220<gone>" : "<no tls><reset><gone>");
    net_tls_context_free(ours);
    net_tls_context_free(theirs);
    actor_free(a);
    actor_free(b);
}
END_TEST

static Suite *files_suite(void)
{
    Suite *suite = suite_create("net/tls files");
    TCase *t = tcase_create("files");
    tcase_add_unchecked_fixture(t, write_files, remove_files);
    tcase_add_loop_test(t, test_context, 0, sizeof contexts / sizeof *contexts);
    tcase_add_test(t, test_not_pem);
    tcase_add_loop_test(t, test_from_files, 0, 2);
    suite_add_tcase(suite, t);
    return suite;
}

CHECK_MAIN(files_suite)
