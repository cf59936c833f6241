// SPDX-License-Identifier: MIT
#include "app/try.h"

#include <unistd.h>

#include "app/browser.h"
#include "app/try_int.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/url.h"
#include "jose/b64url.h"
#include "jose/digest.h"

#define CLIENT_NAME   "zscaler-mcp try"
#define CALLBACK_PATH "/callback"
#define ANSWER_MAX    (8 * 1024 * 1024)

static const char *const usage =
    "usage: zscaler-mcp try URL [--tool NAME] [--args JSON] [--account NAME:PASSWORD] [--wait SECONDS]\n"
    "\n"
    "Signs in to the MCP server at URL as an AI client does, lists its tools and calls one.\n"
    "  --tool NAME     the tool to call (default: the first one whose name has _list_)\n"
    "  --args JSON     its arguments (default: {})\n"
    "  --account N:P   sign in with a test account on plain forms (the Entra emulator's) instead of a browser\n"
    "  --wait SECONDS  how long to wait for the browser (default: 300)\n";

static void say(const char *mark, const char *fmt, ...) PRINTF(2, 3);
static void say(const char *mark, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    printf("%s ", mark);
    vprintf(fmt, args);
    printf("\n");
    fflush(stdout);
    va_end(args);
}

static bool parse_words(const char *const *words, struct try *t)
{
    static const struct {
        const char *flag;
        size_t offset;
    } flags[] = { { "--tool", offsetof(struct try, tool) },
                  { "--args", offsetof(struct try, args) },
                  { "--account", offsetof(struct try, account) },
                  { "--wait", offsetof(struct try, wait) } };
    for (; *words; words++) {
        size_t i = 0;
        while (i < ARRAY_LEN(flags) && strcmp(*words, flags[i].flag) != 0)
            i++;
        if (i < ARRAY_LEN(flags) && words[1])
            *(const char **)(void *)((char *)t + flags[i].offset) = *++words;
        else if ((*words)[0] != '-' && !t->url)
            t->url = *words;
        else
            return false;
    }
    return t->url != NULL;
}

// --- plain requests ---

static bool get_json(struct try *t, const char *what, struct str url, json_t **ret, struct err *err)
{
    struct fetch_response CLEANUP(fetch_response_release) answer = { 0 };
    const struct fetch_request request = { .url = arena_cstr(t->arena, url),
                                           .max_bytes = ANSWER_MAX };
    if (!fetch(t->fetcher, &request, &answer, err))
        return err_prefix(err, "%s", what);
    if (answer.status != 200)
        return err_set(err, ERR_UPSTREAM, "%s: " STR_FMT " answered %d", what, STR_ARG(url),
                       answer.status);
    return dom_parse_object(buf_str(&answer.body), ret, err) || err_prefix(err, "%s", what);
}

static bool post(struct try *t, const char *what, struct str url, const char *type, struct str body,
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
                                           .max_bytes = ANSWER_MAX };
    if (!fetch(t->fetcher, &request, &answer, err))
        return err_prefix(err, "%s", what);
    if (answer.status >= 300)
        return err_set(err, ERR_UPSTREAM, "%s: %d " STR_FMT, what, answer.status,
                       STR_ARG(str_slice(buf_str(&answer.body), 0, 400)));
    return dom_parse_object(buf_str(&answer.body), ret, err) || err_prefix(err, "%s", what);
}

static struct str keep(struct try *t, struct str s)
{
    return arena_str(t->arena, s);
}

// --- discovery (RFC 9728, RFC 8414) ---

static bool read_challenge(struct try *t, struct err *err)
{
    struct fetch_response CLEANUP(fetch_response_release) answer = { 0 };
    const struct fetch_request request = { .url = t->url };
    if (!fetch(t->fetcher, &request, &answer, err))
        return false;
    if (answer.status != 401) {
        say("•", "GET %s answered %d: no sign-in is asked for", t->url, answer.status);
        return true;
    }
    struct str challenge = fetch_header_get(&answer, "WWW-Authenticate");
    ptrdiff_t at = str_find(challenge, STR("resource_metadata=\""));
    if (at < 0)
        return err_set(err, ERR_UPSTREAM, "the 401 of %s names no resource_metadata: " STR_FMT,
                       t->url, STR_ARG(challenge));
    struct str rest = str_slice(challenge, (size_t)at + 19, challenge.n);
    t->metadata_url = keep(t, str_cut(&rest, '"'));
    say("✓", "401 with the address of the metadata: " STR_FMT, STR_ARG(t->metadata_url));
    return true;
}

