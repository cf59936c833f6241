// SPDX-License-Identifier: MIT
// What the files of the JSON Schema checker share.
#ifndef MCP_SCHEMA_INT_H
#define MCP_SCHEMA_INT_H

#include "mcp/internal.h"

#define SCHEMA_DEPTH_MAX   128     // schemas within schemas while checking
#define SCHEMA_STEPS_MAX   1000000 // schemas applied to values in one check
#define SCHEMA_PATTERN_MAX 4096    // bytes of a string that a pattern is tried on

struct pattern; // schema_pattern.c

// A part of the document that has an $id; the first is the whole.
struct resource {
    char *uri;
    const json_t *root;
};

struct anchor {
    size_t resource;
    const char *name;
    bool dynamic;
    const json_t *at;
};

struct reference {
    const json_t *holder; // the schema with $ref or …
    bool dynamic;         // … $dynamicRef
    const json_t *target;
    size_t resource; // of the target
    struct str name; // of the dynamic anchor it leads to; empty: to none
};

struct schema {
    json_t *root;
    struct pattern *patterns;
    struct resource *resources;
    struct anchor *anchors;
    struct reference *references; // by holder
    size_t resource_count, anchor_count, reference_count;
};

// One check of one value.
struct check {
    const struct schema *schema;
    struct buf path; // of the value at hand, as a JSON pointer
    unsigned depth, steps;
    bool quiet; // an alternative is tried: what is wrong does not matter
    struct err *err;
    // The dynamic scope: resources entered on the way here. It is looked at from its begin, where
    // what is nested deeper does not count, so its end may be missing.
    size_t scope[SCHEMA_DEPTH_MAX];
    size_t scope_count;
};

// schema.c
bool mcp_check_value(struct check *c, const json_t *schema, const json_t *value);
// mcp_check_value without a word; for alternatives.
bool mcp_check_try(struct check *c, const json_t *schema, const json_t *value);
bool mcp_check_member(struct check *c, const json_t *schema, const char *key, const json_t *value);
bool mcp_check_item(struct check *c, const json_t *schema, size_t i, const json_t *value);
// Sets the error unless the check is quiet; returns false.
bool mcp_check_fail(struct check *c, const char *fmt, ...) PRINTF(2, 3);
bool mcp_check_budget(struct check *c);                  // false: too deep or too long, said
bool mcp_schema_equal(const json_t *a, const json_t *b); // 1 and 1.0 are
void mcp_schema_describe(const json_t *value, struct buf *out);

// schema_refs.c
MUST_USE bool mcp_schema_read(struct schema *s, struct err *err); // references and patterns
void mcp_schema_forget(struct schema *s);
// The resource that begins there.
size_t mcp_schema_resource_at(const struct schema *s, const json_t *at, size_t otherwise);
// Where the schema's $ref (or $dynamicRef) leads from here; its resource is entered. NULL: it has
// none.
const json_t *mcp_check_follow(struct check *c, const json_t *holder, bool dynamic);
void mcp_check_enter(struct check *c, size_t resource);

// schema_pattern.c
MUST_USE bool mcp_pattern_add(struct schema *s, const char *text, struct err *err);
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
