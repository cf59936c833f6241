// SPDX-License-Identifier: MIT
// Gives the prompts whose service has tools to the MCP server.
#include "serve/serve_int.h"
#include "tools/tools.h"

#define TEXT_MAX (64 * 1024)

static void answer(struct mcp_call *mcp, void *ctx)
{
    const struct prompt *p = ctx;
    struct str values[PROMPT_ARGS_MAX];
    CLEANUP(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
    for (size_t i = 0; p->args[i].name; i++)
        values[i] = mcp_argument(mcp, p->args[i].name);
    prompt_render(p, values, &text);
    mcp_role(mcp, MCP_USER);
    mcp_text(mcp, buf_str(&text));
}

static const struct mcp_argument *arguments_of(struct serve *s, const struct prompt *p)
{
    struct mcp_argument *list = arena_alloc(s->arena, sizeof(*list) * (PROMPT_ARGS_MAX + 1));
    for (size_t i = 0; p->args[i].name; i++)
        list[i] = (struct mcp_argument){ .name = p->args[i].name,
                                         .title = p->args[i].title,
                                         .description = p->args[i].text,
                                         .required = !p->args[i].without };
    return list;
}

static bool has_tools(const struct serve *s, const char *service)
{
    for (size_t i = 0; i < s->chosen_count; i++)
        if (strcmp(s->chosen[i]->service->name, service) == 0)
            return true;
    return false;
}

bool serve_prompts(struct serve *s, struct mcp_server *server, struct err *err)
{
    for (const struct prompt *p = tools_prompts; p->name; p++) {
        const struct mcp_prompt out = { .name = p->name,
                                        .title = p->title,
                                        .description = p->text,
                                        .handler = answer,
                                        .ctx = (void *)(uintptr_t)p,
                                        .arguments = arguments_of(s, p) };
        if (has_tools(s, p->service) && !mcp_server_add_prompt(server, &out, err))
            return false;
    }
    return true;
}