static bool read_resource(struct try *t, struct err *err)
{
    JSON_AUTO *document = NULL;
    if (!get_json(t, "protected-resource metadata", t->metadata_url, &document, err))
        return false;
    t->resource = keep(t, dom_str(document, "resource"));
    /*= rfc9728 3.3 "the resource value returned MUST be identical to the protected resource's
     * resource identifier" */
    if (!str_is(t->resource, t->url))
        return err_set(err, ERR_UPSTREAM,
                       "the metadata is for '" STR_FMT
                       "', not for %s: set OIDCPROXY_BASE_URL, or use that URL",
                       STR_ARG(t->resource), t->url);
    t->issuer = keep(t, dom_text(json_array_get(dom_get(document, "authorization_servers"), 0)));
    struct str scope = STR("");
    json_t *scopes = dom_get(document, "scopes_supported");
    for (size_t i = 0; i < json_array_size(scopes); i++)
        scope = arena_printf(t->arena, STR_FMT "%s" STR_FMT, STR_ARG(scope), i ? " " : "",
                             STR_ARG(dom_text(json_array_get(scopes, i))));
    t->scope = scope;
    say("✓", "resource " STR_FMT ", authorization server " STR_FMT, STR_ARG(t->resource),
        STR_ARG(t->issuer));
    return true;
}

static bool read_server(struct try *t, struct err *err)
{
    JSON_AUTO *document = NULL;
    struct str url = arena_printf(t->arena, STR_FMT "/.well-known/oauth-authorization-server",
                                  STR_ARG(t->issuer));
    if (!get_json(t, "authorization-server metadata", url, &document, err))
        return false;
    /*= rfc8414 3.3 "The issuer value returned MUST be identical to the authorization server's
     * issuer identifier value" */
    if (!str_eq(dom_str(document, "issuer"), t->issuer))
        return err_set(err, ERR_UPSTREAM, "the metadata's issuer is '" STR_FMT "', not " STR_FMT,
                       STR_ARG(dom_str(document, "issuer")), STR_ARG(t->issuer));
    t->authorize_url = keep(t, dom_str(document, "authorization_endpoint"));
    t->token_url = keep(t, dom_str(document, "token_endpoint"));
    t->register_url = keep(t, dom_str(document, "registration_endpoint"));
    t->expects_iss = dom_bool(document, "authorization_response_iss_parameter_supported", false);
    if (t->authorize_url.n == 0 || t->token_url.n == 0 || t->register_url.n == 0)
        return err_set(
            err, ERR_UPSTREAM,
            "the metadata lacks authorization_endpoint, token_endpoint or registration_endpoint");
    say("✓", "endpoints found");
    return true;
}

static bool register_client(struct try *t, struct err *err)
{
    JSON_AUTO *document = NULL;
    struct str body = arena_printf(
        t->arena,
        "{\"client_name\":\"" CLIENT_NAME "\",\"redirect_uris\":[\"" STR_FMT "\"],"
        "\"token_endpoint_auth_method\":\"none\",\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
        "\"response_types\":[\"code\"]}",
        STR_ARG(t->redirect_uri));
    if (!post(t, "registration", t->register_url, "application/json", body, &document, err))
        return false;
    t->client_id = keep(t, dom_str(document, "client_id"));
    say("✓", "registered as a client (%zu characters of client_id)", t->client_id.n);
    return true;
}

// --- the sign-in ---

static struct str random_token(struct try *t)
{
    uint8_t bytes[32];
    struct buf CLEANUP(buf_release) text = BUF_INIT(64);
    random_bytes(bytes, sizeof(bytes));
    b64url_encode(&text, str_of(bytes, sizeof(bytes)));
    return keep(t, buf_str(&text));
}

struct pair {
    const char *name;
    struct str value;
};

static struct str encode_pairs(struct try *t, const struct pair *pairs)
{
    struct buf CLEANUP(buf_release) out = BUF_INIT(64 * 1024);
    for (; pairs->name; pairs++) {
        buf_addf(&out, "%s%s=", out.n ? "&" : "", pairs->name);
        buf_add_urlencoded(&out, pairs->value, true);
    }
    return keep(t, buf_str(&out));
}

static struct str authorize_url(struct try *t)
{
    struct buf CLEANUP(buf_release) challenge = BUF_INIT(64);
    sha256_b64url(&challenge, t->verifier);
    const struct pair pairs[] = { { "response_type", STR("code") },
                                  { "client_id", t->client_id },
                                  { "redirect_uri", t->redirect_uri },
                                  { "code_challenge", buf_str(&challenge) },
                                  { "code_challenge_method", STR("S256") },
                                  { "state", t->state },
                                  { "resource", t->resource },
                                  { t->scope.n ? "scope" : NULL, t->scope },
                                  { NULL, STR_NONE } };
    return arena_printf(t->arena, STR_FMT "?" STR_FMT, STR_ARG(t->authorize_url),
                        STR_ARG(encode_pairs(t, pairs)));
}

