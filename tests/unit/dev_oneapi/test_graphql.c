// SPDX-License-Identifier: MIT
// The answers of Z-Insights and ZMS fit together and to the organisation.
#include "rig.h"

#include "dev/oneapi/store.h"

static const json_t *document(const json_t *all, const char *store)
{
    const json_t *records = dom_get(all, store);
    assert_non_null(records);
    return json_is_array(records) ? json_array_get(records, 0) : records;
}

// "WebProtocols.WEB_TRAFFIC.protocols"
static const json_t *at(const json_t *from, const char *path)
{
    struct str rest = str_c(path);
    char key[128];
    while (rest.n && from) {
        struct str one = str_cut(&rest, '.');
        snprintf(key, sizeof(key), STR_FMT, STR_ARG(one));
        from = dom_get(from, key);
    }
    if (!from)
        fail_msg("there is no %s", path);
    return from;
}

// Of the entries' totals; the entries of an entry have the sum that it says.
static int64_t sum(const json_t *group)
{
    const json_t *entries = at(group, "entries"), *entry;
    size_t i;
    int64_t n = 0;
    assert_true(json_array_size(entries) > 0);
    json_array_foreach(entries, i, entry)
    {
        n += dom_int(entry, "total", 0);
        if (dom_get(entry, "entries"))
            assert_int_equal(sum(entry), dom_int(entry, "total", 0));
    }
    return n;
}

static void test_figures_add_up(void **state)
{
    static const struct {
        const char *one, *other;
    } same[] = {
        { "WebTrafficByLocation.WEB_TRAFFIC.location",
          "WebTrafficNoGrouping.WEB_TRAFFIC.no_grouping" },
        { "WebTrafficByLocation.WEB_TRAFFIC.location", "WebProtocols.WEB_TRAFFIC.protocols" },
        { "WebThreatClass.WEB_TRAFFIC.threat_class",
          "WebThreatSuperCategories.WEB_TRAFFIC.threat_super_categories" },
        { "FirewallByAction.ZERO_TRUST_FIREWALL.action",
          "FirewallByLocation.ZERO_TRUST_FIREWALL.location_firewall" },
        { "FirewallByAction.ZERO_TRUST_FIREWALL.action",
          "FirewallNetworkServices.ZERO_TRUST_FIREWALL.network_service" },
        { "CyberSecurityIncidents.CYBER_SECURITY.incidents",
          "CyberSecurityByLocation.CYBER_SECURITY.cyber_security_location" },
    };
    (void)state;
    JSON_AUTO *all = seed_build(0);
    const json_t *zins = document(all, "zins.operations");
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_int_equal(sum(at(zins, same[i].one)), sum(at(zins, same[i].other)));
    const json_t *devices = at(zins, "IoTDeviceStats.IOT.device_stats");
    assert_int_equal(sum(devices), dom_int(devices, "devices_count", 0));
    assert_int_equal(dom_int(devices, "user_devices_count", 0),
                     json_array_size(dom_get(all, "zcc.getDevices")));
    const json_t *shadow = at(zins, "ShadowITSummary.SHADOW_IT.shadow_it_summary");
    assert_int_equal(dom_int(shadow, "total_apps", 0),
                     json_array_size(at(zins, "ShadowITApps.SHADOW_IT.apps.entries")));
    assert_int_equal(sum(at(shadow, "group_by_app_cat_for_total_bytes")),
                     dom_int(shadow, "total_bytes", 0));
    assert_int_equal(sum(at(shadow, "group_by_risk_index_for_app")),
                     dom_int(shadow, "total_apps", 0));
}

static const json_t *find(const json_t *list, const char *member, const json_t *value)
{
    const json_t *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        if (json_equal(dom_get(one, member), value))
            return one;
    }
    return NULL;
}

static void test_places_are_locations(void **state)
{
    static const char *const places[] = {
        "WebTrafficByLocation.WEB_TRAFFIC.location.entries",
        "FirewallByLocation.ZERO_TRUST_FIREWALL.location_firewall.entries",
        "CyberSecurityByLocation.CYBER_SECURITY.cyber_security_location.entries",
    };
    (void)state;
    JSON_AUTO *all = seed_build(1);
    const json_t *zins = document(all, "zins.operations"), *entry;
    for (size_t p = 0; p < ARRAY_LEN(places); p++) {
        size_t i;
        json_array_foreach(at(zins, places[p]), i, entry)
        {
            const json_t *place =
                find(dom_get(all, "zia.locations"), "name", dom_get(entry, "name"));
            assert_non_null(place);
            if (dom_get(entry, "id"))
                assert_true(json_equal(dom_get(place, "id"), dom_get(entry, "id")));
        }
    }
}

