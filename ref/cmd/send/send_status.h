/*
 * NAME
 *     send_status.h: exit statuses of `smtpref send`, those of sysexits
 */
#ifndef SEND_STATUS_H
#define SEND_STATUS_H

#define SEND_PROGRAM "smtpref send"

enum {
    EX_USAGE = 64,       /* wrong options */
    EX_DATAERR = 65,     /* a message or an address that cannot be read */
    EX_NOUSER = 67,      /* no such mailbox, or no such domain */
    EX_UNAVAILABLE = 69, /* refused for good */
    EX_SOFTWARE = 70,    /* trouble of our own */
    EX_TEMPFAIL = 75,    /* something may be tried again */
    EX_NOPERM = 77,      /* the server does not let the user in */
    EX_CONFIG = 78       /* wrong configuration */
};

#endif
