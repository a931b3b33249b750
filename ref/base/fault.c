#include "smtp/fault.h"

#include <assert.h>

static const struct smtp_fault_row rows[SMTP_FAULT_COUNT] = {{"OK", 0, "", "", ""},
                                                             {"NOMATCH", 0, "", "", ""},
#define ROW(symbol, code, enhanced, clause, text) {#symbol, code, enhanced, clause, text},
                                                             SMTP_FAULTS(ROW)
#undef ROW
};

const struct smtp_fault_row *smtp_fault_row(enum smtp_fault fault)
{
    assert(fault < SMTP_FAULT_COUNT);
    return &rows[fault];
}
