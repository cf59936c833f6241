// SPDX-License-Identifier: MIT
// What handlers answer with: content piece by piece, whole results, errors.
#include <assert.h>

#include "jose/b64url.h"
#include "mcp/internal.h"

static void begin(struct mcp_call *c, struct json_writer *w, const char *type)
{
    if (c->content.n)
        buf_addc(&c->content, ',');
    jw_init(w, &c->content);
    if (c->kind == CALL_PROMPT) {
        jw_object(w);
        jw_kv_c(w, "role", c->role == MCP_ASSISTANT ? "assistant" : "user");
        jw_key(w, "content");
    }
    jw_object(w);
    if (c->kind != CALL_RESOURCE)
        jw_kv_c(w, "type", type);
}

static void end(struct mcp_call *c, struct json_writer *w)
{
    if (c->annotations.n && c->kind != CALL_RESOURCE)
        jw_kv_raw(w, "annotations", c->annotations);
    jw_object_end(w);
    if (c->kind == CALL_PROMPT)
        jw_object_end(w);
    c->annotations = STR_NONE;
    c->answer = ANSWER_CONTENT;
}

static void put_base64(struct json_writer *w, const char *key, struct str bytes)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_REPLY_MAX);
    b64_encode(&text, bytes);
    if (!buf_ok(&text))
        w->out->overflow = true;
    jw_kv(w, key, buf_str(&text));
}

static void put_optional(struct json_writer *w, const char *key, const char *text)
{
    if (text)
        jw_kv_c(w, key, text);
}

// Of a resource: text, or else bytes.
static void put_contents(struct json_writer *w, struct str uri, const char *mime_type,
                         const char *member, struct str bytes)
{
    jw_kv(w, "uri", uri);
    put_optional(w, "mimeType", mime_type);
    if (strcmp(member, "blob") == 0)
        put_base64(w, member, bytes);
    else
        jw_kv(w, member, bytes);
}

static void embed(struct mcp_call *c, struct str uri, const char *mime_type, const char *member,
                  struct str bytes)
{
    struct json_writer w;
    begin(c, &w, "resource");
    if (c->kind == CALL_RESOURCE) {
        put_contents(&w, uri, mime_type, member, bytes);
    } else {
        jw_key(&w, "resource");
        jw_object(&w);
        put_contents(&w, uri, mime_type, member, bytes);
        jw_object_end(&w);
    }
    end(c, &w);
}

void mcp_role(struct mcp_call *c, enum mcp_role role)
{
    c->role = role;
}

void mcp_annotate(struct mcp_call *c, struct str annotations)
{
    c->annotations = arena_str(c->request->arena, annotations);
}

void mcp_text(struct mcp_call *c, struct str text)
{
    struct json_writer w;
    if (c->kind == CALL_RESOURCE)
        return embed(c, c->uri, c->resource->mime_type, "text", text);
    begin(c, &w, "text");
    jw_kv(&w, "text", text);
    end(c, &w);
}

void mcp_textf(struct mcp_call *c, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_REPLY_MAX);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    mcp_text(c, buf_str(&text));
}

static void media(struct mcp_call *c, const char *type, const char *mime_type, struct str bytes)
{
    struct json_writer w;
    if (c->kind == CALL_RESOURCE)
        return embed(c, c->uri, mime_type, "blob", bytes);
    begin(c, &w, type);
    put_base64(&w, "data", bytes);
    jw_kv_c(&w, "mimeType", mime_type);
    end(c, &w);
}

void mcp_image(struct mcp_call *c, const char *mime_type, struct str bytes)
{
    media(c, "image", mime_type, bytes);
}

void mcp_audio(struct mcp_call *c, const char *mime_type, struct str bytes)
{
    media(c, "audio", mime_type, bytes);
}

void mcp_blob(struct mcp_call *c, struct str bytes)
{
    assert(c->kind == CALL_RESOURCE);
    embed(c, c->uri, c->resource->mime_type, "blob", bytes);
}

void mcp_resource_text(struct mcp_call *c, struct str uri, const char *mime_type, struct str text)
{
    embed(c, uri, mime_type, "text", text);
}

void mcp_resource_blob(struct mcp_call *c, struct str uri, const char *mime_type, struct str bytes)
{
    embed(c, uri, mime_type, "blob", bytes);
}

void mcp_link(struct mcp_call *c, struct str uri, const char *name, const char *mime_type,
              const char *description)
{
    struct json_writer w;
    assert(c->kind != CALL_RESOURCE);
    begin(c, &w, "resource_link");
    jw_kv(&w, "uri", uri);
    jw_kv_c(&w, "name", name);
    put_optional(&w, "mimeType", mime_type);
    put_optional(&w, "description", description);
    end(c, &w);
}

void mcp_structured(struct mcp_call *c, struct str json)
{
    buf_reset(&c->structured);
    buf_add(&c->structured, json);
    c->answer = ANSWER_CONTENT;
}

void mcp_result(struct mcp_call *c, struct str text, struct str structured, bool is_error)
{
    buf_reset(&c->content);
    buf_reset(&c->structured);
    mcp_text(c, text);
    if (c->note.n)
        mcp_text(c, c->note);
    buf_add(&c->structured, structured);
    c->is_error = is_error;
}

void mcp_note(struct mcp_call *c, struct str text)
{
    c->note = arena_str(c->request->arena, text);
}

void mcp_result_text(struct mcp_call *c, struct str text)
{
    mcp_result(c, text, STR_NONE, false);
}

void mcp_result_error(struct mcp_call *c, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_REPLY_MAX);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    if (c->kind == CALL_TOOL)
        return mcp_result(c, buf_str(&text), STR_NONE, true);
    mcp_fail(c, ERR_INTERNAL, STR_FMT, STR_ARG(buf_str(&text)));
}

void mcp_fail(struct mcp_call *c, enum err_code code, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_REPLY_MAX);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    rpc_error(c->request, code, STR_NONE, buf_str(&text));
    c->answer = ANSWER_GIVEN;
}

static void add_required(struct json_writer *w, struct str path)
{
    struct str name = str_cut(&path, '.');
    // The identifier of an extension has dots of its own.
    if (str_is(name, "extensions") && path.p) {
        jw_key_str(w, name);
        jw_object(w);
        jw_key_str(w, path);
        jw_raw(w, STR("{}"));
        jw_object_end(w);
        return;
    }
    jw_key_str(w, name);
    jw_object(w);
    if (path.p)
        add_required(w, path);
    jw_object_end(w);
}

void mcp_fail_missing_capability(struct mcp_call *c, const char *capability)
{
    CLEANUP(buf_release) struct buf data = BUF_INIT(1024);
    struct json_writer w;
    jw_init(&w, &data);
    jw_object(&w);
    jw_key(&w, "requiredCapabilities");
    jw_object(&w);
    add_required(&w, str_c(capability));
    jw_object_end(&w);
    jw_object_end(&w);
    rpc_error(c->request, ERR_RPC_MISSING_CAPABILITY, buf_str(&data),
              STR("This needs a capability that the client did not declare"));
    c->answer = ANSWER_GIVEN;
}

void mcp_not_found(struct mcp_call *c)
{
    mcp_resource_missing(c->request, c->uri);
    c->answer = ANSWER_GIVEN;
}
