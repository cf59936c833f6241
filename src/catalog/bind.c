// SPDX-License-Identifier: MIT
#include "catalog/bind.h"

#include <string.h>

#include "catalog/names.h"
#include "json/write.h"

#define HEADER_MAX 1024 // bytes of an argument that is sent as a header

// --- texts with {places} ---

static void add_scalar(const json_t *value, struct buf *out)
{
    if (json_is_string(value))
        buf_add(out, dom_text(value));
    else if (json_is_boolean(value))
        buf_adds(out, json_is_true(value) ? "True" : "False"); // as Python's str()
    else if (json_is_real(value))
        json_add_real(out, json_real_value(value));
    else if (json_is_integer(value))
        buf_addf(out, "%lld", (long long)json_integer_value(value));
    else if (value)
        json_add_compact(out, value);
}

static json_t *named(json_t *list, const char *key, struct str wanted,
                     bool (*same)(struct str, struct str))
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (same(dom_str(json_array_get(list, i), key), wanted))
            return json_array_get(list, i);
    return NULL;
}

// "[name=word]" and "[name=@arg]": the item of a list that has this name, else one that has it in
// another case.
static json_t *item_with(const struct tool_call *call, json_t *list, struct str condition)
{
    struct str wanted = str_slice(condition, 1, condition.n - 1);
    const char *key = arena_cstr(call->arena, str_cut(&wanted, '='));
    if (str_starts(wanted, STR("@")))
        wanted = call_text(call, arena_cstr(call->arena, str_slice(wanted, 1, wanted.n)));
    if (!wanted.n)
        return NULL;
    json_t *item = named(list, key, wanted, str_eq);
    return item ? item : named(list, key, wanted, str_eq_nocase);
}

static json_t *walk(const struct tool_call *call, json_t *value, struct str path)
{
    while (value && path.p) {
        int64_t index = 0;
        struct str word = str_cut(&path, '.');
        if (!json_is_array(value))
            value = json_object_get(value, arena_cstr(call->arena, word));
        else if (str_starts(word, STR("[")))
            value = item_with(call, value, word);
        else
            value = str_to_i64(word, &index) && index >= 0 ? json_array_get(value, (size_t)index)
                                                           : NULL;
    }
    return json_is_null(value) ? NULL : value;
}

// "1.id": a member of the answer of step 1.
static json_t *from_answer(const struct tool_call *call, struct str name)
{
    struct str rest = name;
    struct str step = str_cut(&rest, '.');
    int64_t number = 0;
    if (!rest.p || !str_to_i64(step, &number) || number < 1)
        return NULL;
    return walk(call, call_answer(call, (size_t)number), rest);
}

static bool add_configured(const struct tool_call *call, struct str name, struct buf *out,
                           struct err *err)
{
    bool zcell = str_is(name, "zcell_customer");
    const char *value = zcell ? call->zcell_customer : call->customer;
    if (!value || !*value)
        return err_set(err, ERR_ONEAPI_CREDENTIALS, "%s is not set: these tools need it.",
                       zcell ? "ZCELL_CUSTOMER_ID" : "ZSCALER_CUSTOMER_ID");
    buf_add_urlencoded(out, str_c(value), false);
    return true;
}

// What stands at a place, a new reference: a part of an earlier answer, or an argument in its form.
static json_t *place_of(const struct tool_call *call, struct str name, struct err *err)
{
    json_t *value = from_answer(call, name);
    const char *key = arena_cstr(call->arena, name);
    if (!value)
        value = call_arg(call, key);
    const struct arg *arg = tool_arg(call->tool, key);
    if (value && arg && arg->place == PATH && arg->as)
        return arg->as((struct tool_call *)(uintptr_t)call, arg, value, err);
    return json_incref(value);
}

// One place of a path. What would not stay inside its segment is encoded; "." and ".." are refused.
static bool add_place(const struct tool_call *call, struct str name, struct buf *out,
                      struct err *err)
{
    if (str_is(name, "customer") || str_is(name, "zcell_customer"))
        return add_configured(call, name, out, err);
    if (str_is(name, "now")) {
        buf_addf(out, "%lld", (long long)call->now);
        return true;
    }
    CLEANUP(buf_release) struct buf text = BUF_INIT(BIND_PATH_MAX);
    JSON_AUTO *value = place_of(call, name, err);
    if (err->code != ERR_NONE)
        return false;
    add_scalar(value, &text);
    if (!buf_ok(&text))
        return err_set(err, ERR_TOOL_ARGUMENTS, STR_FMT " is too long", STR_ARG(name));
    if (!text.n)
        return err_set(err, ERR_TOOL_ARGUMENTS, STR_FMT " is required", STR_ARG(name));
    if (str_is(buf_str(&text), ".") || str_is(buf_str(&text), ".."))
        return err_set(err, ERR_TOOL_ARGUMENTS, STR_FMT " may not be '%s'", STR_ARG(name),
                       buf_cstr(&text));
    buf_add_urlencoded(out, buf_str(&text), false);
    return true;
}

