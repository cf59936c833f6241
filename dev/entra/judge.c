// SPDX-License-Identifier: MIT
#include "judge.h"

#include "config.h"

bool judge_wrong(struct judge *j, const char *what)
{
    return err_set(j->err, ERR_CONFIG, "%s: %s", j->path[0] ? j->path : "(top level)", what);
}

size_t judge_step(struct judge *j, const char *key, size_t index)
{
    size_t n = strlen(j->path);
    if (key)
        snprintf(j->path + n, sizeof(j->path) - n, "%s%s", n ? "." : "", key);
    else
        snprintf(j->path + n, sizeof(j->path) - n, "[%zu]", index);
    return n;
}

void judge_back(struct judge *j, size_t n)
{
    j->path[n] = '\0';
}

bool choice_has(const char *choices, struct str value)
{
    struct str rest = str_c(choices);
    while (rest.p && value.p) {
        if (str_eq(str_cut(&rest, '|'), value))
            return true;
    }
    return false;
}

static bool judge_choice(struct judge *j, const json_t *value, const char *choices)
{
    if (choice_has(choices, dom_text(value)))
        return true;
    return err_set(j->err, ERR_CONFIG, "%s: must be one of %s", j->path, choices);
}

static bool judge_item(struct judge *j, const json_t *value, const struct member *m,
                       enum member_kind kind)
{
    int64_t time;
    switch (kind) {
    case MEMBER_TEXT:
        return dom_text(value).n ? true : judge_wrong(j, "must be a text that is not empty");
    case MEMBER_GUID:
        return is_guid(dom_text(value)) || judge_wrong(j, "must be a GUID");
    case MEMBER_TIME:
        return parse_iso_time(dom_text(value), &time) ||
               judge_wrong(j, "must be a time such as 2027-01-01T00:00:00Z");
    case MEMBER_FLAG:
        return json_is_boolean(value) || judge_wrong(j, "must be true or false");
    case MEMBER_WHOLE:
        return json_is_integer(value) || judge_wrong(j, "must be a whole number");
    case MEMBER_CHOICE:
        return judge_choice(j, value, m->choices);
    default:
        return judge_object(j, value, m->shape);
    }
}

static bool judge_list(struct judge *j, const json_t *list, const struct member *m)
{
    enum member_kind of = (enum member_kind[]){ [MEMBER_TEXTS] = MEMBER_TEXT,
                                                [MEMBER_GUIDS] = MEMBER_GUID,
                                                [MEMBER_CHOICES] = MEMBER_CHOICE,
                                                [MEMBER_OBJECTS] = MEMBER_OBJECT }[m->kind];
    if (!json_is_array(list))
        return judge_wrong(j, "must be a list");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        size_t n = judge_step(j, NULL, i);
        if (!judge_item(j, item, m, of) || (m->more && !m->more(j, item)))
            return false;
        judge_back(j, n);
    }
    return true;
}

static bool judge_member(struct judge *j, const json_t *object, const struct member *m)
{
    const json_t *value = dom_get(object, m->name);
    size_t n = judge_step(j, m->name, 0);
    if (value && !json_is_null(value)) {
        bool list = m->kind >= MEMBER_TEXTS;
        if (!(list ? judge_list(j, value, m) : judge_item(j, value, m, m->kind)) ||
            (m->more && !list && !m->more(j, value)))
            return false;
    } else if (m->needed) {
        return m->kind >= MEMBER_TEXTS ? judge_wrong(j, "is needed: a list")
                                       : judge_item(j, value, m, m->kind);
    }
    judge_back(j, n);
    return true;
}

static bool only_known(struct judge *j, const json_t *object, const struct shape *shape)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        const struct member *m = shape->members;
        while (m->name && strcmp(m->name, key) != 0)
            m++;
        if (!m->name) {
            judge_step(j, key, 0);
            return judge_wrong(j, "is not a known member");
        }
    }
    return true;
}

bool judge_object(struct judge *j, const json_t *object, const struct shape *shape)
{
    if (!json_is_object(object))
        return judge_wrong(j, "must be an object");
    if (shape->closed && !only_known(j, object, shape))
        return false;
    for (const struct member *m = shape->members; m->name; m++) {
        if (!judge_member(j, object, m))
            return false;
    }
    return !shape->more || shape->more(j, object);
}
