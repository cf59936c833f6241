// SPDX-License-Identifier: MIT
// Where values come from, for who wonders why a setting is what it is.
#include "app/dotenv.h"
#include "app/options_int.h"

static bool dotenv_has(const struct dotenv *env, const char *name)
{
    return env && str_trim(dotenv_get(env, name)).n > 0;
}

static const char *source_named(const struct options *o, const char *name)
{
    const char *own = o->env_of(name);
    if (dotenv_has(o->strong, name))
        return arena_printf(o->arena, "file %s", o->dotenv_used).p;
    if (own && str_trim(str_c(own)).n && !options_is_service_link(str_c(name), str_c(own)))
        return "environment";
    return dotenv_has(o->weak, name) ? arena_printf(o->arena, "file %s", o->dotenv_used).p : NULL;
}

const char *options_source(const struct options *o, const struct option *opt)
{
    switch (o->fixed[opt - options_table]) {
    case FIXED_BY_FLAG:
        return "flag";
    case FIXED_BY_STORE:
        return "secret store";
    default:
        break;
    }
    const char *found = opt->env ? source_named(o, opt->env) : NULL;
    if (found || !opt->env || !opt->secret)
        return found ? found : "default";
    const char *name = arena_printf(o->arena, "%s_FILE", opt->env).p;
    found = source_named(o, name);
    return found ? arena_printf(o->arena, "%s, by %s", name, found).p : "default";
}

static struct str list_of(const struct options *o, const char *const *list)
{
    struct str out = STR("");
    for (; list && *list; list++)
        out = arena_printf(o->arena, STR_FMT "%s%s", STR_ARG(out), out.n ? "," : "", *list);
    return out;
}

struct str options_shown(const struct options *o, const struct option *opt)
{
    const char *at = (const char *)o + opt->offset;
    struct str text = STR("");
    if (opt->type == OPT_INT)
        return arena_printf(o->arena, "%lld", (long long)*(const int64_t *)(const void *)at);
    if (opt->type == OPT_SWITCH)
        return *(const bool *)(const void *)at ? STR("true") : STR("false");
    text = opt->type == OPT_LIST ? list_of(o, *(const char *const *const *)(const void *)at)
                                 : str_c(*(const char *const *)(const void *)at);
    return opt->secret && text.n ? STR("***") : text;
}
