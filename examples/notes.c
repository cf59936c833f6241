// SPDX-License-Identifier: MIT
// Notes that clients write, read, watch and delete: resources with a template, completion, a
// prompt, a question before something is lost, progress, and word to who listens.
#include <pthread.h>
#include <string.h>

#include "json/write.h"
#include "mcp/mcp.h"

#define NOTES_MAX 100

static struct {
    pthread_mutex_t lock;
    char *name[NOTES_MAX], *text[NOTES_MAX]; // under lock; NULL: free
} notes = { .lock = PTHREAD_MUTEX_INITIALIZER };

// Under lock; -1: there is none.
static int find(struct str name)
{
    for (int i = 0; i < NOTES_MAX; i++)
        if (notes.name[i] ? str_is(name, notes.name[i]) : !name.n)
            return i;
    return -1;
}

static void tell(struct mcp_call *call, struct str name, bool list)
{
    struct str uri = arena_printf(mcp_arena(call), "note:///" STR_FMT, STR_ARG(name));
    mcp_updated(mcp_server_of(call), uri);
    if (list)
        mcp_changed(mcp_server_of(call), MCP_RESOURCES);
}

static void write_note(struct mcp_call *call, void *ctx)
{
    (void)ctx;
    struct str name = mcp_argument(call, "name"), text = mcp_argument(call, "text");
    pthread_mutex_lock(&notes.lock);
    int i = find(name);
    bool made = i < 0;
    if (made && (i = find(STR(""))) >= 0)
        notes.name[i] = str_dup(name);
    if (i >= 0) {
        free(notes.text[i]);
        notes.text[i] = str_dup(text);
    }
    pthread_mutex_unlock(&notes.lock);
    if (i < 0)
        return mcp_result_error(call, "There are %d notes already; delete one first", NOTES_MAX);
    mcp_text(call, STR("Written."));
    tell(call, name, made);
}

static void read_note(struct mcp_call *call, void *ctx)
{
    (void)ctx;
    pthread_mutex_lock(&notes.lock);
    int i = find(mcp_argument(call, "name"));
    if (i >= 0)
        mcp_text(call, str_c(notes.text[i]));
    pthread_mutex_unlock(&notes.lock);
    if (i < 0)
        mcp_not_found(call);
}

static void delete_note(struct mcp_call *call, void *ctx)
{
    (void)ctx;
    struct mcp_elicited sure;
    struct str name = mcp_argument(call, "name");
    struct str message =
        arena_printf(mcp_arena(call), "Delete the note " STR_FMT "?", STR_ARG(name));
    if (!mcp_elicit(call, "sure", message.p, STR("{\"type\":\"object\",\"properties\":{}}"), &sure))
        return;
    if (sure.action != MCP_ACCEPTED)
        return mcp_text(call, STR("It was kept."));
    pthread_mutex_lock(&notes.lock);
    int i = find(name);
    if (i >= 0) {
        free(notes.name[i]);
        free(notes.text[i]);
        notes.name[i] = notes.text[i] = NULL;
    }
    pthread_mutex_unlock(&notes.lock);
    if (i < 0)
        return mcp_result_error(call, "There is no note of that name");
    mcp_text(call, STR("Deleted."));
    tell(call, name, true);
}

static void count_words(struct mcp_call *call, void *ctx)
{
    (void)ctx;
    size_t words = 0;
    CLEANUP(buf_release) struct buf json = BUF_INIT(64);
    for (int i = 0; i < NOTES_MAX; i++) {
        pthread_mutex_lock(&notes.lock);
        struct str rest = str_c(notes.text[i]);
        while (notes.text[i] && rest.p)
            words += str_trim(str_cut(&rest, ' ')).n > 0;
        pthread_mutex_unlock(&notes.lock);
        mcp_progress(call, i + 1, NOTES_MAX, NULL);
    }
    mcp_log(call, MCP_DEBUG, "notes", "counted %zu words", words);
    buf_addf(&json, "{\"words\":%zu}", words);
    mcp_textf(call, "%zu words", words);
    mcp_structured(call, buf_str(&json));
}

static void offer_names(struct mcp_completion *completion, struct str value, void *ctx)
{
    (void)ctx;
    pthread_mutex_lock(&notes.lock);
    for (int i = 0; i < NOTES_MAX; i++)
        if (notes.name[i] && str_starts(str_c(notes.name[i]), value))
            mcp_offer(completion, str_c(notes.name[i]));
    pthread_mutex_unlock(&notes.lock);
}

static void summarize(struct mcp_call *call, void *ctx)
{
    (void)ctx;
    struct str name = mcp_argument(call, "name");
    struct str uri = arena_printf(mcp_arena(call), "note:///" STR_FMT, STR_ARG(name));
    pthread_mutex_lock(&notes.lock);
    int i = find(name);
    if (i >= 0)
        mcp_resource_text(call, uri, "text/plain", str_c(notes.text[i]));
    pthread_mutex_unlock(&notes.lock);
    mcp_text(call, STR("Summarize the note in one sentence."));
}

static const struct mcp_argument name_argument[] = {
    { "name", .description = "Of a note", .required = true, .complete = offer_names },
    { 0 },
};

#define NAME "\"name\":{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9_-]+$\",\"maxLength\":64}"

static const struct mcp_tool tools[] = {
    { "write_note", .description = "Writes a note, or writes it anew.",
      .input_schema = STR_INIT("{\"type\":\"object\",\"properties\":{" NAME
                               ",\"text\":{\"type\":\"string\",\"maxLength\":10000}},"
                               "\"required\":[\"name\",\"text\"]}"),
      .annotations = STR_INIT("{\"idempotentHint\":true}"), .handler = write_note },
    { "delete_note", .description = "Deletes a note, after asking the person.",
      .input_schema =
          STR_INIT("{\"type\":\"object\",\"properties\":{" NAME "},\"required\":[\"name\"]}"),
      .annotations = STR_INIT("{\"destructiveHint\":true}"), .handler = delete_note },
    { "count_words", .description = "Counts the words of all notes.",
      .output_schema = STR_INIT("{\"type\":\"object\",\"properties\":{\"words\":{\"type\":"
                                "\"integer\"}},\"required\":[\"words\"]}"),
      .annotations = STR_INIT("{\"readOnlyHint\":true}"), .handler = count_words,
      .task = MCP_TASK_OPTIONAL },
    { 0 },
};

static const struct mcp_resource resources[] = {
    { "note:///{name}", "note", .description = "A note", .mime_type = "text/plain",
      .handler = read_note, .arguments = name_argument },
    { 0 },
};

static const struct mcp_prompt prompts[] = {
    { "summarize", .description = "Summarizes a note", .handler = summarize,
      .arguments = name_argument },
    { 0 },
};

int main(int argc, char **argv)
{
    const struct mcp_config config = {
        .info = { .name = "notes", .title = "Notes", .version = "1.0" },
        .tools = tools,
        .resources = resources,
        .prompts = prompts,
        .changes = true,
        .logs = true,
    };
    return mcp_main(&config, argc, argv);
}