static bool fill_path(const struct tool_call *call, const char *path, struct buf *out,
                      struct err *err)
{
    struct str rest = str_c(path);
    while (rest.p) {
        buf_add(out, str_cut(&rest, '{'));
        if (rest.p && !add_place(call, str_cut(&rest, '}'), out, err))
            return false;
    }
    return buf_ok(out) || err_set(err, ERR_TOOL_ARGUMENTS, "the arguments are too long for a path");
}

static void add_word(const struct tool_call *call, struct str name, struct buf *out)
{
    if (str_ends(name, STR(".#"))) {
        name.n -= 2;
        buf_addf(out, "%zu", json_array_size(call_arg(call, arena_cstr(call->arena, name))));
        return;
    }
    json_t *value = from_answer(call, name);
    add_scalar(value ? value : call_arg(call, arena_cstr(call->arena, name)), out);
}

void bind_sentence(const struct tool_call *call, const char *text, struct buf *out)
{
    struct str rest = str_c(text);
    while (rest.p) {
        buf_add(out, str_cut(&rest, '{'));
        if (rest.p)
            add_word(call, str_cut(&rest, '}'), out);
    }
}

// --- when ---

static bool reads(const json_t *value, struct str word)
{
    if (json_is_boolean(value))
        return str_is(word, json_is_true(value) ? "true" : "false");
    return str_eq(dom_text(value), word);
}

static bool condition_holds(const struct tool_call *call, struct str condition)
{
    bool negated = str_starts(condition, STR("!"));
    struct str word = negated ? str_slice(condition, 1, condition.n) : condition;
    struct str name = str_cut(&word, '=');
    json_t *value = from_answer(call, name);
    if (!value)
        value = call_arg(call, arena_cstr(call->arena, name));
    bool holds = word.p ? reads(value, word) : value != NULL;
    return holds != negated;
}

static bool all_hold(const struct tool_call *call, struct str conditions)
{
    while (conditions.p)
        if (!condition_holds(call, str_cut(&conditions, '&')))
            return false;
    return true;
}

bool call_step_due(const struct tool_call *call, const struct step *step)
{
    struct str rest = str_c(step->when ? step->when : "");
    while (step->when && rest.p)
        if (all_hold(call, str_cut(&rest, ',')))
            return true;
    return !step->when;
}

// --- query ---

static void add_pair(struct buf *query, struct str name, const json_t *value)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(BIND_QUERY_MAX);
    add_scalar(value, &text);
    buf_adds(query, query->n ? "&" : "");
    buf_add_urlencoded(query, name, true);
    buf_addc(query, '=');
    buf_add_urlencoded(query, buf_str(&text), true);
    if (!buf_ok(&text))
        query->overflow = true;
}

static void add_query(struct buf *query, struct str name, const json_t *value)
{
    if (!json_is_array(value)) {
        add_pair(query, name, value);
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++)
        add_pair(query, name, json_array_get(value, i));
}

// .wire = "from,to": value is when it begins; it ends now. Both in the form of .as.
static void add_span(const struct tool_call *call, const struct arg *arg, struct buf *query,
                     const json_t *begin)
{
    struct str to = str_c(arg->wire);
    struct str from = str_cut(&to, ',');
    JSON_AUTO *end = json_integer(call->now);
    add_pair(query, from, begin);
    add_pair(query, to, end);
}

// --- body ---

// Puts value at a dotted place, making the objects on the way.
static void put_at(json_t *object, struct str place, json_t *value)
{
    char key[NAME_MAX_BYTES] = "";
    for (;;) {
        struct str word = str_cut(&place, '.');
        if (word.n >= sizeof(key)) {
            json_decref(value);
            return;
        }
        memcpy(key, word.p, word.n);
        key[word.n] = '\0';
        if (!place.p)
            break;
        json_t *inner = json_object_get(object, key);
        if (!json_is_object(inner)) {
            inner = json_object();
            json_object_set_new(object, key, inner);
        }
        object = inner;
    }
    json_object_set_new(object, key, value);
}

static void merge(json_t *body, json_t *members)
{
    const char *key;
    json_t *value;
    json_object_foreach(members, key, value) json_object_set(body, key, value);
}

