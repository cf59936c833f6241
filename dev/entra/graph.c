// SPDX-License-Identifier: MIT
#include "graph.h"

#include "answers.h"
#include "config.h"
#include "json/write.h"
#include "mint.h"
#include "registry.h"

static void unauthorized(struct call *c, struct str why)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_key(&w, "error");
    jw_object(&w);
    jw_kv_c(&w, "code", "InvalidAuthenticationToken");
    jw_kv(&w, "message", why);
    jw_key(&w, "innerError");
    jw_object(&w);
    jw_kv_c(&w, "request-id", c->trace_id);
    jw_kv(&w, "client-request-id", c->correlation_id);
    jw_object_end(&w);
    jw_object_end(&w);
    jw_object_end(&w);
    c->note = STR("token refused");
    answer_json(c, 401, buf_str(&out));
}

static json_t *user_of(struct call *c, json_t **ret_claims)
{
    struct str header = http_header(c->ex, "Authorization");
    struct err err = { 0 };
    if (!str_eq_nocase(str_slice(header, 0, 7), STR("Bearer "))) {
        unauthorized(c, STR("Access token is empty."));
        return NULL;
    }
    if (!mint_verify_graph(c, str_trim(str_slice(header, 7, header.n)), ret_claims, &err)) {
        unauthorized(c, err_text(&err));
        return NULL;
    }
    json_t *user =
        user_by_oid(tenant_by_id(c->emu, dom_str(*ret_claims, "tid")), dom_str(*ret_claims, "oid"));
    if (!user)
        unauthorized(c, STR("The token's user is not in the directory."));
    return user;
}

static bool has_scope(const json_t *claims, const char *scope)
{
    struct str rest = dom_str(claims, "scp");
    while (rest.p) {
        if (str_is(str_cut(&rest, ' '), scope))
            return true;
    }
    return false;
}

void userinfo_handle(struct call *c)
{
    JSON_AUTO *claims = NULL;
    const json_t *user = user_of(c, &claims);
    if (!user)
        return;
    if (!has_scope(claims, "openid")) {
        unauthorized(c, STR("The token lacks the scope openid."));
        return;
    }
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv(&w, "sub", dom_str(claims, "sub"));
    jw_kv(&w, "name", dom_str(user, "displayName"));
    jw_kv(&w, "family_name", dom_str(user, "surname"));
    jw_kv(&w, "given_name", dom_str(user, "givenName"));
    jw_kv(&w, "picture",
          arena_printf(c->arena, "%s/v1.0/me/photo/$value", config_cloud(c->emu)->graph));
    if (has_scope(claims, "email") && dom_str(user, "mail").n)
        jw_kv(&w, "email", dom_str(user, "mail"));
    jw_object_end(&w);
    answer_json(c, 200, buf_str(&out));
}

void me_handle(struct call *c)
{
    JSON_AUTO *claims = NULL;
    const json_t *user = user_of(c, &claims);
    if (!user)
        return;
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv(&w, "id", dom_str(user, "id"));
    jw_kv(&w, "displayName", dom_str(user, "displayName"));
    jw_kv(&w, "userPrincipalName", dom_str(user, "userPrincipalName"));
    jw_kv(&w, "mail", dom_str(user, "mail"));
    jw_object_end(&w);
    answer_json(c, 200, buf_str(&out));
}

void revoke_handle(struct call *c)
{
    JSON_AUTO *claims = NULL;
    const json_t *user = user_of(c, &claims);
    if (!user)
        return;
    int64_t *since = malloc(sizeof(*since));
    if (!since)
        abort();
    *since = c->now;
    table_put(c->emu->revoked, dom_str(user, "id"), since);
    c->note = STR("refresh tokens revoked");
    answer_json(c, 200, STR("{\"value\":true}"));
}
