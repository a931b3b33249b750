/*
 * NAME
 *     notice_sample.h: a notice to begin a test with, and its text
 */
#ifndef NOTICE_SAMPLE_H
#define NOTICE_SAMPLE_H

#include "smtp/notice.h"

#define HEADER "From: a@b.example\r\nSubject: x\r\n"
#define TEXT HEADER "\r\nbody\r\n.\r\n"

extern const struct smtp_notice_rcpt lost, had; /* failed; delivered, with NOTIFY=SUCCESS */

/* From mx.example.org to a@b.example, id 4Xk2, with TEXT. */
struct smtp_notice notice_of(const struct smtp_notice_rcpt *rcpts, size_t count);

/* The notice, on the heap and ended by NUL. */
char *notice_print(const struct smtp_notice *n, size_t *size);

#endif
