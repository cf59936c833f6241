// SPDX-License-Identifier: MIT
#include "catalog/schema.h"

#include "json/write.h"

#define QUERY_TEXT(keys)                                                                           \
    "JMESPath over the result (keys " keys "), to project, filter or count it: "                   \
    "[].{id: id, name: name}, [?enabled], length(@)."
#define KWARGS_TEXT                                                                                \
    "Leave out at first. If the answer asks to confirm, repeat the call with the same arguments "  \
    "and the {\"confirmation_token\": \"…\"} of the answer here."

static void put_title(struct json_writer *w, const char *name)
{
    CLEANUP(buf_release) struct buf title = BUF_INIT(256);
    bool start = true;
    for (const char *p = name; *p; p++) {
        char c = *p == '_' ? ' ' : *p;
        buf_addc(&title, start && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
        start = c == ' ';
    }
    jw_kv(w, "title", buf_str(&title));
}

static void put_items(struct json_writer *w, const char *type)
{
    jw_key(w, "items");
    jw_object(w);
    jw_kv_c(w, "type", type);
    jw_object_end(w);
    jw_kv_c(w, "type", "array");
}

static void put_object(struct json_writer *w)
{
    jw_kv_bool(w, "additionalProperties", true);
    jw_kv_c(w, "type", "object");
}

// The members of a schema that say the type, without null.
static void put_type(struct json_writer *w, const struct arg *arg)
{
    if (arg->choices) {
        jw_key(w, "enum");
        jw_array(w);
        for (const char *const *c = arg->choices; *c; c++)
            jw_c(w, *c);
        jw_array_end(w);
    }
    switch (arg->type & ARG_TYPE) {
    case STR:
        jw_kv_c(w, "type", "string");
        break;
    case INT:
        jw_kv_c(w, "type", "integer");
        break;
    case NUM:
        jw_kv_c(w, "type", "number");
        break;
    case BOOL:
        jw_kv_c(w, "type", "boolean");
        break;
    case OBJ:
        put_object(w);
        break;
    case STRS:
        put_items(w, "string");
        break;
    case INTS:
        put_items(w, "integer");
        break;
    case OBJS:
        jw_key(w, "items");
        jw_object(w);
        put_object(w);
        jw_object_end(w);
        jw_kv_c(w, "type", "array");
        break;
    case STRSS:
        jw_key(w, "items");
        jw_object(w);
        put_items(w, "string");
        jw_object_end(w);
        jw_kv_c(w, "type", "array");
        break;
    default:
        break; // ANY
    }
}

static void put_bounds(struct json_writer *w, const struct arg *arg)
{
    if (arg->min || arg->zero_ok)
        jw_kv_int(w, "minimum", arg->min);
    if (arg->max)
        jw_kv_int(w, "maximum", arg->max);
    if (arg->pattern)
        jw_kv_c(w, "pattern", arg->pattern);
}

static void put_arg(struct json_writer *w, const struct arg *arg)
{
    jw_key(w, arg->name);
    jw_object(w);
    jw_kv_c(w, "description", arg->text);
    if (arg_nullable(arg)) {
        jw_key(w, "anyOf");
        jw_array(w);
        jw_object(w);
        put_type(w, arg);
        put_bounds(w, arg);
        jw_object_end(w);
        jw_object(w);
        jw_kv_c(w, "type", "null");
        jw_object_end(w);
        jw_array_end(w);
    } else {
        put_type(w, arg);
        put_bounds(w, arg);
    }
    if (!arg_required(arg))
        jw_kv_raw(w, "default", str_c(arg->otherwise ? arg->otherwise : "null"));
    put_title(w, arg->name);
    jw_object_end(w);
}

static void put_kwargs(struct json_writer *w)
{
    jw_key(w, "kwargs");
    jw_object(w);
    jw_kv_c(w, "description", KWARGS_TEXT);
    jw_kv_raw(w, "default", str_c("null"));
    put_title(w, "kwargs");
    jw_object_end(w);
}

static void put_required(struct json_writer *w, const struct tool *tool)
{
    bool any = false;
    for (const struct arg *arg = tool->args; arg && arg->name; arg++)
        any = any || arg_required(arg);
    if (!any)
        return;
    jw_key(w, "required");
    jw_array(w);
    for (const struct arg *arg = tool->args; arg->name; arg++)
        if (arg_required(arg))
            jw_c(w, arg->name);
    jw_array_end(w);
}

void schema_input(const struct tool *tool, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key(&w, "properties");
    jw_object(&w);
    for (const struct arg *arg = tool->args; arg && arg->name; arg++)
        put_arg(&w, arg);
    if (tool_has_query(tool))
        put_arg(&w, &(struct arg){ "query", STR, NOWHERE,
                                   tool->keys == KEYS_RAW ? QUERY_TEXT("as in the result")
                                                          : QUERY_TEXT("in snake_case") });
    if (tool_changes(tool))
        put_arg(&w, &arg_dry_run);
    if (tool->risk == DELETES)
        put_kwargs(&w);
    jw_object_end(&w);
    put_required(&w, tool);
    jw_kv_c(&w, "type", "object");
    CLEANUP(buf_release) struct buf title = BUF_INIT(256);
    buf_addf(&title, "%sArguments", tool->name);
    jw_kv(&w, "title", buf_str(&title));
    jw_object_end(&w);
}

void schema_output(const struct tool *tool, struct buf *out)
{
    if (tool->output)
        buf_adds(out, tool->output);
}

void schema_annotations(const struct tool *tool, struct buf *out)
{
    static const char *const text[] = {
        [READS] = "{\"readOnlyHint\":true,\"openWorldHint\":false}",
        [CREATES] = "{\"readOnlyHint\":false,\"destructiveHint\":false,\"idempotentHint\":false,"
                    "\"openWorldHint\":false}",
        [UPDATES] = "{\"readOnlyHint\":false,\"destructiveHint\":true,\"idempotentHint\":true,"
                    "\"openWorldHint\":false}",
        [DELETES] = "{\"readOnlyHint\":false,\"destructiveHint\":true,\"idempotentHint\":true,"
                    "\"openWorldHint\":false}",
    };
    buf_adds(out, text[tool->risk]);
}
