// SPDX-License-Identifier: MIT
// Tool mode search: instead of hundreds of definitions the client has two tools, one that finds and
// one that runs. Behind them are the same tools with the same gates: selection, policy,
// confirmation, dry run, audit.
#include "access/access.h"
#include "base/clock.h"
#include "catalog/schema.h"
#include "find/find.h"
#include "json/write.h"
#include "serve/serve_int.h"
#include "tools/tools.h"

#define FIND           "zscaler_find_tools"
#define RUN            "zscaler_run_tool"
#define LIMIT_DEFAULT  5
#define LIMIT_MAX      20
#define FOUND_MAX      (64 * 1024)
#define SCHEMAS_MAX    (12 * 1024) // bytes of schemas in one answer; further tools are named without
#define ARGUMENTS_MAX  (4 * 1024 * 1024)
#define TO_TEXT(value) #value
#define AS_TEXT(value) TO_TEXT(value)

// --- what is said of them ---

static void add_services(const struct serve *s, struct buf *out)
{
    const char *sep = " Products: ";
    for (const struct service *v = tools_services; v->name; v++) {
        size_t n = 0;
        for (size_t i = 0; i < s->chosen_count; i++)
            n += s->chosen[i]->service == v;
        if (n > 0) {
            buf_addf(out, "%s%s (%s, %zu tools)", sep, v->title, v->name, n);
            sep = ", ";
        }
    }
    buf_addc(out, '.');
}

static const char *find_text(struct serve *s)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(FOUND_MAX);
    buf_adds(
        &out,
        "Finds Zscaler tools by what you want to do, in plain words (\"block a website\", \"why "
        "is an application slow\"), or by a tool's name. Returns name, description and input "
        "schema of the best ones; call one with " RUN ". Ask again with other words if "
        "none fits.");
    add_services(s, &out);
    return arena_cstr(s->arena, buf_str(&out));
}

static const char run_text[] =
    "Runs a Zscaler tool that " FIND " found, with arguments that fit its input schema, and "
    "returns its result. Tools that delete ask the person first, as their descriptions say.";

#define FIND_SCHEMA(more)                                                                          \
    "{\"type\":\"object\",\"properties\":{" FIND_QUERY "," FIND_SERVICE "," more FIND_LIMIT        \
    "},\"required\":[\"query\"]}"
#define FIND_QUERY                                                                                 \
    "\"query\":{\"type\":\"string\",\"description\":\"What you want to do, or the name of a tool.\"}"
#define FIND_SERVICE                                                                               \
    "\"service\":{\"type\":\"string\",\"description\":\"Only tools of this product, such as zia.\"}"
#define FIND_CHANGES                                                                               \
    "\"changes\":{\"type\":\"boolean\",\"description\":\"true: only tools that change something; " \
    "false: only those that read.\"}"
#define FIND_LIMIT                                                                                 \
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":" AS_TEXT(                          \
        LIMIT_MAX) ",\"default\":" AS_TEXT(LIMIT_DEFAULT) ",\"description\":\"How many tools.\"}"

static const char find_schema[] = FIND_SCHEMA("");
static const char find_schema_with_changes[] = FIND_SCHEMA(FIND_CHANGES ",");

static const char run_schema[] =
    "{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\",\"description\":\"The tool's name.\"},"
    "\"arguments\":{\"type\":[\"object\",\"string\",\"null\"],\"description\":\"Its arguments, as its input "
    "schema says.\"}},\"required\":[\"name\"]}";

static bool offers_changes(const struct serve *s)
{
    for (size_t i = 0; i < s->chosen_count; i++)
        if (tool_changes(s->chosen[i]->tool))
            return true;
    return false;
}

// Honest for whatever may be run.
static const char *run_annotations(const struct serve *s)
{
    return offers_changes(s)
               ? "{\"readOnlyHint\":false,\"destructiveHint\":true,\"idempotentHint\":false,"
                 "\"openWorldHint\":false}"
               : "{\"readOnlyHint\":true,\"openWorldHint\":false}";
}

// --- finding ---

static const char *const risk_words[] = {
    [READS] = "reads", [CREATES] = "creates", [UPDATES] = "updates", [DELETES] = "deletes"
};

struct found {
    struct buf text, structured;
    struct json_writer w;
    size_t shown, schema_bytes;
};

static void add_found(struct found *f, const struct tool *tool)
{
    CLEANUP(buf_release) struct buf schema = BUF_INIT(SCHEMA_MAX);
    schema_input(tool, &schema);
    bool fits = f->schema_bytes + schema.n <= SCHEMAS_MAX;
    f->schema_bytes += fits ? schema.n : 0;
    f->shown++;
    jw_object(&f->w);
    jw_kv_c(&f->w, "name", tool->name);
    jw_kv_c(&f->w, "what_it_does", risk_words[tool->risk]);
    jw_kv_c(&f->w, "description", tool->text);
    if (fits)
        jw_kv_raw(&f->w, "input_schema", buf_str(&schema));
    jw_object_end(&f->w);
    buf_addf(&f->text, "\n\n%s (%s): %s\n", tool->name, risk_words[tool->risk], tool->text);
    if (fits)
        buf_addf(&f->text, "Input schema: " STR_FMT, STR_ARG(buf_str(&schema)));
    else
        buf_adds(&f->text, "Input schema: ask for this tool alone, by its name.");
}

