// SPDX-License-Identifier: MIT
// Tools as they are offered, over a OneAPI of a few records that writes down what is asked of it.
#ifndef TESTS_SERVE_DESK_H
#define TESTS_SERVE_DESK_H

#include "tests/unit/mcp/kit.h"
#include "tests/unit/scripted.h"

#include <string.h>

#include "serve/serve.h"

#define GROUP "/zpa/mgmtconfig/v1/admin/customers/1/segmentGroup/77"

struct desk_record {
    const char *path, *json;
};

struct desk {
    struct scripted api;
    const struct desk_record *records; // ends with a row of zeros
    pthread_mutex_t lock;
    struct buf asked; // under lock: "GET /path\n" each
    struct fetcher *fetcher;
    struct oneapi *oneapi;
    struct keyring *keys;
    struct spent_store *spent;
    struct serve *serve[2]; // replicas
    struct kit kit, other;
    sem_t told;
};

static void desk_answer(void *ctx, const struct scripted_request *request,
                        struct scripted_answer *answer)
{
    struct desk *d = ctx;
    if (str_is(request->target, "/oauth2/v1/token")) {
        answer->status = 200;
        buf_adds(&answer->body,
                 "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
        return;
    }
    struct str rest = request->target, path = str_cut(&rest, '?');
    pthread_mutex_lock(&d->lock);
    buf_addf(&d->asked, STR_FMT " " STR_FMT "\n", STR_ARG(request->method), STR_ARG(path));
    pthread_mutex_unlock(&d->lock);
    bool read = str_is(request->method, "GET");
    answer->status = read ? 404 : 204;
    for (const struct desk_record *r = d->records; read && r->path; r++)
        if (str_is(path, r->path)) {
            answer->status = 200;
            buf_adds(&answer->header, "Content-Type: application/json\r\n");
            buf_adds(&answer->body, r->json);
        }
}

static void desk_replica(struct desk *d, size_t i, struct kit *kit, struct serve_config config)
{
    static const char *const all[] = { "*", NULL };
    const struct mcp_config mcp = { .info = { .name = "s", .version = "1" },
                                    .keys = d->keys,
                                    .question_ttl_s = 1 };
    struct err err;
    config.oneapi = d->oneapi;
    config.keys = d->keys;
    config.spent = d->spent;
    config.selection = (struct selection){ .enable_write = true, .write_tools = all };
    if (!mcp_server_new(&mcp, &kit->server, &err) ||
        !serve_new(&config, kit->server, &d->serve[i], &err))
        fail_msg("%s", err.text);
    mcp_server_freeze(kit->server);
    kit->said.told = &d->told;
}

static void desk_open(struct desk *d, struct serve_config config, size_t spent_max,
                      const struct desk_record *records)
{
    const struct str root = STR("0123456789abcdef0123456789abcdef");
    char base[64];
    struct err err;
    memset(d, 0, sizeof *d);
    d->records = records;
    pthread_mutex_init(&d->lock, NULL);
    sem_init(&d->told, 0, 0);
    buf_init(&d->asked, 1 << 20);
    assert_true(scripted_start(&d->api, 0, desk_answer, d));
    snprintf(base, sizeof base, "http://127.0.0.1:%d", d->api.port);
    const struct oneapi_config api = { .client_id = "id",
                                       .client_secret = "secret",
                                       .vanity_domain = "acme",
                                       .customer_id = "1",
                                       .base_url = base };
    if (!fetcher_new(&(struct fetch_config){ 0 }, &d->fetcher, &err) ||
        !oneapi_new(&api, d->fetcher, &d->oneapi, &err) || !keyring_new(&root, 1, &d->keys, &err))
        fail_msg("%s", err.text);
    d->spent = spent_memory_new(spent_max);
    desk_replica(d, 0, &d->kit, config);
    desk_replica(d, 1, &d->other, config);
}

static void desk_close(struct desk *d)
{
    mcp_server_free(d->kit.server);
    mcp_server_free(d->other.server);
    serve_free(d->serve[0]);
    serve_free(d->serve[1]);
    spent_free(d->spent);
    keyring_free(d->keys);
    oneapi_free(d->oneapi);
    fetcher_free(d->fetcher);
    scripted_stop(&d->api);
    buf_release(&d->asked);
    sem_destroy(&d->told);
    pthread_mutex_destroy(&d->lock);
}

// What was asked of the API since the last time.
static void assert_asked(struct desk *d, const char *lines)
{
    pthread_mutex_lock(&d->lock);
    assert_string_equal(buf_cstr(&d->asked), lines);
    buf_reset(&d->asked);
    pthread_mutex_unlock(&d->lock);
}

#define DESK_META                                                                                  \
    "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","                       \
    "\"io.modelcontextprotocol/clientCapabilities\":%s}"

// more: further members of params, each with a comma at its end.
static json_t *desk_call(struct kit *kit, const char *tool, const char *arguments, const char *more,
                         const char *capabilities)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
    buf_addf(&text,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\","
             "\"arguments\":%s,%s" DESK_META "}}",
             tool, arguments, more, capabilities);
    return kit_ask(kit, buf_cstr(&text));
}

#endif
