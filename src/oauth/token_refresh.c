// SPDX-License-Identifier: MIT
// The refresh grant. Each refresh asks the identity provider, so that a closed account is out
// within an access token's life, and gives a new refresh token. The store remembers per family the
// newest one (its "tip"); an older one gives the same answer within the grace period, and ends the
// family after it. One refresh of a token runs at a time: in this process by waiting, between
// replicas by a lease.
#include "oauth/internal.h"

#define POLL_MS    100
#define POLL_TRIES 150
#define LEASES_MAX 8

struct flight {
    struct str key;
    struct flight *next;
};

static struct flight **flight_find(struct oauth *o, struct str key)
{
    struct flight **at = &o->flights;
    while (*at && !str_eq((*at)->key, key))
        at = &(*at)->next;
    return at;
}

static void flight_enter(struct oauth *o, struct flight *f)
{
    pthread_mutex_lock(&o->lock);
    while (*flight_find(o, f->key))
        pthread_cond_wait(&o->landed, &o->lock);
    f->next = o->flights;
    o->flights = f;
    pthread_mutex_unlock(&o->lock);
}

static void flight_leave(struct oauth *o, struct flight *f)
{
    pthread_mutex_lock(&o->lock);
    *flight_find(o, f->key) = f->next;
    pthread_cond_broadcast(&o->landed);
    pthread_mutex_unlock(&o->lock);
}

static void fail(const struct call *c, enum err_code code, const char *text)
{
    struct err err = { 0 };
    err_set(&err, code, "%s", text);
    response_error(c->ex, &err);
}

static void fail_store(const struct call *c)
{
    fail(c, ERR_STORE_UNAVAILABLE, "the store of spent tokens does not answer");
}

// The stored answer of this token, if it is still the newest of its family and the grace lasts:
// SPENT_AGAIN. SPENT_FIRST: it is not, or there is none.
static enum spent same_answer(const struct call *c, const struct grant *grant, struct str tip,
                              struct answer *ret)
{
    CLEANUP(buf_wipe) struct buf sealed = BUF_INIT(SPENT_VALUE_MAX);
    struct str key = mark_key(c->arena, "answer", grant->id);
    enum spent stored = spent_look(c->o->config.spent, key, &sealed);
    if (stored != SPENT_AGAIN)
        return stored;
    bool good = answer_open(c, key, buf_str(&sealed), ret) && str_eq(ret->successor, tip) &&
                ret->made + c->o->config.refresh_grace_s > c->now && ret->expires > c->now;
    return good ? SPENT_AGAIN : SPENT_FIRST;
}

static void end_family(const struct call *c, const struct grant *grant, const char *event,
                       const char *reason, const char *text)
{
    oauth_audit(c, event, grant, reason);
    if (family_revoke(c->o, grant->family))
        fail(c, ERR_INVALID_GRANT, text);
    else
        fail_store(c);
}

// The newest token of a family that this store knows of, "turn:id". Replicas without a common
// store, and a store that lost its last moments, know only older ones: a later turn was sealed by
// us and is no reuse.
struct tip {
    int64_t turn;
    struct str id;
};

static struct str tip_text(const struct call *c, const struct grant *grant)
{
    return arena_printf(c->arena, "%lld:" STR_FMT, (long long)grant->turn, STR_ARG(grant->id));
}

static struct tip tip_of(struct str text)
{
    struct tip tip = { .turn = INT64_MAX }; // what cannot be read is never older
    struct str turn = str_cut(&text, ':');
    if (text.p && str_to_i64(turn, &tip.turn))
        tip.id = text;
    return tip;
}

enum spent refresh_outdated(const struct call *c, const struct grant *grant, struct str *ret_newest)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(128);
    enum spent seen =
        spent_look(c->o->config.spent, mark_key(c->arena, "tip", grant->family), &text);
    struct tip tip = tip_of(buf_str(&text));
    if (seen != SPENT_AGAIN)
        return seen;
    if (str_eq(tip.id, grant->id) || grant->turn > tip.turn)
        return SPENT_FIRST;
    *ret_newest = arena_str(c->arena, tip.id);
    return SPENT_AGAIN;
}

// What is known of the token in the store.
enum known { KNOWN_NEWEST, KNOWN_ANSWERED };

