// SPDX-License-Identifier: MIT
#include "rig.h"

#include "tool_paths.h"

#define BAD_ZPA "/zpa/mgmtconfig/v1/admin/customers/72058304/segmentGroup/12"

static void test_errors_in_the_service_shape(void **state)
{
    static const struct {
        const char *method, *path, *body;
        int status;
        const char *member;
    } cases[] = {
        { "GET", ZIA "nosuch", "{}", 404, "message" },
        { "GET", "/nosuch", "{}", 404, "message" },
        { "GET", ZIA "ruleLabels/1", "{}", 404, "code" },
        { "PUT", ZIA "ruleLabels", "{}", 405, "message" },
        { "PATCH", ZIA "ruleLabels", "{}", 405, "message" },
        { "DELETE", ZIA "status", "{}", 405, "message" },
        { "POST", ZIA "ruleLabels", "{", 400, "message" },
        { "POST", ZIA "ruleLabels", "[]", 400, "message" },
        { "POST", ZIA "ruleLabels", "{\"description\":\"x\"}", 400, "message" },
        { "GET", ZIA "ruleLabels?page=x", "{}", 400, "message" },
        { "GET", ZIA "ruleLabels?page=0", "{}", 400, "message" },
        { "GET", BAD_ZPA, "{}", 404, "reason" },
        { "DELETE", BAD_ZPA, "{}", 404, "id" },
        { "GET", ZPA "policySet/rules/policyType/NOSUCH", "{}", 404, "reason" },
        { "GET", ZPA "application/getAppsByType", "{}", 400, "reason" },
        { "GET", "/zcc/papi/public/v1/getOtp", "{}", 400, "errorMessage" },
        { "GET", "/zcell/config/api/v1/nosuch", "{}", 404, "detail" },
        { "GET", "/zdx/v1/devices/1/deeptraces", "{}", 404, "message" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reply r = call(cases[i].method, cases[i].path, cases[i].body);
        if (r.status != cases[i].status)
            print_error("%s %s: %d\n", cases[i].method, cases[i].path, r.status);
        assert_int_equal(r.status, cases[i].status);
        assert_true(dom_str(r.json, cases[i].member).n > 0);
    }
}

static bool is_served(const struct reply *r)
{
    bool unknown = str_find(r->body, STR("there is nothing at")) >= 0;
    return r->status != 405 && !(r->status == 404 && unknown) && r->status < 500 && r->status > 0;
}

static void test_every_tool_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(tool_paths); i++) {
        CLEANUP(buf_release) struct buf path = BUF_INIT(4096);
        for (const char *p = tool_paths[i][1]; *p; p++)
            buf_adds(&path, *p == '~' ? "77" : (char[]){ *p, 0 });
        struct reply r = call(tool_paths[i][0], buf_cstr(&path), "{}");
        if (!is_served(&r))
            fail_msg("%s %s: %d", tool_paths[i][0], buf_cstr(&path), r.status);
    }
}

static size_t list_size(const struct reply *r, const char *member)
{
    return json_array_size(member ? dom_get(r->json, member) : r->json);
}

