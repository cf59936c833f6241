// SPDX-License-Identifier: MIT
// Judging by a policy.
#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "base/mem.h"
#include "catalog/select.h"
#include "jose/digest.h"
#include "policy/internal.h"

const char *const trait_names[] = {
    [IDP_USER] = "user", [IDP_GROUP] = "group", [IDP_ROLE] = "role", [IDP_SCOPE] = "scope"
};

// --- marks ---

void mark_of(enum idp_trait trait, struct str text, char ret[MARK_SIZE + 1])
{
    CLEANUP(buf_release) struct buf named = BUF_INIT(POLICY_BYTES_MAX);
    CLEANUP(buf_release) struct buf digest = BUF_INIT(64);
    buf_addf(&named, "%s:" STR_FMT, trait_names[trait], STR_ARG(text));
    sha256_b64url(&digest, buf_str(&named));
    memcpy(ret, digest.p, MARK_SIZE);
    ret[MARK_SIZE] = '\0';
}

bool policy_mark_word(struct str word, struct buf *out)
{
    struct str text = word;
    struct str kind = str_cut(&text, ':');
    for (size_t i = 0; i < IDP_TRAITS && text.n; i++) {
        char mark[MARK_SIZE + 1];
        if (!str_is(kind, trait_names[i]))
            continue;
        mark_of((enum idp_trait)i, text, mark);
        buf_addf(out, "%s%s", out->n ? " " : "", mark);
        return true;
    }
    return false;
}

static bool has_mark(struct str marks, const char *mark)
{
    while (marks.p)
        if (str_is(str_cut(&marks, ' '), mark))
            return true;
    return false;
}

void policy_mark(const struct policy *p, const struct idp *idp, const json_t *claims,
                 struct buf *out)
{
    size_t count = 0;
    for (size_t i = 0; i < p->rule_count; i++)
        for (size_t j = 0; j < p->rules[i].word_count && count < POLICY_MARKS_MAX; j++) {
            const struct word *w = &p->rules[i].words[j];
            if (has_mark(buf_str(out), w->mark) || !idp_has_trait(idp, claims, w->trait, w->text))
                continue;
            buf_addf(out, "%s%s", out->n ? " " : "", w->mark);
            count++;
        }
}

// --- rules ---

static bool is_for(const struct rule *r, const struct principal *who)
{
    if (r->everybody)
        return true;
    for (size_t i = 0; i < r->word_count; i++)
        if (has_mark(who->marks, r->words[i].mark))
            return true;
    for (const char **caller = r->callers; caller && *caller; caller++) {
        char key[512];
        bool whole = who->key.n < sizeof(key);
        str_tidy(who->key, key, sizeof(key));
        if (whole && pattern_matches(*caller, key))
            return true;
    }
    return false;
}

uint64_t policy_rules_for(const struct policy *p, const struct principal *who)
{
    uint64_t rules = 0;
    for (size_t i = 0; i < p->rule_count; i++)
        rules |= (uint64_t)is_for(&p->rules[i], who) << i;
    return rules;
}

static bool bit(const uint8_t *bits, size_t at)
{
    return bits[at / 8] >> (at % 8) & 1;
}

bool policy_grants(const struct policy *p, uint64_t rules, size_t tool, size_t *ret_rule)
{
    size_t granted = POLICY_RULES_MAX, taken = POLICY_RULES_MAX;
    for (size_t i = 0; i < p->rule_count && tool < p->tool_count; i++) {
        if (!(rules >> i & 1))
            continue;
        if (taken == POLICY_RULES_MAX && bit(p->rules[i].taken, tool))
            taken = i;
        if (granted == POLICY_RULES_MAX && bit(p->rules[i].granted, tool))
            granted = i;
    }
    if (ret_rule)
        *ret_rule = taken < POLICY_RULES_MAX ? taken : granted;
    return granted < POLICY_RULES_MAX && taken == POLICY_RULES_MAX;
}

