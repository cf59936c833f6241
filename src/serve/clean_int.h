// SPDX-License-Identifier: MIT
// What the files of the sanitizer share.
#ifndef SERVE_CLEAN_INT_H
#define SERVE_CLEAN_INT_H

#include "base/buf.h"

struct code_range {
    uint32_t first, last;
};

extern const struct code_range clean_invisible[];
extern const size_t clean_invisible_count;

// The steps, in order; each appends to out.
void clean_strip_invisible(struct str in, struct buf *out);
void clean_strip_html(struct str in, struct buf *out);
void clean_markdown(struct str in, struct buf *out);
void clean_fences(struct str in, struct buf *out);

#endif
