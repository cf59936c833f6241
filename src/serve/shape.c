// SPDX-License-Identifier: MIT
#include "serve/shape.h"

#include <ctype.h>
#include <string.h>

#include "catalog/bind.h"
#include "catalog/names.h"

static json_t *shape_record(const struct service *service, const struct model *model,
                            const json_t *record, unsigned depth);

// --- names ---

// Every key in snake_case, at every depth; nulls of objects vanish.
static json_t *snake_value(const json_t *value, unsigned depth)
{
    const char *key;
    json_t *inner;
    if (!depth)
        return json_null();
    if (json_is_array(value)) {
        json_t *list = json_array();
        for (size_t i = 0; i < json_array_size(value); i++)
            json_array_append_new(list, snake_value(json_array_get(value, i), depth - 1));
        return list;
    }
    if (!json_is_object(value))
        return json_copy((json_t *)(uintptr_t)value);
    json_t *object = json_object();
    json_object_foreach((json_t *)(uintptr_t)value, key, inner)
    {
        CLEANUP(buf_release) struct buf name = BUF_INIT(NAME_MAX_BYTES);
        name_snake(str_c(key), &name);
        if (!json_is_null(inner) && buf_ok(&name))
            json_object_set_new(object, buf_cstr(&name), snake_value(inner, depth - 1));
    }
    return object;
}

static bool has_snake_keys(const json_t *record)
{
    const char *key;
    json_t *inner;
    json_object_foreach((json_t *)(uintptr_t)record, key, inner) if (strchr(key, '_')) return true;
    return false;
}

// The record with its keys in camelCase, as models name them; borrowed values.
static json_t *camel_keys(const json_t *record)
{
    const char *key;
    json_t *inner, *object = json_object();
    json_object_foreach((json_t *)(uintptr_t)record, key, inner)
    {
        CLEANUP(buf_release) struct buf name = BUF_INIT(NAME_MAX_BYTES);
        name_camel(str_c(key), &name);
        if (buf_ok(&name))
            json_object_set(object, buf_cstr(&name), inner);
    }
    return object;
}

// --- models ---

static json_t *shape_list(const struct service *service, const struct model *model,
                          const json_t *list, unsigned depth)
{
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        json_array_append_new(out, json_is_object(item) ? shape_record(service, model, item, depth)
                                                        : json_copy((json_t *)(uintptr_t)item));
    }
    return out;
}

static json_t *shape_field(const struct service *service, const struct field *field,
                           const json_t *value, unsigned depth)
{
    if (!value || json_is_null(value))
        return field->absent ? json_deep_copy(field->absent) : NULL;
    if (field->kind == FIELD_OBJECT && json_is_object(value))
        return shape_record(service, field->model, value, depth);
    if (field->kind == FIELD_LIST && json_is_array(value))
        return shape_list(service, field->model, value, depth);
    return snake_value(value, depth);
}

// The keys that the model does not know: a newer API must not lose what it says.
static void add_unknown(const struct model *model, const json_t *record, json_t *out,
                        unsigned depth)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)record, key, value)
    {
        CLEANUP(buf_release) struct buf camel = BUF_INIT(NAME_MAX_BYTES);
        CLEANUP(buf_release) struct buf snake = BUF_INIT(NAME_MAX_BYTES);
        if (json_is_null(value) || json_object_get(model->known, key))
            continue;
        name_camel(str_c(key), &camel);
        name_snake(str_c(key), &snake);
        if (buf_ok(&camel) && buf_ok(&snake) && !json_object_get(model->known, buf_cstr(&camel)) &&
            !json_object_get(out, buf_cstr(&snake)))
            json_object_set_new(out, buf_cstr(&snake), snake_value(value, depth));
    }
}

static json_t *shape_record(const struct service *service, const struct model *model,
                            const json_t *record, unsigned depth)
{
    if (!depth)
        return json_object();
    JSON_AUTO *renamed = has_snake_keys(record) ? camel_keys(record) : NULL;
    json_t *out = json_object();
    for (size_t i = 0; i < model->count; i++) {
        const struct field *field = &model->fields[i];
        const json_t *given = json_object_get(record, field->in.p);
        if (!given && renamed)
            given = json_object_get(renamed, field->in.p);
        if (!given && field->kind == FIELD_SELF)
            given = record;
        json_t *value = shape_field(service, field, given, depth - 1);
        if (value)
            json_object_set_new_nocheck(out, field->out.p, value);
    }
    add_unknown(model, record, out, depth - 1);
    return out;
}

// --- where it lies ---

static const json_t *at_place(const json_t *answer, const char *place)
{
    struct str rest = str_c(place);
    while (answer && rest.p) {
        char key[NAME_MAX_BYTES];
        struct str word = str_cut(&rest, '.');
        if (word.n >= sizeof(key))
            return NULL;
        memcpy(key, word.p, word.n);
        key[word.n] = '\0';
        answer = json_object_get(answer, key);
    }
    return answer;
}

static json_t *shape_value(const struct tool *tool, const struct service *service,
                           const struct model *model, const json_t *value)
{
    if (!value)
        return json_null();
    if (tool->keys == KEYS_RAW)
        return json_deep_copy(value);
    if (!model)
        return snake_value(value, SHAPE_DEPTH_MAX);
    if (json_is_array(value))
        return shape_list(service, model, value, SHAPE_DEPTH_MAX);
    return json_is_object(value) ? shape_record(service, model, value, SHAPE_DEPTH_MAX)
                                 : json_copy((json_t *)(uintptr_t)value);
}

