// SPDX-License-Identifier: MIT
// Makes the records out of templates. A collection is { "count": n, "record": template }, or
// { "records": […] }, or { "doc": value }. In a template
//   "#n" "#id" "#time" "#3-40"      become numbers,
//   {n} {id} {sid} {hex} {ip} {iso} {time} {site} {team}   stand for text,
//   {first} {last} {login} {full} {dept} {office} {host}   are those of person n,
//   ["$one", a, b, c]               becomes one of them, in turn,
//   "@zia.groups/3"                 becomes {"id", "name"} of the third record there,
//   "@zia.groups.id/3"              that member of it.
// For the number may stand n, dept or office (those of person n). Collections that stand for the
// same things have them in the same order: people, departments, offices.
#include <assert.h>
#include <ctype.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "seed.h"
#include "store.h"

#define TEXT_MAX  65536
#define BEGINNING 1767225600 // 2026-01-01

struct maker {
    uint32_t salt;  // of the collection
    int64_t number; // of the record, from 1
};

static const char *const firsts[] = { "Alice",  "Bob",   "Chen", "Dana",  "Erik",    "Fatima",
                                      "George", "Hana",  "Ivan", "Julia", "Karim",   "Lena",
                                      "Marco",  "Nadia", "Omar", "Priya", "Quentin", "Rosa",
                                      "Sven",   "Tara",  "Uwe",  "Vera",  "Wanda",   "Yusuf" };
static const char *const lasts[] = { "Meyer",  "Okafor",     "Wei",     "Novak",  "Larsen",
                                     "Haddad", "Price",      "Sato",    "Petrov", "Santos",
                                     "Aziz",   "Fischer",    "Bianchi", "Rahman", "Farouk",
                                     "Nair",   "Dubois",     "Garcia",  "Holm",   "Singh",
                                     "Braun",  "Kuznetsova", "Nowak",   "Demir" };
static const char *const sites[] = { "Berlin", "Austin", "Osaka", "Leeds", "Toronto",
                                     "Pune",   "Lyon",   "Porto", "Oslo",  "Perth" };
static const char *const teams[] = { "network", "security", "platform", "finance", "support" };
static const char *const departments[] = { "Engineering", "Finance",          "Human Resources",
                                           "Sales",       "Customer Support", "IT Operations",
                                           "Legal" };

#define PICK(list, k) ((list)[(size_t)(k) % ARRAY_LEN(list)])
#define OFFICES       6 // the sites that people work at

static uint32_t mix(uint32_t h, uint32_t x)
{
    h = (h ^ x) * 0x85ebca6bu;
    return h ^ (h >> 13);
}

static int64_t id_of(const struct maker *m)
{
    return 10000 + (int64_t)(m->salt % 8000) * 100 + m->number;
}

static int64_t time_of(const struct maker *m)
{
    return BEGINNING + (int64_t)(mix(m->salt, (uint32_t)m->number) % (180 * 86400));
}

static void add_iso(struct buf *out, int64_t when)
{
    char iso[21];
    clock_iso(when, iso);
    buf_adds(out, iso);
}

// From 1; the same for all that has to do with person n.
static int64_t department_of(int64_t n)
{
    return (n - 1) % (int64_t)ARRAY_LEN(departments) + 1;
}

static int64_t office_of(int64_t n)
{
    return (n - 1) * 5 % OFFICES + 1;
}

static void add_lower(struct buf *out, const char *text)
{
    for (; *text; text++)
        buf_addc(out, (char)tolower((unsigned char)*text));
}

// False: no word about a person.
static bool add_person(struct buf *out, struct str word, int64_t n)
{
    const char *first = PICK(firsts, n - 1), *last = PICK(lasts, n - 1);
    if (str_is(word, "first"))
        buf_adds(out, first);
    else if (str_is(word, "last"))
        buf_adds(out, last);
    else if (str_is(word, "full"))
        buf_addf(out, "%s %s", first, last);
    else if (str_is(word, "dept"))
        buf_adds(out, PICK(departments, department_of(n) - 1));
    else if (str_is(word, "office"))
        buf_adds(out, PICK(sites, office_of(n) - 1));
    else if (str_is(word, "login") || str_is(word, "host")) {
        buf_adds(out, str_is(word, "host") ? "acme-" : "");
        add_lower(out, first);
        buf_addc(out, str_is(word, "host") ? '-' : '.');
        add_lower(out, last);
    } else {
        return false;
    }
    return true;
}

