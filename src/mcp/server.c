// SPDX-License-Identifier: MIT
#include <assert.h>

#include "base/mem.h"
#include "mcp/internal.h"

#define INFO_MAX  (256u * 1024)
#define TOOLS_MAX 10000

bool mcp_server_new(const struct mcp_config *config, struct mcp_server **ret, struct err *err)
{
    if (!config->info.name || !config->info.version)
        return err_set(err, ERR_CONFIG, "an MCP server needs a name and a version");
    if (config->session_ttl_s < 0)
        return err_set(err, ERR_CONFIG, "session_ttl_s must not be negative");
    struct mcp_server *s = mem_zalloc(1, sizeof(*s));
    s->config = *config;
    s->arena = arena_new();
    pthread_mutex_init(&s->freezing, NULL);
    mcp_running_init(&s->running);
    *ret = s;
    return true;
}

void mcp_server_free(struct mcp_server *s)
{
    if (!s)
        return;
    assert(!s->running.first);
    for (size_t i = 0; i < s->tool_count; i++)
        mcp_mirrors_free(s->tools[i].mirrors);
    free(s->tools);
    http_tail_free(s->list_tail);
    arena_free(s->arena);
    mcp_running_release(&s->running);
    pthread_mutex_destroy(&s->freezing);
    free(s);
}

static bool has_tool(const struct mcp_server *s, const char *name)
{
    for (size_t i = 0; i < s->tool_count; i++)
        if (strcmp(s->tools[i].tool.name, name) == 0)
            return true;
    return false;
}

bool mcp_server_add_tool(struct mcp_server *s, const struct mcp_tool *tool, struct err *err)
{
    assert(tool->handler && tool->name && tool->input_schema.n);
    if (atomic_load(&s->frozen))
        return err_set(err, ERR_CONFIG, "tool %s: the server runs already", tool->name);
    if (s->tool_count == TOOLS_MAX || has_tool(s, tool->name))
        return err_set(err, ERR_CONFIG, "tool %s: there is one of that name, or %d tools",
                       tool->name, TOOLS_MAX);
    struct mirror *mirrors;
    if (!mcp_mirrors_of(tool, &mirrors, err))
        return false;
    if (s->tool_count == s->tool_room) {
        s->tool_room = s->tool_room ? 2 * s->tool_room : 64;
        s->tools = mem_realloc(s->tools, s->tool_room * sizeof(*s->tools));
    }
    s->tools[s->tool_count++] = (struct tool_entry){ .tool = *tool, .mirrors = mirrors };
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
static void render_result_meta(struct mcp_server *s)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(INFO_MAX);
    buf_adds(&out, "\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"
                   "{\"name\":");
    json_add_string(&out, str_c(s->config.info.name));
    buf_adds(&out, ",\"version\":");
    json_add_string(&out, str_c(s->config.info.version));
    buf_adds(&out, "}}");
    s->result_meta = arena_str(s->arena, buf_str(&out));
}

void mcp_server_freeze(struct mcp_server *s)
{
    if (atomic_load_explicit(&s->frozen, memory_order_acquire))
        return;
    pthread_mutex_lock(&s->freezing);
    if (!atomic_load(&s->frozen)) {
        render_info(s);
        render_result_meta(s);
        mcp_tools_render(s);
        atomic_store_explicit(&s->frozen, true, memory_order_release);
    }
    pthread_mutex_unlock(&s->freezing);
}
