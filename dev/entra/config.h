// SPDX-License-Identifier: MIT
// The emulator's one configuration file: judged once, whole, with the JSON path of what is wrong in
// the error; afterwards the getters below answer from the tree without further checks.
#ifndef ENTRA_CONFIG_H
#define ENTRA_CONFIG_H

#include "base/err.h"
#include "json/dom.h"

struct emu;

extern const char fixture_json[]; // the configuration of a start without a file

// Parses and judges; the result is the caller's. ERR_CONFIG: "tenants[0].id: …".
MUST_USE bool config_parse(struct str text, json_t **ret, struct err *err);
MUST_USE bool config_judge(const json_t *config, struct err *err); // shapes.c

// --- behaviour.c: a switch of section "behaviour", or its default ---
struct str behaviour(const struct emu *e, const char *name);
bool behaviour_is(const struct emu *e, const char *name, const char *value);
bool behaviour_on(const struct emu *e, const char *name);
int64_t behaviour_number(const struct emu *e, const char *name);
const char *behaviour_name_at(size_t i); // NULL ends

// The hosts of a cloud, by the configuration's "cloud".
struct cloud {
    const char *name;
    const char *login, *sts, *graph, *device_page; // URLs
    const char *instance, *graph_host, *msgraph_host, *pas;
};
const struct cloud *config_cloud(const struct emu *e);

// "behaviour.issParameter=true", "tenants.0.userConsent=adminOnly": sets one value of the tree,
// JSON or else text; judges nothing.
MUST_USE bool config_set(json_t *config, struct str assignment, struct err *err);

bool is_guid(struct str s);
// "2027-01-01T00:00:00Z", with or without a fraction; false on anything else.
MUST_USE bool parse_iso_time(struct str s, int64_t *ret);
// RFC 7396.
void json_merge_patch(json_t *target, const json_t *patch);

#endif
