// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int fd, struct buf *out)
{
    for (;;) {
        char chunk[8192];
        ssize_t n = read(fd, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        buf_add(out, str_of(chunk, (size_t)n));
        if (!buf_ok(out))
            return true; // too large already
    }
}

bool file_read_fd(int fd, const char *path, struct buf *out, struct err *err)
{
    if (!read_all(fd, out))
        return err_set(err, ERR_IO, "cannot read %s: %s", path, err_errno(errno));
    if (!buf_ok(out))
        return err_set(err, ERR_LIMIT, "%s is larger than the limit of %zu bytes", path, out->max);
    return true;
}

bool file_read(const char *path, struct buf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_IO, "cannot read %s: %s", path, err_errno(errno));
    bool ok = file_read_fd(fd, path, out, err);
    close(fd);
    return ok;
}

static bool write_all(int fd, struct str s)
{
    while (s.n > 0) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            s = str_slice(s, (size_t)n, s.n);
    }
    return fsync(fd) == 0;
}

bool file_create_private(const char *path, struct str content, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, "cannot create %s: %s", path, err_errno(errno));
    bool ok = write_all(fd, content);
    int saved = errno;
    close(fd);
    if (ok)
        return true;
    unlink(path);
    return err_set(err, ERR_IO, "cannot write %s: %s", path, err_errno(saved));
}

bool file_make_dirs(const char *path, struct err *err)
{
    struct buf CLEANUP(buf_release) part = BUF_INIT(4096);
    for (const char *p = path; *p; p++) {
        buf_addc(&part, *p);
        bool ends = p[1] == '/' || p[1] == '\0';
        if (ends && mkdir(buf_cstr(&part), 0700) != 0 && errno != EEXIST)
            return err_set(err, ERR_IO, "cannot create the folder %s: %s", buf_cstr(&part),
                           err_errno(errno));
    }
    return true;
}