static void test_lists_pages_searches(void **state)
{
    static const struct {
        const char *path, *member;
        size_t n;
    } cases[] = {
        { ZIA "ruleLabels", NULL, 19 },
        { ZIA "ruleLabels?pageSize=4&page=5", NULL, 3 },
        { ZIA "ruleLabels?pageSize=4&page=6", NULL, 0 },
        { ZIA "ruleLabels?search=FINANCE", NULL, 1 },
        { ZIA "ruleLabels?search=nosuch", NULL, 0 },
        { ZIA "webDlpRules/lite", NULL, 4 },
        { ZPA "application", "list", 11 },
        { ZPA "application?page=2&pagesize=10", "list", 1 },
        { ZPA "segmentGroup?search=name%2BEQ%2BIntranet", "list", 1 },
        { ZPA "segmentGroup?search=name%2BLIKE%2Bin", "list", 3 },
        { ZPA "policySet/rules/policyType/ACCESS_POLICY", "list", 4 },
        { "/zdx/v1/devices", "devices", 10 },
        { "/zdx/v1/devices?limit=20&offset=20", "devices", 4 },
        { "/zdx/v1/devices?emails=alice.meyer%40acme.example", "devices", 1 },
        { "/zdx/v1/devices?emails=alice.meyer%40acme.example&emails=bob.okafor%40acme.example",
          "devices", 2 },
        { "/zdx/v1/devices?emails=nobody%40acme.example", "devices", 0 },
        { "/zdx/v1/devices?userIds=1", "devices", 0 },
        { "/zdx/v1/apps", "items", 8 },
        { "/ziam/admin/api/v1/users", "records", 24 },
        { "/ziam/admin/api/v1/users?limit=3&offset=23", "records", 1 },
        { "/easm/easm-ui/v1/organizations/1/findings", "results", 5 },
        { "/zcell/config/api/v1/customers/1/regions", "content", 3 },
        { "/zcell/config/api/v1/customers/1/regions?page=1&size=2", "content", 1 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reply r = call("GET", cases[i].path, "{}");
        assert_int_equal(r.status, 200);
        if (list_size(&r, cases[i].member) != cases[i].n)
            fail_msg("%s: %zu", cases[i].path, list_size(&r, cases[i].member));
    }
}

static void test_paging_members(void **state)
{
    (void)state;
    struct reply zpa = call("GET", ZPA "application?pagesize=10", "{}");
    assert_string_equal(dom_str(zpa.json, "totalPages").p, "2");
    assert_string_equal(dom_str(zpa.json, "totalCount").p, "11");
    struct reply zdx = call("GET", "/zdx/v1/devices?limit=20", "{}");
    assert_string_equal(dom_str(zdx.json, "next_offset").p, "20");
    zdx = call("GET", "/zdx/v1/devices?limit=20&offset=20", "{}");
    assert_true(json_is_null(dom_get(zdx.json, "next_offset")));
}

static const char *under(const char *base, const json_t *id)
{
    if (json_is_string(id))
        return arena_printf(rig.arena, "%s/%s", base, json_string_value(id)).p;
    return arena_printf(rig.arena, "%s/%lld", base, (long long)json_integer_value(id)).p;
}

static void round_trip(const char *base, const char *changes, const char *member)
{
    struct reply before = call("GET", base, "{}");
    struct reply made = call("POST", changes, "{\"name\":\"Acme new\",\"description\":\"one\"}");
    assert_int_equal(made.status, 200);
    const char *item = under(base, dom_get(made.json, "id"));
    const char *change = under(changes, dom_get(made.json, "id"));
    struct reply listed = call("GET", base, "{}");
    assert_int_equal(list_size(&listed, member), list_size(&before, member) + 1);
    assert_int_equal(call("PUT", change, "{\"id\":5,\"description\":\"two\"}").status, 200);
    struct reply got = call("GET", item, "{}");
    assert_string_equal(dom_str(got.json, "description").p, "two");
    assert_string_equal(dom_str(got.json, "name").p, "Acme new");
    assert_true(json_equal(dom_get(got.json, "id"), dom_get(made.json, "id")));
    struct reply gone = call("DELETE", item, "{}");
    assert_int_equal(gone.status, 204);
    assert_int_equal(gone.body.n, 0);
    assert_int_equal(call("GET", item, "{}").status, 404);
    assert_int_equal(call("DELETE", item, "{}").status, 404);
    listed = call("GET", base, "{}");
    assert_int_equal(list_size(&listed, member), list_size(&before, member));
}

static void test_round_trips(void **state)
{
    (void)state;
    round_trip(ZIA "ruleLabels", ZIA "ruleLabels", NULL);
    round_trip(ZIA "webApplicationRules/WEBMAIL", ZIA "webApplicationRules/WEBMAIL", NULL);
    round_trip(ZPA "segmentGroup", ZPA "segmentGroup", "list");
    round_trip(ZPA "server", ZPA "server", "list");
}

static void test_policy_rules(void **state)
{
    (void)state;
    struct reply set = call("GET", ZPA "policySet/policyType/ACCESS_POLICY", "{}");
    const char *id = dom_str(set.json, "id").p;
    const char *rules =
        arena_printf(rig.arena, "/zpa/mgmtconfig/v2/admin/customers/72058304/policySet/%s/rule", id)
            .p;
    struct reply made = call("POST", rules, "{\"name\":\"new\"}");
    struct reply list = call("GET", ZPA "policySet/rules/policyType/ACCESS_POLICY", "{}");
    assert_int_equal(list_size(&list, "list"), 5);
    const char *item =
        under(arena_printf(rig.arena, ZPA "policySet/%s/rule", id).p, dom_get(made.json, "id"));
    assert_int_equal(call("GET", item, "{}").status, 200);
    assert_int_equal(call("DELETE", item, "{}").status, 204);
}

static const char *path_of(const char *base, const char *member, size_t i, const char *list)
{
    struct reply r = call("GET", base, "{}");
    const json_t *all = list ? dom_get(r.json, list) : r.json;
    return under(base, dom_get(json_array_get(all, i), member));
}

static void test_scores_in_buckets(void **state)
{
    static const struct {
        const char *bucket;
        size_t n;
    } cases[] = { { "poor", 4 }, { "okay", 3 }, { "good", 17 } };
    (void)state;
    const char *users =
        arena_printf(rig.arena, "%s/users", path_of("/zdx/v1/apps", "id", 0, "items")).p;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reply r = call(
            "GET", arena_printf(rig.arena, "%s?limit=30&scoreBucket=%s", users, cases[i].bucket).p,
            "{}");
        assert_int_equal(list_size(&r, "users"), cases[i].n);
    }
    struct reply bad = call("GET", arena_printf(rig.arena, "%s?scoreBucket=bad", users).p, "{}");
    assert_int_equal(bad.status, 400);
    assert_true(str_find(bad.body, STR("poor, okay or good")) >= 0);
}

