/*
 * NAME
 *     send_options.h: what `smtpref send` is told, by sendmail(8)'s options and by its own
 *
 * DESCRIPTION
 *     Letters may stand together (-ti), with a value attached or behind (-fADDR, -f ADDR). What only makes sense to
 *     a program with a queue (-odb, -oem and the like) is taken and changes nothing.
 */
#ifndef SEND_OPTIONS_H
#define SEND_OPTIONS_H

#include "drive/submit.h"

struct send_options {
    struct drive_submit_config submit; /* host, user, password and so on */
    char host[DRIVE_HOST_MAX], name[DRIVE_HOST_MAX];
    const char *sender; /* as written; NULL: the user; "": null reverse-path */
    const char *full_name;
    const char **recipients; /* as written */
    size_t recipient_count;
    struct smtp_mail_params params;
    struct smtp_rcpt_params rcpt_params;
    char envid[256];
    char *password; /* ours; wiped by free */
    struct smtp_client_limits limits;
    uint64_t timeout;
    bool from_header, ignore_dots, raw, trace, json, quiet, session, help;
    bool tls_told;
};

/* 0, or the exit status: it has been said why. Free it in both cases. */
int send_options_read(struct send_options *out, int argc, char **argv);
void send_options_free(struct send_options *options);

extern const char send_help[];

#endif