static void add_word(struct buf *out, struct str word, const struct maker *m)
{
    uint32_t dice = mix(m->salt, (uint32_t)m->number);
    long long n = (long long)m->number;
    if (str_is(word, "n"))
        buf_addf(out, "%lld", n);
    else if (str_is(word, "id"))
        buf_addf(out, "%lld", (long long)id_of(m));
    else if (str_is(word, "sid"))
        buf_addf(out, "216196257331%06lld", (long long)id_of(m));
    else if (str_is(word, "hex"))
        buf_addf(out, "%08x%08x", m->salt, dice);
    else if (str_is(word, "ip"))
        buf_addf(out, "198.51.%u.%lld", 100 + m->salt % 100, n % 250 + 1);
    else if (str_is(word, "iso"))
        add_iso(out, time_of(m));
    else if (str_is(word, "time"))
        buf_addf(out, "%lld", (long long)time_of(m));
    else if (str_is(word, "site"))
        buf_adds(out, PICK(sites, n - 1));
    else if (str_is(word, "team"))
        buf_adds(out, PICK(teams, n));
    else if (!add_person(out, word, m->number))
        buf_addf(out, "{" STR_FMT "}", STR_ARG(word)); // braces that mean nothing here
}

static json_t *make_text(struct str text, const struct maker *m)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(TEXT_MAX);
    while (text.n) {
        ptrdiff_t open = str_index(text, '{');
        ptrdiff_t close = open < 0 ? -1 : str_index(str_slice(text, (size_t)open, text.n), '}');
        if (close < 0)
            break;
        size_t end = (size_t)(open + close);
        buf_add(&out, str_slice(text, 0, (size_t)open));
        add_word(&out, str_slice(text, (size_t)open + 1, end), m);
        text = str_slice(text, end + 1, text.n);
    }
    buf_add(&out, text);
    return dom_string(buf_str(&out));
}

static json_t *make_number(struct str what, const struct maker *m)
{
    int64_t low = 0, high = 0;
    if (str_is(what, "n"))
        return json_integer(m->number);
    if (str_is(what, "id"))
        return json_integer(id_of(m));
    if (str_is(what, "time"))
        return json_integer(time_of(m));
    struct str rest = what;
    if (!str_to_i64(str_cut(&rest, '-'), &low) || !rest.p || !str_to_i64(rest, &high))
        return NULL;
    return json_integer(low + mix(m->salt, (uint32_t)m->number * 7) % (high - low + 1));
}

// "@zia.groups/dept" becomes "@zia.groups/4", which is looked up when all collections are there.
static json_t *make_reference(struct str text, const struct maker *m)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(TEXT_MAX);
    struct str which = text, place = str_cut(&which, '/');
    int64_t n = m->number;
    if (str_is(which, "dept"))
        n = department_of(n);
    else if (str_is(which, "office"))
        n = office_of(n);
    else if (!str_is(which, "n"))
        return dom_string(text);
    buf_addf(&out, STR_FMT "/%lld", STR_ARG(place), (long long)n);
    return dom_string(buf_str(&out));
}

static json_t *make_string(const json_t *given, const struct maker *m)
{
    struct str text = dom_text(given);
    json_t *number = NULL;
    if (str_starts(text, STR("@")))
        return make_reference(text, m);
    if (text.n > 1 && text.p[0] == '#')
        number = make_number(str_slice(text, 1, text.n), m);
    return number ? number : make_text(text, m);
}

static json_t *make(const json_t *given, const struct maker *m);

static json_t *make_list(const json_t *given, const struct maker *m)
{
    size_t n = json_array_size(given);
    if (n > 1 && str_is(dom_text(json_array_get(given, 0)), "$one"))
        return make(json_array_get(given, 1 + (size_t)(m->number - 1) % (n - 1)), m);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, make(json_array_get(given, i), m));
    return list;
}