// What the API refuses although it is well-formed.
static void test_references_and_names(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", "/_fake/seed", "", "").status, 200);
    struct reply used = call("DELETE", path_of(ZIA "ruleLabels", "id", 5, NULL), "{}");
    assert_int_equal(used.status, 409);
    assert_string_equal(dom_str(used.json, "code").p, "RESOURCE_IN_USE");
    assert_int_equal(call("DELETE", path_of(ZIA "ruleLabels", "id", 0, NULL), "{}").status, 204);
    // The application is in a rule; forceDelete takes it out of the way, as the API does.
    const char *app = path_of(ZPA "application", "id", 4, "list");
    struct reply ruled = call("DELETE", app, "{}");
    assert_int_equal(ruled.status, 400);
    assert_string_equal(dom_str(ruled.json, "id").p, "resource.in.use");
    assert_int_equal(
        call("DELETE", arena_printf(rig.arena, "%s?forceDelete=true", app).p, "{}").status, 204);
    // A group is in use by what is in it, not the other way round.
    assert_int_equal(call("DELETE", path_of(ZPA "segmentGroup", "id", 1, "list"), "{}").status,
                     400);
    assert_int_equal(call("DELETE", path_of(ZPA "application", "id", 0, "list"), "{}").status, 204);
    assert_int_equal(
        call("DELETE", path_of(ZIA "firewallFilteringRules", "id", 7, NULL), "{}").status,
        400); // the default rule
    struct reply twice = call("POST", ZIA "ruleLabels", "{\"name\":\"Finance\"}");
    assert_int_equal(twice.status, 409);
    assert_string_equal(dom_str(twice.json, "code").p, "DUPLICATE_ITEM");
    assert_int_equal(call("POST", ZPA "segmentGroup", "{\"name\":\"Intranet\"}").status, 400);
    // Its own name is no other's.
    assert_int_equal(call("PUT", path_of(ZIA "ruleLabels", "id", 6, NULL),
                          "{\"name\":\"Finance\",\"description\":\"x\"}")
                         .status,
                     200);
    assert_int_equal(ask("POST", "/_fake/seed", "", "").status, 200);
}

