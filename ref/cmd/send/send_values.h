/*
 * NAME
 *     send_values.h: the values of send_options.h, each by its own grammar
 *
 * DESCRIPTION
 *     All return 0, or the exit status: it has been said why.
 */
#ifndef SEND_VALUES_H
#define SEND_VALUES_H

#include "send_options.h"

int send_usage(const char *what);
int send_wrong(const char *option, const char *value, const char *what);

int send_set_server(struct send_options *o, const char *text);
int send_set_starttls(struct send_options *o, const char *value);
int send_set_tls(struct send_options *o, enum drive_tls tls);
int send_set_port(struct send_options *o, const char *value);
int send_set_notify(struct send_options *o, const char *value);
int send_set_param(struct send_options *o, const char *option, smtp_span keyword, smtp_span value);
int send_set_envid(struct send_options *o, const char *value);
int send_set_mode(struct send_options *o, const char *value);
int send_set_once(const char **to, const char *value, const char *option);
int send_set_name(struct send_options *o, const char *value);
int send_set_without(struct send_options *o, const char *value);
int send_set_seconds(struct send_options *o, const char *value);
int send_read_password(struct send_options *o, const char *file);

#endif