// Members that say "{1.id}" become that part of an earlier answer, whatever its type; absent ones
// go. False: one is absent.
static bool fill_body(const struct tool_call *call, json_t *body)
{
    bool all = true;
    const char *key;
    void *next;
    json_t *value;
    json_object_foreach_safe(body, next, key, value)
    {
        struct str text = dom_text(value);
        if (!str_starts(text, STR("{")) || !str_ends(text, STR("}")))
            continue;
        json_t *found = from_answer(call, str_slice(text, 1, text.n - 1));
        if (found)
            json_object_set(body, key, found);
        else
            json_object_del(body, key);
        all = all && found;
    }
    return all;
}

// The query of a step: its places filled with values that are there.
static void fill_query(const struct tool_call *call, const char *text, struct buf *query)
{
    struct str rest = str_c(text);
    while (rest.p) {
        buf_add(query, str_cut(&rest, '{'));
        if (!rest.p)
            return;
        CLEANUP(buf_release) struct buf value = BUF_INIT(BIND_QUERY_MAX);
        add_word(call, str_cut(&rest, '}'), &value);
        buf_add_urlencoded(query, buf_str(&value), true);
        if (!buf_ok(&value))
            query->overflow = true;
    }
}

struct binding {
    struct tool_call *call;
    struct buf query;
    json_t *body; // NULL until something belongs there
    json_t *vars;
    struct tool_request *request;
};

static json_t *made(json_t **object)
{
    if (!*object)
        *object = json_object();
    return *object;
}

// The same as two members of the body.
static void put_span(struct binding *b, const struct arg *arg, const json_t *begin)
{
    struct str to = str_c(arg->wire);
    struct str from = str_cut(&to, ',');
    put_at(made(&b->body), from, json_incref((json_t *)(uintptr_t)begin));
    put_at(made(&b->body), to, json_integer(b->call->now));
}

static bool set_header(struct binding *b, const struct arg *arg, struct str name, json_t *value,
                       struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(HEADER_MAX);
    add_scalar(value, &text);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return err_set(err, ERR_TOOL_ARGUMENTS, "%s must be one line of text", arg->name);
    if (!buf_ok(&text))
        return err_set(err, ERR_TOOL_ARGUMENTS, "%s is longer than %d bytes", arg->name,
                       HEADER_MAX);
    b->request->header = name.p;
    b->request->header_value = arena_str(b->call->arena, buf_str(&text));
    return true;
}

static bool place_value(struct binding *b, const struct arg *arg, json_t *value, struct err *err)
{
    struct str wire = arg_wire(arg, b->call->arena);
    switch (arg->place) {
    case QUERY:
        add_query(&b->query, wire, value);
        break;
    case SPAN:
        add_span(b->call, arg, &b->query, value);
        break;
    case BODY:
        put_at(made(&b->body), wire, json_incref(value));
        break;
    case VARS:
        put_at(made(&b->vars), wire, json_incref(value));
        break;
    case BODY_SPAN:
        put_span(b, arg, value);
        break;
    case HEADER:
        if (!set_header(b, arg, wire, value, err))
            return false;
        put_at(made(&b->body), wire, json_incref(value));
        break;
    case BOTH:
        add_query(&b->query, wire, value);
        put_at(made(&b->body), wire, json_incref(value));
        break;
    default:
        break;
    }
    return err->code == ERR_NONE;
}

static bool bind_arg(struct binding *b, const struct arg *arg, struct err *err)
{
    json_t *given = call_arg(b->call, arg->name);
    if (!given || arg->place == NOWHERE || arg->place == PATH || arg->place == MERGE)
        return true;
    JSON_AUTO *value = arg->as ? arg->as(b->call, arg, given, err) : json_incref(given);
    if (!value)
        return err->code == ERR_NONE;
    return place_value(b, arg, value, err);
}

static bool merge_arg(struct binding *b, const struct arg *arg, struct err *err)
{
    json_t *given = call_arg(b->call, arg->name);
    if (!given || arg->place != MERGE)
        return true;
    JSON_AUTO *value = arg->as ? arg->as(b->call, arg, given, err) : json_incref(given);
    if (!value)
        return err->code == ERR_NONE;
    merge(made(&b->body), value);
    return true;
}

static bool belongs(const struct arg *arg, size_t number, bool last)
{
    return arg->step == ALL_STEPS || arg->step == number || (arg->step == 0 && last);
}

static bool bind_args(struct binding *b, size_t number, bool last, struct err *err)
{
    const struct arg *args = b->call->tool->args;
    for (const struct arg *arg = args; arg && arg->name; arg++)
        if (belongs(arg, number, last) && !bind_arg(b, arg, err))
            return false;
    for (const struct arg *arg = args; arg && arg->name; arg++)
        if (belongs(arg, number, last) && !merge_arg(b, arg, err))
            return false;
    return true;
}