static size_t count(const json_t *list, const char *member, const json_t *value)
{
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        n += json_equal(dom_get(json_array_get(list, i), member), value) ? 1 : 0;
    return n;
}

static void test_agents_groups_resources(void **state)
{
    (void)state;
    JSON_AUTO *all = seed_build(0);
    const json_t *zms = document(all, "zms.operations"), *one;
    const json_t *agents = at(zms, "ListAgents.agents.nodes");
    const json_t *groups = at(zms, "ListAgentGroups.agentGroups.nodes");
    const json_t *resources = at(zms, "ListResources.resources.nodes");
    const json_t *zones = at(zms, "ListAppZones.appZones.nodes");
    size_t i, members = 0;
    json_array_foreach(groups, i, one)
    {
        assert_int_equal(dom_int(one, "agentCount", -1),
                         count(agents, "agentGroupName", dom_get(one, "name")));
    }
    json_array_foreach(at(zms, "ListNonces.nonces.nodes"), i, one)
    {
        assert_non_null(find(groups, "eyezId", dom_get(one, "agentGroupEyezId")));
    }
    json_array_foreach(resources, i, one)
    {
        assert_non_null(find(agents, "eyezId", dom_get(one, "agentId")));
        const json_t *zone = json_array_get(dom_get(one, "appZoneIds"), 0);
        assert_non_null(find(zones, "id", zone));
    }
    json_array_foreach(zones, i, one) members += (size_t)dom_int(one, "memberCount", 0);
    assert_int_equal(members, json_array_size(resources));
    json_array_foreach(
        at(zms, "AgentConnectionStatusStats.agentConnectionStatusStatistics.agentStatuses"), i, one)
    {
        size_t n = 0;
        for (size_t a = 0; a < json_array_size(agents); a++) {
            const json_t *agent = json_array_get(agents, a);
            if (json_equal(dom_get(agent, "agentType"), dom_get(one, "agentType")) &&
                json_equal(dom_get(agent, "connectionStatus"), dom_get(one, "connectionStatus")))
                n++;
        }
        assert_int_equal(dom_int(one, "count", -1), n);
    }
}

static struct reply ask_for(const char *operation, const char *variable, const json_t *id)
{
    return call("POST", "/zms/graphql",
                arena_printf(rig.arena,
                             "{\"query\":\"query %s { x }\",\"variables\":{\"%s\":\"%s\"}}",
                             operation, variable, json_string_value(id))
                    .p);
}

static void test_one_thing_is_the_one_that_is_asked_for(void **state)
{
    const json_t *one;
    size_t i;
    (void)state;
    JSON_AUTO *none = json_string("nosuch");
    struct reply r = ask_for("GetResourceGroupMembers", "id", none);
    assert_int_equal(r.status, 200);
    assert_int_equal(json_array_size(dom_get(r.json, "errors")), 1);
    r = call("POST", "/zms/graphql", "{\"query\":\"query GetNonce { x }\"}");
    assert_int_equal(json_array_size(dom_get(r.json, "errors")), 1);
    JSON_AUTO *all = seed_build(0);
    const json_t *zms = document(all, "zms.operations");
    json_array_foreach(at(zms, "ListNonces.nonces.nodes"), i, one)
    {
        r = ask_for("GetNonce", "eyezId", dom_get(one, "eyezId"));
        assert_true(json_equal(at(r.json, "data.nonce.nonce"), one));
    }
    json_array_foreach(at(zms, "ListResourceGroups.resourceGroups.nodes"), i, one)
    {
        r = ask_for("GetResourceGroupMembers", "id", dom_get(one, "id"));
        const json_t *members = at(r.json, "data.resourceGroupMembers.nodes"), *m;
        size_t k;
        assert_int_equal(json_array_size(members), dom_int(one, "resourceMemberCount", -1));
        json_array_foreach(members, k, m)
        {
            assert_non_null(find(at(zms, "ListResources.resources.nodes"), "id", dom_get(m, "id")));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_add_up),
        cmocka_unit_test(test_places_are_locations),
        cmocka_unit_test(test_agents_groups_resources),
        WITH_FAKE(test_one_thing_is_the_one_that_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
