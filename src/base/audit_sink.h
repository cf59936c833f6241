// SPDX-License-Identifier: MIT
// Where audit lines go: the log's own stream, a file, the system log, or several of these.
#ifndef BASE_AUDIT_SINK_H
#define BASE_AUDIT_SINK_H

#include "base/err.h"
#include "base/str.h"

struct audit_sinks {
    bool log;         // the stream of the log
    bool syslog;      // facility authpriv, severity notice, as zscaler-mcp
    const char *file; // appended to, made with mode 0600; NULL: none
};

// From now on; before there are threads, or (the same file) when it was moved away: it is opened
// anew. False if it cannot be opened; then nothing has changed.
MUST_USE bool audit_sinks_open(const struct audit_sinks *sinks, struct err *err);
void audit_sinks_close(void); // the log's stream again
// One line with its '\n'. False: it belongs on the log's stream, because that was chosen, or
// because the file did not take it whole.
bool audit_sink_write(struct str line);
// Lines that a file did not take, since the start.
unsigned long audit_sink_failures(void);

#endif
