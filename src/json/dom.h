// SPDX-License-Identifier: MIT
// Trees for the places that need random access: jansson values, parsed by our own scanner (depth,
// size, duplicate keys, NUL and numbers are judged there). Getters never fail: what is absent or of
// another type gives the empty or default value. Strings returned are owned by the tree.
#ifndef JSON_DOM_H
#define JSON_DOM_H

#include <jansson.h>

#include "base/err.h"
#include "base/str.h"

static inline void json_decref_cleanup(json_t **p)
{
    json_decref(*p);
}
#define JSON_AUTO __attribute__((cleanup(json_decref_cleanup))) json_t

// Parses one value; the caller owns the reference. Refused beyond what scan refuses: duplicate
// keys, keys with U+0000 (jansson hands keys out as C strings), numbers beyond a double. Integers
// beyond int64 and all numbers with fraction or exponent become reals. ERR_JSON with the byte
// offset on failure.
MUST_USE bool dom_parse(struct str text, json_t **ret, struct err *err);
// As dom_parse, for objects only.
MUST_USE bool dom_parse_object(struct str text, json_t **ret, struct err *err);

struct str dom_str(const json_t *object, const char *key); // .p is NULL if absent or no string
int64_t dom_int(const json_t *object, const char *key, int64_t otherwise); // integral reals count
bool dom_bool(const json_t *object, const char *key, bool otherwise);
json_t *dom_get(const json_t *object, const char *key);       // borrowed, NULL if absent
struct str dom_text(const json_t *string);                    // of a string value itself
json_t *dom_string(struct str s);                             // new; invalid UTF-8 becomes U+FFFD
void dom_set(json_t *object, const char *key, json_t *value); // steals value

#endif
