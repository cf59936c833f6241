// SPDX-License-Identifier: MIT
// JSON Schema 2020-12: arguments and structured content are held against it. Keywords are rows of
// two tables; references stay within the document; the work of one check is bounded.
#include "base/mem.h"
#include "mcp/schema_int.h"

#define SCHEMA_MAX (1024u * 1024) // bytes of a schema
#define PATH_MAX_  2048
#define SHOWN_MAX  60 // bytes of a value shown in a message

bool mcp_schema_new(struct str text, struct schema **ret, struct err *err)
{
    if (text.n > SCHEMA_MAX)
        return err_set(err, ERR_CONFIG, "a schema may have at most 1 MiB");
    struct schema *s = mem_zalloc(1, sizeof(*s));
    bool ok = dom_parse(text, &s->root, err);
    if (ok && !json_is_object(s->root) && !json_is_boolean(s->root))
        ok = err_set(err, ERR_CONFIG, "a schema must be an object or a boolean");
    if (ok && mcp_schema_read(s, err)) {
        *ret = s;
        return true;
    }
    mcp_schema_free(s);
    return false;
}

void mcp_schema_free(struct schema *s)
{
    if (!s)
        return;
    mcp_patterns_free(s->patterns);
    mcp_schema_forget(s);
    json_decref(s->root);
    free(s);
}

// --- checking ---

void mcp_schema_describe(const json_t *value, struct buf *out)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_REPLY_MAX);
    static const char *const names[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array", [JSON_STRING] = "the string ",
        [JSON_INTEGER] = "",         [JSON_REAL] = "",          [JSON_TRUE] = "",
        [JSON_FALSE] = "",           [JSON_NULL] = "",
    };
    buf_adds(out, names[json_typeof(value)]);
    if (json_is_object(value) || json_is_array(value))
        return;
    json_add_compact(&text, value);
    struct str s = buf_str(&text);
    size_t n = s.n < SHOWN_MAX ? s.n : SHOWN_MAX;
    while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    buf_add(out, str_slice(s, 0, n));
    if (n < s.n)
        buf_adds(out, "…");
}

bool mcp_check_fail(struct check *c, const char *fmt, ...)
{
    if (c->quiet)
        return false;
    CLEANUP(buf_release) struct buf text = BUF_INIT(sizeof(c->err->text));
    va_list args;
    if (c->path.n)
        buf_addf(&text, STR_FMT ": ", STR_ARG(buf_str(&c->path)));
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    return err_set(c->err, ERR_RPC_INVALID_PARAMS, "%s", buf_cstr(&text));
}

/*= mcp-2026-07-28 basic "Implementations SHOULD apply reasonable bounds, such as a maximum schema
 * depth, a cap on the total number of subschemas, or a per-validation time budget" */
bool mcp_check_budget(struct check *c)
{
    if (++c->steps <= SCHEMA_STEPS_MAX && c->depth < SCHEMA_DEPTH_MAX)
        return true;
    c->steps = SCHEMA_STEPS_MAX;
    c->quiet = false;
    return mcp_check_fail(c, "checking this against the schema takes too long");
}

static bool apply(struct check *c, const struct keyword *table, const json_t *schema,
                  const json_t *value)
{
    for (const struct keyword *k = table; k->name; k++) {
        const json_t *keyword = json_object_get(schema, k->name);
        if (keyword && !k->check(c, keyword, schema, value))
            return false;
    }
    return true;
}

bool mcp_check_value(struct check *c, const json_t *schema, const json_t *value)
{
    if (json_is_true(schema))
        return true;
    if (json_is_false(schema))
        return mcp_check_fail(c, "is not allowed here");
    if (!mcp_check_budget(c))
        return false;
    size_t scope = c->scope_count;
    if (c->schema->resource_count > 1)
        mcp_check_enter(c,
                        mcp_schema_resource_at(c->schema, schema, scope ? c->scope[scope - 1] : 0));
    c->depth++;
    bool ok = apply(c, mcp_schema_keywords, schema, value) &&
              apply(c, mcp_schema_compound, schema, value);
    c->depth--;
    c->scope_count = scope;
    return ok;
}

bool mcp_check_try(struct check *c, const json_t *schema, const json_t *value)
{
    bool before = c->quiet;
    c->quiet = true;
    bool ok = mcp_check_value(c, schema, value);
    if (c->steps < SCHEMA_STEPS_MAX)
        c->quiet = before;
    return ok;
}

static void add_step(struct buf *path, struct str key)
{
    buf_addc(path, '/');
    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] == '~' || key.p[i] == '/')
            buf_adds(path, key.p[i] == '~' ? "~0" : "~1");
        else
            buf_addc(path, key.p[i]);
    }
}

bool mcp_check_member(struct check *c, const json_t *schema, const char *key, const json_t *value)
{
    size_t n = c->path.n;
    add_step(&c->path, str_c(key));
    bool ok = mcp_check_value(c, schema, value);
    buf_truncate(&c->path, n);
    return ok;
}

bool mcp_check_item(struct check *c, const json_t *schema, size_t i, const json_t *value)
{
    char key[24];
    snprintf(key, sizeof(key), "%zu", i);
    return mcp_check_member(c, schema, key, value);
}

bool mcp_schema_check(const struct schema *s, const json_t *value, struct err *err)
{
    struct check c = { .schema = s, .err = err };
    buf_init(&c.path, PATH_MAX_);
    bool ok = mcp_check_value(&c, s->root, value);
    buf_release(&c.path);
    return ok;
}
