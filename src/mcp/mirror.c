// SPDX-License-Identifier: MIT
// Finds the x-mcp-header annotations of an input schema, and refuses those a client would have to
// hide the tool for: better at the start of the server than by a tool that is missing.
#include "base/mem.h"
#include "mcp/internal.h"

#define ANNOTATION "x-mcp-header"

struct walk {
    const char *path[MIRROR_PATH_MAX];
    size_t depth;
    const char *tool;
    struct mirror *found;
};

static bool is_token(const char *s)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    size_t n = 0;
    for (; s[n]; n++) {
        bool letter = (s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z');
        if (!letter && !(s[n] >= '0' && s[n] <= '9') && !strchr(others, s[n]))
            return false;
    }
    return n > 0 && n <= 64;
}

static bool is_primitive(const json_t *schema)
{
    struct str type = dom_str(schema, "type");
    return str_is(type, "string") || str_is(type, "integer") || str_is(type, "boolean");
}

static bool is_taken(const struct mirror *m, struct str header)
{
    for (; m; m = m->next)
        if (str_eq_nocase(str_c(m->header), header))
            return true;
    return false;
}

/*= mcp-2026-07-28 server/tools "MUST be case-insensitively unique among all x-mcp-header values in
 * the inputSchema" */
static bool add(struct walk *w, const json_t *schema, const char *name, struct err *err)
{
    CLEANUP(buf_release) struct buf header = BUF_INIT(128);
    buf_addf(&header, "Mcp-Param-%s", name);
    if (!is_token(name) || !is_primitive(schema) || is_taken(w->found, buf_str(&header)))
        return err_set(err, ERR_CONFIG,
                       "tool %s: " ANNOTATION " \"%s\" must be a header name used once, on a "
                       "string, integer or boolean",
                       w->tool, name);
    struct mirror *m = mem_zalloc(1, sizeof(*m));
    m->header = str_dup(buf_str(&header));
    for (size_t i = 0; i < w->depth; i++)
        m->path[i] = str_dup(str_c(w->path[i]));
    m->depth = w->depth;
    m->next = w->found;
    w->found = m;
    return true;
}

static bool walk_schema(struct walk *w, const json_t *schema, bool reachable, struct err *err);

static bool walk_properties(struct walk *w, json_t *properties, struct err *err)
{
    const char *key;
    json_t *child;
    json_object_foreach(properties, key, child)
    {
        if (w->depth == MIRROR_PATH_MAX) {
            if (!walk_schema(w, child, false, err))
                return false;
            continue;
        }
        w->path[w->depth++] = key;
        bool ok = walk_schema(w, child, true, err);
        w->depth--;
        if (!ok)
            return false;
    }
    return true;
}

// What is not `properties` may hold schemas too, but none whose annotations could be used.
static bool walk_others(struct walk *w, const json_t *v, struct err *err)
{
    size_t i;
    json_t *item;
    json_array_foreach(v, i, item)
    {
        if (!walk_schema(w, item, false, err))
            return false;
    }
    return walk_schema(w, v, false, err);
}

/*= mcp-2026-07-28 server/tools "MUST only be applied to properties that are statically reachable"
 */
static bool walk_schema(struct walk *w, const json_t *schema, bool reachable, struct err *err)
{
    const char *key;
    json_t *child;
    json_object_foreach((json_t *)(uintptr_t)schema, key, child)
    {
        bool ok = true;
        if (strcmp(key, ANNOTATION) == 0 && json_is_string(child)) {
            if (!reachable || w->depth == 0)
                return err_set(err, ERR_CONFIG,
                               "tool %s: " ANNOTATION " stands where no property is reached by "
                               "properties alone",
                               w->tool);
            ok = add(w, schema, json_string_value(child), err);
        } else if (strcmp(key, "properties") == 0 && reachable) {
            ok = walk_properties(w, child, err);
        } else if (strcmp(key, "default") != 0 && strcmp(key, "const") != 0) {
            ok = walk_others(w, child, err);
        }
        if (!ok)
            return false;
    }
    return true;
}

bool mcp_mirrors_of(const struct mcp_tool *tool, struct mirror **ret, struct err *err)
{
    *ret = NULL;
    if (str_find(tool->input_schema, STR(ANNOTATION)) < 0)
        return true;
    JSON_AUTO *schema = NULL;
    if (!dom_parse_object(tool->input_schema, &schema, err))
        return err_prefix(err, "tool %s: input schema", tool->name);
    struct walk w = { .tool = tool->name };
    if (!walk_schema(&w, schema, true, err)) {
        mcp_mirrors_free(w.found);
        return false;
    }
    *ret = w.found;
    return true;
}

void mcp_mirrors_free(struct mirror *m)
{
    while (m) {
        struct mirror *next = m->next;
        for (size_t i = 0; i < m->depth; i++)
            free(m->path[i]);
        free(m->header);
        free(m);
        m = next;
    }
}
