// SPDX-License-Identifier: MIT
// `zscaler-mcp try URL`: the way of an AI client, step by step, with what each step took.
#include "app/try.h"

#include "app/try_int.h"
#include "base/clock.h"
#include "base/random.h"
#include "jose/b64url.h"

static const char *const usage =
    "usage: zscaler-mcp try URL [--device] [--client-id ID] [--tool NAME] [--args JSON] [--account NAME:PASSWORD] [--wait SECONDS]\n"
    "\n"
    "Signs in to the MCP server at URL as an AI client does, lists its tools and calls one.\n"
    "  --device        sign in with a code entered in any browser, where this machine has none\n"
    "  --client-id ID  be this client instead of registering, where only named clients may connect; its redirect URIs\n"
    "                  must have http://localhost/callback\n"
    "  --tool NAME     the tool to call (default: the first one whose name has _list_)\n"
    "  --args JSON     its arguments (default: {})\n"
    "  --account N:P   sign in with a test account on plain forms (the Entra emulator's) instead of a browser\n"
    "  --wait SECONDS  how long to wait for the browser (default: 300)\n";

void try_say(const char *mark, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    printf("%s ", mark);
    vprintf(fmt, args);
    printf("\n");
    fflush(stdout);
    va_end(args);
}

void try_done(struct try *t, const char *fmt, ...)
{
    int64_t now = clock_mono_ms();
    va_list args;
    va_start(args, fmt);
    printf("✓ %6lld ms  ", (long long)(now - t->step_ms));
    vprintf(fmt, args);
    printf("\n");
    fflush(stdout);
    va_end(args);
    t->step_ms = now;
}

static bool parse_words(const char *const *words, struct try *t)
{
    static const struct {
        const char *flag;
        size_t offset;
    } flags[] = { { "--client-id", offsetof(struct try, named) },
                  { "--tool", offsetof(struct try, tool) },
                  { "--args", offsetof(struct try, args) },
                  { "--account", offsetof(struct try, account) },
                  { "--wait", offsetof(struct try, wait) } };
    for (; *words; words++) {
        size_t i = 0;
        while (i < ARRAY_LEN(flags) && strcmp(*words, flags[i].flag) != 0)
            i++;
        if (strcmp(*words, "--device") == 0)
            t->device = true;
        else if (i < ARRAY_LEN(flags) && words[1])
            *(const char **)(void *)((char *)t + flags[i].offset) = *++words;
        else if ((*words)[0] != '-' && !t->url)
            t->url = *words;
        else
            return false;
    }
    return t->url != NULL;
}

// --- what the steps share ---

bool try_get_json(struct try *t, const char *what, struct str url, json_t **ret, struct err *err)
{
    struct fetch_response CLEANUP(fetch_response_release) answer = { 0 };
    const struct fetch_request request = { .url = arena_cstr(t->arena, url),
                                           .max_bytes = TRY_ANSWER_MAX };
    if (!fetch(t->fetcher, &request, &answer, err))
        return err_prefix(err, "%s", what);
    if (answer.status != 200)
        return err_set(err, ERR_UPSTREAM, "%s: " STR_FMT " answered %d", what, STR_ARG(url),
                       answer.status);
    return dom_parse_object(buf_str(&answer.body), ret, err) || err_prefix(err, "%s", what);
}

bool try_post(struct try *t, const char *what, struct str url, const char *type, struct str body,
              json_t **ret, struct err *err)
{
    struct fetch_response CLEANUP(fetch_response_release) answer = { 0 };
    const struct fetch_header headers[] = { { "Content-Type", str_c(type) },
                                            { "Accept", STR("application/json") },
                                            { NULL, STR_NONE } };
    const struct fetch_request request = { .method = "POST",
                                           .url = arena_cstr(t->arena, url),
                                           .headers = headers,
                                           .body = body,
                                           .max_bytes = TRY_ANSWER_MAX };
    if (!fetch(t->fetcher, &request, &answer, err))
        return err_prefix(err, "%s", what);
    if (answer.status >= 300)
        return err_set(err, ERR_UPSTREAM, "%s: %d " STR_FMT, what, answer.status,
                       STR_ARG(str_slice(buf_str(&answer.body), 0, 400)));
    return dom_parse_object(buf_str(&answer.body), ret, err) || err_prefix(err, "%s", what);
}

struct str try_keep(struct try *t, struct str s)
{
    return arena_str(t->arena, s);
}

struct str try_random(struct try *t)
{
    uint8_t bytes[32];
    struct buf CLEANUP(buf_release) text = BUF_INIT(64);
    random_bytes(bytes, sizeof(bytes));
    b64url_encode(&text, str_of(bytes, sizeof(bytes)));
    return try_keep(t, buf_str(&text));
}

struct str try_encode(struct try *t, const struct try_pair *pairs)
{
    struct buf CLEANUP(buf_release) out = BUF_INIT(64 * 1024);
    for (; pairs->name; pairs++) {
        buf_addf(&out, "%s%s=", out.n ? "&" : "", pairs->name);
        buf_add_urlencoded(&out, pairs->value, true);
    }
    return try_keep(t, buf_str(&out));
}

// --- the steps ---

typedef bool step_fn(struct try *t, struct err *err);

static bool run_all(struct try *t, step_fn *const *steps, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!steps[i](t, err))
            return false;
    return true;
}

static bool run_steps(struct try *t, struct err *err)
{
    static step_fn *const discover[] = { try_read_resource, try_read_server, try_listen,
                                         try_register_client };
    static step_fn *const by_browser[] = { try_get_code, try_get_token };
    static step_fn *const by_device[] = { try_get_token_by_device };
    static step_fn *const use[] = { try_greet, try_choose_tool, try_call_tool };
    if (!try_read_challenge(t, err))
        return false;
    if (t->metadata_url.n > 0 && !run_all(t, discover, ARRAY_LEN(discover), err))
        return false;
    if (t->metadata_url.n > 0 && !(t->device ? run_all(t, by_device, ARRAY_LEN(by_device), err)
                                             : run_all(t, by_browser, ARRAY_LEN(by_browser), err)))
        return false;
    return run_all(t, use, ARRAY_LEN(use), err);
}

int try_run(const char *const *words)
{
    struct try t = { .url = NULL };
    if (!parse_words(words, &t)) {
        fputs(usage, stderr);
        return 2;
    }
    struct err err = { 0 };
    const struct fetch_config config = { .user_agent = "zscaler-mcp-try/" ZSCALER_MCP_VERSION };
    int64_t began = clock_mono_ms();
    t.step_ms = began;
    t.arena = arena_new();
    bool ok = fetcher_new(&config, &t.fetcher, &err) && run_steps(&t, &err);
    if (ok)
        try_say("✓", "%6lld ms  in all: this deployment works",
                (long long)(clock_mono_ms() - began));
    else
        fprintf(stderr, "✗ %6lld ms  " STR_FMT "\n", (long long)(clock_mono_ms() - t.step_ms),
                STR_ARG(err_text(&err)));
    try_unlisten(&t);
    fetcher_free(t.fetcher);
    arena_free(t.arena);
    return ok ? 0 : 1;
}
