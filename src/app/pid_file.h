// SPDX-License-Identifier: MIT
// The PID file: a JSON object with the members that the Python server writes (argv, dotenv_path,
// host, pid, port, started_at, transport, version), executable in place of its python_executable,
// and process_start, by which another process with the same number is told apart.
#ifndef APP_PID_FILE_H
#define APP_PID_FILE_H

#include <sys/types.h>

#include "app/settings.h"
#include "base/buf.h"

#define PID_FILE_BYTES_MAX (64 * 1024)

// Of a running server, or of one that was. Strings live in the arena given.
struct pid_record {
    const char *path; // of the file
    pid_t pid;
    int64_t started_at; // epoch seconds
    int port;           // 0: none
    bool alive;         // that very process runs
    struct str version, transport, host, dotenv_path, executable, argv;
};

// The first file that is there, of those where it may be: ZSCALER_MCP_PID_FILE, else
// /var/run/zscaler-mcp.pid, /tmp/zscaler-mcp.pid, ~/.zscaler-mcp/server.pid. Only a file of this
// user or of root counts: its number gets signals. False: none; ret->path is where one would be.
bool pid_file_find(const struct options *o, struct arena *arena, struct pid_record *ret);

// Writes the file of this process, mode 0600, in one step: as configured, or for HTTP at the first
// of the places above that can be written to. Returns its path, in the arena of o; NULL if none was
// written, which the log says. A file of a server that runs is left alone.
const char *pid_file_write(struct options *o, const struct settings *s, int port,
                           const char *executable);
// Removes the file, if it still is this process's.
void pid_file_remove(const char *path);

#endif