static void say_page(void *ctx, const char *method, struct str url, int status)
{
    (void)ctx;
    struct str place = str_cut(&url, '?');
    say(" ", "  %-4s " STR_FMT " → %d", method, STR_ARG(place), status);
}

static bool sign_in_with_account(struct try *t, struct str url, struct err *err)
{
    struct str password = str_c(t->account);
    struct browser browser = { .fetcher = t->fetcher, .arena = t->arena, .seen = say_page };
    browser.account = str_cut(&password, ':');
    browser.password = password;
    say("•", "signing in as " STR_FMT, STR_ARG(browser.account));
    return browser_walk(&browser, url, t->redirect_uri, err);
}

static void sign_in_with_browser(struct try *t, struct str url)
{
    say("•",
        "sign in at this address (opening it in the browser where there is one):\n\n  " STR_FMT
        "\n",
        STR_ARG(url));
    const char *own = getenv("BROWSER");
    if (fork() != 0)
        return;
    FILE *null = freopen("/dev/null", "w", stderr);
    (void)null;
    if (own)
        execlp(own, own, arena_cstr(t->arena, url), (char *)NULL);
    execlp("xdg-open", "xdg-open", arena_cstr(t->arena, url), (char *)NULL);
    _exit(127);
}

static bool check_callback(struct try *t, struct err *err)
{
    if (t->callback_error.n > 0)
        return err_set(err, ERR_ACCESS_DENIED, "the sign-in was refused: " STR_FMT ": " STR_FMT,
                       STR_ARG(t->callback_error), STR_ARG(t->callback_description));
    if (!str_eq(t->callback_state, t->state))
        return err_set(err, ERR_UPSTREAM, "the callback carries another state than the one sent");
    /*= rfc9207 2.4 "Clients MUST then compare the extracted and URL-decoded value to the issuer
     * identifier" */
    if (t->expects_iss && !str_eq(t->callback_iss, t->issuer))
        return err_set(err, ERR_UPSTREAM, "the callback's iss is '" STR_FMT "', not " STR_FMT,
                       STR_ARG(t->callback_iss), STR_ARG(t->issuer));
    if (t->callback_code.n == 0)
        return err_set(err, ERR_UPSTREAM, "the callback carries no code");
    say("✓", "signed in: the browser came back with a code");
    return true;
}

static bool get_code(struct try *t, struct err *err)
{
    t->verifier = random_token(t);
    t->state = random_token(t);
    struct str url = authorize_url(t);
    int64_t wait = 300;
    if (t->wait && !str_to_i64(str_c(t->wait), &wait))
        return err_set(err, ERR_CONFIG, "--wait %s is not a number of seconds", t->wait);
    if (!t->account)
        sign_in_with_browser(t, url);
    else if (!sign_in_with_account(t, url, err))
        return false;
    if (!try_wait_callback(t, wait))
        return err_set(err, ERR_TIMEOUT, "nobody signed in within %lld seconds", (long long)wait);
    return check_callback(t, err);
}

static bool get_token(struct try *t, struct err *err)
{
    JSON_AUTO *document = NULL;
    const struct pair pairs[] = { { "grant_type", STR("authorization_code") },
                                  { "code", t->callback_code },
                                  { "redirect_uri", t->redirect_uri },
                                  { "client_id", t->client_id },
                                  { "code_verifier", t->verifier },
                                  { "resource", t->resource },
                                  { NULL, STR_NONE } };
    if (!post(t, "token", t->token_url, "application/x-www-form-urlencoded", encode_pairs(t, pairs),
              &document, err))
        return false;
    t->token = keep(t, dom_str(document, "access_token"));
    if (t->token.n == 0)
        return err_set(err, ERR_UPSTREAM, "the token answer has no access_token");
    say("✓", "access token for %lld s%s", (long long)dom_int(document, "expires_in", 0),
        dom_str(document, "refresh_token").n ? ", and a refresh token" : "; no refresh token");
    return true;
}

// --- MCP ---