// Also answers, and returns false, when the family is over or the store is away.
static bool judge(const struct call *c, const struct grant *grant, enum known *ret,
                  struct answer *ret_answer)
{
    struct str newest;
    if (!grant_alive(c, grant))
        return false;
    *ret = KNOWN_NEWEST;
    switch (refresh_outdated(c, grant, &newest)) {
    case SPENT_FIRST:
        return true;
    case SPENT_UNAVAILABLE:
        fail_store(c);
        return false;
    case SPENT_AGAIN:
        break;
    }
    *ret = KNOWN_ANSWERED;
    switch (same_answer(c, grant, newest, ret_answer)) {
    case SPENT_AGAIN:
        return true;
    case SPENT_UNAVAILABLE:
        fail_store(c);
        return false;
    case SPENT_FIRST:
        break;
    }
    end_family(c, grant, "refresh token used again, family revoked", "refresh reuse",
               "the refresh token was used before: this sign-in is revoked, sign in again");
    return false;
}

static bool dead(const struct err *err)
{
    const struct explanation *e = err->aadsts ? explain_aadsts(err->aadsts) : NULL;
    return err->code == ERR_INVALID_GRANT ||
           (err->code == ERR_IDP_REFUSED && e && e->fatal_for_grant);
}

static void idp_failed(const struct call *c, const struct grant *grant, const struct err *err)
{
    if (err->code == ERR_ACCESS_DENIED) {
        end_family(c, grant, "person may not use this server any more, family revoked", err->text,
                   err->text);
        return;
    }
    if (dead(err)) {
        end_family(c, grant, "identity provider ended the sign-in, family revoked",
                   "refused by the identity provider", err->text);
        return;
    }
    LOG(LOG_WARNING, "refresh at the identity provider failed", F("error", err_text(err)),
        F_FP("family", grant->family), F("request", http_id(c->ex)));
    // The provider wants the person: only a new sign-in helps.
    if (err->code != ERR_IDP_REFUSED) {
        fail(c, ERR_BUSY, err->text);
        return;
    }
    oauth_audit(c, "refresh refused", grant, "refused by the identity provider");
    fail(c, ERR_INVALID_GRANT, err->text);
}

// Stores first, answers then: what a client holds, a replica knows.
static bool remember(const struct call *c, const struct grant *old, const struct grant *new,
                     struct answer *answer)
{
    struct spent_store *spent = c->o->config.spent;
    struct str key = mark_key(c->arena, "answer", old->id);
    answer->successor = new->id;
    return spent_put(spent, key, answer_seal(c, key, answer), c->o->config.refresh_grace_s + 1) &&
           spent_put(spent, mark_key(c->arena, "tip", new->family), tip_text(c, new),
                     c->o->config.refresh_ttl_s);
}

// False: the store does not answer, nothing was given.
static bool give_next(const struct call *c, const struct grant *old, const struct idp_grant *idp)
{
    struct grant new = *old;
    struct answer answer = { .made = c->now, .expires = c->now + c->o->config.access_ttl_s };
    new.id = random_id(c->arena, 16);
    new.turn++;
    new.issued = c->now;
    new.expires = c->now + c->o->config.refresh_ttl_s;
    if (idp->person.claims) // else what was true stays so
        new.marks = oauth_marks(c, idp->person.claims);
    if (idp->refresh_token.n)
        new.idp_refresh = idp->refresh_token;
    answer.access = token_mint(c, &new, answer.expires);
    answer.refresh = grant_seal(c, KIND_REFRESH, &new);
    if (!remember(c, old, &new, &answer))
        return false;
    oauth_audit(c, "token refreshed", &new, NULL);
    token_answer(c, &answer);
    return true;
}

// A claim cannot be taken back, so leases are numbered: one whose holder failed says "over", and
// the next number may be claimed. All numbers used within REFRESH_LEASE_S: the provider has been
// asked often enough.
static enum spent lease_claim(const struct call *c, const struct grant *grant,
                              struct str *ret_lease)
{
    for (int i = 0; i < LEASES_MAX; i++) {
        CLEANUP(buf_release) struct buf state = BUF_INIT(16);
        struct str lease = arena_printf(c->arena, "lease:%d:" STR_FMT, i, STR_ARG(grant->id));
        enum spent claimed = spent_claim(c->o->config.spent, lease, REFRESH_LEASE_S, &state);
        *ret_lease = lease;
        if (claimed != SPENT_AGAIN || !str_is(buf_str(&state), "over"))
            return claimed;
    }
    *ret_lease = STR_NONE;
    return SPENT_AGAIN;
}

