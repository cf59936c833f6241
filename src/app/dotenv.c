// SPDX-License-Identifier: MIT
#include "app/dotenv.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

struct line {
    struct str name, value;
    struct line *older;
};

struct dotenv {
    struct line *newest;
};

bool dotenv_present(const char *path)
{
    return access(path, R_OK) == 0;
}

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return name.n > 0;
}

static struct str unescape(struct arena *arena, struct str s)
{
    char *out = arena_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n) {
            i++;
            out[n++] = s.p[i] == 'n' ? '\n' : s.p[i];
        } else {
            out[n++] = s.p[i];
        }
    }
    return str_of(out, n);
}

static struct str value_of(struct arena *arena, struct str raw)
{
    raw = str_trim(raw);
    if (raw.n >= 2 && raw.p[0] == '\'' && raw.p[raw.n - 1] == '\'')
        return str_slice(raw, 1, raw.n - 1);
    if (raw.n >= 2 && raw.p[0] == '"' && raw.p[raw.n - 1] == '"')
        return unescape(arena, str_slice(raw, 1, raw.n - 1));
    ptrdiff_t comment = str_find(raw, STR(" #"));
    return comment < 0 ? raw : str_trim(str_slice(raw, 0, (size_t)comment));
}

bool dotenv_parse(struct arena *arena, struct str text, struct dotenv **ret, struct err *err)
{
    struct dotenv *env = arena_alloc(arena, sizeof(*env));
    for (int number = 1; text.p; number++) {
        struct str raw = str_trim(str_cut(&text, '\n'));
        if (raw.n == 0 || raw.p[0] == '#')
            continue;
        if (str_starts(raw, STR("export ")))
            raw = str_trim(str_slice(raw, 7, raw.n));
        struct str name = str_trim(str_cut(&raw, '='));
        if (!raw.p || !is_name(name))
            return err_set(err, ERR_CONFIG, "line %d is not NAME=value", number);
        struct line *line = arena_alloc(arena, sizeof(*line));
        *line = (struct line){ name, value_of(arena, raw), env->newest };
        env->newest = line;
    }
    *ret = env;
    return true;
}

bool dotenv_load(struct arena *arena, const char *path, struct dotenv **ret, struct err *err)
{
    struct buf CLEANUP(buf_wipe) text = BUF_INIT(DOTENV_BYTES_MAX);
    if (!file_read(path, &text, err))
        return false;
    if (!dotenv_parse(arena, arena_str(arena, buf_str(&text)), ret, err))
        return err_prefix(err, "%s", path);
    return true;
}

struct str dotenv_get(const struct dotenv *env, const char *name)
{
    for (const struct line *line = env->newest; line; line = line->older)
        if (str_is(line->name, name))
            return line->value;
    return STR_NONE;
}

void dotenv_each(const struct dotenv *env, void (*fn)(void *ctx, struct str name, struct str value),
                 void *ctx)
{
    for (const struct line *line = env->newest; line; line = line->older)
        fn(ctx, line->name, line->value);
}
