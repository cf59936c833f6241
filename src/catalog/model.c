// SPDX-License-Identifier: MIT
#include "catalog/model.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/names.h"

#define FIELDS_MAX 400 // of one model

struct models {
    struct arena *arena;
    const struct service *services;
    struct model **of; // one array a service, in the order of its specs
    json_t *kept;      // owns the JSON values of the models
};

static size_t count_specs(const struct service *service)
{
    size_t n = 0;
    while (service->models && service->models[n].name)
        n++;
    return n;
}

const struct model *models_find(const struct models *m, struct str service, const char *name)
{
    for (size_t s = 0; m->services[s].name; s++) {
        if (!str_is(service, m->services[s].name))
            continue;
        for (size_t i = 0; i < count_specs(&m->services[s]); i++)
            if (strcmp(m->services[s].models[i].name, name) == 0)
                return &m->of[s][i];
    }
    return NULL;
}

static struct str snake(struct models *m, struct str name)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(NAME_MAX_BYTES);
    name_snake(name, &out);
    return arena_str(m->arena, buf_str(&out));
}

static bool refers(struct models *m, struct str service, struct str name, struct field *f,
                   struct err *err)
{
    f->kind = FIELD_OBJECT;
    if (str_starts(name, STR("[")) && str_ends(name, STR("]"))) {
        f->kind = FIELD_LIST;
        name = str_slice(name, 1, name.n - 1);
        f->absent = json_array();
        json_array_append_new(m->kept, f->absent);
    }
    f->model = models_find(m, service, arena_cstr(m->arena, name));
    return f->model || err_set(err, ERR_CONFIG, "model " STR_FMT " is unknown", STR_ARG(name));
}

static bool read_field(struct models *m, struct str service, struct str word, struct field *f,
                       struct err *err)
{
    struct str absent = word;
    struct str name = str_cut(&absent, '=');
    if (absent.p) {
        if (!dom_parse(absent, &f->absent, err))
            return false;
        json_array_append_new(m->kept, f->absent);
    }
    struct str class = name;
    name = str_cut(&class, ':');
    if (class.p && !refers(m, service, class, f, err))
        return false;
    if (str_ends(name, STR("@"))) {
        f->kind = FIELD_SELF;
        name.n--;
    }
    struct str out = name;
    f->in = arena_str(m->arena, str_cut(&out, '>'));
    f->out = out.p ? arena_str(m->arena, out) : snake(m, f->in);
    return true;
}

static bool read_fields(struct models *m, struct str service, const char *text, struct model *model,
                        struct err *err)
{
    struct str rest = str_c(text);
    while (rest.p) {
        struct str word = str_cut(&rest, ' ');
        if (!word.n)
            continue;
        if (str_starts(word, STR("&"))) {
            const struct model *common =
                models_find(m, service, arena_cstr(m->arena, str_slice(word, 1, word.n)));
            if (!common || !read_fields(m, service, common->spec->fields, model, err))
                return common ||
                       err_set(err, ERR_CONFIG, "model " STR_FMT " is unknown", STR_ARG(word));
            continue;
        }
        if (model->count == FIELDS_MAX)
            return err_set(err, ERR_LIMIT, "a model has more than %d fields", FIELDS_MAX);
        if (!read_field(m, service, word, &model->fields[model->count++], err))
            return false;
    }
    return true;
}

static bool read_model(struct models *m, struct str service, struct model *model, struct err *err)
{
    static _Thread_local struct field room[FIELDS_MAX];
    memset(room, 0, sizeof(room));
    model->fields = room;
    if (!read_fields(m, service, model->spec->fields, model, err))
        return err_prefix(err, "model %s", model->spec->name);
    model->fields = arena_alloc(m->arena, model->count * sizeof(room[0]));
    memcpy(model->fields, room, model->count * sizeof(room[0]));
    model->known = json_object();
    json_array_append_new(m->kept, model->known);
    for (size_t i = 0; i < model->count; i++)
        json_object_set_new(model->known, room[i].in.p, json_true());
    return true;
}

static bool read_all(struct models *m, struct err *err)
{
    for (size_t s = 0; m->services[s].name; s++) {
        size_t n = count_specs(&m->services[s]);
        m->of[s] = arena_alloc(m->arena, (n + 1) * sizeof(struct model));
        for (size_t i = 0; i < n; i++)
            m->of[s][i].spec = &m->services[s].models[i];
        for (size_t i = 0; i < n; i++)
            if (!read_model(m, str_c(m->services[s].name), &m->of[s][i], err))
                return false;
    }
    return true;
}

bool models_new(const struct service *services, struct models **ret, struct err *err)
{
    struct models *m = mem_zalloc(1, sizeof(*m));
    size_t n = 0;
    while (services[n].name)
        n++;
    m->arena = arena_new();
    m->services = services;
    m->kept = json_array();
    m->of = arena_alloc(m->arena, (n + 1) * sizeof(struct model *));
    if (!read_all(m, err)) {
        models_free(m);
        return false;
    }
    *ret = m;
    return true;
}

void models_free(struct models *m)
{
    if (!m)
        return;
    json_decref(m->kept);
    arena_free(m->arena);
    free(m);
}