// Who stands in several services is the same person everywhere.
static void test_one_organisation(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", "/_fake/seed", "", "").status, 200);
    struct reply zia = call("GET", ZIA "users", "{}");
    struct reply zid = call("GET", "/ziam/admin/api/v1/users", "{}");
    struct reply zcc = call("GET", "/zcc/papi/public/v1/getDevices", "{}");
    for (size_t i = 0; i < 24; i++) {
        struct str mail = dom_str(json_array_get(zia.json, i), "email");
        const json_t *person = json_array_get(dom_get(zid.json, "records"), i);
        assert_true(str_ends(mail, STR("@acme.example")));
        assert_true(str_eq(mail, dom_str(person, "loginName")));
        assert_true(str_eq(mail, dom_str(json_array_get(zcc.json, i), "user")));
        assert_true(
            str_eq(dom_str(json_array_get(zia.json, i), "name"), dom_str(person, "displayName")));
    }
}

// Members that hold {"id", "name"} of another record.
static bool is_reference(const char *member)
{
    static const char *const members[] = {
        "departments", "department",      "groups",       "locations",          "labels",
        "nwServices",  "services",        "srcIpGroups",  "destIpGroups",       "dlpEngines",
        "connectors",  "applications",    "serverGroups", "appConnectorGroups", "serviceEdges",
        "location",    "trustedNetworks", "role",         "lastModifiedBy",     "enrollmentCert",
    };
    return str_is_among(str_c(member), members, ARRAY_LEN(members));
}

// Members that hold ids of other records; those of trusted networks are in a document.
static bool holds_ids(const char *member)
{
    static const char *const members[] = {
        "appConnectorGroupId",
        "appId",
        "appServerGroupIds",
        "app_id",
        "certificateId",
        "device_id",
        "enrollmentCertId",
        "modifiedByUserId",
        "objectId",
        "ownerUserId",
        "policyId",
        "policySetId",
        "segmentGroupId",
        "serviceEdgeGroupId",
        "simLocationGroupIds",
        "tagIds",
        "user_id",
        "userid",
        "web_probe_id",
        "zcomponentId",
    };
    return str_is_among(str_c(member), members, ARRAY_LEN(members));
}

// Some are text there and a number here.
static bool is_an_id(const json_t *all, const json_t *id)
{
    struct str text = json_is_integer(id)
                          ? arena_printf(rig.arena, "%lld", (long long)json_integer_value(id))
                          : dom_text(id);
    const char *store;
    json_t *records, *record;
    size_t i;
    json_object_foreach((json_t *)(uintptr_t)all, store, records)
    {
        json_array_foreach(records, i, record)
        {
            if (json_is_id(dom_get(record, "id"), text))
                return true;
        }
    }
    return false;
}

static bool is_somewhere(const json_t *all, const json_t *one)
{
    const char *store;
    json_t *records, *record;
    size_t i;
    json_object_foreach((json_t *)(uintptr_t)all, store, records)
    {
        json_array_foreach(records, i, record)
        {
            if (json_equal(dom_get(record, "id"), dom_get(one, "id")) &&
                json_equal(dom_get(record, "name"), dom_get(one, "name")))
                return true;
        }
    }
    return false;
}

// What has to be there elsewhere: the values of some members, wherever they stand.
struct rule {
    bool (*is_of_store)(struct str store);
    bool (*holds)(const char *member);
    bool (*is_one)(const json_t *value);
    bool (*is_there)(const json_t *all, const json_t *value);
};

