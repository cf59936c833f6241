// SPDX-License-Identifier: MIT
#include "oauth/machines_int.h"

#include "base/utf8.h"
#include "json/write.h"

struct param {
    const char *name;
    struct str value;
};

static bool is_ours(struct str pair)
{
    static const char *const names[] = { "code",     "state", "iss", "error", "error_description",
                                         "error_uri" };
    struct str name = str_cut(&pair, '=');
    return str_is_among(name, names, ARRAY_LEN(names));
}

// The client's URI with our parameters; a query of its own stays, but for names that are ours to
// set.
static struct str redirect_with(const struct call *c, struct str uri, const struct param *params,
                                size_t count)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(SEALED_MAX * 2);
    struct str query = uri;
    buf_add(&out, str_cut(&query, '?'));
    char separator = '?';
    while (query.p) {
        struct str pair = str_cut(&query, '&');
        if (!pair.n || is_ours(pair))
            continue;
        buf_addc(&out, separator);
        buf_add(&out, pair);
        separator = '&';
    }
    for (size_t i = 0; i < count; i++) {
        if (!params[i].value.n)
            continue;
        buf_addf(&out, "%c%s=", separator, params[i].name);
        buf_add_urlencoded(&out, params[i].value, false);
        separator = '&';
    }
    return arena_str(c->arena, buf_str(&out));
}

/*= rfc9207 2 "In authorization responses to the client, including error responses, an authorization
 * server supporting this specification MUST indicate its identity by including the iss parameter in
 * the response." */
struct str response_code_url(const struct call *c, const struct flow *flow, struct str code)
{
    struct param params[] = { { "code", code }, { "state", flow->state }, { "iss", c->base } };
    return redirect_with(c, flow->redirect_uri, params, ARRAY_LEN(params));
}

struct str response_error_url(const struct call *c, const struct flow *flow, const char *word,
                              struct str text)
{
    if (!flow->redirect_uri.n) // a waiting device: nobody to be sent back to
        return STR_NONE;
    struct param params[] = {
        { "error", str_c(word) },
        { "error_description", error_text_clean(c->arena, text) },
        { "state", flow->state },
        { "iss", c->base },
    };
    return redirect_with(c, flow->redirect_uri, params, ARRAY_LEN(params));
}

void response_declined(const struct call *c, const struct flow *flow, struct str text)
{
    if (flow->waiting.n)
        waiting_decide(c, flow, NULL);
    else
        response_redirect(c->ex, response_error_url(c, flow, "access_denied", text));
}

void response_redirect(struct exchange *ex, struct str location)
{
    http_add_header(ex, "Cache-Control", STR("no-store"));
    http_add_header(ex, "Referrer-Policy", STR("no-referrer"));
    /*= rfc9700 4.12 "…the authorization server SHOULD use HTTP status code 303 (See Other)." */
    http_redirect(ex, http_method(ex) == HTTP_POST ? 303 : 302, location);
}

static bool is_look_ahead(struct exchange *ex)
{
    struct str purpose = http_header(ex, "Sec-Purpose");
    return http_method(ex) == HTTP_HEAD || str_find(purpose, STR("prefetch")) >= 0 ||
           str_find(purpose, STR("prerender")) >= 0 ||
           str_is(http_header(ex, "Purpose"), "prefetch");
}

bool looks_ahead(struct exchange *ex)
{
    if (!is_look_ahead(ex))
        return false;
    http_add_header(ex, "Cache-Control", STR("no-store"));
    http_add_header(ex, "Vary", STR("Sec-Purpose"));
    http_reply(ex, 204, NULL, STR(""));
    return true;
}

struct str error_text_clean(struct arena *arena, struct str text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(600);
    for (size_t i = 0, n; i < text.n && out.n < 500; i += n) {
        int32_t c = utf8_decode(str_slice(text, i, text.n), &n);
        if (c == '"' || c == '\\')
            c = '\'';
        buf_addc(&out, c >= 0x20 && c < 0x7f ? (char)c : c == '\n' || c == '\t' ? ' ' : '?');
    }
    return arena_str(arena, buf_str(&out));
}

void response_json(struct exchange *ex, int status, struct str json)
{
    /*= rfc6749 5.1 "The authorization server MUST include the HTTP "Cache-Control" response header
     * field with a value of "no-store"" */
    http_add_header(ex, "Cache-Control", STR("no-store"));
    http_add_header(ex, "Pragma", STR("no-cache"));
    http_reply(ex, status, "application/json", json);
}

void response_error(struct exchange *ex, const struct err *err)
{
    const struct err_info *info = err_info(err->code);
    CLEANUP(buf_release) struct buf body = BUF_INIT(4096);
    struct json_writer w;
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv_c(&w, "error", info->oauth_error ? info->oauth_error : "server_error");
    jw_kv(&w, "error_description", error_text_clean(http_arena(ex), err_text(err)));
    jw_object_end(&w);
    int status = info->http_status;
    if (status == 503 || status == 429)
        http_add_header(
            ex, "Retry-After",
            arena_printf(http_arena(ex), "%d", err->retry_after ? err->retry_after : 5));
    /*= rfc6749 5.2 "…the authorization server MUST respond with an HTTP 401 (Unauthorized) status
     * code and include the "WWW-Authenticate" response header field matching the authentication
     * scheme used by the client." */
    if (status == 401 && http_header(ex, "Authorization").p)
        http_add_header(ex, "WWW-Authenticate", STR("Basic realm=\"token\""));
    response_json(ex, status, buf_str(&body));
}

bool form_no_doubles(const struct form *form, struct err *err)
{
    /*= rfc6749 3.1 "Request and response parameters MUST NOT be included more than once." */
    for (size_t i = 0; i < form_count(form); i++) {
        struct str name, value;
        form_at(form, i, &name, &value);
        char text[64];
        snprintf(text, sizeof(text), STR_FMT, STR_ARG(str_slice(name, 0, sizeof(text) - 1)));
        if (name.n < sizeof(text) && form_doubled(form, text))
            return err_set(err, ERR_INVALID_REQUEST, "parameter '%s' is there more than once",
                           text);
    }
    return true;
}

bool request_form(struct exchange *ex, struct form **ret, struct err *err)
{
    struct str type = http_header(ex, "Content-Type");
    type = str_trim(str_cut(&type, ';'));
    if (!str_eq_nocase(type, STR("application/x-www-form-urlencoded")))
        return err_set(err, ERR_INVALID_REQUEST,
                       "the body must be application/x-www-form-urlencoded");
    struct form *form;
    if (!form_parse(http_arena(ex), http_body(ex), &form, err) || !form_no_doubles(form, err))
        return false;
    *ret = form;
    return true;
}

struct str form_value(const struct form *form, const char *name)
{
    struct str value = form_get(form, name);
    return value.n ? value : STR_NONE;
}

bool resource_ok(const struct call *c, struct str resource, struct err *err)
{
    struct str bare =
        str_ends(resource, STR("/")) ? str_slice(resource, 0, resource.n - 1) : resource;
    /*= rfc8707 2 "The requested resource is invalid, missing, unknown, or malformed."
     * (invalid_target); ours is this resource or its origin */
    if (!resource.n || str_eq(bare, c->resource) || str_eq(bare, c->base))
        return true;
    return err_set(err, ERR_INVALID_TARGET,
                   "this server gives tokens for '" STR_FMT "', not for '" STR_FMT "'",
                   STR_ARG(c->resource), STR_ARG(str_slice(resource, 0, 200)));
}