static json_t *make_object(const json_t *given, const struct maker *m)
{
    json_t *object = json_object();
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)given, key, value)
    {
        dom_set(object, key, make(value, m));
    }
    return object;
}

static json_t *make(const json_t *given, const struct maker *m)
{
    if (json_is_string(given))
        return make_string(given, m);
    if (json_is_array(given))
        return make_list(given, m);
    if (json_is_object(given))
        return make_object(given, m);
    return json_deep_copy(given);
}

static json_t *make_records(const char *name, const json_t *spec, int64_t number)
{
    struct maker m = { .salt = mix(0x9e3779b9u, (uint32_t)number), .number = 1 };
    for (const char *p = name; *p; p++)
        m.salt = mix(m.salt, (unsigned char)*p);
    json_t *records = json_array();
    if (dom_get(spec, "doc"))
        json_array_append_new(records, make(dom_get(spec, "doc"), &m));
    for (; m.number <= dom_int(spec, "count", 0); m.number++)
        json_array_append_new(records, make(dom_get(spec, "record"), &m));
    for (size_t i = 0; i < json_array_size(dom_get(spec, "records")); i++) {
        m.number = (int64_t)i + 1;
        json_array_append_new(records, make(json_array_get(dom_get(spec, "records"), i), &m));
    }
    return records;
}

// --- references ---

static json_t *referred(const json_t *all, struct str text)
{
    CLEANUP(buf_release) struct buf name = BUF_INIT(256);
    struct str which = str_slice(text, 1, text.n), place = str_cut(&which, '/');
    int64_t n = 0;
    bool numbered = str_to_i64(which, &n);
    assert(numbered && n > 0);
    struct str service = str_cut(&place, '.'), collection = str_cut(&place, '.');
    buf_addf(&name, STR_FMT "." STR_FMT, STR_ARG(service), STR_ARG(collection));
    const json_t *records = dom_get(all, buf_cstr(&name));
    if (!json_array_size(records))
        fprintf(stderr, "seed: no collection %s\n", buf_cstr(&name));
    assert(json_array_size(records));
    const json_t *record = json_array_get(records, (size_t)(n - 1) % json_array_size(records));
    if (place.p)
        return json_incref(json_object_getn(record, place.p, place.n));
    const json_t *title = dom_get(record, "name");
    json_t *reference = json_object();
    dom_set(reference, "id", json_incref(dom_get(record, "id")));
    if (title)
        dom_set(reference, "name", json_incref((json_t *)(uintptr_t)title));
    return reference;
}

static bool is_reference(const json_t *value)
{
    return json_is_string(value) && json_string_value(value)[0] == '@';
}

static void resolve(const json_t *all, json_t *at)
{
    const char *key;
    size_t i;
    json_t *child;
    json_object_foreach(at, key, child)
    {
        if (is_reference(child))
            json_object_set_new(at, key, referred(all, dom_text(child)));
        else
            resolve(all, child);
    }
    json_array_foreach(at, i, child)
    {
        if (is_reference(child))
            json_array_set_new(at, i, referred(all, dom_text(child)));
        else
            resolve(all, child);
    }
}

static const char *const seed_texts[] = { seed_zia, seed_zpa,  seed_zdx,  seed_zcc,   seed_ztw,
                                          seed_zid, seed_easm, seed_zins, seed_zcell, seed_zms };

json_t *seed_build(int64_t number)
{
    json_t *all = json_object();
    for (size_t i = 0; i < ARRAY_LEN(seed_texts); i++) {
        JSON_AUTO *specs = NULL;
        struct err err = { 0 };
        bool ok = dom_parse_object(str_c(seed_texts[i]), &specs, &err);
        if (!ok)
            fprintf(stderr, "seed: " STR_FMT "\n", STR_ARG(err_text(&err)));
        assert(ok);
        const char *name;
        json_t *spec;
        json_object_foreach(specs, name, spec)
        {
            dom_set(all, name, make_records(name, spec, number));
        }
    }
    resolve(all, all);
    return all;
}
