// SPDX-License-Identifier: MIT
// Preloaded into a program under test: its calendar runs CLOCK_AHEAD seconds ahead. Monotonic
// clocks, and with them all timers, stay true.
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *ret)
{
    const char *ahead = getenv("CLOCK_AHEAD");
    int rc = (int)syscall(SYS_clock_gettime, id, ret);
    if (rc == 0 && id == CLOCK_REALTIME && ahead)
        ret->tv_sec += strtol(ahead, NULL, 10);
    return rc;
}