unsigned policy_right(const struct policy *p, uint64_t rules, size_t tool)
{
    unsigned right = MAY_CALL | MAY_DRY_RUN | MAY_WITH_PERSON;
    if (!policy_grants(p, rules, tool, NULL))
        return 0;
    for (size_t i = 0; i < p->rule_count; i++)
        if (rules >> i & 1 && bit(p->rules[i].granted, tool))
            right &= p->rules[i].right;
    return right;
}

size_t policy_rules(const struct policy *p)
{
    return p->rule_count;
}

const char *policy_rule_name(const struct policy *p, size_t rule)
{
    return p->rules[rule].name;
}

void policy_free(struct policy *p)
{
    if (!p)
        return;
    arena_free(p->arena);
    free(p);
}

// --- the one in force ---

#define GENERATION_SHIFT POLICY_RULES_MAX // a verdict: which rules, and above them of which policy
#define GENERATION_MASK  0xffffu

struct policies {
    pthread_rwlock_t lock;
    struct policy *now;  // under lock
    uint64_t generation; // under lock; 1 … GENERATION_MASK
};

struct policies *policies_new(struct policy *p)
{
    struct policies *s = mem_zalloc(1, sizeof(*s));
    pthread_rwlock_init(&s->lock, NULL);
    s->now = p;
    s->generation = 1;
    return s;
}

void policies_free(struct policies *s)
{
    if (!s)
        return;
    policy_free(s->now);
    pthread_rwlock_destroy(&s->lock);
    free(s);
}

void policies_replace(struct policies *s, struct policy *p)
{
    pthread_rwlock_wrlock(&s->lock);
    struct policy *old = s->now;
    s->now = p;
    s->generation = s->generation % GENERATION_MASK + 1;
    pthread_rwlock_unlock(&s->lock);
    policy_free(old);
}

// A principal remembers which rules are for it, as long as the policy is the same.
static uint64_t rules_for(const struct policies *s, const struct principal *who)
{
    _Atomic uint64_t *kept = (_Atomic uint64_t *)(uintptr_t)&who->verdict;
    uint64_t verdict = atomic_load_explicit(kept, memory_order_relaxed);
    if (verdict >> GENERATION_SHIFT != s->generation) {
        verdict = policy_rules_for(s->now, who) | s->generation << GENERATION_SHIFT;
        atomic_store_explicit(kept, verdict, memory_order_relaxed);
    }
    return verdict & ((UINT64_C(1) << GENERATION_SHIFT) - 1);
}

unsigned policies_right(struct policies *s, const struct principal *who, size_t tool)
{
    if (!who)
        return MAY_CALL; // stdio: whoever started the server
    pthread_rwlock_rdlock(&s->lock);
    unsigned right = policy_right(s->now, rules_for(s, who), tool);
    pthread_rwlock_unlock(&s->lock);
    return right;
}

void policies_why(struct policies *s, const struct principal *who, size_t tool, struct buf *out)
{
    size_t rule = POLICY_RULES_MAX;
    pthread_rwlock_rdlock(&s->lock);
    uint64_t rules = rules_for(s, who);
    policy_grants(s->now, rules, tool, &rule);
    if (rule < POLICY_RULES_MAX)
        buf_addf(out, "by the policy: excepted by the rule %.200s", s->now->rules[rule].name);
    else
        buf_addf(out, "by the policy: %s",
                 rules ? "no rule for them grants it" : "no rule is for them");
    pthread_rwlock_unlock(&s->lock);
}

static void mark(void *ctx, const struct idp *idp, const json_t *claims, struct buf *out)
{
    struct policies *s = ctx;
    pthread_rwlock_rdlock(&s->lock);
    if (s->now->asks_groups && idp_groups_overflow(claims))
        LOG(LOG_WARNING,
            "the token names no groups, because they are too many: rules for groups do "
            "not count for this person",
            F("person", dom_str(claims, "preferred_username")),
            F_C("fix", "app roles, or «Groups assigned to the application» (docs/policy.md)"));
    policy_mark(s->now, idp, claims, out);
    pthread_rwlock_unlock(&s->lock);
}

struct idp_marker policies_marker(struct policies *s)
{
    return (struct idp_marker){ .mark = mark, .ctx = s };
}
