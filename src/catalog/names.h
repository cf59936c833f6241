// SPDX-License-Identifier: MIT
// snake_case and camelCase as Zscaler's APIs and the tools' results pair them: a rule, and tables
// of the names that the rule does not reach.
#ifndef CATALOG_NAMES_H
#define CATALOG_NAMES_H

#include "base/buf.h"

struct name_pair {
    const char *from, *to;
};

extern const struct name_pair names_snake[], names_camel[];
extern const size_t names_snake_count, names_camel_count;

#define NAME_MAX_BYTES 256 // of a converted name

// Appended to out. snake: "_" before every capital, "fooURL" is foo_u_r_l; camel: "FOO_BAR" is
// fooBar.
void name_snake(struct str name, struct buf *out);
void name_camel(struct str name, struct buf *out);

#endif
