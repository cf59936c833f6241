// SPDX-License-Identifier: MIT
// Files that hold secrets should be their owner's alone. What everybody may write is refused: who
// writes it decides who signs in. What everybody may read is warned of only, because containers
// mount secrets that way.
#include <sys/stat.h>

#include "app/dotenv.h"
#include "app/options_int.h"

void options_judge_file(struct options *o, const char *setting, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return; // what cannot be read is told by who reads it
    unsigned mode = (unsigned)st.st_mode & 0777;
    if (st.st_mode & S_IWOTH)
        options_problem(o, "%s: everybody may write %s (mode %04o): chmod 600 %s", setting, path,
                        mode, path);
    else if (st.st_mode & S_IROTH)
        options_warning(o,
                        "%s: everybody on this machine may read %s (mode %04o), which holds a "
                        "secret: chmod 600 %s (Kubernetes: defaultMode: 0400)",
                        setting, path, mode, path);
}

static bool has_secrets(const struct dotenv *env)
{
    for (const struct option *opt = options_table; env && opt->group; opt++)
        if (opt->secret && opt->env && dotenv_get(env, opt->env).n)
            return true;
    return false;
}

static bool is_path(const char *value)
{
    return value && !strchr(value, '\n') && !str_starts(str_trim(str_c(value)), STR("-----")) &&
           !str_starts(str_trim(str_c(value)), STR("{"));
}

void options_judge_files(struct options *o)
{
    if (o->dotenv_used && (has_secrets(o->strong) || has_secrets(o->weak)))
        options_judge_file(o, ".env", o->dotenv_used);
    if (o->tls_keyfile)
        options_judge_file(o, "ZSCALER_MCP_TLS_KEYFILE", o->tls_keyfile);
    if (is_path(o->zscaler_private_key))
        options_judge_file(o, "ZSCALER_PRIVATE_KEY", o->zscaler_private_key);
}
