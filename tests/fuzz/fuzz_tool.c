// SPDX-License-Identifier: MIT
// links: serve
// A call of a tool without its server: a line with the tool's name, a line with arguments, and a
// line for each answer of the API (the last one again and again). Arguments that are no JSON object
// are made of the bytes, a value for each parameter. Whatever they are: a request that goes out is
// one of this tool, and what comes back is a result or an error that says why.
#include "catalog/args.h"
#include "catalog/bind.h"
#include "fuzz.h"
#include "serve/clean.h"
#include "serve/encode.h"
#include "serve/shape.h"
#include "tools/tools.h"

#define STEPS_MAX    8
#define REQUESTS_MAX 50
#define RESULT_MAX   (64 * 1024 * 1024)

struct running {
    struct tool_call call; // first: hooks get this
    struct str answers;    // still to come
    struct str last;
    size_t requests;
    struct step room; // of a tool without .steps
    json_t *kept[STEPS_MAX];
};

static const struct tool *tool_of(struct str name)
{
    uint32_t hash = 5381;
    size_t n = 0;
    for (; tools_all[n]; n++)
        if (str_is(name, tools_all[n]->name))
            return tools_all[n];
    for (size_t i = 0; i < name.n; i++)
        hash = hash * 33 + (unsigned char)name.p[i];
    return tools_all[hash % n];
}

// A path of unreserved, sub-delims, ':' and '@' (RFC 3986 section 3.3), and no way up in it.
static void check_request(const struct tool *tool, const struct tool_request *request)
{
    struct str path = request->path, rest = path;
    CHECK(str_starts(path, STR("/")));
    for (size_t i = 0; i < path.n; i++)
        CHECK(strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                     "-._~!$&'()*+,;=:@%/",
                     path.p[i]) &&
              path.p[i]);
    while (rest.p) {
        struct str segment = str_cut(&rest, '/');
        CHECK(!str_is(segment, ".") && !str_is(segment, ".."));
    }
    for (size_t i = 0; i < request->query.n; i++)
        CHECK((unsigned char)request->query.p[i] > ' ' &&
              (unsigned char)request->query.p[i] < 0x7f && request->query.p[i] != '#');
    for (size_t i = 0; i < request->header_value.n; i++)
        CHECK(request->header_value.p[i] != '\r' && request->header_value.p[i] != '\n');
    if (request->body.n) {
        json_t *body;
        struct err err;
        CHECK(dom_parse(request->body, &body, &err));
        json_decref(body);
    }
    // A template's slashes are all there are.
    if (tool->path && !tool->hook && !tool->steps) {
        size_t given = 0, wanted = 0;
        for (const char *p = tool->path; *p; p++)
            wanted += *p == '/';
        for (size_t i = 0; i < path.n; i++)
            given += path.p[i] == '/';
        CHECK(given == wanted);
    }
    CHECK(tool->risk != READS || request->method == GET || request->method == POST);
}

static bool send(struct tool_call *call, const struct tool_request *request, json_t **ret,
                 struct err *err)
{
    struct running *r = (struct running *)call;
    check_request(call->tool, request);
    *ret = NULL;
    if (++r->requests > REQUESTS_MAX)
        return err_set(err, ERR_ONEAPI, "enough");
    if (r->answers.p)
        r->last = str_cut(&r->answers, '\n');
    return !r->last.n || dom_parse(r->last, ret, err);
}

static size_t due(const struct tool_call *call, const struct step *steps, size_t i, size_t n)
{
    while (i < n && !call_step_due(call, &steps[i]))
        i++;
    return i;
}

static bool send_all(struct running *r, json_t **ret, struct err *err)
{
    const struct step *steps;
    const struct tool *tool = r->call.tool;
    size_t n = tool_steps(tool, &steps, &r->room), sent = 0;
    if (tool->prepare && !tool->prepare(&r->call, err))
        return false;
    if (tool->hook)
        return tool->hook(&r->call, ret, err);
    for (size_t i = due(&r->call, steps, 0, n); i < n; i = due(&r->call, steps, i + 1, n)) {
        sent = i + 1;
        if (!call_step(&r->call, &steps[i], sent, due(&r->call, steps, i + 1, n) == n, err))
            return false;
    }
    *ret = sent ? json_incref(r->kept[sent - 1]) : NULL;
    return true;
}

