// SPDX-License-Identifier: MIT
// Clients without a browser (RFC 8628): the device asks for two codes, somebody types the short one
// into our page on another device and signs in there, the first device polls the token endpoint.
// The long code is the request itself, sealed. The store knows the same request under the short
// code, and what became of it under the request's id: nothing yet, "denied", or the sealed grant.
#include "oauth/machines_int.h"

#include "json/write.h"

#define DENIED     "denied"
#define PACE_MAX_S 60
#define CODE_TRIES 8

/*= rfc8628 6.1 "…"BCDFGHJKLMNPQRSTVWXZ"…" */
static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ";

// A device asks once; behind an ingress everybody may have the same address.
static const struct attempts starts = { "device codes", .one = 300, .all = 3000 };

bool waiting_offered(const struct oauth *o)
{
    return o->config.device_codes;
}

// --- user codes ---

static struct str new_user_code(struct arena *arena)
{
    const unsigned n = sizeof(letters) - 1;
    char code[USER_CODE_LETTERS];
    for (size_t i = 0; i < sizeof(code);) {
        uint8_t byte;
        random_bytes(&byte, 1);
        if (byte < 256 / n * n) // no letter is likelier than another
            code[i++] = letters[byte % n];
    }
    return arena_str(arena, str_of(code, sizeof(code)));
}

/*= rfc8628 6.1 "…the server should strip dashes and other punctuation that it added for
 * readability…" */
static struct str user_code_read(struct arena *arena, struct str typed)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(64);
    for (size_t i = 0; i < typed.n; i++) {
        char c =
            typed.p[i] >= 'a' && typed.p[i] <= 'z' ? (char)(typed.p[i] - 'a' + 'A') : typed.p[i];
        if (c && strchr(letters, c))
            buf_addc(&out, c);
    }
    return arena_str(arena, buf_str(&out));
}

struct str user_code_shown(struct arena *arena, struct str typed)
{
    struct str code = user_code_read(arena, typed);
    return arena_printf(arena, STR_FMT "-" STR_FMT, STR_ARG(str_slice(code, 0, 4)),
                        STR_ARG(str_slice(code, 4, code.n)));
}

// --- what waits ---

static struct str result_key(const struct call *c, struct str id)
{
    return mark_key(c->arena, "device", id);
}

// Keeps the request under a user code that nothing else waits under. STR_NONE: the store is away.
static struct str keep_waiting(const struct call *c, const struct flow *flow)
{
    for (int i = 0; i < CODE_TRIES; i++) {
        struct str code = new_user_code(c->arena);
        struct str key = mark_key(c->arena, "user-code", code);
        switch (spent_claim(c->o->config.spent, key, DEVICE_CODE_TTL_S, NULL)) {
        case SPENT_FIRST:
            return spent_put(c->o->config.spent, key, flow_seal(c, KIND_WAITING, flow),
                             DEVICE_CODE_TTL_S)
                       ? code
                       : STR_NONE;
        case SPENT_AGAIN:
            continue;
        case SPENT_UNAVAILABLE:
            return STR_NONE;
        }
    }
    return STR_NONE;
}

enum spent waiting_find(const struct call *c, struct str typed, struct flow *ret)
{
    CLEANUP(buf_release) struct buf sealed = BUF_INIT(SPENT_VALUE_MAX);
    struct str code = user_code_read(c->arena, typed);
    if (code.n != USER_CODE_LETTERS)
        return SPENT_FIRST;
    enum spent there =
        spent_look(c->o->config.spent, mark_key(c->arena, "user-code", code), &sealed);
    if (there != SPENT_AGAIN)
        return there;
    if (!flow_open(c, KIND_WAITING, buf_str(&sealed), ret, NULL))
        return SPENT_FIRST;
    switch (spent_look(c->o->config.spent, result_key(c, ret->waiting), NULL)) {
    case SPENT_FIRST:
        return SPENT_AGAIN;
    case SPENT_AGAIN: // decided: a code is good for one answer
        return SPENT_FIRST;
    case SPENT_UNAVAILABLE:
        break;
    }
    return SPENT_UNAVAILABLE;
}

// --- the device authorization endpoint ---

