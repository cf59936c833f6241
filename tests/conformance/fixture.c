// SPDX-License-Identifier: MIT
// What the official conformance suite expects a server to have, on the library, by its public
// header alone. build/release/mcp-fixture --port N serves it on /mcp; without --port on stdin and
// stdout.
#include <poll.h>
#include <semaphore.h>
#include <time.h>

#include "jose/b64url.h"
#include "json/write.h"
#include "mcp/mcp.h"

#define PNG                                                                                         \
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJgg" \
    "g=="
#define WAV "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="
#define OBJECT(properties, required)                                                               \
    STR_INIT("{\"type\":\"object\",\"properties\":{" properties "},\"required\":[" required "]}")
#define NAME_SCHEMA                                                                                \
    STR("{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":"       \
        "[\"name\"]}")
#define OK_SCHEMA                                                                                  \
    STR("{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}},\"required\":"        \
        "[\"ok\"]}")

static struct str decoded(struct mcp_call *c, const char *base64)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT(4096);
    if (!b64_decode(&bytes, str_c(base64)))
        return STR_NONE;
    return arena_str(mcp_arena(c), buf_str(&bytes));
}

static struct str json_of(struct mcp_call *c, const json_t *value)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(64 * 1024);
    if (!value)
        return STR("null");
    json_add_compact(&text, value);
    return arena_str(mcp_arena(c), buf_str(&text));
}

static void post(void *arg)
{
    sem_post(arg);
}

// Sleeps, but no longer than the client wants it.
static void nap(struct mcp_call *c, long ms)
{
    sem_t woken;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    sem_init(&woken, 0, 0);
    if (cancel_hook(mcp_cancel(c), post, &woken))
        sem_timedwait(&woken, &until);
    cancel_hook(mcp_cancel(c), NULL, NULL);
    sem_destroy(&woken);
}

// --- content ---

static void says(struct mcp_call *c, void *ctx)
{
    mcp_text(c, str_c(ctx));
}

static void image_content(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_image(c, "image/png", decoded(c, PNG));
}

static void audio_content(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_audio(c, "audio/wav", decoded(c, WAV));
}

static void embedded_resource(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_resource_text(c, STR("test://embedded-resource"), "text/plain",
                      STR("This is an embedded resource content."));
}

static void mixed_content(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_text(c, STR("Multiple content types test:"));
    mcp_image(c, "image/png", decoded(c, PNG));
    mcp_resource_text(c, STR("test://mixed-content-resource"), "application/json",
                      STR("{\"test\":\"data\",\"value\":123}"));
}

static void x_mcp_header(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct str region = mcp_argument(c, "region");
    mcp_textf(c, "region=" STR_FMT, STR_ARG(region));
}

static void fails(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_result_error(c, "This tool intentionally returns an error for testing");
}

// --- on the way ---

static void logs(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_log(c, MCP_INFO, "fixture", "Tool execution started");
    nap(c, 50);
    mcp_log(c, MCP_INFO, "fixture", "Tool processing data");
    nap(c, 50);
    mcp_log(c, MCP_INFO, "fixture", "Tool execution completed");
    mcp_text(c, STR("Logging evaluated"));
}

static void makes_progress(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    for (int percent = 0; percent <= 100; percent += 50) {
        mcp_progress(c, percent, 100, "on the way");
        nap(c, 50);
    }
    mcp_text(c, STR("Streaming complete"));
}

static void reconnects(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_let_go(c, 500);
    nap(c, 100);
    mcp_text(c, STR("The stream was resumed."));
}

static const enum mcp_what what[] = { MCP_TOOLS, MCP_PROMPTS, MCP_RESOURCES };

static void changes_list(struct mcp_call *c, void *ctx)
{
    mcp_changed(mcp_server_of(c), *(const enum mcp_what *)ctx);
    mcp_text(c, STR("Mutation triggered"));
}

static void updates(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_updated(mcp_server_of(c), STR("test://watched-resource"));
    mcp_text(c, STR("Update told"));
}

// --- questions ---

