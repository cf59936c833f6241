// SPDX-License-Identifier: MIT
// completion/complete: what could stand for an argument of a prompt or a variable of a template.
#include "mcp/internal.h"

#define VALUES_MAX 100 // of an answer; MCP's own limit
#define BYTES_MAX  (256u * 1024)

struct mcp_completion {
    struct request *request;
    struct buf values;
    size_t shown, total;
    json_t *before; // arguments filled in before; NULL: none
};

void mcp_offer(struct mcp_completion *c, struct str value)
{
    if (c->total++ >= VALUES_MAX)
        return;
    if (c->shown++)
        buf_addc(&c->values, ',');
    json_add_string(&c->values, value);
}

struct str mcp_completed(const struct mcp_completion *c, const char *name)
{
    return dom_str(c->before, name);
}

const void *mcp_completion_principal(const struct mcp_completion *c)
{
    return c->request->principal;
}

static const struct mcp_argument *named(const struct mcp_argument *list, struct str name)
{
    for (const struct mcp_argument *a = list; a && a->name; a++)
        if (str_is(name, a->name))
            return a;
    return NULL;
}

// What ref names; .handler NULL: nothing.
struct target {
    const struct mcp_argument *arguments;
    void *ctx;
    bool found;
};

static struct target find(const struct request *r, const json_t *ref)
{
    const struct mcp_server *s = r->server;
    if (str_is(dom_str(ref, "type"), "ref/prompt")) {
        const struct mcp_prompt *p = mcp_prompt_find(s, dom_str(ref, "name"));
        return p ? (struct target){ p->arguments, p->ctx, true }
                 : (struct target){ .found = false };
    }
    struct str uri = dom_str(ref, "uri");
    for (size_t i = 0; i < s->resource_count && uri.p; i++) {
        const struct mcp_resource *one = &s->resources[i].resource;
        if (str_is(uri, one->uri))
            return (struct target){ one->arguments, one->ctx, true };
    }
    return (struct target){ .found = false };
}

static void offer_all(struct mcp_completion *c, const struct mcp_argument *a, struct str value,
                      void *ctx)
{
    for (const char *const *v = a->values; v && *v; v++)
        if (str_starts(str_c(*v), value))
            mcp_offer(c, str_c(*v));
    if (a->complete)
        a->complete(c, value, ctx);
}

static void answer(struct mcp_completion *c)
{
    struct request *r = c->request;
    rpc_begin(r);
    buf_addc(r->out, '{');
    mcp_result_head(r);
    buf_adds(r->out, "\"completion\":{\"values\":[");
    buf_add(r->out, buf_str(&c->values));
    buf_addf(r->out, "],\"total\":%zu,\"hasMore\":%s}}", c->total,
             c->total > c->shown ? "true" : "false");
    r->out->overflow |= c->values.overflow;
    rpc_end(r);
}

static json_t *object(const struct value *v)
{
    json_t *tree = NULL;
    struct err err;
    if (v->type != SCAN_OBJECT || !dom_parse_object(v->raw, &tree, &err))
        return NULL;
    return tree;
}

void mcp_method_complete(struct request *r)
{
    JSON_AUTO *ref = object(&r->msg->ref);
    JSON_AUTO *argument = object(&r->msg->argument);
    JSON_AUTO *context = object(&r->msg->context);
    struct str name = dom_str(argument, "name"), value = dom_str(argument, "value");
    struct target target = find(r, ref);
    if (!ref || !name.p || !value.p)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                         STR("completion/complete needs a ref, and an argument with a name and a "
                             "value"));
    if (!target.found)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                         STR("ref names no prompt and no resource of this server"));
    struct mcp_completion c = { .request = r, .before = dom_get(context, "arguments") };
    buf_init(&c.values, BYTES_MAX);
    const struct mcp_argument *a = named(target.arguments, name);
    if (a)
        offer_all(&c, a, value, target.ctx);
    answer(&c);
    buf_release(&c.values);
}
