// SPDX-License-Identifier: MIT
// References of a schema (JSON Schema Core 2020-12, sections 8 and 9): within one document, which
// may hold several resources, each with an $id; by pointer, by anchor, and by dynamic anchor. All
// of them are resolved when the schema is read; what leads out of the document is refused.
#include "base/mem.h"
#include "mcp/schema_int.h"

#define URI_MAX 4096

/*= mcp-2026-07-28 basic "Implementations MUST NOT automatically dereference $ref values that
 * resolve to a network URI. … Schemas that fail to validate due to an unresolved external $ref
 * SHOULD be rejected rather than silently treated as permissive." */

// --- URIs (RFC 3986 section 5.2) ---

struct uri {
    struct str scheme, authority, path, query; // .p NULL: absent; the path is never
    struct str fragment;                       // empty: none
};

static struct uri take_apart(struct str text)
{
    struct uri u = { .scheme = STR_NONE };
    ptrdiff_t hash = str_index(text, '#');
    if (hash >= 0) {
        u.fragment = str_slice(text, (size_t)hash + 1, text.n);
        text = str_slice(text, 0, (size_t)hash);
    }
    ptrdiff_t colon = str_index(text, ':'), slash = str_index(text, '/');
    if (colon > 0 && (slash < 0 || colon < slash)) {
        u.scheme = str_slice(text, 0, (size_t)colon);
        text = str_slice(text, (size_t)colon + 1, text.n);
    }
    ptrdiff_t mark = str_index(text, '?');
    if (mark >= 0) {
        u.query = str_slice(text, (size_t)mark + 1, text.n);
        text = str_slice(text, 0, (size_t)mark);
    }
    if (str_starts(text, STR("//"))) {
        text = str_slice(text, 2, text.n);
        ptrdiff_t end = str_index(text, '/');
        u.authority = str_slice(text, 0, end < 0 ? text.n : (size_t)end);
        text = str_slice(text, u.authority.n, text.n);
    }
    u.path = text;
    return u;
}

// Appends the path without its "." and ".." segments (section 5.2.4).
static void add_path(struct str path, struct buf *out)
{
    size_t begin = out->n;
    bool first = true;
    while (path.p) {
        struct str segment = str_cut(&path, '/');
        bool dots = str_is(segment, ".") || str_is(segment, "..");
        if (str_is(segment, "..")) {
            while (out->n > begin && out->p[out->n - 1] != '/')
                buf_truncate(out, out->n - 1);
            if (out->n > begin + 1)
                buf_truncate(out, out->n - 1);
            while (out->n > begin && out->p[out->n - 1] != '/')
                buf_truncate(out, out->n - 1);
        } else if (!dots) {
            if (!first && (out->n == begin || out->p[out->n - 1] != '/'))
                buf_addc(out, '/');
            buf_add(out, segment);
            if (first && !segment.n && path.p)
                buf_addc(out, '/');
        }
        first = false;
    }
}

// The reference against the base, without a fragment.
static void resolve_uri(struct str base_text, const struct uri *ref, struct buf *out)
{
    struct uri base = take_apart(base_text), u = *ref;
    CLEANUP(buf_release) struct buf merged = BUF_INIT(URI_MAX);
    bool own_path = ref->path.n || ref->scheme.p || ref->authority.p;
    if (!ref->scheme.p) {
        u.scheme = base.scheme;
        if (!ref->authority.p)
            u.authority = base.authority;
        if (!own_path && !ref->query.p)
            u.query = base.query;
        if (!own_path)
            u.path = base.path;
    }
    bool relative = own_path && !ref->scheme.p && !ref->authority.p && ref->path.p[0] != '/';
    if (relative) {
        size_t last = base.path.n;
        while (last > 0 && base.path.p[last - 1] != '/')
            last--;
        buf_add(&merged, str_slice(base.path, 0, last));
        if (!last && base.authority.p)
            buf_addc(&merged, '/');
        buf_add(&merged, ref->path);
        u.path = buf_str(&merged);
    }
    if (u.scheme.p)
        buf_addf(out, STR_FMT ":", STR_ARG(u.scheme));
    if (u.authority.p)
        buf_addf(out, "//" STR_FMT, STR_ARG(u.authority));
    add_path(u.path, out);
    if (u.query.p)
        buf_addf(out, "?" STR_FMT, STR_ARG(u.query));
}

// --- resources and anchors ---

static size_t resource_of(const struct schema *s, struct str uri)
{
    size_t i = 0;
    while (i < s->resource_count && !str_eq(str_c(s->resources[i].uri), uri))
        i++;
    return i;
}

