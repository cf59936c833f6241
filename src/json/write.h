// SPDX-License-Identifier: MIT
// Writes JSON straight into a buf; commas and colons are put by the writer. Wrong nesting is a
// programming error (assert). Overflow shows in the buf, once, at the end.
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include "base/buf.h"
#include "json/dom.h"

struct json_writer {
    struct buf *out;
    unsigned indent; // 0: compact; else blanks a level, "key": value
    bool spaced;     // compact, but ", " and ": " as Python's json.dumps writes
    unsigned depth;
    bool first, after_key;
};

void jw_init(struct json_writer *w, struct buf *out);
void jw_object(struct json_writer *w);
void jw_object_end(struct json_writer *w);
void jw_array(struct json_writer *w);
void jw_array_end(struct json_writer *w);
void jw_key(struct json_writer *w, const char *key);
void jw_key_str(struct json_writer *w, struct str key);
void jw_str(struct json_writer *w, struct str s); // invalid UTF-8 becomes U+FFFD
void jw_c(struct json_writer *w, const char *s);  // NULL writes null
void jw_int(struct json_writer *w, int64_t n);
// The shortest that reads back equal, as Python's repr; no number: null
void jw_real(struct json_writer *w, double d);
void jw_bool(struct json_writer *w, bool b);
void jw_null(struct json_writer *w);
void jw_raw(struct json_writer *w, struct str json); // one complete value, as it is
void jw_tree(struct json_writer *w, const json_t *v);

// key and value at once, for the many flat objects of OAuth and MCP
void jw_kv(struct json_writer *w, const char *key, struct str s);
void jw_kv_c(struct json_writer *w, const char *key, const char *s);
void jw_kv_int(struct json_writer *w, const char *key, int64_t n);
void jw_kv_bool(struct json_writer *w, const char *key, bool b);
void jw_kv_raw(struct json_writer *w, const char *key, struct str json);
void jw_kv_tree(struct json_writer *w, const char *key, const json_t *v);

// A quoted and escaped string, for places that need no writer.
void json_add_string(struct buf *out, struct str s);
// A real as jw_real writes it.
void json_add_real(struct buf *out, double d);
// Whole trees: compact, or indent 2 as Python's json.dumps(indent=2, ensure_ascii=False).
void json_add_compact(struct buf *out, const json_t *v);
void json_add_indented(struct buf *out, const json_t *v);

#endif
