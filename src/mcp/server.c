// SPDX-License-Identifier: MIT
#include <assert.h>

#include "base/mem.h"
#include "base/random.h"
#include "mcp/internal.h"

#define INFO_MAX    (256u * 1024)
#define ENTRIES_MAX 10000

static bool add_all(struct mcp_server *s, struct err *err)
{
    const struct mcp_config *c = &s->config;
    for (const struct mcp_tool *t = c->tools; t && t->name; t++)
        if (!mcp_server_add_tool(s, t, err))
            return false;
    for (const struct mcp_resource *r = c->resources; r && r->uri; r++)
        if (!mcp_server_add_resource(s, r, err))
            return false;
    for (const struct mcp_prompt *p = c->prompts; p && p->name; p++)
        if (!mcp_server_add_prompt(s, p, err))
            return false;
    return true;
}

// States of questions are sealed in any case; without keys only this process opens them.
static bool make_keys(struct mcp_server *s, struct err *err)
{
    s->keys = s->config.keys;
    if (s->keys)
        return true;
    uint8_t root[ROOT_KEY_MIN];
    random_bytes(root, sizeof(root));
    struct str roots[] = { str_of(root, sizeof(root)) };
    bool ok = keyring_new(roots, 1, &s->own_keys, err);
    explicit_bzero(root, sizeof(root));
    s->keys = s->own_keys;
    return ok;
}

static bool config_ok(const struct mcp_config *c, struct err *err)
{
    if (!c->info.name || !c->info.version)
        return err_set(err, ERR_CONFIG, "an MCP server needs a name and a version");
    if (c->session_ttl_s < 0 || c->question_ttl_s < 0 || c->task_ttl_s < 0)
        return err_set(err, ERR_CONFIG,
                       "session_ttl_s, question_ttl_s and task_ttl_s must not be negative");
    return true;
}

bool mcp_server_new(const struct mcp_config *config, struct mcp_server **ret, struct err *err)
{
    if (!config_ok(config, err))
        return false;
    struct mcp_server *s = mem_zalloc(1, sizeof(*s));
    s->config = *config;
    s->arena = arena_new();
    pthread_mutex_init(&s->freezing, NULL);
    mcp_running_init(&s->running);
    mcp_pending_init(&s->pending);
    mcp_hub_init(&s->hub);
    mcp_tasks_init(&s->tasks);
    mcp_sse_init(&s->sse);
    mcp_resume_init(&s->resume);
    if (!make_keys(s, err) || !add_all(s, err)) {
        mcp_server_free(s);
        return false;
    }
    *ret = s;
    return true;
}

static void free_entries(struct mcp_server *s)
{
    for (size_t i = 0; i < s->tool_count; i++) {
        mcp_mirrors_free(s->tools[i].mirrors);
        mcp_schema_free(s->tools[i].input);
        mcp_schema_free(s->tools[i].output);
    }
    for (size_t i = 0; i < s->resource_count; i++)
        mcp_uri_template_free(s->resources[i].variables);
    free(s->tools);
    free(s->resources);
    free(s->prompts);
    for (size_t i = 0; i < LIST_COUNT; i++) {
        free(s->lists[i].at);
        http_tail_free(s->lists[i].tail);
    }
}

void mcp_server_free(struct mcp_server *s)
{
    if (!s)
        return;
    mcp_tasks_release(&s->tasks);
    mcp_sse_release(&s->sse);
    mcp_resume_release(&s->resume);
    assert(!s->running.first);
    free_entries(s);
    arena_free(s->arena);
    mcp_hub_release(&s->hub);
    mcp_pending_release(&s->pending);
    mcp_running_release(&s->running);
    pthread_mutex_destroy(&s->freezing);
    keyring_free(s->own_keys);
    free(s);
}

// Room for one more of `size` bytes.
static void *grown(void *at, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return at;
    *room = *room ? 2 * *room : 16;
    return mem_realloc(at, *room * size);
}

static bool may_add(const struct mcp_server *s, size_t count, bool taken, const char *what,
                    const char *name, struct err *err)
{
    if (atomic_load(&s->frozen))
        return err_set(err, ERR_CONFIG, "%s %s: the server runs already", what, name);
    if (taken || count == ENTRIES_MAX)
        return err_set(err, ERR_CONFIG, "%s %s: there is one of that name, or %d of its kind", what,
                       name, ENTRIES_MAX);
    return true;
}

