// SPDX-License-Identifier: MIT
// Deletes are confirmed, by the person where the client can ask (confirm_ask.c), else by a token:
// the first call answers with what would be deleted and a token; the same call with the token goes
// ahead. A token is "expiry:nonce:mac", bound to the tool, its arguments and the person, good for
// one call, and accepted by every replica with the same keys and store.
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/utf8.h"
#include "json/write.h"
#include "serve/clean.h"
#include "serve/serve_int.h"

#define SUBJECT_MAX    (1024 * 1024)
#define PROMPT_MAX     (64 * 1024)
#define NONCE_BYTES    8
#define LISTED_MAX     20
#define IDENTIFIER_MAX 2000 // bytes
#define MAC_PURPOSE    "delete confirmation"

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// Arguments that steer the call and do not say what is deleted.
static bool is_about_call(const char *key)
{
    return key[0] == '_' || strcmp(key, "kwargs") == 0 || strcmp(key, "confirmed") == 0 ||
           strcmp(key, "confirmation_token") == 0 || strcmp(key, arg_dry_run.name) == 0 ||
           strcmp(key, "service") == 0;
}

static size_t sorted_keys(const json_t *args, const char **ret, size_t max)
{
    const char *key;
    json_t *value;
    size_t n = 0;
    json_object_foreach((json_t *)(uintptr_t)args, key,
                        value) if (n < max && !is_about_call(key) && !json_is_null(value))
        ret[n++] = key;
    qsort(ret, n, sizeof(ret[0]), compare_keys);
    return n;
}

void confirm_subject(const struct tool *tool, const json_t *args, struct buf *out)
{
    const char *keys[64];
    size_t n = sorted_keys(args, keys, ARRAY_LEN(keys));
    struct json_writer w;
    buf_addf(out, "%s:", tool->name);
    jw_init(&w, out);
    jw_object(&w);
    for (size_t i = 0; i < n; i++)
        jw_kv_tree(&w, keys[i], json_object_get(args, keys[i]));
    jw_object_end(&w);
}

static const char *identifying(const json_t *args)
{
    const char *keys[64];
    size_t n = sorted_keys(args, keys, ARRAY_LEN(keys));
    if (json_object_get(args, "id"))
        return "id";
    if (json_object_get(args, "name"))
        return "name";
    for (size_t i = 0; i < n; i++)
        if (str_ends(str_c(keys[i]), STR("_id")) && strcmp(keys[i], "microtenant_id") != 0)
            return keys[i];
    return NULL;
}

static void add_plain(const json_t *value, struct buf *out)
{
    if (json_is_string(value))
        buf_add(out, dom_text(value));
    else
        json_add_compact(out, value);
}

// Without an id: the things of the first list among the arguments, so that one sees what goes.
static void add_listed(const json_t *args, struct buf *out)
{
    const char *keys[64];
    size_t n = sorted_keys(args, keys, ARRAY_LEN(keys));
    for (size_t i = 0; i < n; i++) {
        const json_t *list = json_object_get(args, keys[i]);
        size_t count = json_array_size(list);
        for (size_t j = 0; j < count && j < LISTED_MAX; j++) {
            buf_adds(out, j ? ", " : "");
            add_plain(json_array_get(list, j), out);
        }
        if (count > LISTED_MAX)
            buf_addf(out, " and %zu more", count - LISTED_MAX);
        if (count) {
            buf_addf(out, " (%s)", keys[i]);
            return;
        }
    }
    buf_adds(out, "unknown");
}

static void add_identifier(const json_t *args, const char *display_name, struct buf *out)
{
    const char *key = identifying(args);
    if (!key) {
        add_listed(args, out);
        return;
    }
    if (display_name)
        buf_addf(out, "\"%s\" (", display_name);
    add_plain(json_object_get(args, key), out);
    if (display_name)
        buf_addc(out, ')');
    else if (strlen(key) > 2 && strcmp(key, "name") != 0)
        buf_addf(out, " (%s)", key);
}

// One short line, whatever a name or an id holds: it must not write a text of its own for the
// person.
void confirm_identifier(const json_t *args, const char *display_name, struct buf *out)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(SUBJECT_MAX);
    add_identifier(args, display_name, &text);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ')
            text.p[i] = ' ';
    struct str shown = utf8_cut(buf_str(&text), IDENTIFIER_MAX);
    buf_add(out, shown);
    buf_adds(out, shown.n < text.n || !buf_ok(&text) ? " …" : "");
}

// --- the token ---

enum spent confirm_spend(const struct offered *o, struct mcp_call *mcp, struct str what,
                         int64_t until)
{
    struct str key = arena_printf(mcp_arena(mcp), "confirm:" STR_FMT, STR_ARG(what));
    return spent_claim(o->serve->config.spent, key, until - clock_now() + 60, NULL);
}

static struct str person(struct mcp_call *mcp)
{
    const struct principal *who = mcp_principal(mcp);
    return who ? who->key : STR_NONE;
}

static void mac_input(const struct offered *o, struct mcp_call *mcp, const json_t *args,
                      struct str expiry, struct str nonce, struct buf *out)
{
    confirm_subject(o->tool, args, out);
    buf_addf(out, ":" STR_FMT ":" STR_FMT ":" STR_FMT, STR_ARG(expiry), STR_ARG(nonce),
             STR_ARG(person(mcp)));
}

