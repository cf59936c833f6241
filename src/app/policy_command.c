// SPDX-License-Identifier: MIT
#include "app/policy_command.h"

#include "app/selection.h"
#include "policy/policy.h"
#include "tools/tools.h"

#define PROBLEMS_MAX (64 * 1024)

static int fail(int code, const char *text)
{
    fprintf(stderr, "zscaler-mcp: error: %s\n", text);
    return code;
}

static struct policy *read_file(const struct options *o)
{
    CLEANUP(buf_release) struct buf problems = BUF_INIT(PROBLEMS_MAX);
    struct policy *policy = policy_read(o->policy_file, tools_all, &problems);
    struct str rest = buf_str(&problems);
    if (rest.n)
        fprintf(stderr, "%s needs these corrections:\n", o->policy_file);
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        fprintf(stderr, "  - " STR_FMT "\n", STR_ARG(line));
    }
    return policy;
}

static void show_rules(const struct policy *p)
{
    for (size_t rule = 0; rule < policy_rules(p); rule++) {
        size_t reads = 0, writes = 0;
        for (size_t i = 0; tools_all[i]; i++) {
            bool granted = policy_grants(p, UINT64_C(1) << rule, i, NULL);
            reads += granted && tools_all[i]->risk == READS;
            writes += granted && tools_all[i]->risk != READS;
        }
        printf("%s: %zu tools that read, %zu that change something\n", policy_rule_name(p, rule),
               reads, writes);
    }
}

// False: a word says nobody.
static bool read_who(const struct options *o, struct principal *ret)
{
    CLEANUP(buf_release) struct buf marks = BUF_INIT(IDP_MARKS_MAX);
    *ret = (struct principal){ .key = STR("anonymous") };
    for (const char **word = o->words; *word; word++) {
        if (str_starts(str_c(*word), STR("caller:")))
            ret->key = str_c(*word + strlen("caller:"));
        else if (!policy_mark_word(str_c(*word), &marks))
            return false;
    }
    ret->marks = arena_str(o->arena, buf_str(&marks));
    return true;
}

static void show_tools(const struct options *o, const struct policy *p, const struct principal *who)
{
    const struct selection selection = selection_of(o);
    uint64_t rules = policy_rules_for(p, who);
    size_t seen = 0;
    for (size_t i = 0; i < policy_rules(p); i++)
        if (rules >> i & 1)
            printf("rule: %s\n", policy_rule_name(p, i));
    for (size_t i = 0; tools_all[i]; i++) {
        size_t rule;
        if (!selection_has(&selection, tools_all[i]) || !policy_grants(p, rules, i, &rule))
            continue;
        unsigned right = tools_all[i]->risk == READS ? 0 : policy_right(p, rules, i);
        printf("  %s (%s%s%s)\n", tools_all[i]->name, policy_rule_name(p, rule),
               right & MAY_DRY_RUN ? ", dry run only" : "",
               right & MAY_WITH_PERSON && tools_all[i]->risk == DELETES ? ", a person confirms"
                                                                        : "");
        seen++;
    }
    printf("%zu tools\n", seen);
}

int policy_run(const struct options *o)
{
    struct principal who;
    if (!o->policy_file)
        return fail(2, "no policy: set ZSCALER_MCP_POLICY_FILE (docs/policy.md)");
    if (!read_who(o, &who))
        return fail(2, "expected whom to ask for: group:ID, role:NAME, scope:NAME, user:ADDRESS "
                       "or caller:KEY, several for one person");
    struct policy *policy = read_file(o);
    if (!policy)
        return 1;
    if (*o->words)
        show_tools(o, policy, &who);
    else
        show_rules(policy);
    policy_free(policy);
    return 0;
}
