/*
 * NAME
 *     page.h: results in a page of HTML
 *
 * DESCRIPTION
 *     A page is a template of page/, which stands in the program, with the results as JSON between
 *     its head and its tail. The page's script draws from that; nothing that came from a target is
 *     ever written as HTML. Inside of a script element JSON must not hold what ends the element or
 *     begins a comment, so "<", ">" and "&" are written as \uHHHH, U+2028 and U+2029 too.
 */
#ifndef CONFORMANCE_REPORT_PAGE_H
#define CONFORMANCE_REPORT_PAGE_H

#include <stdio.h>

#include "smtp/span.h"

struct page {
    const unsigned char *head;
    size_t head_size;
    const unsigned char *tail;
    size_t tail_size;
};

/* Made of page/report.html and page/matrix.html and of what these name. */
extern const struct page page_report, page_matrix;

/* Writes the page around the JSON that put() writes. False: put() said so, no memory, or no room. */
bool page_write(FILE *to, const struct page *page, bool (*put)(FILE *to, const void *arg),
                const void *arg);

/* JSON, fit for a script element. */
void page_put_json(FILE *to, smtp_span json);

#endif
