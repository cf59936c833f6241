// SPDX-License-Identifier: MIT
// A prompt is a text with places: {name} becomes .before and what the argument was given, in one
// line; an argument that was left out becomes .without. Const data, as tools are.
#ifndef CATALOG_PROMPT_H
#define CATALOG_PROMPT_H

#include "base/buf.h"

#define PROMPT_ARGS_MAX  4
#define PROMPT_VALUE_MAX 200 // bytes of an argument that are shown

struct prompt_arg {
    const char *name, *title, *text;
    const char *before;  // stands before a value; NULL: nothing
    const char *without; // stands for it where none was given; NULL: it must be given
};

struct prompt {
    const char *name, *title, *text;
    const char *service; // offered where a tool of this service is
    struct prompt_arg args[PROMPT_ARGS_MAX + 1];
    const char *body;
};

// values: one for each argument, in order; empty where it was left out.
void prompt_render(const struct prompt *p, const struct str *values, struct buf *out);

#endif
