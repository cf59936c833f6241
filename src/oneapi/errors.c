// SPDX-License-Identifier: MIT
// What an answer of the API means, in the API's own words: the text a model or a person reads.
// Nothing of ours that is secret may come back in it.
#include "base/secret.h"
#include "base/url.h"
#include "json/dom.h"
#include "json/scan.h"
#include "json/write.h"
#include "oneapi/internal.h"

#define TEXT_MAX       (64 * 1024)
#define MESSAGE_MAX    4096 // of a body that is no JSON
#define UNREADABLE_MAX 1000 // of one that says it is

static const char *const code_members[] = { "code", "id", "errorCode", "title", "msgId", NULL };
static const char *const message_members[] = { "message",      "reason", "errorDetails",
                                               "errorMessage", "detail", NULL };
static const char *const more_members[] = { "params", "path", "timestamp", NULL };

// --- redaction ---

static void add_without(struct buf *out, struct str text, struct str secret)
{
    ptrdiff_t at;
    while (secret.n >= 4 && (at = str_find(text, secret)) >= 0) {
        buf_add(out, str_slice(text, 0, (size_t)at));
        buf_adds(out, "[redacted]");
        text = str_slice(text, (size_t)at + secret.n, text.n);
    }
    buf_add(out, text);
}

static struct str redact(const struct oneapi *api, const struct secret *token, struct arena *arena,
                         struct str text)
{
    const struct str secrets[] = { token ? secret_reveal(token) : STR_NONE,
                                   str_c(api->config.client_secret),
                                   str_c(api->config.private_key) };
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        if (!secrets[i].n || str_find(text, secrets[i]) < 0)
            continue;
        CLEANUP(buf_release) struct buf clean = BUF_INIT(2 * TEXT_MAX);
        add_without(&clean, text, secrets[i]);
        text = arena_str(arena, buf_str(&clean));
    }
    return text;
}

// --- the JSON text of an API error ---

static bool is_said(const json_t *value)
{
    return value && !json_is_null(value) && !json_is_false(value) &&
           !(json_is_string(value) && !json_string_length(value));
}

static const json_t *first_said(const json_t *body, const char *const *members)
{
    for (; body && *members; members++)
        if (is_said(dom_get(body, *members)))
            return dom_get(body, *members);
    return NULL;
}

// What to do about a status, for the model or the person who reads it.
static const struct hint {
    int status;
    const char *text;
} hints[] = {
    { 400, "The API does not take an argument as it is; the message says which. Correct it." },
    { 401, "The OneAPI client was refused although its token is new: check ZSCALER_CLIENT_ID and "
           "its secret or key." },
    { 403, "The OneAPI client may not do this: its role needs the permission, or the organisation "
           "the subscription." },
    { 404, "Nothing is there under this id: list the records to find the right one." },
    { 409, "The record is in use, has changed meanwhile, or someone else holds the edit lock: "
           "remove what refers to it, or try again in a minute." },
    { 412, "The record has changed meanwhile: read it again and repeat the change." },
    { 429, "Too many requests: wait a minute and ask for less at a time." },
};

static const char *hint_for(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(hints); i++)
        if (hints[i].status == status)
            return hints[i].text;
    return status >= 500 ? "Zscaler could not answer; the arguments are not at fault. Try again "
                           "later."
                         : NULL;
}

static void add_member(struct json_writer *w, const char *key, const json_t *value)
{
    jw_key(w, key);
    if (value)
        jw_tree(w, value);
    else
        jw_null(w);
}

static void write_api_error(struct buf *out, int status, struct str url, const json_t *body,
                            struct str raw)
{
    struct json_writer w;
    jw_init(&w, out);
    w.indent = 2;
    jw_object(&w);
    jw_kv_int(&w, "status", status);
    add_member(&w, "code", first_said(body, code_members));
    const json_t *message = first_said(body, message_members);
    if (message)
        add_member(&w, "message", message);
    else
        jw_kv(&w, "message", str_slice(raw, 0, MESSAGE_MAX));
    jw_kv(&w, "url", url);
    for (const char *const *m = more_members; body && *m; m++)
        if (is_said(dom_get(body, *m)))
            add_member(&w, *m, dom_get(body, *m));
    if (hint_for(status))
        jw_kv_c(&w, "hint", hint_for(status));
    jw_object_end(&w);
}

static void write_graphql_error(struct json_writer *w, const json_t *error)
{
    jw_object(w);
    add_member(w, "message", dom_get(error, "message"));
    jw_key(w, "path");
    if (json_is_array(dom_get(error, "path"))) {
        jw_tree(w, dom_get(error, "path"));
    } else {
        jw_array(w);
        jw_array_end(w);
    }
    add_member(w, "classification", dom_get(dom_get(error, "extensions"), "classification"));
    jw_object_end(w);
}