static void answer_codes(const struct call *c, const struct flow *flow, struct str user_code)
{
    CLEANUP(buf_wipe) struct buf body = BUF_INIT(16 * 1024);
    struct json_writer w;
    struct str shown = user_code_shown(c->arena, user_code);
    struct str uri = arena_printf(c->arena, STR_FMT VERIFICATION_PATH, STR_ARG(c->base));
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv(&w, "device_code", flow_seal(c, KIND_POLL, flow));
    jw_kv(&w, "user_code", shown);
    jw_kv(&w, "verification_uri", uri);
    jw_kv(&w, "verification_uri_complete",
          arena_printf(c->arena, STR_FMT "?user_code=" STR_FMT, STR_ARG(uri), STR_ARG(shown)));
    jw_kv_int(&w, "expires_in", DEVICE_CODE_TTL_S);
    jw_kv_int(&w, "interval", DEVICE_INTERVAL_S);
    jw_object_end(&w);
    response_json(c->ex, 200, buf_str(&body));
}

static bool judge_request(const struct call *c, const struct form *form, struct client *client,
                          struct err *err)
{
    if (!request_client(c, form, client, err) || !resource_ok(c, form_value(form, "resource"), err))
        return false;
    if (attempt(c->o, &starts, http_peer(c->ex), c->now))
        return true;
    err_set(err, ERR_TOO_MANY, "too many device codes were asked for: try again in some minutes");
    err->retry_after = ATTEMPTS_WINDOW_S / 10;
    return false;
}

void endpoint_device_authorization(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form = NULL;
    struct client client;
    struct err err = { 0 };
    if (!call_begin(&c, ex, ctx, false))
        return;
    if (!request_form(ex, &form, &err) || !judge_request(&c, form, &client, &err)) {
        response_error(ex, &err);
        return;
    }
    struct flow flow = { .base = c.base,
                         .client = client.ref,
                         .client_name = client.name,
                         .resource = c.resource,
                         .waiting = random_id(c.arena, 16),
                         .expires = c.now + DEVICE_CODE_TTL_S };
    struct str user_code = keep_waiting(&c, &flow);
    if (!user_code.n) {
        err_set(&err, ERR_STORE_UNAVAILABLE, "the store of waiting devices does not answer");
        response_error(ex, &err);
        return;
    }
    oauth_audit_flow(&c, "device code given", &flow, NULL);
    answer_codes(&c, &flow, user_code);
}

// --- the token endpoint ---

static void fail(const struct call *c, enum err_code code, const char *text)
{
    struct err err = { 0 };
    err_set(&err, code, "%s", text);
    response_error(c->ex, &err);
}

static void fail_store(const struct call *c)
{
    fail(c, ERR_STORE_UNAVAILABLE, "the store of waiting devices does not answer");
}

// Nothing decided yet. The store keeps when the next poll is due and how long the pauses are, as
// "due pause".
static void pending(const struct call *c, const struct flow *flow)
{
    CLEANUP(buf_release) struct buf kept = BUF_INIT(64);
    struct str key = mark_key(c->arena, "pace", flow->waiting);
    int64_t due = 0, pause = DEVICE_INTERVAL_S;
    if (spent_look(c->o->config.spent, key, &kept) == SPENT_AGAIN) {
        struct str rest = buf_str(&kept);
        struct str first = str_cut(&rest, ' ');
        if (!str_to_i64(first, &due) || !str_to_i64(rest, &pause))
            due = 0;
    }
    bool early = c->now < due;
    /*= rfc8628 3.5 "…the interval MUST be increased by 5 seconds for this and all subsequent
     * requests." */
    if (early && pause < PACE_MAX_S)
        pause += DEVICE_INTERVAL_S;
    // A second less than the pause: requests do not arrive as evenly as they were sent.
    struct str next =
        arena_printf(c->arena, "%lld %lld", (long long)(c->now + pause - 1), (long long)pause);
    if (!spent_put(c->o->config.spent, key, next, DEVICE_CODE_TTL_S))
        fail_store(c);
    else if (early)
        fail(c, ERR_SLOW_DOWN, "polled too soon: wait five seconds longer from now on");
    else
        fail(c, ERR_AUTHORIZATION_PENDING, "nobody has signed in with the user code yet");
}