static bool fits(const struct serve *s, struct mcp_call *mcp, const struct offered *o)
{
    const json_t *args = mcp_arguments(mcp);
    struct str service = str_trim(dom_str(args, "service"));
    bool changes = tool_changes(o->tool);
    return serve_right(s, mcp_principal(mcp), o) &&
           (!service.n || str_eq_nocase(service, str_c(o->service->name))) &&
           dom_bool(args, "changes", changes) == changes;
}

static void answer_found(struct mcp_call *mcp, struct found *f, size_t all)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(FOUND_MAX + 1024);
    if (f->shown == 0)
        buf_adds(&text, "No tool fits. Say it in other words, or leave the product out.");
    else
        buf_addf(&text, "The best %zu of %zu tools that may fit. Call one with " RUN ".", f->shown,
                 all);
    buf_add(&text, buf_str(&f->text));
    jw_array_end(&f->w);
    jw_kv_int(&f->w, "may_fit", (int64_t)all);
    jw_object_end(&f->w);
    mcp_result(mcp, buf_str(&text), buf_str(&f->structured), false);
}

static void find_tools(struct mcp_call *mcp, void *ctx)
{
    const struct serve *s = ctx;
    const json_t *args = mcp_arguments(mcp);
    size_t hits[FIND_RESULTS_MAX], all = 0;
    size_t limit = (size_t)dom_int(args, "limit", LIMIT_DEFAULT);
    struct found f = { .text = BUF_INIT(FOUND_MAX), .structured = BUF_INIT(2 * FOUND_MAX) };
    jw_init(&f.w, &f.structured);
    jw_object(&f.w);
    jw_key(&f.w, "tools");
    jw_array(&f.w);
    size_t n = find_search(s->index, dom_str(args, "query"), hits);
    for (size_t i = 0; i < n; i++) {
        if (!fits(s, mcp, s->chosen[hits[i]]))
            continue;
        all++;
        if (f.shown < limit)
            add_found(&f, s->chosen[hits[i]]->tool);
    }
    answer_found(mcp, &f, all);
    buf_release(&f.text);
    buf_release(&f.structured);
}

// --- running ---

static const struct offered *find_chosen(const struct serve *s, struct str name)
{
    for (size_t i = 0; i < s->chosen_count; i++)
        if (str_is(name, s->chosen[i]->tool->name))
            return s->chosen[i];
    return NULL;
}

// Some models write the object into a text. False: neither.
static bool read_arguments(const json_t *args, json_t **ret)
{
    json_t *given = dom_get(args, "arguments");
    if (!given || json_is_null(given)) {
        *ret = json_object();
        return true;
    }
    if (json_is_string(given))
        return dom_parse_object(dom_text(given), ret, NULL);
    *ret = json_incref(given);
    return json_is_object(given);
}

static void run_named(struct mcp_call *mcp, void *ctx)
{
    const struct serve *s = ctx;
    const json_t *args = mcp_arguments(mcp);
    struct str name = dom_str(args, "name");
    const struct offered *o = find_chosen(s, name);
    JSON_AUTO *given = NULL;
    bool allowed = o && serve_right(s, mcp_principal(mcp), o);
    if (o && !allowed)
        tool_audit_refused(o, mcp);
    if (!allowed)
        mcp_result_error(mcp, "Unknown tool: " STR_FMT ". " FIND " finds the tools that there are.",
                         STR_ARG(str_slice(name, 0, 200)));
    else if (!read_arguments(args, &given))
        mcp_result_error(mcp, "arguments must be an object that fits the input schema of %s",
                         o->tool->name);
    else
        run_with(o, mcp, given);
}

// --- setting up ---

static bool make_index(struct serve *s, struct err *err)
{
    const struct tool **tools = arena_alloc(s->arena, (s->chosen_count + 1) * sizeof(*tools));
    for (size_t i = 0; i < s->chosen_count; i++)
        tools[i] = s->chosen[i]->tool;
    return find_new(tools, tools_services, &s->index, err);
}

bool serve_search(struct serve *s, struct mcp_server *server, struct err *err)
{
    if (!make_index(s, err))
        return false;
    const struct mcp_tool find = {
        .name = FIND,
        .title = "Find Zscaler tools",
        .description = find_text(s),
        .input_schema = str_c(offers_changes(s) ? find_schema_with_changes : find_schema),
        .annotations = STR("{\"readOnlyHint\":true,\"openWorldHint\":false}"),
        .handler = find_tools,
        .ctx = s,
    };
    const struct mcp_tool run = {
        .name = RUN,
        .title = "Run a Zscaler tool",
        .description = run_text,
        .input_schema = str_c(run_schema),
        .annotations = str_c(run_annotations(s)),
        .handler = run_named,
        .ctx = s,
    };
    return mcp_server_add_tool(server, &find, err) && mcp_server_add_tool(server, &run, err);
}
