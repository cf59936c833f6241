// SPDX-License-Identifier: MIT
// Who this machine is at AWS, in the order of AWS's own libraries, without their files: keys in the
// environment, a web identity (EKS, IRSA), the container's (ECS, EKS Pod Identity), the instance's
// (EC2). https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
#include "base/file.h"
#include "base/url.h"
#include "platform/internal.h"

#define TOKEN_BYTES_MAX (32 * 1024)
#define FORM_BYTES_MAX  (64 * 1024)
#define LOCAL_MS        2000 // what stands on this machine answers at once, or is not there
#define ECS_HOST        "http://169.254.170.2"
#define INSTANCE        "http://169.254.169.254"

static bool token_file(struct reading *r, const char *path, struct str *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(TOKEN_BYTES_MAX);
    if (!file_read(path, &text, err))
        return false;
    *ret = arena_str(r->arena, str_trim(buf_str(&text)));
    return true;
}

static bool complete(const struct aws_credentials *c, const char *from, struct err *err)
{
    return (c->id.n && c->secret.n) ||
           err_set(err, ERR_CONFIG, "the credentials of %s are not whole", from);
}

// --- a web identity ---

// <name>text</name>; these texts hold no entities.
static struct str element(struct reading *r, struct str xml, const char *name)
{
    struct str open = arena_printf(r->arena, "<%s>", name);
    ptrdiff_t from = str_find(xml, open);
    if (from < 0)
        return STR_NONE;
    struct str rest = str_slice(xml, (size_t)from + open.n, xml.n);
    return arena_str(r->arena, str_cut(&rest, '<'));
}