static void lease_back(const struct call *c, struct str lease)
{
    if (!spent_put(c->o->config.spent, lease, STR("over"), REFRESH_LEASE_S))
        LOG(LOG_WARNING, "a refresh lease could not be given back", F("request", http_id(c->ex)));
}

static void refresh_leased(const struct call *c, const struct grant *grant, struct str lease)
{
    struct idp_grant idp = { .expires_in = 0 };
    struct err err = { 0 };
    if (!idp_refresh(c->o->config.idp, c->arena, grant->idp_refresh, http_cancel(c->ex), &idp,
                     &err)) {
        lease_back(c, lease);
        idp_failed(c, grant, &err);
        return;
    }
    struct str subject = idp.person.subject;
    if (subject.n && !str_eq(str_slice(subject, 0, 255), grant->subject)) {
        end_family(c, grant, "another person in the refreshed token, family revoked",
                   "subject changed", "the identity provider answered for another person");
        return;
    }
    if (!give_next(c, grant, &idp)) {
        lease_back(c, lease);
        fail_store(c);
    }
}

// One try; true when it is decided and answered, false while another replica holds the lease.
static bool try_refresh(const struct call *c, const struct grant *grant)
{
    struct answer answer;
    enum known known;
    struct str lease;
    if (!judge(c, grant, &known, &answer))
        return true;
    if (known == KNOWN_ANSWERED) {
        token_answer(c, &answer);
        return true;
    }
    switch (lease_claim(c, grant, &lease)) {
    case SPENT_AGAIN:
        if (lease.n)
            return false;
        fail(c, ERR_BUSY, "the identity provider was asked often enough for this minute");
        return true;
    case SPENT_UNAVAILABLE:
        fail_store(c);
        return true;
    case SPENT_FIRST:
        break;
    }
    refresh_leased(c, grant, lease);
    return true;
}

static void refresh_alone(const struct call *c, const struct grant *grant)
{
    for (int i = 0; i < POLL_TRIES && !cancel_is_set(http_cancel(c->ex)); i++) {
        if (try_refresh(c, grant))
            return;
        nanosleep(&(struct timespec){ .tv_nsec = POLL_MS * 1000000L }, NULL);
    }
    fail(c, ERR_BUSY, "this token is being refreshed: try again");
}

// A stolen refresh token is worth nothing without the key.
static bool proof_ok(const struct call *c, const struct client *client, const struct grant *grant)
{
    if (!grant->proved || client->proof == PROOF_GOOD)
        return true;
    if (client->proof == PROOF_UNKNOWN) {
        fail(c, ERR_BUSY, "the client's keys cannot be had just now: try again");
        return false;
    }
    oauth_audit(c, "refresh refused", grant, "without the client's proof");
    fail(c, ERR_INVALID_CLIENT, "this client proved itself with a key, and must do so again");
    return false;
}

void token_refresh(const struct call *c, const struct client *client, const struct form *form)
{
    struct grant grant;
    struct err why = { 0 }, err = { 0 };
    if (!grant_open(c, KIND_REFRESH, form_value(form, "refresh_token"), &grant, &why)) {
        err_set(&err, ERR_INVALID_GRANT, "the refresh token is not valid: %s", why.text);
        response_error(c->ex, &err);
        return;
    }
    /*= rfc6749 6 "…the authorization server MUST…ensure that the refresh token was issued to the
     * authenticated client" */
    if (!str_eq(grant.client, client->ref)) {
        oauth_audit(c, "refresh refused", &grant, "given to another client");
        fail(c, ERR_INVALID_GRANT, "the refresh token was given to another client");
        return;
    }
    if (!proof_ok(c, client, &grant))
        return;
    struct flight flight = { .key = grant.id };
    flight_enter(c->o, &flight);
    refresh_alone(c, &grant);
    flight_leave(c->o, &flight);
}