static bool sample(struct mcp_call *c, const char *key, struct str prompt, int max_tokens,
                   const json_t **ret)
{
    CLEANUP(buf_release) struct buf params = BUF_INIT(64 * 1024);
    buf_adds(&params, "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":");
    json_add_string(&params, prompt);
    buf_addf(&params, "}}],\"maxTokens\":%d}", max_tokens);
    return mcp_sample(c, key, buf_str(&params), ret);
}

static void samples(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    const json_t *answer;
    struct str prompt = mcp_argument(c, "prompt");
    if (!sample(c, "sampled", prompt, 100, &answer))
        return;
    struct str text = dom_str(dom_get(answer, "content"), "text");
    mcp_textf(c, "LLM response: " STR_FMT, STR_ARG(text));
}

static void asks_capital(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    const json_t *answer;
    if (!sample(c, "capital_question", STR("What is the capital of France?"), 100, &answer))
        return;
    struct str text = dom_str(dom_get(answer, "content"), "text");
    mcp_textf(c, "The answer: " STR_FMT, STR_ARG(text));
}

static const char *word(enum mcp_action action)
{
    static const char *const words[] = { "accept", "decline", "cancel" };
    return words[action];
}

static void elicits(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited got;
    const char *message = arena_cstr(mcp_arena(c), mcp_argument(c, "message"));
    struct str schema = STR("{\"type\":\"object\",\"properties\":{"
                            "\"username\":{\"type\":\"string\",\"description\":\"Your name\"},"
                            "\"email\":{\"type\":\"string\",\"description\":\"Your address\"}},"
                            "\"required\":[\"username\",\"email\"]}");
    if (!mcp_elicit(c, "person", message, schema, &got))
        return;
    struct str content = json_of(c, got.content);
    mcp_textf(c, "User response: action=%s, content=" STR_FMT, word(got.action), STR_ARG(content));
}

// ctx: the schema.
static void elicits_form(struct mcp_call *c, void *ctx)
{
    struct mcp_elicited got;
    if (!mcp_elicit(c, "form", "Please fill in the form", str_c(ctx), &got))
        return;
    struct str content = json_of(c, got.content);
    mcp_textf(c, "Elicitation completed: action=%s, content=" STR_FMT, word(got.action),
              STR_ARG(content));
}

static void greets_asked(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited name;
    if (!mcp_elicit(c, "user_name", "What is your name?", NAME_SCHEMA, &name))
        return;
    struct str text = dom_str(name.content, "name");
    mcp_textf(c, "Hello, " STR_FMT "!", STR_ARG(text));
}

static void lists_roots(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    const json_t *roots;
    if (!mcp_roots(c, "client_roots", &roots))
        return;
    mcp_textf(c, "%zu roots", json_array_size(dom_get(roots, "roots")));
}

static void confirms(struct mcp_call *c, void *ctx)
{
    struct mcp_elicited ok;
    if (!mcp_elicit(c, "confirm", "Shall it go on?", OK_SCHEMA, &ok))
        return;
    mcp_text(c, str_c(ctx));
}

#define GREETING                                                                                   \
    STR("{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":"               \
        "\"Generate a short greeting\"}}],\"maxTokens\":50}")
#define ASK_NAME                                                                                   \
    STR("{\"mode\":\"form\",\"message\":\"What is your name?\",\"requestedSchema\":{\"type\":"     \
        "\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}}")

static void asks_three(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_question all[] = {
        { "user_name", "elicitation/create", ASK_NAME, NULL },
        { "greeting", "sampling/createMessage", GREETING, NULL },
        { "client_roots", "roots/list", STR("{}"), NULL },
    };
    if (mcp_ask(c, all, ARRAY_LEN(all)))
        mcp_text(c, STR("All three were answered"));
}

static void asks_what_it_may(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_question all[2];
    size_t n = 0;
    if (mcp_client_can(c, "elicitation"))
        all[n++] = (struct mcp_question){ "user_name", "elicitation/create", ASK_NAME, NULL };
    if (mcp_client_can(c, "sampling"))
        all[n++] = (struct mcp_question){ "greeting", "sampling/createMessage", GREETING, NULL };
    if (n == 0 || mcp_ask(c, all, n))
        mcp_text(c, STR("The client was asked what it can answer"));
}

static void asks_twice(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited name, color;
    if (!mcp_elicit(c, "step1", "What is your name?", NAME_SCHEMA, &name) ||
        !mcp_elicit(c, "step2", "Which colour do you like?",
                    STR("{\"type\":\"object\",\"properties\":{\"color\":{\"type\":\"string\"}},"
                        "\"required\":[\"color\"]}"),
                    &color))
        return;
    struct str who = dom_str(name.content, "name"), which = dom_str(color.content, "color");
    mcp_textf(c, STR_FMT " likes " STR_FMT, STR_ARG(who), STR_ARG(which));
}

// --- tasks ---

static void greets(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct str name = mcp_argument(c, "name");
    mcp_textf(c, "Hello, " STR_FMT "!", STR_ARG(name));
}

static void computes(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    double seconds = json_number_value(dom_get(mcp_arguments(c), "seconds"));
    struct str label = mcp_argument(c, "label");
    mcp_task_status(c, "computing");
    nap(c, (long)(seconds * 1000));
    mcp_textf(c, "Computed " STR_FMT " in %g s", STR_ARG(label), seconds);
}

static void fails_slowly(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    nap(c, 1000);
    mcp_result_error(c, "The job failed");
}

static void breaks(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    nap(c, 100);
    mcp_fail(c, ERR_INTERNAL, "The job broke");
}

#define CONFIRM_SCHEMA                                                                             \
    "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"confirm\":{\"type\":"   \
    "\"boolean\"}}}"

static void deletes(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited sure;
    struct str file = mcp_argument(c, "filename");
    if (!mcp_elicit(c, "confirmation", "Delete the file?", STR(CONFIRM_SCHEMA), &sure))
        return;
    bool goes = sure.action == MCP_ACCEPTED && dom_bool(sure.content, "confirm", false);
    mcp_textf(c, "%s " STR_FMT, goes ? "Deleted" : "Kept", STR_ARG(file));
}

static void asks_two(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct str params = STR(
        "{\"mode\":\"form\",\"message\":\"Your name?\",\"requestedSchema\":" CONFIRM_SCHEMA "}");
    struct mcp_question both[] = {
        { "first", "elicitation/create", params, NULL },
        { "second", "elicitation/create", params, NULL },
    };
    if (mcp_ask(c, both, ARRAY_LEN(both)))
        mcp_text(c, STR("Both were answered"));
}

static void becomes_task(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited name;
    if (!mcp_elicit(c, "user_name", "What is your name?", NAME_SCHEMA, &name) ||
        !mcp_go_on_as_task(c))
        return;
    struct str text = dom_str(name.content, "name");
    nap(c, 200);
    mcp_textf(c, "Hello, " STR_FMT ", from a task", STR_ARG(text));
}

// --- resources and prompts ---

static void static_binary(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_blob(c, decoded(c, PNG));
}

static void templated(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct str id = mcp_argument(c, "id");
    mcp_textf(
        c, "{\"id\":\"" STR_FMT "\",\"templateTest\":true,\"data\":\"Data for ID: " STR_FMT "\"}",
        STR_ARG(id), STR_ARG(id));
}

static void with_arguments(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct str one = mcp_argument(c, "arg1"), two = mcp_argument(c, "arg2");
    mcp_textf(c, "Prompt with arguments: arg1='" STR_FMT "', arg2='" STR_FMT "'", STR_ARG(one),
              STR_ARG(two));
}

static void with_resource(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_resource_text(c, mcp_argument(c, "resourceUri"), "text/plain",
                      STR("Embedded resource content for testing."));
    mcp_text(c, STR("Please process the embedded resource above."));
}

static void with_image(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_image(c, "image/png", decoded(c, PNG));
    mcp_text(c, STR("Please analyze the image above."));
}

static void prompt_asks(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited got;
    if (!mcp_elicit(c, "user_context", "In which context?",
                    STR("{\"type\":\"object\",\"properties\":{\"context\":{\"type\":\"string\"}},"
                        "\"required\":[\"context\"]}"),
                    &got))
        return;
    struct str context = dom_str(got.content, "context");
    mcp_textf(c, "Use the context " STR_FMT, STR_ARG(context));
}

// --- the tables ---

static const char defaults_schema[] =
    "{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\",\"default\":\"John Doe\"},"
    "\"age\":{\"type\":\"integer\",\"default\":30},"
    "\"score\":{\"type\":\"number\",\"default\":95.5},"
    "\"status\":{\"type\":\"string\",\"enum\":[\"active\",\"inactive\",\"pending\"],"
    "\"default\":\"active\"},"
    "\"verified\":{\"type\":\"boolean\",\"default\":true}}}";

static const char enums_schema[] =
    "{\"type\":\"object\",\"properties\":{"
    "\"untitledSingle\":{\"type\":\"string\",\"enum\":[\"option1\",\"option2\",\"option3\"]},"
    "\"titledSingle\":{\"type\":\"string\",\"oneOf\":["
    "{\"const\":\"value1\",\"title\":\"First Option\"},"
    "{\"const\":\"value2\",\"title\":\"Second Option\"},"
    "{\"const\":\"value3\",\"title\":\"Third Option\"}]},"
    "\"legacyEnum\":{\"type\":\"string\",\"enum\":[\"opt1\",\"opt2\",\"opt3\"],"
    "\"enumNames\":[\"Option One\",\"Option Two\",\"Option Three\"]},"
    "\"untitledMulti\":{\"type\":\"array\",\"items\":{\"type\":\"string\","
    "\"enum\":[\"option1\",\"option2\",\"option3\"]}},"
    "\"titledMulti\":{\"type\":\"array\",\"items\":{\"anyOf\":["
    "{\"const\":\"value1\",\"title\":\"First Choice\"},"
    "{\"const\":\"value2\",\"title\":\"Second Choice\"},"
    "{\"const\":\"value3\",\"title\":\"Third Choice\"}]}}}}";

#define SCHEMA_2020                                                                                \
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","           \
    "\"$defs\":{\"address\":{\"$anchor\":\"addressDef\",\"type\":\"object\",\"properties\":{"      \
    "\"street\":{\"type\":\"string\"},\"city\":{\"type\":\"string\"}}}},"                          \
    "\"properties\":{\"name\":{\"type\":\"string\"},\"address\":{\"$ref\":\"#/$defs/address\"},"   \
    "\"contactMethod\":{\"type\":\"string\",\"enum\":[\"phone\",\"email\"]},"                      \
    "\"phone\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"}},"                            \
    "\"allOf\":[{\"anyOf\":[{\"required\":[\"phone\"]},{\"required\":[\"email\"]}]}],"             \
    "\"if\":{\"properties\":{\"contactMethod\":{\"const\":\"phone\"}},\"required\":"               \
    "[\"contactMethod\"]},\"then\":{\"required\":[\"phone\"]},\"else\":{\"required\":"             \
    "[\"email\"]},\"additionalProperties\":false}"

