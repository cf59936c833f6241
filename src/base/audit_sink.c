// SPDX-License-Identifier: MIT
// Not beside log.h, whose levels have the names of <syslog.h>.
#include "base/audit_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <syslog.h>
#include <unistd.h>

#define IDENT "zscaler-mcp"

static struct {
    pthread_mutex_t lock;
    // under lock
    bool log, syslog;
    int fd; // -1: no file
    // lock-free
    atomic_ulong failures;
} out = { .lock = PTHREAD_MUTEX_INITIALIZER, .log = true, .fd = -1 };

static void take(bool log, bool to_syslog, int fd)
{
    pthread_mutex_lock(&out.lock);
    int old = out.fd;
    out.log = log;
    out.syslog = to_syslog;
    out.fd = fd;
    pthread_mutex_unlock(&out.lock);
    if (old >= 0)
        close(old);
}

bool audit_sinks_open(const struct audit_sinks *sinks, struct err *err)
{
    const int how = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    int fd = sinks->file ? open(sinks->file, how, 0600) : -1;
    if (sinks->file && fd < 0)
        return err_set(err, ERR_IO, "the audit file %s cannot be opened: %s", sinks->file,
                       err_errno(errno));
    if (sinks->syslog)
        openlog(IDENT, LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
    take(sinks->log, sinks->syslog, fd);
    return true;
}

void audit_sinks_close(void)
{
    take(true, false, -1);
    closelog();
}

// Whole lines, so that those of several processes do not mix. A part of a line is a failure too.
static bool write_file(struct str line)
{
    ssize_t n;
    do
        n = write(out.fd, line.p, line.n);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)line.n;
}

bool audit_sink_write(struct str line)
{
    pthread_mutex_lock(&out.lock);
    bool log = out.log;
    if (out.syslog)
        syslog(LOG_AUTHPRIV | LOG_NOTICE, STR_FMT, STR_ARG(str_trim(line)));
    if (out.fd >= 0 && !write_file(line)) {
        atomic_fetch_add(&out.failures, 1);
        log = true;
    }
    pthread_mutex_unlock(&out.lock);
    return !log;
}

unsigned long audit_sink_failures(void)
{
    return atomic_load(&out.failures);
}
