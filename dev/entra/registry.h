// SPDX-License-Identifier: MIT
// Tenants, applications and users, looked up in the configuration tree.
#ifndef ENTRA_REGISTRY_H
#define ENTRA_REGISTRY_H

#include "emu.h"

json_t *tenant_by_id(const struct emu *e, struct str id);
json_t *tenant_by_segment(const struct emu *e, struct str segment); // GUID or verified domain
json_t *tenant_of_app(const struct emu *e, const json_t *app);      // where it is registered
bool tenant_is_personal(const json_t *tenant);                      // of Microsoft accounts

// The registration that a tenant sees: its own (unless its service principal was deleted), or a
// multi-tenant one of another tenant.
json_t *app_in_tenant(const struct emu *e, const json_t *tenant, struct str app_id);
json_t *app_anywhere(const struct emu *e, struct str app_id);
bool app_is_single_tenant(const json_t *app);
bool app_allows_personal(const json_t *app);
bool app_is_personal_only(const json_t *app);
bool app_is_fallback_public(const json_t *app);
bool app_mints_v2(const json_t *app);
bool app_has_identifier(const json_t *app, struct str uri);
// The API that is meant, installed in the tenant or not: an identifier URI or an app id.
json_t *api_by_identifier(const struct emu *e, const json_t *tenant, struct str uri);
const json_t *app_scope(const json_t *app,
                        struct str value); // an enabled permission scope, or NULL
bool app_lists_resource(const json_t *app, struct str resource_app_id);
bool app_wants_claim(const json_t *app, const char *token, const char *claim);

// The service principal of an application in a tenant (tenant NULL: where it is registered).
// False: there is none. *ret_sp may be NULL: one with the defaults.
MUST_USE bool principal_find(const struct emu *e, const json_t *tenant, const json_t *app,
                             const json_t **ret_sp);
struct str principal_id(struct arena *arena, const json_t *tenant, const json_t *app);
bool principal_is_enabled(const struct emu *e, const json_t *tenant, const json_t *app);
// Makes the service principal of another tenant's application, as a first consent does.
void principal_install(struct emu *e, json_t *tenant, const json_t *app);
bool principal_admits(const struct emu *e, const json_t *tenant, const json_t *app,
                      const json_t *user);

// A name as typed: the tenant's own directory first (guests stand there), then all others.
json_t *user_by_login(const struct emu *e, const json_t *tenant, struct str login,
                      json_t **ret_tenant);
json_t *user_by_oid(const json_t *tenant, struct str oid);
// The account as another tenant knows it: itself, or its guest there. NULL: not at all.
json_t *user_seen_in(const json_t *tenant, const json_t *home, struct str oid);
bool user_has_state(const json_t *user, const char *state);
bool user_is_admin(const json_t *user);
bool user_is_guest(const json_t *user);
// Direct group ids, and the generated ones.
size_t user_group_count(const json_t *user);

#endif