static size_t check_all(const struct rule *rule, const json_t *all, const json_t *at,
                        const char *holder, const char *where)
{
    const char *key;
    json_t *child;
    size_t i, n = 0;
    if (holder && rule->is_one(at)) {
        if (!rule->is_there(all, at))
            fail_msg("%s: %s '%s' leads nowhere", where, holder, dom_str(at, "name").p);
        return 1;
    }
    json_object_foreach((json_t *)(uintptr_t)at, key, child)
    {
        n += check_all(rule, all, child, rule->holds(key) ? key : NULL, where);
    }
    json_array_foreach((json_t *)(uintptr_t)at, i, child)
    {
        n += check_all(rule, all, child, holder, where);
    }
    return n;
}

// least: so many there are at least.
static void check_seeds(const struct rule *rule, size_t least)
{
    for (int64_t seed = 0; seed < 3; seed++) {
        JSON_AUTO *all = seed_build(seed);
        const char *store;
        json_t *records;
        size_t n = 0;
        json_object_foreach(all, store, records)
        {
            if (rule->is_of_store(str_c(store)))
                n += check_all(rule, all, records, NULL, store);
        }
        assert_true(n > least);
    }
}

static bool has_ids(struct str store)
{
    return !str_is(store, "zms.operations") && !str_is(store, "zins.operations");
}

static bool is_no_list(const json_t *value)
{
    return !json_is_array(value);
}

static void test_ids_lead_to_records(void **state)
{
    static const struct rule ids = { has_ids, holds_ids, is_no_list, is_an_id };
    (void)state;
    check_seeds(&ids, 100);
}

static bool has_references(struct str store)
{
    return str_starts(store, STR("zia.")) || str_starts(store, STR("zpa.")) ||
           str_starts(store, STR("ztw."));
}

static bool is_object(const json_t *value)
{
    return json_is_object(value);
}

static void test_references_lead_to_records(void **state)
{
    static const struct rule references = { has_references, is_reference, is_object, is_somewhere };
    (void)state;
    check_seeds(&references, 200);
}

static void test_documents(void **state)
{
    (void)state;
    assert_int_equal(call("PUT", ZIA "advancedSettings", "{\"x\":1}").status, 200);
    struct reply r = call("GET", ZIA "advancedSettings", "{}");
    assert_int_equal(dom_int(r.json, "x", 0), 1);
    r = call("GET", ZIA "status", "{}");
    assert_string_equal(dom_str(r.json, "status").p, "PENDING");
    r = call("POST", ZIA "status/activate", "{}");
    assert_string_equal(dom_str(r.json, "status").p, "ACTIVE");
    const char *urls = "{\"urls\":[\"new.example\"]}";
    r = call("POST", ZIA "authSettings/exemptedUrls?action=ADD_TO_LIST", urls);
    assert_int_equal(list_size(&r, "urls"), 3);
    r = call("POST", ZIA "authSettings/exemptedUrls?action=ADD_TO_LIST", urls);
    assert_int_equal(list_size(&r, "urls"), 3);
    r = call("POST", ZIA "authSettings/exemptedUrls?action=REMOVE_FROM_LIST", urls);
    assert_int_equal(list_size(&r, "urls"), 2);
    r = call("POST", ZIA "urlLookup", "[\"a.example\",\"b.example\"]");
    assert_int_equal(json_array_size(r.json), 2);
    r = call("POST", ZPA "connector/bulkDelete", "{\"ids\":[\"1\"]}");
    assert_int_equal(r.status, 404);
}

// Ids are text or numbers; one that is unknown spoils all.
static void test_bulk_update(void **state)
{
    static const struct {
        const char *state, *before, *behind;
        int status;
        const char *after;
    } cases[] = {
        { "ANY", "", "", 200, "ANY" },
        { "SANCTIONED", "\"", "\"", 200, "SANCTIONED" },
        { "ANY", "\"", "\",\"1\"", 404, "SANCTIONED" },
    };
    (void)state;
    struct reply apps = call("GET", ZIA "cloudApplications/lite", "{}");
    long long id = dom_int(json_array_get(apps.json, 0), "id", 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char body[256];
        call("POST", ZIA "status/activate", "{}");
        snprintf(body, sizeof(body), "{\"sanctionedState\":\"%s\",\"applicationIds\":[%s%lld%s]}",
                 cases[i].state, cases[i].before, id, cases[i].behind);
        struct reply r = call("PUT", ZIA "cloudApplications/bulkUpdate", body);
        assert_int_equal(r.status, cases[i].status);
        apps = call("GET", ZIA "cloudApplications/lite", "{}");
        assert_string_equal(dom_str(json_array_get(apps.json, 0), "sanctionedState").p,
                            cases[i].after);
        r = call("GET", ZIA "status", "{}");
        assert_string_equal(dom_str(r.json, "status").p,
                            cases[i].status == 200 ? "PENDING" : "ACTIVE");
    }
}

