// SPDX-License-Identifier: MIT
// Where sources disagree about the real service, or its behaviour changed: the switches.
#include "config.h"
#include "emu.h"
#include "judge.h"

enum kind { CHOICE, FLAG, NUMBER };

static const struct switch_info {
    const char *name;
    enum kind kind;
    const char *values; // separated by '|', the default first; a number alone: any number
} switches[] = {
    { "resourceParameter", CHOICE, "match|ignore|reject" },
    { "resourceErrorDelivery", CHOICE, "redirect|page" },
    { "redirectUriCheck", CHOICE, "afterSignIn|immediate" },
    { "deviceCodeClientCheck", CHOICE, "afterSignIn|onPoll|onRequest" },
    { "deviceBlockVisible", CHOICE, "pageOnly|poll" },
    { "loopbackPortIgnored", CHOICE, "both|localhostOnly|none" },
    { "descriptionStyle", CHOICE, "spaces|crlf" },
    { "v1AudienceForm", CHOICE, "identifierUri|guid|alternate" },
    { "graphAudienceForm", CHOICE, "guid|url" },
    { "errorPageStatus", NUMBER, "200|400" },
    { "wrongTenantError", CHOICE, "50020|70001" },
    { "issParameter", FLAG, "false|true" },
    { "longArtifacts", FLAG, "true|false" },
    { "mtlsAliases", FLAG, "false|true" },
    { "tokenJitter", NUMBER, "0" },
    { "pollLoopLimit", NUMBER, "0" },
    { "webSecretWithPublicFallback", CHOICE, "accept|700025" },
    { "clockSkewSeconds", NUMBER, "0" },
    { "allowWildcardRedirects", FLAG, "false|true" },
    { "legacyGrants", FLAG, "false|true" },
    { "codeReuseRevokes", FLAG, "false|true" },
    { "v1IdToken", CHOICE, "unsigned|signed" },
};

static const struct switch_info *switch_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
        if (strcmp(switches[i].name, name) == 0)
            return &switches[i];
    }
    return NULL;
}

const char *behaviour_name_at(size_t i)
{
    return i < ARRAY_LEN(switches) ? switches[i].name : NULL;
}

static struct str first_value(const char *name)
{
    struct str values = str_c(switch_find(name)->values);
    return str_cut(&values, '|');
}

struct str behaviour(const struct emu *e, const char *name)
{
    struct str set = dom_str(dom_get(e->config, "behaviour"), name);
    return set.p ? set : first_value(name);
}

bool behaviour_is(const struct emu *e, const char *name, const char *value)
{
    return str_is(behaviour(e, name), value);
}

bool behaviour_on(const struct emu *e, const char *name)
{
    return dom_bool(dom_get(e->config, "behaviour"), name, str_is(first_value(name), "true"));
}

int64_t behaviour_number(const struct emu *e, const char *name)
{
    int64_t fallback = 0;
    if (!str_to_i64(first_value(name), &fallback))
        return 0;
    return dom_int(dom_get(e->config, "behaviour"), name, fallback);
}

static bool number_fits(const struct switch_info *info, const json_t *value)
{
    char text[32];
    if (!json_is_integer(value))
        return false;
    snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(value));
    return str_index(str_c(info->values), '|') < 0 || choice_has(info->values, str_c(text));
}

static bool value_fits(const struct switch_info *info, const json_t *value)
{
    switch (info->kind) {
    case FLAG:
        return json_is_boolean(value);
    case NUMBER:
        return number_fits(info, value);
    case CHOICE:
        return choice_has(info->values, dom_text(value));
    }
    return false;
}

bool judge_behaviour(struct judge *j, const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        size_t n = judge_step(j, key, 0);
        const struct switch_info *info = switch_find(key);
        if (!info)
            return judge_wrong(j, "is not a known switch");
        bool any_number = info->kind == NUMBER && str_index(str_c(info->values), '|') < 0;
        if (!value_fits(info, value))
            return err_set(j->err, ERR_CONFIG, "%s: must be %s%s", j->path,
                           any_number ? "a whole number" : "one of ",
                           any_number ? "" : info->values);
        judge_back(j, n);
    }
    return true;
}
