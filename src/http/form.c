// SPDX-License-Identifier: MIT
#include "http/http.h"

#define FORM_MAX_PAIRS 100

struct form {
    size_t n;
    struct {
        struct str name, value;
    } pairs[FORM_MAX_PAIRS];
};

static bool decode(struct arena *arena, struct str raw, struct str *ret)
{
    CLEANUP(buf_release) struct buf b = BUF_INIT(raw.n + 1);
    if (!buf_add_urldecoded(&b, raw, true))
        return false;
    *ret = arena_str(arena, buf_str(&b));
    return str_is_utf8(*ret) && !memchr(ret->p, 0, ret->n);
}

static bool add_pair(struct arena *arena, struct form *f, struct str piece, struct err *err)
{
    if (f->n == FORM_MAX_PAIRS)
        return err_set(err, ERR_LIMIT, "more than %d parameters", FORM_MAX_PAIRS);
    struct str value = piece;
    struct str name = str_cut(&value, '=');
    if (!decode(arena, name, &f->pairs[f->n].name) || !decode(arena, value, &f->pairs[f->n].value))
        return err_set(err, ERR_INVALID_REQUEST,
                       "parameter %zu is not well-formed: bad escape, NUL or UTF-8", f->n + 1);
    f->n++;
    return true;
}

bool form_parse(struct arena *arena, struct str text, struct form **ret, struct err *err)
{
    struct form *f = arena_alloc(arena, sizeof(*f));
    struct str rest = text;
    while (rest.p && rest.n > 0) {
        struct str piece = str_cut(&rest, '&');
        if (piece.n > 0 && !add_pair(arena, f, piece, err))
            return false;
    }
    *ret = f;
    return true;
}

static size_t find(const struct form *f, const char *name, size_t from)
{
    while (from < f->n && !str_is(f->pairs[from].name, name))
        from++;
    return from;
}

struct str form_get(const struct form *f, const char *name)
{
    size_t at = find(f, name, 0);
    return at < f->n ? f->pairs[at].value : STR_NONE;
}

bool form_doubled(const struct form *f, const char *name)
{
    return find(f, name, find(f, name, 0) + 1) < f->n;
}

size_t form_count(const struct form *f)
{
    return f->n;
}

void form_at(const struct form *f, size_t i, struct str *ret_name, struct str *ret_value)
{
    *ret_name = f->pairs[i].name;
    *ret_value = f->pairs[i].value;
}
