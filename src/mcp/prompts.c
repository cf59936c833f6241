// SPDX-License-Identifier: MIT
// The prompts of a server.
#include "mcp/internal.h"

#define ENTRY_MAX (256u * 1024) // bytes of one prompt in a list

const struct mcp_prompt *mcp_prompt_find(const struct mcp_server *s, struct str name)
{
    for (size_t i = 0; i < s->prompt_count; i++)
        if (str_is(name, s->prompts[i].name))
            return &s->prompts[i];
    return NULL;
}

static void render_argument(struct json_writer *w, const struct mcp_argument *a)
{
    jw_object(w);
    mcp_render_head(w, a->name, a->title, a->description, NULL);
    if (a->required)
        jw_kv_bool(w, "required", true);
    jw_object_end(w);
}

static void render(struct json_writer *w, const struct mcp_prompt *p)
{
    jw_object(w);
    mcp_render_head(w, p->name, p->title, p->description, p->icons_json);
    if (p->arguments) {
        jw_key(w, "arguments");
        jw_array(w);
        for (const struct mcp_argument *a = p->arguments; a->name; a++)
            render_argument(w, a);
        jw_array_end(w);
    }
    jw_object_end(w);
}

void mcp_prompts_freeze(struct mcp_server *s)
{
    CLEANUP(buf_release) struct buf one = BUF_INIT(ENTRY_MAX);
    for (size_t i = 0; i < s->prompt_count; i++) {
        struct json_writer w;
        buf_reset(&one);
        jw_init(&w, &one);
        render(&w, &s->prompts[i]);
        mcp_list_add(&s->lists[LIST_PROMPTS],
                     (struct listed){ .json = arena_str(s->arena, buf_str(&one)) });
    }
    mcp_list_freeze(s, LIST_PROMPTS);
}

static bool arguments_fit(const struct mcp_prompt *p, const json_t *given, struct err *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)given, key, value)
    {
        if (!json_is_string(value))
            return err_set(err, ERR_RPC_INVALID_PARAMS,
                           "argument %.64s of prompt %s must be a string", key, p->name);
    }
    for (const struct mcp_argument *a = p->arguments; a && a->name; a++)
        if (a->required && !dom_get(given, a->name))
            return err_set(err, ERR_RPC_INVALID_PARAMS, "prompt %s needs the argument %s", p->name,
                           a->name);
    return true;
}

static void run(struct request *r, const struct mcp_prompt *p)
{
    const struct value *given = &r->msg->arguments;
    struct mcp_call c = {
        .request = r,
        .kind = CALL_PROMPT,
        .prompt = p,
        .handler = p->handler,
        .ctx = p->ctx,
        .arguments = given->type == SCAN_OBJECT ? given->raw : STR("{}"),
    };
    struct err err;
    if (!dom_parse_object(c.arguments, &c.tree, &err))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, err_text(&err));
    if (arguments_fit(p, c.tree, &err))
        return mcp_call_run(&c);
    json_decref(c.tree);
    rpc_error(r, err.code, STR_NONE, err_text(&err));
}

/*= mcp-2025-11-25 server/prompts "Invalid prompt name: -32602 (Invalid params)" */
void mcp_method_prompts_get(struct request *r)
{
    const struct message *m = r->msg;
    bool arguments_ok =
        rpc_value_is_null_or_absent(&m->arguments) || m->arguments.type == SCAN_OBJECT;
    if (m->tool.type != SCAN_STRING || !arguments_ok)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                         STR("prompts/get needs a name, and arguments that are an object"));
    const struct mcp_prompt *p = mcp_prompt_find(r->server, rpc_value_text(&m->tool, r->arena));
    if (!p)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                         STR("There is no prompt of that name: see prompts/list"));
    run(r, p);
}
