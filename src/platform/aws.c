// SPDX-License-Identifier: MIT
// AWS Secrets Manager, GetSecretValue.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
#include "json/write.h"
#include "platform/internal.h"

#define REQUEST_BYTES_MAX 4096

// "arn:aws:secretsmanager:eu-west-1:111122223333:secret:name": the fourth part.
static const char *region_of_arn(struct reading *r)
{
    struct str rest = str_c(r->from->name);
    if (!str_starts(rest, STR("arn:")))
        return NULL;
    for (int i = 0; i < 3; i++)
        str_cut(&rest, ':');
    struct str region = str_cut(&rest, ':');
    return region.n ? arena_cstr(r->arena, region) : NULL;
}

static bool find_region(struct reading *r, const char **ret, struct err *err)
{
    const char *found = platform_variable(r, "AWS_REGION");
    if (!found)
        found = platform_variable(r, "AWS_DEFAULT_REGION");
    if (!found)
        found = region_of_arn(r);
    if (!found)
        found = aws_region_of_instance(r);
    *ret = found;
    return found || err_set(err, ERR_CONFIG,
                            "the region is not known: set AWS_REGION, or give the secret's ARN in "
                            "ZSCALER_SECRET_NAME");
}

static const char *endpoint(struct reading *r, const char *region)
{
    const char *own = platform_variable(r, "AWS_ENDPOINT_URL_SECRETS_MANAGER");
    if (!own)
        own = platform_variable(r, "AWS_ENDPOINT_URL");
    bool china = str_starts(str_c(region), STR("cn-"));
    return own ? own
               : arena_printf(r->arena, "https://secretsmanager.%s.amazonaws.com%s/", region,
                              china ? ".cn" : "")
                     .p;
}

static struct str body_of(struct reading *r)
{
    CLEANUP(buf_release) struct buf body = BUF_INIT(REQUEST_BYTES_MAX);
    struct json_writer w;
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv_c(&w, "SecretId", r->from->name);
    jw_object_end(&w);
    return arena_str(r->arena, buf_str(&body));
}

static bool ask(struct reading *r, const char *region, struct fetch_response *ret, struct err *err)
{
    struct aws_credentials who;
    if (!aws_credentials(r, region, &who, err))
        return false;
    const struct fetch_header headers[] = {
        { "Content-Type", STR("application/x-amz-json-1.1") },
        { "X-Amz-Target", STR("secretsmanager.GetSecretValue") },
        { who.token.n ? "X-Amz-Security-Token" : NULL, who.token },
        { NULL },
    };
    const struct fetch_request request = {
        .method = "POST",
        .url = endpoint(r, region),
        .headers = headers,
        .body = body_of(r),
        .aws_sigv4 = arena_printf(r->arena, "aws:amz:%s:secretsmanager", region).p,
        .aws_key =
            arena_printf(r->arena, STR_FMT ":" STR_FMT, STR_ARG(who.id), STR_ARG(who.secret)).p,
    };
    return platform_ask(r, &request, ret, err);
}

static const char *listed(const struct reading *r, const char *name)
{
    for (const char *const *v = r->from->variables; *v; v++)
        if (strcmp(*v, name) == 0)
            return *v;
    return NULL;
}

// The text that an environment variable would have; .p NULL: null, a list or an object.
static struct str text_of(struct reading *r, const json_t *value)
{
    if (json_is_string(value))
        return dom_text(value);
    if (json_is_boolean(value))
        return json_is_true(value) ? STR("true") : STR("false");
    if (json_is_integer(value))
        return arena_printf(r->arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return arena_printf(r->arena, "%.17g", json_real_value(value));
    return STR_NONE;
}

static bool take_members(struct reading *r, json_t *members, struct err *err)
{
    const char *name;
    json_t *value;
    json_object_foreach(members, name, value)
    {
        const char *variable = listed(r, name);
        struct str text = text_of(r, value);
        if (!variable)
            buf_addf(r->warnings,
                     "the secret has a member %.80s, which is not read from there, and ignored\n",
                     name);
        else if (text.p)
            r->take(r->ctx, variable, text);
        else if (!json_is_null(value))
            return err_set(err, ERR_CONFIG, "its member %s is no text", variable);
    }
    return true;
}

static bool take_answer(struct reading *r, const struct fetch_response *response, struct err *err)
{
    JSON_AUTO *answer = NULL, *members = NULL;
    if (!platform_object(response, &answer, err))
        return false;
    struct str text = dom_str(answer, "SecretString");
    if (!text.n)
        return err_set(err, ERR_CONFIG, "it has no SecretString: binary secrets cannot be read");
    if (!dom_parse_object(text, &members, NULL))
        return err_set(err, ERR_CONFIG,
                       "its text is no JSON object, such as {\"ZSCALER_CLIENT_ID\":\"…\"}");
    return take_members(r, members, err);
}

bool aws_read(struct reading *r, struct err *err)
{
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    const char *region;
    struct err why = { 0 };
    if (find_region(r, &region, &why) && ask(r, region, &response, &why) &&
        take_answer(r, &response, &why))
        return true;
    return err_set(
        err, ERR_CONFIG,
        "ZSCALER_SECRET_NAME: the secret %.200s cannot be read from AWS Secrets Manager: "
        "%.600s. This machine's role needs secretsmanager:GetSecretValue on it",
        r->from->name, why.text);
}