#define TEXT(s)     .handler = says, .ctx = (void *)(uintptr_t)s
#define CTX(s)      .ctx = (void *)(uintptr_t)s
#define OPTIONAL    .task = MCP_TASK_OPTIONAL
#define REQUIRED    .task = MCP_TASK_REQUIRED
#define MRTR(name)  "test_input_required_result_" name
#define STR_ARGS(n) OBJECT("\"" n "\":{\"type\":\"string\"}", "\"" n "\"")

static const struct mcp_tool tools[] = {
    { "test_simple_text", .description = "Answers with text",
      TEXT("This is a simple text response for testing.") },
    { "test_image_content", .description = "Answers with an image", .handler = image_content },
    { "test_audio_content", .description = "Answers with a sound", .handler = audio_content },
    { "test_embedded_resource", .description = "Embeds a resource", .handler = embedded_resource },
    { "test_multiple_content_types", .description = "Mixes content", .handler = mixed_content },
    { "test_tool_with_logging", .description = "Logs to the client", .handler = logs },
    { "test_tool_with_progress", .description = "Tells its progress", .handler = makes_progress },
    { "test_error_handling", .description = "Fails", .handler = fails },
    { "test_sampling", .description = "Asks the client's model", .input_schema = STR_ARGS("prompt"),
      .handler = samples },
    { "test_elicitation", .description = "Asks the person", .input_schema = STR_ARGS("message"),
      .handler = elicits },
    { "test_elicitation_sep1034_defaults", .description = "Asks with defaults",
      .handler = elicits_form, CTX(defaults_schema) },
    { "test_elicitation_sep1330_enums", .description = "Asks with choices", .handler = elicits_form,
      CTX(enums_schema) },
    { "test_reconnection", .description = "Lets the client come back", .handler = reconnects },
    { "json_schema_2020_12_tool", .description = "Has a schema with everything",
      .input_schema = STR_INIT(SCHEMA_2020), TEXT("The arguments fit.") },
    { "test_missing_capability", .description = "Needs sampling", .handler = asks_capital },
    { "test_streaming_elicitation", .description = "Streams", .handler = makes_progress },
    { "test_logging_tool", .description = "Logs if asked to", .handler = logs },
    { "test_trigger_tool_change", .description = "Says that the tools changed",
      .handler = changes_list, CTX(&what[0]) },
    { "test_trigger_prompt_change", .description = "Says that the prompts changed",
      .handler = changes_list, CTX(&what[1]) },
    { "test_trigger_resource_update", .description = "Says that the watched resource changed",
      .handler = updates },
    { "test_x_mcp_header", .description = "Mirrors an argument into a header",
      .input_schema = OBJECT("\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},"
                             "\"level\":{\"type\":\"integer\"}",
                             ""),
      .handler = x_mcp_header },
    { MRTR("elicitation"), .description = "Asks for a name", .handler = greets_asked },
    { MRTR("sampling"), .description = "Asks for a capital", .handler = asks_capital },
    { MRTR("list_roots"), .description = "Asks for roots", .handler = lists_roots },
    { MRTR("request_state"), .description = "Asks with a state", .handler = confirms,
      CTX("state-ok") },
    { MRTR("multiple_inputs"), .description = "Asks for three things", .handler = asks_three },
    { MRTR("multi_round"), .description = "Asks twice", .handler = asks_twice },
    { MRTR("tampered_state"), .description = "Refuses a forged state", .handler = confirms,
      CTX("The state was whole") },
    { MRTR("capabilities"), .description = "Asks what the client can answer",
      .handler = asks_what_it_may },
    { "greet", .description = "Greets", .input_schema = STR_ARGS("name"), .handler = greets },
    { "slow_compute", .description = "Takes its time",
      .input_schema = OBJECT("\"seconds\":{\"type\":\"number\",\"minimum\":0},"
                             "\"label\":{\"type\":\"string\"}",
                             "\"seconds\""),
      .handler = computes, OPTIONAL },
    { "failing_job", .description = "Fails after a while", .handler = fails_slowly, REQUIRED },
    { "protocol_error_job", .description = "Breaks", .handler = breaks, OPTIONAL },
    { "confirm_delete", .description = "Asks on the way", .input_schema = STR_ARGS("filename"),
      .handler = deletes, OPTIONAL },
    { "multi_input", .description = "Asks for two things", .handler = asks_two, OPTIONAL },
    { "test_tool_with_task", .description = "Asks first, and goes on as a task",
      .handler = becomes_task, REQUIRED, .task_after_questions = true },
    { 0 },
};