static void write_form(struct reading *r, const char *role, struct str token, struct buf *out)
{
    const char *session = platform_variable(r, "AWS_ROLE_SESSION_NAME");
    buf_adds(out, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=");
    buf_add_urlencoded(out, str_c(role), true);
    buf_adds(out, "&RoleSessionName=");
    buf_add_urlencoded(out, str_c(session ? session : "zscaler-mcp"), true);
    buf_adds(out, "&WebIdentityToken=");
    buf_add_urlencoded(out, token, true);
}

static bool assume_role(struct reading *r, const char *region, const char *role, const char *path,
                        struct aws_credentials *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    const char *own = platform_variable(r, "AWS_ENDPOINT_URL_STS");
    struct str token;
    if (!token_file(r, path, &token, err))
        return err_prefix(err, "AWS_WEB_IDENTITY_TOKEN_FILE");
    write_form(r, role, token, &form);
    const char *url = own ? own : arena_printf(r->arena, "https://sts.%s.amazonaws.com/", region).p;
    if (!platform_post_form(r, url, buf_str(&form), &response, err))
        return false;
    struct str xml = buf_str(&response.body);
    if (response.status != 200)
        return err_set(err, ERR_CONFIG,
                       "the role %.200s cannot be assumed: STS answered %d: %.200s", role,
                       response.status, arena_cstr(r->arena, element(r, xml, "Message")));
    *ret = (struct aws_credentials){ element(r, xml, "AccessKeyId"),
                                     element(r, xml, "SecretAccessKey"),
                                     element(r, xml, "SessionToken") };
    return complete(ret, "STS", err);
}

// --- what the machine itself hands out ---

static bool read_answer(struct reading *r, const struct fetch_response *response, const char *from,
                        struct aws_credentials *ret, struct err *err)
{
    JSON_AUTO *answer = NULL;
    if (!platform_object(response, &answer, err))
        return err_prefix(err, "the credentials of %s", from);
    *ret = (struct aws_credentials){ arena_str(r->arena, dom_str(answer, "AccessKeyId")),
                                     arena_str(r->arena, dom_str(answer, "SecretAccessKey")),
                                     arena_str(r->arena, dom_str(answer, "Token")) };
    return complete(ret, from, err);
}

// Only addresses of this machine may get the container's authorization in the clear.
static bool is_local(const char *text)
{
    static const char *const agents[] = { "169.254.170.2", "169.254.170.23", "fd00:ec2::23" };
    struct url url;
    struct err unused;
    if (!url_parse(str_c(text), &url, &unused))
        return false;
    if (str_is(url.scheme, "https") || url_host_is_loopback(url.host))
        return true;
    return str_is_among(url.host, agents, ARRAY_LEN(agents));
}

static bool container_authorization(struct reading *r, struct str *ret, struct err *err)
{
    const char *path = platform_variable(r, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    *ret = str_c(platform_variable(r, "AWS_CONTAINER_AUTHORIZATION_TOKEN"));
    return !path || token_file(r, path, ret, err) ||
           err_prefix(err, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
}

static bool ask_container(struct reading *r, const char *url, struct aws_credentials *ret,
                          struct err *err)
{
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    struct str authorization;
    if (!is_local(url))
        return err_set(err, ERR_CONFIG,
                       "AWS_CONTAINER_CREDENTIALS_FULL_URI=%.200s is neither https nor an address "
                       "of this machine",
                       url);
    if (!container_authorization(r, &authorization, err))
        return false;
    const struct fetch_header headers[] = {
        { authorization.n ? "Authorization" : NULL, authorization }, { NULL }
    };
    const struct fetch_request request = {
        .url = url, .headers = headers, .timeout_ms = LOCAL_MS, .direct = true
    };
    return platform_ask(r, &request, &response, err) &&
           read_answer(r, &response, "the container", ret, err);
}

// The metadata service of an instance, version 2: a token first, then the questions.
static bool ask_instance(struct reading *r, const char *path, struct fetch_response *ret,
                         struct err *err)
{
    CLEANUP(fetch_response_wipe) struct fetch_response token = { 0 };
    const char *own = platform_variable(r, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *host = own ? own : INSTANCE;
    const struct fetch_header lifetime[] = { { "X-aws-ec2-metadata-token-ttl-seconds", STR("60") },
                                             { NULL } };
    const struct fetch_request first = { .method = "PUT",
                                         .url =
                                             arena_printf(r->arena, "%s/latest/api/token", host).p,
                                         .headers = lifetime,
                                         .timeout_ms = LOCAL_MS,
                                         .direct = true };
    if (!platform_ask(r, &first, &token, err))
        return false;
    if (token.status != 200)
        return platform_refused(&token, ERR_CONFIG, err);
    const struct fetch_header headers[] = { { "X-aws-ec2-metadata-token", buf_str(&token.body) },
                                            { NULL } };
    const struct fetch_request second = {
        .url = arena_printf(r->arena, "%s/latest/meta-data/%s", host, path).p,
        .headers = headers,
        .timeout_ms = LOCAL_MS,
        .direct = true
    };
    return platform_ask(r, &second, ret, err);
}

static bool has_no_instance(const struct reading *r)
{
    const char *off = platform_variable(r, "AWS_EC2_METADATA_DISABLED");
    return off && str_eq_nocase(str_c(off), STR("true"));
}

static bool of_instance(struct reading *r, struct aws_credentials *ret, struct err *err)
{
    CLEANUP(fetch_response_wipe) struct fetch_response role = { 0 };
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    if (!ask_instance(r, "iam/security-credentials/", &role, err))
        return false;
    struct str list = buf_str(&role.body), name = str_trim(str_cut(&list, '\n'));
    if (role.status != 200 || !name.n)
        return err_set(err, ERR_CONFIG, "no role is attached to this instance");
    const char *path = arena_printf(r->arena, "iam/security-credentials/" STR_FMT, STR_ARG(name)).p;
    return ask_instance(r, path, &response, err) &&
           read_answer(r, &response, "the instance", ret, err);
}

const char *aws_region_of_instance(struct reading *r)
{
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    struct err unused;
    if (has_no_instance(r) || !ask_instance(r, "placement/region", &response, &unused) ||
        response.status != 200)
        return NULL;
    return arena_cstr(r->arena, str_trim(buf_str(&response.body)));
}

bool aws_credentials(struct reading *r, const char *region, struct aws_credentials *ret,
                     struct err *err)
{
    struct err why = { 0 };
    const char *id = platform_variable(r, "AWS_ACCESS_KEY_ID");
    const char *secret = platform_variable(r, "AWS_SECRET_ACCESS_KEY");
    const char *role = platform_variable(r, "AWS_ROLE_ARN");
    const char *file = platform_variable(r, "AWS_WEB_IDENTITY_TOKEN_FILE");
    const char *relative = platform_variable(r, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = platform_variable(r, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    *ret = (struct aws_credentials){ str_c(id), str_c(secret),
                                     str_c(platform_variable(r, "AWS_SESSION_TOKEN")) };
    if (id && secret)
        return true;
    if (role && file)
        return assume_role(r, region, role, file, ret, err);
    if (relative)
        return ask_container(r, arena_printf(r->arena, ECS_HOST "%s", relative).p, ret, err);
    if (full)
        return ask_container(r, full, ret, err);
    if (!has_no_instance(r) && of_instance(r, ret, &why))
        return true;
    return err_set(err, ERR_CONFIG,
                   "nothing says who this machine is: there is no role of a task, pod or instance, "
                   "and no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY%s%.200s",
                   why.code ? "; " : "", why.code ? why.text : "");
}
