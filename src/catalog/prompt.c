// SPDX-License-Identifier: MIT
#include "catalog/prompt.h"

#include "base/utf8.h"

// What somebody typed must not write lines of its own.
static void add_value(struct str value, struct buf *out)
{
    char line[PROMPT_VALUE_MAX + 1];
    str_tidy(utf8_cut(value, PROMPT_VALUE_MAX), line, sizeof(line));
    buf_adds(out, line);
}

static bool add_argument(const struct prompt *p, struct str name, const struct str *values,
                         struct buf *out)
{
    for (size_t i = 0; p->args[i].name; i++) {
        if (!str_is(name, p->args[i].name))
            continue;
        if (!str_trim(values[i]).n) {
            buf_adds(out, p->args[i].without ? p->args[i].without : "");
            return true;
        }
        buf_adds(out, p->args[i].before ? p->args[i].before : "");
        add_value(str_trim(values[i]), out);
        return true;
    }
    return false;
}

void prompt_render(const struct prompt *p, const struct str *values, struct buf *out)
{
    struct str rest = str_c(p->body);
    while (rest.p) {
        buf_add(out, str_cut(&rest, '{'));
        if (!rest.p)
            return;
        struct str from = rest, name = str_cut(&rest, '}');
        if (rest.p && add_argument(p, name, values, out))
            continue;
        buf_addc(out, '{'); // no place
        rest = from;
    }
}