static void give(const struct call *c, const struct client *client, const struct flow *flow,
                 struct str sealed)
{
    struct grant grant;
    struct err err = { 0 }, why = { 0 };
    if (!grant_open(c, KIND_GRANTED, sealed, &grant, &why)) {
        err_set(&err, ERR_INVALID_GRANT, "the sign-in for this device is not valid: %s", why.text);
        response_error(c->ex, &err);
        return;
    }
    if (grant_alive(c, &grant))
        token_spend(c, client, &grant, flow->waiting, DEVICE_CODE_TTL_S);
}

static bool poll_ok(const struct call *c, const struct client *client, const struct form *form,
                    struct flow *ret, struct err *err)
{
    struct str code = form_value(form, "device_code");
    struct err why = { 0 };
    if (!code.n)
        return err_set(err, ERR_INVALID_REQUEST, "device_code is missing");
    if (!flow_open(c, KIND_POLL, code, ret, &why)) {
        /*= rfc8628 3.5 "The "device_code" has expired, and the device authorization session has
         * concluded." */
        bool over = why.code == ERR_EXPIRED_TOKEN;
        return err_set(err, over ? ERR_EXPIRED_TOKEN : ERR_INVALID_GRANT,
                       "the device code is not valid: %s", why.text);
    }
    return str_eq(ret->client, client->ref) ||
           err_set(err, ERR_INVALID_GRANT, "the device code was given to another client");
}

void device_grant(const struct call *c, const struct client *client, const struct form *form)
{
    CLEANUP(buf_wipe) struct buf result = BUF_INIT(SPENT_VALUE_MAX);
    struct flow flow;
    struct err err = { 0 };
    if (!poll_ok(c, client, form, &flow, &err)) {
        response_error(c->ex, &err);
        return;
    }
    switch (spent_look(c->o->config.spent, result_key(c, flow.waiting), &result)) {
    case SPENT_UNAVAILABLE:
        fail_store(c);
        return;
    case SPENT_FIRST:
        pending(c, &flow);
        return;
    case SPENT_AGAIN:
        break;
    }
    if (!result.n) // decided this moment, and being written
        pending(c, &flow);
    else if (str_is(buf_str(&result), DENIED))
        fail(c, ERR_DECLINED, "the sign-in was declined");
    else
        give(c, client, &flow, buf_str(&result));
}

// --- the person's answer ---

static bool put_result(const struct call *c, const struct flow *flow, struct grant *grant)
{
    struct str result = STR(DENIED);
    if (grant) {
        grant->expires = c->now + DEVICE_CODE_TTL_S;
        result = grant_seal(c, KIND_GRANTED, grant);
    }
    return result.n && spent_put(c->o->config.spent, result_key(c, flow->waiting), result,
                                 DEVICE_CODE_TTL_S + MARK_SLACK_S);
}

static void page_done(const struct call *c, bool granted)
{
    static const struct note notes[] = {
        { 200, "The device was refused", STR_INIT("It gets no access. You can close this page.") },
        { 200, "You are signed in. Go back to your device.",
          STR_INIT("It goes on by itself within a few seconds. You can close this page.") },
    };
    page_note(c, &notes[granted]);
}

static void page_trouble(const struct call *c, int status, const char *code, struct str title,
                         struct str cause)
{
    page_problem(c, &(struct problem){ .status = status,
                                       .code = code,
                                       .title = title,
                                       .cause = cause,
                                       .fix = STR("Start the sign-in again on your device: it will "
                                                  "show a new code."),
                                       .whose = WHOSE_USER });
}

void waiting_decide(const struct call *c, const struct flow *flow, struct grant *grant)
{
    switch (spent_claim(c->o->config.spent, result_key(c, flow->waiting),
                        DEVICE_CODE_TTL_S + MARK_SLACK_S, NULL)) {
    case SPENT_AGAIN:
        oauth_audit_flow(c, "device sign-in refused", flow, "already_finished");
        page_trouble(c, 400, "already_finished", STR("This code was used already"),
                     STR("Somebody has answered for this device before."));
        return;
    case SPENT_FIRST:
        if (put_result(c, flow, grant))
            break;
        // fall through
    case SPENT_UNAVAILABLE:
        page_trouble(c, 503, "temporarily_unavailable",
                     STR("This server cannot keep its records just now"),
                     STR("Its store does not answer."));
        return;
    }
    if (grant)
        oauth_audit(c, "sign-in finished", grant, "for a waiting device");
    else
        oauth_audit_flow(c, "device refused", flow, NULL);
    page_done(c, grant != NULL);
}
