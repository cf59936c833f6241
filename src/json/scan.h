// SPDX-License-Identifier: MIT
// A validating pull tokenizer for JSON (RFC 8259) over bytes in memory: no allocation, no tree.
// Accepts exactly what the RFC allows in valid UTF-8; a lone surrogate escape, a bad number,
// trailing bytes or nesting past the limit is an error. After SCAN_ERROR every call returns
// SCAN_ERROR again.
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "base/buf.h"
#include "base/err.h"

enum scan_token {
    SCAN_ERROR,
    SCAN_END, // the one top-level value is complete and nothing follows
    SCAN_OBJECT,
    SCAN_OBJECT_END,
    SCAN_ARRAY,
    SCAN_ARRAY_END,
    SCAN_KEY,
    SCAN_STRING,
    SCAN_NUMBER,
    SCAN_TRUE,
    SCAN_FALSE,
    SCAN_NULL,
};

#define SCAN_DEPTH_MAX 128

struct scan {
    struct str text;
    size_t at;
    unsigned depth, max_depth;
    unsigned char state;
    enum scan_token token;              // what scan_next returned last
    uint64_t nest[SCAN_DEPTH_MAX / 64]; // bit set: object
    const char *error;                  // what was wrong, for SCAN_ERROR
    struct str raw; // the token's bytes; for keys and strings without the quotes, escapes untouched
    bool escaped;   // raw has a backslash
};

void scan_init(struct scan *s, struct str text, unsigned max_depth); // 0: SCAN_DEPTH_MAX
enum scan_token scan_next(struct scan *s);
// Having just got SCAN_OBJECT, SCAN_ARRAY or a scalar: skips the rest of that value; *ret_raw (may
// be NULL) is the value's bytes from its first to its last. Having just got SCAN_KEY: skips its
// value.
bool scan_skip(struct scan *s, struct str *ret_raw);
// The current key or string without escapes, appended.
void scan_text(const struct scan *s, struct buf *out);
bool scan_is(const struct scan *s, const char *text); // current key or string equals text
// ERR_JSON "invalid JSON: expected a value at byte 17, found ','" for the error text of a parser;
// returns false.
bool scan_fail(const struct scan *s, struct err *err);

#endif
