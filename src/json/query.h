// SPDX-License-Identifier: MIT
// JMESPath (jmespath.org/specification.html) over jansson trees: the whole language with all its
// functions. Where the specification leaves room, and in the texts of errors, it follows the Python
// library, so that a client of the Python server sees no difference: err.text begins with
// "Invalid JMESPath expression: " and is what that server answers (cut at the size of err.text).
// A compiled query is immutable: any number of threads may run it at once.
#ifndef JSON_QUERY_H
#define JSON_QUERY_H

#include "base/err.h"
#include "base/str.h"
#include "json/dom.h"

#define QUERY_LENGTH_MAX 4096 // bytes of an expression
#define QUERY_DEPTH_MAX  200  // nesting of an expression, and length of a chain such as a.b.c
#define QUERY_STEPS_MAX                                                                            \
    2000000 // nodes visited, elements copied and 64-byte pieces of text made in one run
#define QUERY_TEXT_MAX (16u << 20) // bytes of a string that join, reverse or to_string makes

struct query;

// ERR_BAD_REQUEST for what is no JMESPath, ERR_LIMIT for what is too long or too deep.
MUST_USE bool query_compile(struct str expression, struct query **ret, struct err *err);
// *ret is a new reference, which may share parts with `in`: neither may be changed in place
// afterwards. ERR_BAD_REQUEST when a function is unknown or gets the wrong arguments, ERR_LIMIT
// after QUERY_STEPS_MAX.
MUST_USE bool query_run(const struct query *q, json_t *in, json_t **ret, struct err *err);
void query_free(struct query *q); // NULL-safe
DEFINE_CLEANUP(query_free, struct query *)

#endif
