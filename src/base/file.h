// SPDX-License-Identifier: MIT
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

// Appends the whole file; ERR_IO if it cannot be read, ERR_LIMIT if it is larger than the buf's
// maximum.
MUST_USE bool file_read(const char *path, struct buf *out, struct err *err);
// As file_read, from an open descriptor; path is for the errors.
MUST_USE bool file_read_fd(int fd, const char *path, struct buf *out, struct err *err);
// Makes the file with mode 0600 and content; ERR_IO, and nothing changed, if it exists already or
// cannot be written.
MUST_USE bool file_create_private(const char *path, struct str content, struct err *err);
// Makes the folder and those above it (mode 0700), if they are not there.
MUST_USE bool file_make_dirs(const char *path, struct err *err);

#endif
