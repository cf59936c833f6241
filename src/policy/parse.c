// SPDX-License-Identifier: MIT
// Reading a policy: every mistake is told, and nothing that could be misspelt is passed over.
#include "base/file.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "catalog/select.h"
#include "policy/internal.h"

#define LIST_MAX 1000

struct reader {
    struct policy *policy;
    struct buf *problems;
    size_t at; // the rule that is read
};

static void problem(struct reader *r, const char *where, const char *fmt, ...) PRINTF(3, 4);

static void problem(struct reader *r, const char *where, const char *fmt, ...)
{
    va_list args;
    buf_addf(r->problems, "rules[%zu]%s: ", r->at, where);
    va_start(args, fmt);
    buf_vaddf(r->problems, fmt, args);
    va_end(args);
    buf_addc(r->problems, '\n');
}

// --- JSON ---

static void judge_keys(struct reader *r, const char *where, const json_t *object,
                       const char *const *known)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        struct nearest nearest = { .given = str_c(key) };
        size_t i = 0;
        for (; known[i] && strcmp(known[i], key) != 0; i++)
            nearest_offer(&nearest, known[i]);
        const char *meant = nearest_found(&nearest);
        if (!known[i])
            problem(r, where, "'%.80s' is no key here%s%s%s", key, meant ? ": did you mean " : "",
                    meant ? meant : "", meant ? "?" : "");
    }
}

// The texts of a list, NULL-terminated; NULL: the key is not there, or wrong, which was told.
static const char **texts(struct reader *r, const char *where, const json_t *value)
{
    if (!value)
        return NULL;
    size_t n = json_array_size(value);
    const char **list = arena_alloc(r->policy->arena, (n + 1) * sizeof(*list));
    bool good = json_is_array(value) && n > 0 && n <= LIST_MAX;
    for (size_t i = 0; good && i < n; i++) {
        struct str text = str_trim(dom_text(json_array_get(value, i)));
        good = text.n > 0;
        list[i] = good ? arena_cstr(r->policy->arena, text) : NULL;
    }
    if (good)
        return list;
    problem(r, where, "expected a list of 1 to %d texts", LIST_MAX);
    return NULL;
}

// --- whom it is for ---

static void read_words(struct reader *r, struct rule *rule, const json_t *who, const char *key,
                       enum idp_trait trait)
{
    char where[40];
    snprintf(where, sizeof(where), ".who.%s", key);
    for (const char **w = texts(r, where, dom_get(who, key)); w && *w; w++) {
        if (r->policy->word_count++ >= POLICY_WORDS_MAX) {
            problem(r, where, "more than %d names in the whole policy", POLICY_WORDS_MAX);
            return;
        }
        struct word *word = &rule->words[rule->word_count++];
        *word = (struct word){ .trait = trait, .text = str_c(*w) };
        mark_of(trait, word->text, word->mark);
        r->policy->asks_groups |= trait == IDP_GROUP;
    }
}

static void read_who(struct reader *r, struct rule *rule, const json_t *who)
{
    static const char *const keys[] = { "users",   "groups",    "roles", "scopes",
                                        "callers", "everybody", NULL };
    if (!json_is_object(who) || !json_object_size(who)) {
        problem(r, ".who",
                "expected an object that says whom the rule is for: users, groups, "
                "roles, scopes, callers or everybody");
        return;
    }
    judge_keys(r, ".who", who, keys);
    const json_t *everybody = dom_get(who, "everybody");
    if (everybody && !json_is_true(everybody))
        problem(r, ".who.everybody", "expected true, or no such key");
    rule->everybody = json_is_true(everybody);
    rule->words = arena_alloc(r->policy->arena, POLICY_WORDS_MAX * sizeof(*rule->words));
    for (size_t i = 0; i < IDP_TRAITS; i++)
        read_words(r, rule, who, keys[i], (enum idp_trait)i);
    rule->callers = texts(r, ".who.callers", dom_get(who, "callers"));
}

// --- what it grants ---

static bool has_service(const struct tool *t, const char *word)
{
    return str_is(tool_service(t), word);
}

static bool has_toolset(const struct tool *t, const char *word)
{
    return strcmp(t->toolset, word) == 0;
}

static bool has_name(const struct tool *t, const char *word)
{
    return pattern_matches(word, t->name);
}

static bool is_write(const struct tool *t, const char *word)
{
    return t->risk != READS && pattern_matches(word, t->name);
}

static const char *nearest_of(const struct policy *p, const char *word,
                              bool (*has)(const struct tool *, const char *))
{
    struct nearest nearest = { .given = str_c(word) };
    for (const struct tool *const *t = p->tools; *t; t++)
        nearest_offer(&nearest, has == has_service   ? arena_cstr(p->arena, tool_service(*t))
                                : has == has_toolset ? (*t)->toolset
                                                     : (*t)->name);
    return nearest_found(&nearest);
}

