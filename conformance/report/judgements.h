/*
 * NAME
 *     judgements.h: what people have said about failures of servers
 *
 * DESCRIPTION
 *     A table with a tab between columns: peer ("*" is any), case or rule, or a pattern of
 *     fnmatch(3) for several, judgement (true deviation, policy, our reading), clause, remark. The
 *     first line names the columns, lines that begin with "#" are passed over.
 */
#ifndef CONFORMANCE_REPORT_JUDGEMENTS_H
#define CONFORMANCE_REPORT_JUDGEMENTS_H

#include <stddef.h>

struct judgement {
    const char *peer, *id, *judgement, *clause, *remark;
};

struct judgements {
    char *text;
    struct judgement *rows;
    size_t count;
};

/* NULL: why says it, with file and line. */
struct judgements *judgements_read(const char *file, char *why, size_t size);
void judgements_free(struct judgements *judgements);

/* The first that is about this failure of the server; NULL: none. */
const struct judgement *judgements_find(const struct judgements *judgements, const char *server,
                                        const char *id);

#endif
