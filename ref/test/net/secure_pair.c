#include "secure_pair.h"

#include <stdlib.h>

#include "check_main.h"
#include "net/mem.h"
#include "net/tls_context.h"

struct side {
    struct net_end end; /* first */
    struct smtp_edge edge;
    struct secure_pair *pair;
    char in[64], out[64];
};

struct secure_pair {
    struct net_mem *mem;
    struct net_tls_context *contexts[2];
    struct side sides[2];
    struct net_end *filters[2];
    bool done;
};

static void step(struct net_end *end, uint64_t now_ms)
{
    struct secure_pair *pair = ((struct side *)end)->pair;
    (void)now_ms;
    pair->done = pair->sides[0].edge.secure && pair->sides[1].edge.secure;
}

static void restrict_to(SSL_CTX *ssl, enum secure_kind kind)
{
    if (kind != SECURE_TLS13)
        ck_assert_int_eq(SSL_CTX_set_max_proto_version(ssl, TLS1_2_VERSION), 1);
    if (kind == SECURE_TLS12_NO_EMS)
        SSL_CTX_set_options(ssl, SSL_OP_NO_EXTENDED_MASTER_SECRET);
}

struct secure_pair *secure_pair_new(enum secure_kind kind)
{
    const char *why = "";
    char *pem = NULL;
    struct secure_pair *pair = calloc(1, sizeof *pair);
    ck_assert_ptr_nonnull(pair);
    pair->mem = net_mem_new(0);
    pair->contexts[0] = net_tls_context_self_signed("mx.example.test", &pem, &why);
    pair->contexts[1] = net_tls_context_trusting(pem, "mx.example.test", &why);
    free(pem);
    for (size_t i = 0; i < 2; i++) {
        struct side *s = &pair->sides[i];
        ck_assert_msg(pair->contexts[i] != NULL, "%s", why);
        restrict_to(pair->contexts[i]->ssl, kind);
        smtp_edge_init(&s->edge, (smtp_room){s->in, sizeof s->in},
                       (smtp_room){s->out, sizeof s->out});
        s->end = (struct net_end){&s->edge, step, NULL, NULL};
        s->pair = pair;
        pair->filters[i] = net_tls_wrap(pair->contexts[i], &s->end, true);
        ck_assert_ptr_nonnull(pair->filters[i]);
    }
    ck_assert(net_mem_join(pair->mem, pair->filters[0], pair->filters[1]));
    struct net_world *world = net_mem_world(pair->mem);
    ck_assert(world->ops->run(world, &pair->done));
    return pair;
}

void secure_pair_free(struct secure_pair *pair)
{
    net_mem_free(pair->mem);
    net_tls_context_free(pair->contexts[0]);
    net_tls_context_free(pair->contexts[1]);
    free(pair);
}

const struct net_end *secure_pair_server(const struct secure_pair *pair)
{
    return pair->filters[0];
}

const struct net_end *secure_pair_client(const struct secure_pair *pair)
{
    return pair->filters[1];
}
