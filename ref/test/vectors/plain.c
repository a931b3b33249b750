#include "plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "drive/sasl.h"

static const char users_text[] =
    "user.name:toto\nthomas:tata\nanil:tutu\nhannes:titi\ngemma:other\n";

struct desk {
    struct drive_worker worker; /* first */
    struct drive_job *job;
    bool answered;
    enum smtp_fault fault;
};

static bool take(struct drive_worker *worker, struct drive_job *job)
{
    ((struct desk *)worker)->job = job;
    return true;
}

static void answer(void *who, const struct drive_sasl_answer *answer)
{
    struct desk *desk = who;
    desk->answered = true;
    desk->fault = answer->fault;
    if (answer->fault == SMTP_OK && !answer->done)
        desk->fault = SMTP_NOMATCH; /* PLAIN has one message */
}

static struct drive_users *read_users(void)
{
    char name[] = "/tmp/vectors-XXXXXX";
    const char *why = "";
    int file = mkstemp(name);
    if (file < 0 || write(file, users_text, sizeof users_text - 1) < 0)
        abort();
    close(file);
    struct drive_users *users = drive_users_read(name, &why);
    unlink(name);
    return users;
}

static void exchange(struct desk *desk, struct drive_sasl *sasl, smtp_span message)
{
    struct drive_exchange *exchange;
    struct drive_ask ask = {SMTP_SPAN("PLAIN"), NULL, answer, desk};
    desk->fault = drive_exchange_new(sasl, &ask, &exchange);
    if (desk->fault != SMTP_OK)
        return;
    drive_exchange_step(exchange, true, message);
    struct drive_job *job = desk->job;
    if (job != NULL) {
        job->work(job);
        job->done(job);
    }
    if (!desk->answered)
        abort();
    drive_exchange_drop(exchange);
}

enum smtp_fault plain_verdict(smtp_span message)
{
    struct desk desk = {.worker = {take}};
    const char *why = "";
    struct drive_users *users = read_users();
    struct drive_sasl *sasl = users != NULL ? drive_sasl_new(users, &desk.worker, &why) : NULL;
    if (sasl == NULL)
        abort();
    exchange(&desk, sasl, message);
    drive_sasl_free(sasl);
    drive_users_free(users);
    return desk.fault;
}