// Every ZPA call names the configured microtenant unless an argument did.
static void add_microtenant(struct binding *b, const char *path)
{
    const char *id = b->call->microtenant;
    if (!id || !*id || !str_starts(str_c(path), STR("/zpa/")) ||
        str_find(buf_str(&b->query), STR("microtenantId=")) >= 0)
        return;
    JSON_AUTO *value = json_string(id);
    add_pair(&b->query, STR("microtenantId"), value);
}

// "query Name(" -> Name
static struct str operation_name(struct str document)
{
    struct str rest = str_trim(document);
    str_cut(&rest, ' ');
    size_t n = 0;
    while (n < rest.n && rest.p[n] != '(' && rest.p[n] != ' ' && rest.p[n] != '{')
        n++;
    return str_slice(rest, 0, n);
}

static bool wrap_graphql(struct binding *b, struct err *err)
{
    const struct tool *tool = b->call->tool;
    json_t *vars = made(&b->vars);
    if (b->body)
        json_object_update_missing(vars, b->body);
    if (tool->customer_var) {
        if (!b->call->customer || !*b->call->customer)
            return err_set(err, ERR_ONEAPI_CREDENTIALS,
                           "ZSCALER_CUSTOMER_ID is not set: these tools need it.");
        json_object_set_new(vars, tool->customer_var, json_string(b->call->customer));
    }
    json_decref(b->body);
    b->body = json_object();
    dom_set(b->body, "query", json_string(tool->graphql));
    dom_set(b->body, "variables", json_incref(vars));
    dom_set(b->body, "operationName", dom_string(operation_name(str_c(tool->graphql))));
    return true;
}

static bool finish_request(struct binding *b, struct err *err)
{
    struct arena *arena = b->call->arena;
    if (b->call->tool->graphql && !wrap_graphql(b, err))
        return false;
    if (!buf_ok(&b->query))
        return err_set(err, ERR_TOOL_ARGUMENTS, "the arguments are longer than %d bytes",
                       BIND_QUERY_MAX);
    b->request->query = arena_str(arena, buf_str(&b->query));
    if (!b->body)
        return true;
    CLEANUP(buf_release) struct buf body = BUF_INIT(BIND_BODY_MAX);
    json_add_compact(&body, b->body);
    if (!buf_ok(&body))
        return err_set(err, ERR_TOOL_ARGUMENTS, "the arguments are longer than %d bytes",
                       BIND_BODY_MAX);
    b->request->body = arena_str(arena, buf_str(&body));
    return true;
}

static bool not_found(const struct tool_call *call, const struct step *step, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(1024);
    bind_sentence(call, step->missing, &text);
    return err_set(err, ERR_TOOL_ARGUMENTS, "%s", buf_cstr(&text));
}

static bool bind_into(struct binding *b, const struct step *step, size_t number, bool last,
                      struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT(BIND_PATH_MAX);
    if (!fill_path(b->call, step->path, &path, err))
        return step->missing ? not_found(b->call, step, err) : false;
    b->request->path = arena_str(b->call->arena, buf_str(&path));
    fill_query(b->call, step->query ? step->query : "", &b->query);
    if (step->body && !dom_parse_object(str_c(step->body), &b->body, err))
        return false;
    if (!fill_body(b->call, b->body) && step->missing)
        return not_found(b->call, step, err);
    if (b->call->body)
        json_object_update(made(&b->body), (json_t *)(uintptr_t)b->call->body);
    if (!bind_args(b, number, last, err))
        return false;
    add_microtenant(b, step->path);
    return finish_request(b, err);
}

bool bind_step(struct tool_call *call, const struct step *step, size_t number, bool last,
               struct tool_request *ret, struct err *err)
{
    *ret = (struct tool_request){ .method = step->method };
    struct binding b = { .call = call, .query = BUF_INIT(BIND_QUERY_MAX), .request = ret };
    err->code = ERR_NONE;
    bool ok = bind_into(&b, step, number, last, err);
    buf_release(&b.query);
    json_decref(b.body);
    json_decref(b.vars);
    return ok;
}

bool call_step(struct tool_call *call, const struct step *step, size_t number, bool last,
               struct err *err)
{
    struct tool_request request;
    json_t *answer = NULL;
    if (!bind_step(call, step, number, last, &request, err) ||
        !call->send(call, &request, &answer, err))
        return false;
    if (number > call->answer_count || number == 0) {
        json_decref(answer);
        return err_set(err, ERR_INTERNAL, "step %zu has no room", number);
    }
    json_decref(call->answers[number - 1]);
    call->answers[number - 1] = answer;
    call->sent = step;
    return true;
}
