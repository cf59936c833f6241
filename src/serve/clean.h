// SPDX-License-Identifier: MIT
// Cleans text that comes from an API before a model reads it: invisible characters, HTML, Markdown
// links and images that hide where they lead, and code fences that pose as instructions. Takes away
// what the Python server's sanitizer takes away, and escapes nothing: "a & b" stays "a & b".
#ifndef SERVE_CLEAN_H
#define SERVE_CLEAN_H

#include "base/buf.h"
#include "json/dom.h"

#define CLEAN_DEPTH_MAX 32 // values nested deeper stay as they are

// Appends the cleaned text.
void clean_text(struct str in, struct buf *out);
// True when clean_text would not change it; cheap.
bool clean_is_plain(struct str in);
// Cleans all string values of a tree in place; keys stay. A value that is a string itself is
// replaced.
void clean_tree(json_t **value);

#endif