static const struct mcp_argument template_arguments[] = {
    { .name = "id", .values = (const char *const[]){ "123", "124", "456", NULL } },
    { 0 },
};

static const struct mcp_resource resources[] = {
    { "test://static-text", "static-text", .description = "Text that never changes",
      .mime_type = "text/plain", TEXT("This is the content of the static text resource.") },
    { "test://static-binary", "static-binary", .description = "An image", .mime_type = "image/png",
      .handler = static_binary },
    { "test://watched-resource", "watched-resource", .description = "Can be watched",
      .mime_type = "text/plain", TEXT("Watched resource content") },
    { "test://template/{id}/data", "template", .description = "Data by id",
      .mime_type = "application/json", .handler = templated, .arguments = template_arguments },
    { 0 },
};

static const struct mcp_argument two_arguments[] = {
    { .name = "arg1",
      .description = "The first",
      .required = true,
      .values = (const char *const[]){ "hello", "help", "world", NULL } },
    { .name = "arg2", .description = "The second", .required = true },
    { 0 },
};

static const struct mcp_argument resource_argument[] = {
    { .name = "resourceUri", .description = "What to embed", .required = true },
    { 0 },
};

static const struct mcp_prompt prompts[] = {
    { "test_simple_prompt", .description = "No arguments",
      TEXT("This is a simple prompt for testing.") },
    { "test_prompt_with_arguments", .description = "Two arguments", .handler = with_arguments,
      .arguments = two_arguments },
    { "test_prompt_with_embedded_resource", .description = "Embeds a resource",
      .handler = with_resource, .arguments = resource_argument },
    { "test_prompt_with_image", .description = "Shows an image", .handler = with_image },
    { MRTR("prompt"), .description = "Asks first", .handler = prompt_asks },
    { 0 },
};

int main(int argc, char **argv)
{
    return mcp_main(
        &(struct mcp_config){
            .info = { .name = "mcp-fixture", .title = "Conformance fixture", .version = "1.0.0" },
            .tools = tools,
            .resources = resources,
            .prompts = prompts,
            .changes = true,
            .logs = true,
        },
        argc, argv);
}
