#include "notice_sample.h"

#include <check.h>
#include <stdlib.h>

const struct smtp_notice_rcpt lost = {.mailbox = SMTP_SPAN("c@d.example"),
                                      .action = SMTP_ACTION_FAILED};
const struct smtp_notice_rcpt had = {
    .mailbox = SMTP_SPAN("c@d.example"),
    .action = SMTP_ACTION_DELIVERED,
    .params = {.given = SMTP_P_NOTIFY, .notify = SMTP_NOTIFY_SUCCESS}};

struct smtp_notice notice_of(const struct smtp_notice_rcpt *rcpts, size_t count)
{
    return (struct smtp_notice){.host = SMTP_SPAN("mx.example.org"),
                                .id = SMTP_SPAN("4Xk2"),
                                .sender = SMTP_SPAN("a@b.example"),
                                .rcpts = rcpts,
                                .rcpt_count = count,
                                .text = SMTP_SPAN(TEXT),
                                .text_is_whole = true,
                                .date = {.year = 2026, .month = 11, .day = 27, .hour = 12}};
}

char *notice_print(const struct smtp_notice *n, size_t *size)
{
    *size = smtp_print_notice((smtp_room){NULL, 0}, n);
    char *text = malloc(*size + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(smtp_print_notice((smtp_room){text, *size}, n), *size);
    text[*size] = '\0';
    return text;
}
