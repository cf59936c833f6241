// SPDX-License-Identifier: MIT
// Browsers that left and did not come back: for the provider's sign-in page, or for the application
// with a code. Neither tells us why, so the log gives the administrator what it usually is. Kept in
// memory and looked at when later requests come, no more than that: a restart forgets, an oversize
// table forgets the oldest, and nothing here decides anything. What another replica received is
// known from the store, as long as its mark lives there. No personal data.
#include "base/mem.h"
#include "base/table.h"
#include "oauth/internal.h"

#define BATCH 16 // entries looked at by one request

struct left {
    enum away where;
    int64_t expires;
    char *mark; // key of the mark that whoever receives it sets in the store
    char *client, *uri;
};

static const int likely[] = { 50011, 50020, 70001, 700016, 50105, 90094, 53003 };
static const char *const likely_names[] = { "AADSTS50011",  "AADSTS50020", "AADSTS70001",
                                            "AADSTS700016", "AADSTS50105", "AADSTS90094",
                                            "AADSTS53003" };

static void left_free(void *p)
{
    struct left *l = p;
    if (!l)
        return;
    free(l->mark);
    free(l->client);
    free(l->uri);
    free(l);
}

void away_free(struct oauth *o)
{
    table_free(o->away);
}

static struct str mark_of(const struct call *c, enum away where, struct str id)
{
    return mark_key(c->arena, where == AWAY_AT_IDP ? "flow" : "code", id);
}

void away_note(const struct call *c, enum away where, const struct flow *flow, struct str id,
               struct str uri)
{
    const struct oauth_config *config = &c->o->config;
    struct str mark = mark_of(c, where, id);
    struct left *l = mem_zalloc(1, sizeof(*l));
    *l = (struct left){
        .where = where,
        .expires = c->now + (where == AWAY_AT_IDP ? config->flow_ttl_s : config->code_ttl_s),
        .mark = str_dup(mark),
        .client = str_dup(flow->client_name),
        .uri = str_dup(uri),
    };
    pthread_mutex_lock(&c->o->lock);
    if (!c->o->away)
        c->o->away = table_new(AWAY_MAX, left_free);
    table_put(c->o->away, mark, l);
    pthread_mutex_unlock(&c->o->lock);
}

void away_back(const struct call *c, enum away where, struct str id)
{
    pthread_mutex_lock(&c->o->lock);
    if (c->o->away)
        table_remove(c->o->away, mark_of(c, where, id));
    pthread_mutex_unlock(&c->o->lock);
}

struct batch {
    int64_t now;
    struct left *gone[BATCH];
    size_t count;
};

static bool stays(struct str key, void *value, void *ctx)
{
    struct left *l = value;
    struct batch *b = ctx;
    (void)key;
    if (l->expires > b->now || b->count == BATCH)
        return true;
    // The table frees what leaves it: the batch takes what it points to.
    b->gone[b->count] = mem_zalloc(1, sizeof(*l));
    *b->gone[b->count++] = *l;
    *l = (struct left){ .expires = 0 };
    return false;
}

static void take_overdue(struct oauth *o, struct batch *b)
{
    pthread_mutex_lock(&o->lock);
    if (o->away && b->now >= o->away_quiet_until) {
        table_each(o->away, stays, b);
        if (b->count)
            o->away_quiet_until = b->now + AWAY_QUIET_S;
    }
    pthread_mutex_unlock(&o->lock);
}

static struct str help_url(const struct call *c)
{
    return arena_printf(c->arena, STR_FMT HELP_PATH, STR_ARG(c->base));
}

static void log_at_idp(const struct call *c, const struct left *first, size_t count)
{
    struct log_field fields[ARRAY_LEN(likely) + 6] = {
        F_C("client", first->client),
        F_INT("count", count),
        F_C("redirect_uri", first->uri),
        F("help", help_url(c)),
        F_C("why",
            "given up, or stopped by an error that the provider shows on its own page alone; "
            "the usual ones follow"),
    };
    for (size_t i = 0; i < ARRAY_LEN(likely); i++) {
        const struct explanation *e = explain_aadsts(likely[i]);
        fields[5 + i] = F(likely_names[i], arena_printf(c->arena, "%s %s", e->title, e->fix));
    }
    log_event(LOG_WARNING, "a sign-in did not come back from the identity provider", fields);
}

static void log_at_client(const struct call *c, const struct left *first, size_t count)
{
    const struct explanation *e = explain_error("redirect_localhost_6274", STR_NONE);
    LOG(LOG_WARNING, "an application did not fetch the tokens of a finished sign-in",
        F_C("client", first->client), F_INT("count", count), F_C("redirect_uri", first->uri),
        F("help", help_url(c)),
        F_C("why",
            "it no longer listened there (mcp-remote waits 30 s for the whole sign-in), or another "
            "program or browser setting kept the browser from it"),
        F_C("fix",
            "connect again and finish sooner, or give it more time: mcp-remote --auth-timeout 300"),
        F_C("redirect_localhost_6274", e->fix));
}

// Somebody received it at another replica, or the store cannot say.
static bool arrived(const struct call *c, const struct left *l)
{
    return spent_look(c->o->config.spent, str_c(l->mark), NULL) != SPENT_FIRST;
}

void away_report(const struct call *c)
{
    static void (*const log_lines[])(const struct call *, const struct left *, size_t) = {
        [AWAY_AT_IDP] = log_at_idp, [AWAY_AT_CLIENT] = log_at_client
    };
    struct batch b = { .now = c->now };
    struct left *first[ARRAY_LEN(log_lines)] = { NULL };
    size_t count[ARRAY_LEN(log_lines)] = { 0 };
    take_overdue(c->o, &b);
    for (size_t i = 0; i < b.count; i++)
        if (!arrived(c, b.gone[i]) && !count[b.gone[i]->where]++)
            first[b.gone[i]->where] = b.gone[i];
    for (size_t i = 0; i < ARRAY_LEN(log_lines); i++)
        if (first[i])
            log_lines[i](c, first[i], count[i]);
    for (size_t i = 0; i < b.count; i++)
        left_free(b.gone[i]);
}