// --- the search that the API does not offer ---

static bool has_part(struct str text, struct str part)
{
    for (size_t i = 0; i + part.n <= text.n; i++)
        if (str_eq_nocase(str_slice(text, i, i + part.n), part))
            return true;
    return false;
}

static json_t *records_with(const json_t *records, const char *field, struct str wanted,
                            bool (*fits)(struct str, struct str))
{
    json_t *found = json_array();
    for (size_t i = 0; i < json_array_size(records); i++)
        if (fits(dom_str(json_array_get(records, i), field), wanted))
            json_array_append(found, json_array_get(records, i));
    return found;
}

static void replace(json_t **value, json_t *with)
{
    json_decref(*value);
    *value = with;
}

// .find = "arg==field": the records that are called so, in another case if there is none in this.
static bool find_named(const char *field, struct str name, json_t **records, struct err *err)
{
    json_t *found = records_with(*records, field, name, str_eq);
    if (!json_array_size(found))
        replace(&found, records_with(*records, field, name, str_eq_nocase));
    replace(records, found);
    return json_array_size(found) || err_set(err, ERR_TOOL_ARGUMENTS,
                                             "No record has the %s '" STR_FMT
                                             "'; call the tool without %s to see those that exist.",
                                             field, STR_ARG(name), field);
}

// .find = "arg=field": records whose field has the argument as a part of it, in any case. A step
// that has the argument (.step) has searched already; one that reads a single record, too.
static bool find_records(const struct tool_call *call, json_t **records, struct err *err)
{
    struct str field = str_c(call->tool->find);
    const char *arg = arena_cstr(call->arena, str_cut(&field, '='));
    bool whole = str_starts(field, STR("="));
    const char *key = arena_cstr(call->arena, str_slice(field, whole, field.n));
    struct str wanted = call_text(call, arg);
    const struct arg *asked = tool_arg(call->tool, arg);
    bool by_api = asked && asked->place == QUERY && asked->step &&
                  call->sent == &call->tool->steps[asked->step - 1];
    if (!wanted.n || !json_is_array(*records) || (call->sent && call->sent->one))
        return true;
    if (whole)
        return find_named(key, wanted, records, err);
    if (!by_api)
        replace(records, records_with(*records, key, wanted, has_part));
    return true;
}

static json_t *sentence(const struct tool_call *call)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(64 * 1024);
    bind_sentence(call, call->tool->says, &text);
    return json_pack("{s:b, s:o}", "success", 1, "message", dom_string(buf_str(&text)));
}

// --- made objects ---

static json_t *view_of(const struct tool_call *call, json_t *value, json_t *shaped);

// "{.}", "{.name}", "{arg}"; any other text is itself.
static json_t *view_text(const struct tool_call *call, json_t *value, json_t *shaped)
{
    struct str text = dom_text(value);
    if (!str_starts(text, STR("{")))
        return json_incref(value);
    const char *name = arena_cstr(call->arena, str_slice(text, 1, text.n - 1));
    json_t *found = *name != '.' ? call_arg(call, name)
                    : name[1]    ? json_object_get(shaped, name + 1)
                                 : shaped;
    return found ? json_incref(found) : json_null();
}

static json_t *view_of(const struct tool_call *call, json_t *value, json_t *shaped)
{
    const char *key;
    json_t *inner;
    if (json_is_string(value))
        return view_text(call, value, shaped);
    if (!json_is_object(value))
        return json_incref(value);
    json_t *object = json_object();
    json_object_foreach(value, key, inner)
        json_object_set_new(object, key, view_of(call, inner, shaped));
    return object;
}

static bool make_view(const struct tool_call *call, json_t **value, struct err *err)
{
    JSON_AUTO *view = NULL;
    JSON_AUTO *shaped = *value;
    *value = NULL;
    if (!dom_parse(str_c(call->tool->view), &view, err))
        return false;
    JSON_AUTO *made = view_of(call, view, shaped);
    *value = json_deep_copy(made); // its parts may be shared with the arguments
    return true;
}

// The records or the object that the answer holds; NULL: none.
static const json_t *answered(const struct tool_call *call, const json_t *answer)
{
    const struct tool *tool = call->tool;
    bool one = call->sent && call->sent->one;
    const char *at = call->sent && call->sent->at ? call->sent->at : one ? NULL : tool->at;
    const json_t *place = at && !json_is_array(answer) ? at_place(answer, at) : answer;
    return tool->list && !one && !json_is_array(place) ? NULL : place;
}

static json_t *as_only(json_t *record)
{
    json_t *list = json_array();
    json_array_append_new(list, record);
    return list;
}

bool shape(struct tool_call *call, const struct service *service, const struct model *model,
           const json_t *answer, json_t **ret, struct err *err)
{
    const struct tool *tool = call->tool;
    if (tool->says) {
        *ret = sentence(call);
        return true;
    }
    const json_t *place = answered(call, answer);
    JSON_AUTO *empty = tool->list ? json_array() : json_object();
    json_t *value = shape_value(tool, service, model, place ? place : empty);
    if (tool->list && !json_is_array(value))
        value = as_only(value);
    if ((tool->find && !find_records(call, &value, err)) ||
        (tool->finish && !tool->finish(call, &value, err))) {
        json_decref(value);
        return false;
    }
    if (tool->view && !make_view(call, &value, err))
        return false;
    *ret = value;
    return true;
}