size_t mcp_schema_resource_at(const struct schema *s, const json_t *at, size_t otherwise)
{
    for (size_t i = 0; json_object_get(at, "$id") && i < s->resource_count; i++)
        if (s->resources[i].root == at)
            return i;
    return otherwise;
}

static const json_t *anchor_in(const struct schema *s, size_t resource, struct str name,
                               bool dynamic)
{
    for (size_t i = 0; i < s->anchor_count; i++) {
        const struct anchor *a = &s->anchors[i];
        if (a->resource == resource && str_is(name, a->name) && (a->dynamic || !dynamic))
            return a->at;
    }
    return NULL;
}

static void add_resource(struct schema *s, struct str uri, const json_t *root)
{
    s->resources = mem_realloc(s->resources, (s->resource_count + 1) * sizeof(*s->resources));
    s->resources[s->resource_count++] = (struct resource){ str_dup(uri), root };
}

static void add_anchor(struct schema *s, size_t resource, const json_t *at, const char *keyword)
{
    const char *name = json_string_value(json_object_get(at, keyword));
    if (!name)
        return;
    s->anchors = mem_realloc(s->anchors, (s->anchor_count + 1) * sizeof(*s->anchors));
    s->anchors[s->anchor_count++] =
        (struct anchor){ resource, name, strcmp(keyword, "$dynamicAnchor") == 0, at };
}

static void collect(struct schema *s, const json_t *at, size_t *resource)
{
    struct str id = dom_str(at, "$id");
    if (id.n && at != s->root) {
        CLEANUP(buf_release) struct buf uri = BUF_INIT(URI_MAX);
        const struct uri ref = take_apart(id);
        resolve_uri(str_c(s->resources[*resource].uri), &ref, &uri);
        if (buf_ok(&uri)) {
            add_resource(s, buf_str(&uri), at);
            *resource = s->resource_count - 1;
        }
    }
    add_anchor(s, *resource, at, "$anchor");
    add_anchor(s, *resource, at, "$dynamicAnchor");
}

// --- references ---

// One step of a JSON pointer (RFC 6901), with ~0, ~1 and %-escapes undone.
static const json_t *step(const json_t *at, struct str raw)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(1024);
    CLEANUP(buf_release) struct buf key = BUF_INIT(1024);
    uint64_t index;
    if (!buf_add_urldecoded(&plain, raw, false))
        return NULL;
    struct str s = buf_str(&plain);
    for (size_t i = 0; i < s.n; i++) {
        bool escape = s.p[i] == '~' && i + 1 < s.n;
        buf_addc(&key, escape ? (s.p[++i] == '1' ? '/' : '~') : s.p[i]);
    }
    if (json_is_array(at))
        return str_to_u64(buf_str(&key), &index) ? json_array_get(at, (size_t)index) : NULL;
    return json_object_get(at, buf_cstr(&key));
}

static const json_t *by_pointer(const struct schema *s, struct str pointer, size_t *resource)
{
    const json_t *at = s->resources[*resource].root;
    str_cut(&pointer, '/');
    while (at && pointer.p) {
        at = step(at, str_cut(&pointer, '/'));
        *resource = mcp_schema_resource_at(s, at, *resource);
    }
    return at;
}

static bool lead(const struct schema *s, const char *text, size_t from, struct reference *ret)
{
    CLEANUP(buf_release) struct buf uri = BUF_INIT(URI_MAX);
    const struct uri ref = take_apart(str_c(text));
    struct str fragment = ref.fragment;
    resolve_uri(str_c(s->resources[from].uri), &ref, &uri);
    ret->resource = text[0] == '#' ? from : resource_of(s, buf_str(&uri));
    if (!buf_ok(&uri) || ret->resource == s->resource_count)
        return false;
    if (!fragment.n || fragment.p[0] == '/') {
        ret->target =
            fragment.n ? by_pointer(s, fragment, &ret->resource) : s->resources[ret->resource].root;
        return ret->target != NULL;
    }
    ret->target = anchor_in(s, ret->resource, fragment, false);
    if (ret->target && anchor_in(s, ret->resource, fragment, true) == ret->target)
        ret->name = fragment;
    return ret->target != NULL;
}

