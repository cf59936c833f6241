// SPDX-License-Identifier: MIT
#include "grants.h"

#define ARTIFACT_PREFIX "1.AX"
#define CODE_BYTES      720
#define REFRESH_BYTES   960

struct grant *grant_copy(const struct grant *g)
{
    struct arena *arena = arena_new();
    struct grant *copy = arena_alloc(arena, sizeof(*copy));
    *copy = *g;
    copy->arena = arena;
    struct str *texts[] = { &copy->app_id,    &copy->tenant_id, &copy->user_tenant_id,
                            &copy->oid,       &copy->scope,     &copy->redirect_uri,
                            &copy->challenge, &copy->method,    &copy->nonce,
                            &copy->sid,       &copy->claims,    &copy->family };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i]->p)
            *texts[i] = arena_str(arena, *texts[i]);
    }
    return copy;
}

void grant_free(void *grant)
{
    struct grant *g = grant;
    arena_free(g->arena);
}

bool grant_text_ok(struct str text)
{
    if (text.n < 40 || !str_starts(text, STR(ARTIFACT_PREFIX)))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];
        bool letter =
            (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
        if (!letter && ch != '-' && ch != '_' && ch != '.')
            return false;
    }
    return true;
}

static struct str issue(struct call *c, struct table *into, const struct grant *g, size_t bytes)
{
    struct str text = emu_opaque(c, ARTIFACT_PREFIX, bytes);
    struct grant *kept = grant_copy(g);
    kept->issued = c->now;
    kept->redeemed = false;
    table_put(into, text, kept);
    return text;
}

struct str grant_issue_code(struct call *c, const struct grant *g)
{
    char family[GUID_SIZE];
    struct grant first = *g;
    emu_guid(c->emu, family);
    first.family = str_c(family);
    return issue(c, c->emu->codes, &first, CODE_BYTES);
}

struct str grant_issue_refresh(struct call *c, const struct grant *g)
{
    return issue(c, c->emu->refreshes, g, REFRESH_BYTES);
}
