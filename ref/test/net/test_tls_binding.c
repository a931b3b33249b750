#include <string.h>

#include "check_main.h"
#include "secure_pair.h"

static const struct {
    const char *clause;
    enum secure_kind secure;
    enum net_tls_binding binding;
    size_t n;
} rows[] = {
    {"9266-2", SECURE_TLS13, NET_TLS_EXPORTER, 32},
    {"9266-1", SECURE_TLS13, NET_TLS_UNIQUE, 0}, /* not defined for TLS 1.3 */
    {"5929-3.1", SECURE_TLS12, NET_TLS_UNIQUE, 12},
    {"5929-3.1", SECURE_TLS12, NET_TLS_EXPORTER, 0},
    {"7627-1", SECURE_TLS12_NO_EMS, NET_TLS_UNIQUE, 0},
    {"7627-1", SECURE_TLS12_NO_EMS, NET_TLS_EXPORTER, 0},
};

/* Both ends have the same, no two connections have. */
START_TEST(test_binding)
{
    unsigned char octets[3][NET_TLS_BINDING_MAX];
    struct secure_pair *one = secure_pair_new(rows[_i].secure);
    struct secure_pair *other = secure_pair_new(rows[_i].secure);
    const struct net_end *const filters[] = {secure_pair_server(one), secure_pair_client(one),
                                             secure_pair_server(other)};
    for (size_t i = 0; i < 3; i++) {
        size_t n = net_tls_binding(filters[i], rows[_i].binding, octets[i]);
        ck_assert_msg(n == rows[_i].n, "%s: %zu", rows[_i].clause, n);
    }
    if (rows[_i].n > 0) {
        ck_assert_mem_eq(octets[0], octets[1], rows[_i].n);
        ck_assert_mem_ne(octets[0], octets[2], rows[_i].n);
    }
    secure_pair_free(one);
    secure_pair_free(other);
}
END_TEST

static void idle(struct net_end *end, uint64_t now_ms)
{
    (void)end;
    (void)now_ms;
}

/* In clear there is nothing to bind to. */
START_TEST(test_none_in_clear)
{
    unsigned char octets[NET_TLS_BINDING_MAX];
    const char *why = "";
    struct smtp_edge edge;
    struct net_end end = {&edge, idle, NULL, NULL};
    struct net_tls_context *context = net_tls_context_self_signed("mx.example.test", NULL, &why);
    ck_assert_msg(context != NULL, "%s", why);
    smtp_edge_init(&edge, (smtp_room){NULL, 0}, (smtp_room){NULL, 0});
    struct net_end *filter = net_tls_wrap(context, &end, false);
    ck_assert_ptr_nonnull(filter);
    ck_assert_uint_eq(net_tls_binding(filter, NET_TLS_EXPORTER, octets), 0);
    ck_assert_uint_eq(net_tls_binding(filter, NET_TLS_UNIQUE, octets), 0);
    filter->gone(filter, 0);
    net_tls_context_free(context);
}
END_TEST

static Suite *binding_suite(void)
{
    Suite *suite = suite_create("tls binding");
    TCase *tcase = tcase_create("tls binding");
    tcase_add_loop_test(tcase, test_binding, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, test_none_in_clear);
    suite_add_tcase(suite, tcase);
    return suite;
}

CHECK_MAIN(binding_suite)