static void add_token(const struct offered *o, struct mcp_call *mcp, const json_t *args,
                      struct buf *out)
{
    struct arena *arena = mcp_arena(mcp);
    int ttl = o->serve->config.confirmation_ttl_s;
    char nonce[2 * NONCE_BYTES + 1];
    random_hex(nonce, NONCE_BYTES);
    struct str expiry =
        arena_printf(arena, "%lld", (long long)clock_now() + (ttl ? ttl : CONFIRMATION_TTL_S));
    CLEANUP(buf_release) struct buf input = BUF_INIT(SUBJECT_MAX);
    mac_input(o, mcp, args, expiry, str_c(nonce), &input);
    buf_addf(out, STR_FMT ":%s:", STR_ARG(expiry), nonce);
    keyring_mac(o->serve->config.keys, MAC_PURPOSE, buf_str(&input), out);
}

// NULL: the token is good, and spent by this.
static const char *token_fault(const struct offered *o, struct mcp_call *mcp, const json_t *args,
                               struct str token)
{
    struct str mac = token;
    struct str expiry = str_cut(&mac, ':'), nonce = mac.p ? str_cut(&mac, ':') : STR_NONE;
    int64_t until = 0;
    if (!mac.p || str_index(mac, ':') >= 0)
        return "Malformed confirmation token";
    if (!str_to_i64(expiry, &until))
        return "Malformed confirmation token (invalid expiry)";
    if (until < clock_now())
        return "Confirmation token has expired. Repeat the call without it to get a new one.";
    CLEANUP(buf_release) struct buf input = BUF_INIT(SUBJECT_MAX);
    mac_input(o, mcp, args, expiry, nonce, &input);
    if (!buf_ok(&input) ||
        !keyring_mac_ok(o->serve->config.keys, MAC_PURPOSE, buf_str(&input), mac))
        return "Confirmation token does not match the submitted parameters. It stands for one tool, one set of "
               "arguments and one person: begin again without it.";
    enum spent spent = confirm_spend(o, mcp, mac, until);
    if (spent == SPENT_UNAVAILABLE)
        return CONFIRM_UNAVAILABLE;
    return spent == SPENT_AGAIN
               ? "Confirmation token has already been used. Each one is good for a single call."
               : NULL;
}

// kwargs is an object or its JSON text.
static struct str given_token(struct arena *arena, const json_t *given)
{
    json_t *kwargs = json_object_get(given, "kwargs");
    if (json_is_object(kwargs))
        return dom_str(kwargs, "confirmation_token");
    if (!json_is_string(kwargs))
        return STR_NONE;
    JSON_AUTO *tree = NULL;
    struct err ignored;
    if (!dom_parse_object(dom_text(kwargs), &tree, &ignored))
        return STR_NONE;
    struct str token = dom_str(tree, "confirmation_token");
    return token.p ? arena_str(arena, token) : STR_NONE;
}

// --- the prompt ---

const char *confirm_name(const struct offered *o, struct mcp_call *mcp, const json_t *args)
{
    static const char *const keys[] = { "name", "configured_name", "display_name" };
    struct err ignored;
    struct str text;
    JSON_AUTO *thing = NULL;
    JSON_AUTO *copy = json_deep_copy(args);
    bool may_read =
        o->namesake && serve_right(o->serve, mcp_principal(mcp), o->namesake) & MAY_CALL;
    if (!may_read || !run_tool(o->namesake, mcp, copy, &thing, NULL, &ignored, &text))
        return NULL;
    if (!o->serve->config.no_clean)
        clean_tree(&thing);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (dom_str(thing, keys[i]).n)
            return arena_cstr(mcp_arena(mcp), dom_str(thing, keys[i]));
    return NULL;
}

static void prompt(const struct offered *o, struct mcp_call *mcp, const json_t *args,
                   const char *fault)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(PROMPT_MAX);
    if (fault)
        buf_addf(&text, "Confirmation rejected: %s\n\n", fault);
    buf_addf(&text,
             "DESTRUCTIVE OPERATION - CONFIRMATION REQUIRED\n\nOperation: DELETE " STR_FMT
             "\nResource ID/Name: ",
             STR_ARG(tool_thing(o->tool, mcp_arena(mcp))));
    confirm_identifier(args, confirm_name(o, mcp, args), &text);
    buf_adds(
        &text,
        "\n\nWARNING: This action CANNOT be undone!\n\n"
        "Nothing was deleted yet. Show this to the user and ask. Only after the user agreed, call the tool "
        "again with the same arguments and kwargs='{\"confirmation_token\": \"");
    add_token(o, mcp, args, &text);
    buf_adds(&text, "\"}'");
    mcp_result_text(mcp, buf_str(&text));
}

// An agent answers a token's prompt itself as easily as its person does.
static void refuse(const struct offered *o, struct mcp_call *mcp, const char *by)
{
    mcp_result_error(
        mcp,
        "%s was refused: a person has to confirm deletes here (%s), and "
        "this client cannot ask one, as it does not declare elicitation. Nothing was deleted. Use a client "
        "that supports elicitation, or ask the operator of the server.",
        o->tool->name, by);
}

const char *confirm(const struct offered *o, struct mcp_call *mcp, const json_t *given,
                    json_t *args)
{
    if (mcp_can_elicit(mcp))
        return confirm_ask(o, mcp, args);
    bool by_policy = serve_bounded(o, mcp, MAY_WITH_PERSON);
    if (o->serve->config.ask_person || by_policy) {
        refuse(o, mcp, by_policy ? "the policy" : "ZSCALER_MCP_REQUIRE_HUMAN_CONFIRMATION");
        return "confirmation impossible";
    }
    struct str token = given_token(mcp_arena(mcp), given);
    const char *fault = token.p ? token_fault(o, mcp, args, token) : NULL;
    if (token.p && !fault)
        return NULL;
    prompt(o, mcp, args, fault);
    return "confirmation asked";
}