static bool add_reference(struct schema *s, const json_t *holder, const char *keyword,
                          size_t resource, struct err *err)
{
    const char *text = json_string_value(json_object_get(holder, keyword));
    struct reference r = { .holder = holder, .dynamic = strcmp(keyword, "$dynamicRef") == 0 };
    if (!text)
        return true;
    if (!lead(s, text, resource, &r))
        return err_set(err, ERR_CONFIG, "%s \"%.200s\" leads nowhere in the schema", keyword, text);
    s->references = mem_realloc(s->references, (s->reference_count + 1) * sizeof(r));
    s->references[s->reference_count++] = r;
    return true;
}

static int by_holder(const void *a, const void *b)
{
    const struct reference *x = a, *y = b;
    uintptr_t left = (uintptr_t)x->holder, right = (uintptr_t)y->holder;
    if (left != right)
        return left < right ? -1 : 1;
    return x->dynamic - y->dynamic;
}

// --- going through a schema ---

static bool is_data(const char *key)
{
    static const char *const keys[] = { "const", "enum", "default", "examples" };
    return str_is_among(str_c(key), keys, ARRAY_LEN(keys));
}

// Its members are schemas, whatever they are called.
static bool is_map(const char *key)
{
    static const char *const keys[] = { "properties", "patternProperties", "$defs", "definitions",
                                        "dependentSchemas" };
    return str_is_among(str_c(key), keys, ARRAY_LEN(keys));
}

static bool take_schema(struct schema *s, const json_t *at, bool second, size_t *resource,
                        struct err *err)
{
    const char *pattern = json_string_value(json_object_get(at, "pattern"));
    const char *key;
    json_t *unused;
    if (!second) {
        collect(s, at, resource);
        return true;
    }
    *resource = mcp_schema_resource_at(s, at, *resource);
    if (pattern && !mcp_pattern_add(s, pattern, err))
        return false;
    json_object_foreach(json_object_get(at, "patternProperties"), key, unused)
    {
        if (!mcp_pattern_add(s, key, err))
            return false;
    }
    return add_reference(s, at, "$ref", *resource, err) &&
           add_reference(s, at, "$dynamicRef", *resource, err);
}

static bool walk(struct schema *s, const json_t *at, bool second, size_t resource, bool map,
                 struct err *err)
{
    const char *key;
    json_t *child;
    size_t i;
    json_array_foreach((json_t *)(uintptr_t)at, i, child)
    {
        if (!walk(s, child, second, resource, false, err))
            return false;
    }
    if (json_is_object(at) && !map && !take_schema(s, at, second, &resource, err))
        return false;
    json_object_foreach((json_t *)(uintptr_t)at, key, child)
    {
        if ((map || !is_data(key)) && !walk(s, child, second, resource, !map && is_map(key), err))
            return false;
    }
    return true;
}

bool mcp_schema_read(struct schema *s, struct err *err)
{
    CLEANUP(buf_release) struct buf uri = BUF_INIT(URI_MAX);
    const struct uri id = take_apart(dom_str(s->root, "$id"));
    resolve_uri(STR_NONE, &id, &uri);
    add_resource(s, buf_str(&uri), s->root);
    if (!walk(s, s->root, false, 0, false, err) || !walk(s, s->root, true, 0, false, err))
        return false;
    if (s->reference_count)
        qsort(s->references, s->reference_count, sizeof(*s->references), by_holder);
    return true;
}

void mcp_schema_forget(struct schema *s)
{
    for (size_t i = 0; i < s->resource_count; i++)
        free(s->resources[i].uri);
    free(s->resources);
    free(s->anchors);
    free(s->references);
}

// --- while checking ---

void mcp_check_enter(struct check *c, size_t resource)
{
    if (c->scope_count < ARRAY_LEN(c->scope))
        c->scope[c->scope_count++] = resource;
}

static const struct reference *reference_of(const struct schema *s, const json_t *holder,
                                            bool dynamic)
{
    const struct reference key = { .holder = holder, .dynamic = dynamic };
    return s->reference_count
               ? bsearch(&key, s->references, s->reference_count, sizeof(key), by_holder)
               : NULL;
}

const json_t *mcp_check_follow(struct check *c, const json_t *holder, bool dynamic)
{
    const struct reference *r = reference_of(c->schema, holder, dynamic);
    if (!r)
        return NULL;
    const json_t *target = r->target;
    size_t resource = r->resource;
    for (size_t i = 0; r->dynamic && r->name.n && i < c->scope_count; i++) {
        const json_t *at = anchor_in(c->schema, c->scope[i], r->name, true);
        if (!at)
            continue;
        target = at;
        resource = c->scope[i];
        break;
    }
    mcp_check_enter(c, resource);
    return target;
}