static const struct service *service_of(const struct tool *tool)
{
    const struct service *s = tools_services;
    while (s->name && !str_is(tool_service(tool), s->name))
        s++;
    return s;
}

// A value of the parameter's type, from the bytes.
static json_t *made(const struct arg *arg, struct str bytes)
{
    json_t *text = dom_string(bytes), *value = NULL;
    switch (arg->type & ARG_TYPE) {
    case INT:
    case NUM:
        value = json_integer(bytes.n ? bytes.p[0] : 0);
        break;
    case BOOL:
        value = json_boolean(bytes.n & 1);
        break;
    case OBJ:
        value = json_pack("{s:O}", "name", text);
        break;
    case STRS:
        value = json_pack("[O,O]", text, text);
        break;
    case INTS:
        value = json_pack("[i]", (int)bytes.n);
        break;
    case OBJS:
        value = json_pack("[{s:O}]", "id", text);
        break;
    case STRSS:
        value = json_pack("[[O]]", text);
        break;
    default:
        value = json_incref(text);
    }
    json_decref(text);
    return value;
}

static json_t *arguments(const struct tool *tool, struct str line)
{
    json_t *given;
    struct err err;
    size_t i = 0;
    if (dom_parse_object(line, &given, &err))
        return given;
    given = json_object();
    for (const struct arg *arg = tool->args; arg && arg->name; arg++, i++)
        if (arg_required(arg) || (line.n && (line.p[i % line.n] & 1)))
            dom_set(given, arg->name,
                    arg->choices ? json_string(arg->choices[0])
                                 : made(arg, str_slice(line, i % (line.n + 1), line.n)));
    return given;
}

static void finish(struct running *r, const struct models *models, const json_t *answer)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(RESULT_MAX);
    const struct tool *tool = r->call.tool;
    const struct service *service = service_of(tool);
    JSON_AUTO *value = NULL;
    struct err err = { 0 };
    const char *model = r->call.sent && r->call.sent->model ? r->call.sent->model : tool->model;
    if (!shape(&r->call, service, model ? models_find(models, str_c(service->name), model) : NULL,
               answer, &value, &err)) {
        CHECK(err.text[0]);
        return;
    }
    CHECK(value);
    clean_tree(&value);
    encode(value, tool->json ? AS_JSON : AS_FITS, &text);
    CHECK(!buf_ok(&text) || str_is_utf8(buf_str(&text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct models *models;
    struct str rest = str_of(data, n), name = str_cut(&rest, '\n'), line = str_cut(&rest, '\n');
    const struct tool *tool = tool_of(name);
    CLEANUP(arena_free) struct arena *arena = arena_new();
    JSON_AUTO *given = arguments(tool, line);
    JSON_AUTO *args = NULL, *answer = NULL;
    struct str why;
    struct err err = { 0 };
    if (!models)
        CHECK(models_new(tools_services, &models, &err));
    if (!args_judge(tool, given, arena, &args, &why, &err)) {
        CHECK(why.n && err.text[0]);
        return 0;
    }
    struct running r = { .answers = rest };
    r.call = (struct tool_call){ .tool = tool,
                                 .arena = arena,
                                 .args = args,
                                 .answers = r.kept,
                                 .answer_count = STEPS_MAX,
                                 .now = 1767225600,
                                 .customer = "1",
                                 .zcell_customer = "2",
                                 .send = send };
    if (send_all(&r, &answer, &err))
        finish(&r, models, answer);
    else
        CHECK(err.text[0]);
    for (size_t i = 0; i < STEPS_MAX; i++)
        json_decref(r.kept[i]);
    return 0;
}
