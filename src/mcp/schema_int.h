// SPDX-License-Identifier: MIT
// What the files of the JSON Schema checker share.
#ifndef MCP_SCHEMA_INT_H
#define MCP_SCHEMA_INT_H

#include <regex.h>

#include "mcp/internal.h"

#define SCHEMA_DEPTH_MAX   128     // schemas within schemas while checking
#define SCHEMA_STEPS_MAX   1000000 // schemas applied to values in one check
#define SCHEMA_PATTERN_MAX 4096    // bytes of a string that a pattern is tried on

struct pattern {
    const char *text; // of the schema
    regex_t regex;
    bool usable; // as far as POSIX says the same as ECMA-262
    struct pattern *next;
};

struct schema {
    json_t *root;
    struct pattern *patterns;
};

// One check of one value.
struct check {
    const struct schema *schema;
    struct buf path; // of the value at hand, as a JSON pointer
    unsigned depth, steps;
    bool quiet; // an alternative is tried: what is wrong does not matter
    struct err *err;
};

// schema.c
bool mcp_check_value(struct check *c, const json_t *schema, const json_t *value);
// mcp_check_value without a word; for alternatives.
bool mcp_check_try(struct check *c, const json_t *schema, const json_t *value);
bool mcp_check_member(struct check *c, const json_t *schema, const char *key, const json_t *value);
bool mcp_check_item(struct check *c, const json_t *schema, size_t i, const json_t *value);
// Sets the error unless the check is quiet; returns false.
bool mcp_check_fail(struct check *c, const char *fmt, ...) PRINTF(2, 3);
bool mcp_check_budget(struct check *c); // false: too deep or too long, said
const json_t *mcp_schema_target(const struct schema *s, const char *ref); // NULL: there is none
bool mcp_schema_equal(const json_t *a, const json_t *b);                  // 1 and 1.0 are
void mcp_schema_describe(const json_t *value, struct buf *out);

// schema_pattern.c
void mcp_pattern_add(struct schema *s, const char *text);
void mcp_patterns_free(struct pattern *p);
bool mcp_pattern_matches(const struct schema *s, const char *text, struct str value);

// schema_keywords.c
typedef bool keyword_check(struct check *c, const json_t *keyword, const json_t *schema,
                           const json_t *value);
struct keyword {
    const char *name;
    keyword_check *check;
};
extern const struct keyword mcp_schema_keywords[]; // ends with a NULL name
extern const struct keyword mcp_schema_compound[]; // those that apply schemas, schema_compound.c

#endif
