// SPDX-License-Identifier: MIT
#include "platform/secrets.h"

#include <ctype.h>

#include "platform/internal.h"

// The first of the members that is a text.
static struct str first_text(const json_t *object, const char *const *names)
{
    for (; *names; names++)
        if (dom_str(object, *names).n)
            return dom_str(object, *names);
    return STR_NONE;
}

bool platform_refused(const struct fetch_response *response, enum err_code code, struct err *err)
{
    static const char *const kinds[] = { "status", "code", "__type", "error", NULL };
    static const char *const words[] = { "error_description", "message", "Message", NULL };
    JSON_AUTO *answer = NULL;
    char kind[80], said[300];
    if (!dom_parse_object(buf_str(&response->body), &answer, NULL))
        answer = NULL;
    const json_t *inner =
        json_is_object(dom_get(answer, "error")) ? dom_get(answer, "error") : answer;
    str_tidy(str_trim(first_text(inner, kinds)), kind, sizeof(kind));
    str_tidy(str_trim(first_text(inner, words)), said, sizeof(said));
    bool both = *kind && *said;
    return err_set(err, code, "it answered %d%s%s%s%s", response->status,
                   *kind || *said ? ": " : "", kind, both ? ": " : "", said);
}

const char *platform_variable(const struct reading *r, const char *name)
{
    const char *value = r->from->env_of(r->from->env_ctx, name);
    return value && *value ? value : NULL;
}

bool platform_ask(struct reading *r, const struct fetch_request *request,
                  struct fetch_response *ret, struct err *err)
{
    struct fetch_request bounded = *request;
    bounded.max_bytes = SECRETS_BYTES_MAX;
    if (!bounded.timeout_ms)
        bounded.timeout_ms = SECRETS_TIMEOUT_MS;
    return fetch(r->fetcher, &bounded, ret, err);
}

bool platform_object(const struct fetch_response *response, json_t **ret, struct err *err)
{
    if (response->status != 200)
        return platform_refused(response, ERR_CONFIG, err);
    return dom_parse_object(buf_str(&response->body), ret, NULL) ||
           err_set(err, ERR_CONFIG, "its answer is no JSON object");
}

bool platform_post_form(struct reading *r, const char *url, struct str form,
                        struct fetch_response *ret, struct err *err)
{
    const struct fetch_header headers[] = {
        { "Content-Type", STR("application/x-www-form-urlencoded") }, { NULL }
    };
    const struct fetch_request request = {
        .method = "POST", .url = url, .headers = headers, .body = form
    };
    return platform_ask(r, &request, ret, err);
}

// --- stores where each variable is a secret of its own ---

// "ZSCALER_CLIENT_ID" as a name that takes letters, digits and hyphens: "zscaler-client-id".
static const char *secret_id_of(struct reading *r, const char *variable)
{
    size_t n = strlen(variable);
    char *id = arena_alloc(r->arena, n + 1);
    for (size_t i = 0; i < n; i++)
        id[i] = variable[i] == '_' ? '-' : (char)tolower((unsigned char)variable[i]);
    return id;
}

static bool read_one(struct reading *r, const struct separate_secrets *of, const char *variable,
                     bool *ret_there, struct err *err)
{
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    JSON_AUTO *answer = NULL;
    const char *id = secret_id_of(r, variable);
    const struct fetch_header headers[] = {
        { "Authorization", arena_printf(r->arena, "Bearer " STR_FMT, STR_ARG(of->token)) }, { NULL }
    };
    const struct fetch_request request = {
        .url = arena_printf(r->arena, "%s%s%s", of->before, id, of->after).p, .headers = headers
    };
    if (!platform_ask(r, &request, &response, err))
        return false;
    if (response.status == 404)
        return true;
    *ret_there = true;
    return (platform_object(&response, &answer, err) && of->take(r, variable, answer, err)) ||
           err_prefix(err, "the secret %s", id);
}

bool platform_read_each(struct reading *r, const struct separate_secrets *of, struct err *err)
{
    bool there = false;
    for (const char *const *v = r->from->variables; *v; v++)
        if (!read_one(r, of, *v, &there, err))
            return false;
    return there || err_set(err, ERR_CONFIG, "it has none of the secrets %s, …",
                            secret_id_of(r, r->from->variables[0]));
}

bool secrets_read(const struct secrets_from *from, struct fetcher *fetcher, secrets_take *take,
                  void *ctx, struct buf *warnings, struct err *err)
{
    static bool (*const readers[])(struct reading *, struct err *) = {
        [SECRETS_AWS] = aws_read, [SECRETS_GCP] = gcp_read, [SECRETS_AZURE] = azure_read
    };
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct reading reading = { from, fetcher, arena, take, ctx, warnings };
    return readers[from->store](&reading, err);
}