static void write_graphql_errors(struct buf *out, int status, struct str path, struct str url,
                                 const json_t *errors)
{
    struct json_writer w;
    struct str rest = str_slice(path, 1, path.n);
    jw_init(&w, out);
    w.indent = 2;
    jw_object(&w);
    jw_kv(&w, "service", str_cut(&rest, '/'));
    jw_kv_int(&w, "status", status);
    jw_kv(&w, "url", url);
    jw_key(&w, "errors");
    jw_array(&w);
    for (size_t i = 0; i < json_array_size(errors); i++)
        write_graphql_error(&w, json_array_get(errors, i));
    jw_array_end(&w);
    jw_object_end(&w);
}

// --- judging ---

static bool says_json(struct str content_type)
{
    return str_find(content_type, STR("json")) >= 0 || !content_type.n;
}

static bool is_json(struct str body, bool *ret_null, struct err *why)
{
    struct scan s;
    enum scan_token t;
    scan_init(&s, body, 0);
    *ret_null = str_is(str_trim(body), "null");
    while ((t = scan_next(&s)) != SCAN_END)
        if (t == SCAN_ERROR)
            return scan_fail(&s, why);
    return true;
}

static bool fail(const struct oneapi *api, const struct secret *token, struct arena *arena,
                 struct str text, struct oneapi_response *ret, struct err *err)
{
    ret->error = arena_str(arena, redact(api, token, arena, text));
    return err_set(err, ERR_ONEAPI, STR_FMT, STR_ARG(ret->error));
}

static bool fail_refused_token(const struct oneapi *api, const struct secret *token,
                               struct arena *arena, struct buf *text, struct oneapi_response *ret,
                               struct err *err)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT(2 * TEXT_MAX);
    buf_adds(
        &all,
        "The API answered 401 Unauthorized, also after the access token was renewed. Check that the API client "
        "of ZSCALER_CLIENT_ID is enabled and has a role for this product.\n");
    buf_add(&all, buf_str(text));
    return fail(api, token, arena, buf_str(&all), ret, err);
}

// GraphQL answers 200 with errors[]; a cheap search keeps the tree away from good answers.
static json_t *graphql_errors(struct str path, struct str body)
{
    json_t *tree = NULL;
    if (!str_ends(path, STR("/graphql")) || str_find(body, STR("\"errors\"")) < 0 ||
        !dom_parse_object(body, &tree, NULL))
        return NULL;
    json_t *errors = json_incref(dom_get(tree, "errors"));
    json_decref(tree);
    if (json_is_array(errors) && json_array_size(errors) > 0)
        return errors;
    json_decref(errors);
    return NULL;
}

bool answer_judge(const struct oneapi *api, struct str path, const struct secret *token,
                  struct arena *arena, struct oneapi_response *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
    struct str url = arena_printf(arena, "%s" STR_FMT, api->api_base, STR_ARG(path));
    struct err why = { 0 };
    bool null = false, valid = is_json(ret->body, &null, &why),
         good = ret->status >= 200 && ret->status < 300;
    JSON_AUTO *errors = valid ? graphql_errors(path, ret->body) : NULL;
    if (errors) {
        write_graphql_errors(&text, ret->status, path, url, errors);
        return fail(api, token, arena, buf_str(&text), ret, err);
    }
    if (good && (valid || ret->status == 204 || !says_json(ret->content_type))) {
        ret->has_json = valid && !null;
        return true;
    }
    if (!valid && says_json(ret->content_type)) {
        buf_addf(&text, "HTTP %d " STR_FMT, ret->status,
                 STR_ARG(str_slice(ret->body, 0, UNREADABLE_MAX)));
        if (ret->body.n)
            buf_addf(&text, "\nThe answer of the API cannot be read: %s", why.text);
    } else {
        JSON_AUTO *body = NULL;
        if (valid && !dom_parse_object(ret->body, &body, NULL))
            body = NULL;
        write_api_error(&text, ret->status, url, body, ret->body);
    }
    return ret->status == 401 ? fail_refused_token(api, token, arena, &text, ret, err)
                              : fail(api, token, arena, buf_str(&text), ret, err);
}

bool explain_transport(const char *what, struct str url, const char *advice, struct err *err)
{
    struct url parts;
    if (!err || err->code == ERR_CANCELLED)
        return false;
    struct str host = url_parse(url, &parts, NULL) ? parts.authority : url;
    struct err reason = *err;
    err_set(err, reason.code, "%s (host " STR_FMT "): %s. %s", what, STR_ARG(host), reason.text,
            advice);
    err->retry_after = reason.retry_after;
    return false;
}