static bool rpc(struct try *t, const char *method, struct str params, json_t **ret_result,
                struct err *err)
{
    struct str body = arena_printf(
        t->arena, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":" STR_FMT "}",
        ++t->rpc_id, method, STR_ARG(params));
    struct str bearer = arena_printf(t->arena, "Bearer " STR_FMT, STR_ARG(t->token));
    const struct fetch_header headers[] = { { "Content-Type", STR("application/json") },
                                            { "Accept",
                                              STR("application/json, text/event-stream") },
                                            { "MCP-Protocol-Version", STR("2025-11-25") },
                                            { t->token.n ? "Authorization" : NULL, bearer },
                                            { NULL, STR_NONE } };
    struct fetch_response CLEANUP(fetch_response_release) answer = { 0 };
    const struct fetch_request request = { .method = "POST",
                                           .url = t->url,
                                           .headers = headers,
                                           .body = body,
                                           .timeout_ms = 120000,
                                           .max_bytes = ANSWER_MAX };
    if (!fetch(t->fetcher, &request, &answer, err))
        return err_prefix(err, "%s", method);
    struct str text = buf_str(&answer.body);
    ptrdiff_t data = str_starts(fetch_header_get(&answer, "Content-Type"), STR("text/event-stream"))
                         ? str_find(text, STR("data:"))
                         : -1;
    if (data >= 0)
        text = str_slice(text, (size_t)data + 5, text.n);
    JSON_AUTO *document = NULL;
    if (!dom_parse_object(str_trim(text), &document, err))
        return err_prefix(err, "%s: answer with status %d", method, answer.status);
    json_t *result = dom_get(document, "result");
    if (!result)
        return err_set(err, ERR_UPSTREAM, "%s: %d " STR_FMT, method, answer.status,
                       STR_ARG(str_slice(text, 0, 400)));
    *ret_result = json_incref(result);
    return true;
}

static bool greet(struct try *t, struct err *err)
{
    JSON_AUTO *result = NULL;
    struct str params = STR(
        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"" CLIENT_NAME
        "\",\"version\":\"" ZSCALER_MCP_VERSION "\"}}");
    if (!rpc(t, "initialize", params, &result, err))
        return false;
    json_t *info = dom_get(result, "serverInfo");
    say("✓", "initialize: " STR_FMT " " STR_FMT ", protocol " STR_FMT,
        STR_ARG(dom_str(info, "name")), STR_ARG(dom_str(info, "version")),
        STR_ARG(dom_str(result, "protocolVersion")));
    return true;
}

static bool choose_tool(struct try *t, struct err *err)
{
    JSON_AUTO *result = NULL;
    if (!rpc(t, "tools/list", STR("{}"), &result, err))
        return false;
    json_t *tools = dom_get(result, "tools");
    say("✓", "tools/list: %zu tools", json_array_size(tools));
    for (size_t i = 0; !t->tool && i < json_array_size(tools); i++) {
        struct str name = dom_str(json_array_get(tools, i), "name");
        json_t *required = dom_get(dom_get(json_array_get(tools, i), "inputSchema"), "required");
        if (str_find(name, STR("_list_")) > 0 && json_array_size(required) == 0)
            t->tool = arena_cstr(t->arena, name);
    }
    return t->tool || err_set(err, ERR_UPSTREAM,
                              "the server offers no tool that could be called without arguments");
}

static bool call_tool(struct try *t, struct err *err)
{
    JSON_AUTO *result = NULL;
    struct str params = arena_printf(t->arena, "{\"name\":\"%s\",\"arguments\":%s}", t->tool,
                                     t->args ? t->args : "{}");
    if (!rpc(t, "tools/call", params, &result, err))
        return false;
    struct str text = dom_str(json_array_get(dom_get(result, "content"), 0), "text");
    if (dom_bool(result, "isError", false))
        return err_set(err, ERR_UPSTREAM, "%s failed: " STR_FMT, t->tool, STR_ARG(text));
    say("✓", "tools/call %s answered %zu bytes:\n\n" STR_FMT "%s\n", t->tool, text.n,
        STR_ARG(str_slice(text, 0, 600)), text.n > 600 ? "…" : "");
    return true;
}

typedef bool step_fn(struct try *t, struct err *err);

static bool run_steps(struct try *t, struct err *err)
{
    static step_fn *const sign_in[] = { read_resource,   read_server, try_listen,
                                        register_client, get_code,    get_token };
    static step_fn *const use[] = { greet, choose_tool, call_tool };
    if (!read_challenge(t, err))
        return false;
    for (size_t i = 0; t->metadata_url.n > 0 && i < ARRAY_LEN(sign_in); i++)
        if (!sign_in[i](t, err))
            return false;
    for (size_t i = 0; i < ARRAY_LEN(use); i++)
        if (!use[i](t, err))
            return false;
    return true;
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
    t.arena = arena_new();
    bool ok = fetcher_new(&config, &t.fetcher, &err) && run_steps(&t, &err);
    if (!ok)
        fprintf(stderr, "✗ " STR_FMT "\n", STR_ARG(err_text(&err)));
    try_unlisten(&t);
    fetcher_free(t.fetcher);
    arena_free(t.arena);
    return ok ? 0 : 1;
}