// Sets the bits of the tools that one of the words names. False: the key is not there.
static bool read_tools(struct reader *r, const json_t *rule, const char *key, const char *what,
                       bool (*has)(const struct tool *, const char *), uint8_t *bits)
{
    char where[40];
    snprintf(where, sizeof(where), ".%s", key);
    const char **list = texts(r, where, dom_get(rule, key));
    for (const char **w = list; w && *w; w++) {
        bool any = false;
        for (size_t i = 0; i < r->policy->tool_count; i++) {
            if (!has(r->policy->tools[i], *w))
                continue;
            bits[i / 8] |= (uint8_t)(1u << (i % 8));
            any = true;
        }
        const char *meant = any ? NULL : nearest_of(r->policy, *w, has);
        if (!any)
            problem(r, where, "'%.80s' names no %s%s%s%s", *w, what, meant ? ": did you mean " : "",
                    meant ? meant : "", meant ? "?" : "");
    }
    return list != NULL;
}

static uint8_t *no_bits(struct reader *r)
{
    return arena_alloc(r->policy->arena, r->policy->tool_count / 8 + 1);
}

// Reads of what is listed (of everything, where nothing is), and the writes among it that are
// named.
static void read_grants(struct reader *r, struct rule *rule, const json_t *json)
{
    const struct policy *p = r->policy;
    uint8_t *listed = no_bits(r), *writes = no_bits(r);
    bool limits = read_tools(r, json, "services", "service", has_service, listed);
    limits |= read_tools(r, json, "toolsets", "toolset", has_toolset, listed);
    limits |= read_tools(r, json, "tools", "tool", has_name, listed);
    read_tools(r, json, "writes", "tool that changes something", is_write, writes);
    rule->granted = no_bits(r);
    rule->taken = no_bits(r);
    read_tools(r, json, "except", "tool", has_name, rule->taken);
    for (size_t i = 0; i < p->tool_count; i++) {
        uint8_t one = (uint8_t)(1u << (i % 8));
        bool in = !limits || (listed[i / 8] & one);
        if (in && (p->tools[i]->risk == READS || (writes[i / 8] & one)))
            rule->granted[i / 8] |= one;
    }
}

// A bound that is misspelt must not be none.
static void read_bounds(struct reader *r, struct rule *rule, const json_t *json)
{
    const json_t *dry = dom_get(json, "dry_run"), *confirm = dom_get(json, "confirm");
    rule->right = MAY_CALL;
    if (dry && !json_is_true(dry))
        problem(r, ".dry_run", "expected true, or no such key");
    if (confirm && !str_is(dom_text(confirm), "person"))
        problem(r, ".confirm", "expected \"person\", or no such key");
    if ((dry || confirm) && !dom_get(json, "writes"))
        problem(r, "", "dry_run and confirm bound writes, and this rule grants none");
    if (dry)
        rule->right |= MAY_DRY_RUN;
    if (confirm)
        rule->right |= MAY_WITH_PERSON;
}

static void read_rule(struct reader *r, struct rule *rule, const json_t *json)
{
    static const char *const keys[] = { "name",   "who",    "services", "toolsets", "tools",
                                        "writes", "except", "dry_run",  "confirm",  NULL };
    if (!json_is_object(json)) {
        problem(r, "", "expected an object");
        return;
    }
    judge_keys(r, "", json, keys);
    struct str name = dom_str(json, "name");
    rule->name = name.n ? arena_cstr(r->policy->arena, name)
                        : arena_printf(r->policy->arena, "rule %zu", r->at).p;
    read_who(r, rule, dom_get(json, "who"));
    read_grants(r, rule, json);
    read_bounds(r, rule, json);
}

static void read_rules(struct reader *r, const json_t *tree)
{
    static const char *const keys[] = { "rules", NULL };
    const json_t *rules = dom_get(tree, "rules");
    size_t n = json_array_size(rules);
    if (!json_is_array(rules) || n == 0 || n > POLICY_RULES_MAX) {
        buf_addf(r->problems, "expected {\"rules\": [ … ]} with 1 to %d rules\n", POLICY_RULES_MAX);
        return;
    }
    judge_keys(r, "", tree, keys);
    r->policy->rules = arena_alloc(r->policy->arena, n * sizeof(struct rule));
    r->policy->rule_count = n;
    for (r->at = 0; r->at < n; r->at++)
        read_rule(r, &r->policy->rules[r->at], json_array_get(rules, r->at));
}

struct policy *policy_parse(struct str json, const struct tool *const *tools, struct buf *problems)
{
    JSON_AUTO *tree = NULL;
    struct err err;
    size_t before = problems->n;
    if (!dom_parse_object(json, &tree, &err)) {
        buf_addf(problems, "no JSON object: %s\n", err.text);
        return NULL;
    }
    struct policy *p = mem_zalloc(1, sizeof(*p));
    p->arena = arena_new();
    p->tools = tools;
    while (tools[p->tool_count])
        p->tool_count++;
    read_rules(&(struct reader){ .policy = p, .problems = problems }, tree);
    if (problems->n == before)
        return p;
    policy_free(p);
    return NULL;
}

struct policy *policy_read(const char *path, const struct tool *const *tools, struct buf *problems)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(POLICY_BYTES_MAX);
    struct err err;
    if (file_read(path, &text, &err))
        return policy_parse(buf_str(&text), tools, problems);
    buf_addf(problems, "%s\n", err.text);
    return NULL;
}
