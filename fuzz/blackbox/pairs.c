#include "blackbox/pairs.h"

bool pairs_smuggle(const struct automaton *server, unsigned ended, smtp_span body)
{
    size_t state = 0;
    for (size_t i = 1; i + 1 < body.n; i++) {
        state = automaton_step(server, state, body.p[i]);
        if (server->answer[state] == ended)
            return true;
    }
    return false;
}