static bool has_tool(const struct mcp_server *s, const char *name)
{
    for (size_t i = 0; i < s->tool_count; i++)
        if (strcmp(s->tools[i].tool.name, name) == 0)
            return true;
    return false;
}

static bool compile(const struct mcp_tool *tool, struct tool_entry *e, struct err *err)
{
    if (tool->judges_itself)
        return true;
    if (tool->input_schema.n && !mcp_schema_new(tool->input_schema, &e->input, err))
        return err_prefix(err, "tool %s: input schema", tool->name);
    if (tool->output_schema.n && !mcp_schema_new(tool->output_schema, &e->output, err))
        return err_prefix(err, "tool %s: output schema", tool->name);
    return true;
}

bool mcp_server_add_tool(struct mcp_server *s, const struct mcp_tool *tool, struct err *err)
{
    assert(tool->handler && tool->name);
    struct tool_entry e = { .tool = *tool };
    if (!may_add(s, s->tool_count, has_tool(s, tool->name), "tool", tool->name, err))
        return false;
    if (!mcp_mirrors_of(tool, &e.mirrors, err) || !compile(tool, &e, err)) {
        mcp_mirrors_free(e.mirrors);
        mcp_schema_free(e.input);
        return false;
    }
    s->tools = grown(s->tools, s->tool_count, &s->tool_room, sizeof(*s->tools));
    s->tools[s->tool_count++] = e;
    return true;
}

static bool has_resource(const struct mcp_server *s, const char *uri)
{
    for (size_t i = 0; i < s->resource_count; i++)
        if (strcmp(s->resources[i].resource.uri, uri) == 0)
            return true;
    return false;
}

bool mcp_server_add_resource(struct mcp_server *s, const struct mcp_resource *resource,
                             struct err *err)
{
    assert(resource->handler && resource->uri && resource->name);
    struct resource_entry e = { .resource = *resource };
    if (!may_add(s, s->resource_count, has_resource(s, resource->uri), "resource", resource->uri,
                 err))
        return false;
    if (strchr(resource->uri, '{') && !mcp_uri_template_new(resource->uri, &e.variables, err))
        return false;
    s->resources = grown(s->resources, s->resource_count, &s->resource_room, sizeof(*s->resources));
    s->resources[s->resource_count++] = e;
    return true;
}

bool mcp_server_add_prompt(struct mcp_server *s, const struct mcp_prompt *prompt, struct err *err)
{
    assert(prompt->handler && prompt->name);
    bool taken = mcp_prompt_find(s, str_c(prompt->name));
    if (!may_add(s, s->prompt_count, taken, "prompt", prompt->name, err))
        return false;
    s->prompts = grown(s->prompts, s->prompt_count, &s->prompt_room, sizeof(*s->prompts));
    s->prompts[s->prompt_count++] = *prompt;
    return true;
}

static void add_optional(struct json_writer *w, const char *key, const char *value)
{
    if (value)
        jw_kv_c(w, key, value);
}

static void render_info(struct mcp_server *s)
{
    const struct mcp_info *info = &s->config.info;
    CLEANUP(buf_release) struct buf out = BUF_INIT(INFO_MAX);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv_c(&w, "name", info->name);
    add_optional(&w, "title", info->title);
    jw_kv_c(&w, "version", info->version);
    add_optional(&w, "description", info->description);
    add_optional(&w, "websiteUrl", info->website_url);
    if (info->icons_json)
        jw_kv_raw(&w, "icons", str_c(info->icons_json));
    jw_object_end(&w);
    s->info = arena_str(s->arena, buf_str(&out));
}

/*= mcp-2026-07-28 schema "Servers SHOULD include this field on every response" */
static void render_meta(struct mcp_server *s)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(INFO_MAX);
    buf_adds(&out, "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":");
    json_add_string(&out, str_c(s->config.info.name));
    buf_adds(&out, ",\"version\":");
    json_add_string(&out, str_c(s->config.info.version));
    buf_adds(&out, "}}");
    s->meta = arena_str(s->arena, buf_str(&out));
}

void mcp_server_freeze(struct mcp_server *s)
{
    if (atomic_load_explicit(&s->frozen, memory_order_acquire))
        return;
    pthread_mutex_lock(&s->freezing);
    if (!atomic_load(&s->frozen)) {
        render_info(s);
        render_meta(s);
        mcp_tools_freeze(s);
        mcp_resources_freeze(s);
        mcp_prompts_freeze(s);
        mcp_capabilities_render(s);
        atomic_store_explicit(&s->frozen, true, memory_order_release);
    }
    pthread_mutex_unlock(&s->freezing);
}
