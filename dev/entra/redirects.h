// SPDX-License-Identifier: MIT
// Redirect URIs: which may be registered, which registration a request's URI meets, and which
// platform (and so which client type) that gives.
#ifndef ENTRA_REDIRECTS_H
#define ENTRA_REDIRECTS_H

#include "base/buf.h"
#include "json/dom.h"

struct emu;

enum platform { PLATFORM_NONE, PLATFORM_WEB, PLATFORM_SPA, PLATFORM_PUBLIC };
#define PLATFORM_LISTS 3

// In the order in which registrations are compared.
extern const struct redirect_list {
    const char *key;
    enum platform platform;
} redirect_lists[PLATFORM_LISTS];

// Why a URI cannot be registered under a platform, NULL if it can.
const char *redirect_unfit(struct str uri, enum platform platform, bool wildcards);
// PLATFORM_NONE: not registered.
enum platform redirect_match(const struct emu *e, const json_t *app, struct str uri);
// The first registered URI; .p NULL if there is none.
struct str redirect_first(const json_t *app);
// "http" is for the loopback names alone.
bool redirect_scheme_ok(struct str uri);
// Absolute (a scheme and something behind it) and without fragment.
bool redirect_absolute(struct str uri);
// The URI to which parameters are appended: with '/' where the path is empty.
void redirect_add_base(struct buf *out, struct str uri, bool fill_path);

#endif