static void test_reset_brings_the_seed_back(void **state)
{
    (void)state;
    struct reply before = call("GET", ZIA "ruleLabels", "{}");
    call("POST", ZIA "ruleLabels", "{\"name\":\"x\"}");
    assert_int_equal(ask("POST", "/_fake/reset", "", "").status, 200);
    rig.bearer = sign_in();
    struct reply after = call("GET", ZIA "ruleLabels", "{}");
    assert_true(str_eq(before.body, after.body));
}

static void test_seed_anew_keeps_tokens(void **state)
{
    (void)state;
    struct reply before = call("GET", ZIA "ruleLabels", "{}");
    call("POST", ZIA "ruleLabels", "{\"name\":\"x\"}");
    assert_int_equal(ask("POST", "/_fake/seed", "", "").status, 200);
    assert_true(str_eq(ask("GET", "/_fake/journal", "", "").body, STR("[]")));
    struct reply after = call("GET", ZIA "ruleLabels", "{}");
    assert_true(str_eq(before.body, after.body));
}

static void test_graphql(void **state)
{
    static const char *const known =
        "{\"query\":\"query ListAgents($customerId: ID!) { agents { nodes { name } } }\","
        "\"variables\":{\"page\":2,\"pageSize\":5}}";
    (void)state;
    struct reply r = call("POST", "/zms/graphql", known);
    const json_t *agents = dom_get(dom_get(r.json, "data"), "agents");
    assert_int_equal(json_array_size(dom_get(agents, "nodes")), 5);
    assert_int_equal(dom_int(dom_get(agents, "pageInfo"), "pageNumber", 0), 2);
    assert_int_equal(dom_int(dom_get(agents, "pageInfo"), "totalPages", 0), 3);
    r = call("POST", "/zins/graphql", "{\"query\":\"query FirewallByAction { x }\"}");
    assert_non_null(dom_get(dom_get(r.json, "data"), "ZERO_TRUST_FIREWALL"));
    r = call("POST", "/zins/graphql", "{\"query\":\"query NoSuch { x }\"}");
    assert_int_equal(r.status, 200);
    assert_int_equal(list_size(&r, "errors"), 1);
    assert_int_equal(call("POST", "/zins/graphql", "{}").status, 400);
    assert_int_equal(call("POST", "/zins/graphql", "{\"query\":\"query X { a \"}").status, 400);
    assert_int_equal(call("GET", "/zins/graphql", "").status, 405);
    assert_int_equal(call("POST", "/zins/other", "{}").status, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(test_errors_in_the_service_shape),
        WITH_FAKE(test_every_tool_path),
        WITH_FAKE(test_lists_pages_searches),
        WITH_FAKE(test_paging_members),
        WITH_FAKE(test_round_trips),
        WITH_FAKE(test_policy_rules),
        WITH_FAKE(test_scores_in_buckets),
        WITH_FAKE(test_references_and_names),
        WITH_FAKE(test_one_organisation),
        WITH_FAKE(test_references_lead_to_records),
        WITH_FAKE(test_ids_lead_to_records),
        WITH_FAKE(test_documents),
        WITH_FAKE(test_bulk_update),
        WITH_FAKE(test_reset_brings_the_seed_back),
        WITH_FAKE(test_seed_anew_keeps_tokens),
        WITH_FAKE(test_graphql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
