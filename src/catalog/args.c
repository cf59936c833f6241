// SPDX-License-Identifier: MIT
#include "catalog/args.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "json/write.h"

#define TEXT_MAX  (64 * 1024)
#define REPR_MAX  (256 * 1024)
#define SHOWN_MAX 50 // bytes of a value in a message
#define MORE_URL  "https://errors.pydantic.dev/2.14/v/"

struct judge {
    const struct tool *tool;
    struct buf problems;
    size_t count;
};

// --- how Python shows values ---

static void repr_text(struct str s, struct buf *out)
{
    char quote = str_index(s, '\'') >= 0 && str_index(s, '"') < 0 ? '"' : '\'';
    buf_addc(out, quote);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '\n' || c == '\r' || c == '\t')
            buf_addf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else if (c == '\\' || (c == (unsigned char)quote && quote == '\''))
            buf_addf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            buf_addf(out, "\\x%02x", c);
        else
            buf_addc(out, (char)c);
    }
    buf_addc(out, quote);
}

static void repr_list(const json_t *value, struct buf *out)
{
    buf_addc(out, '[');
    for (size_t i = 0; i < json_array_size(value); i++) {
        buf_adds(out, i ? ", " : "");
        args_repr(json_array_get(value, i), out);
    }
    buf_addc(out, ']');
}

static void repr_dict(const json_t *value, struct buf *out)
{
    const char *key, *comma = "";
    json_t *member;
    buf_addc(out, '{');
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        buf_adds(out, comma);
        repr_text(str_c(key), out);
        buf_adds(out, ": ");
        args_repr(member, out);
        comma = ", ";
    }
    buf_addc(out, '}');
}

void args_repr(const json_t *value, struct buf *out)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        repr_dict(value, out);
        break;
    case JSON_ARRAY:
        repr_list(value, out);
        break;
    case JSON_STRING:
        repr_text(dom_text(value), out);
        break;
    case JSON_INTEGER:
        buf_addf(out, "%lld", (long long)json_integer_value(value));
        break;
    case JSON_REAL:
        json_add_real(out, json_real_value(value));
        break;
    case JSON_TRUE:
        buf_adds(out, "True");
        break;
    case JSON_FALSE:
        buf_adds(out, "False");
        break;
    case JSON_NULL:
        buf_adds(out, "None");
        break;
    }
}

static const char *python_type(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "dict";
    case JSON_ARRAY:
        return "list";
    case JSON_STRING:
        return "str";
    case JSON_INTEGER:
        return "int";
    case JSON_REAL:
        return "float";
    case JSON_NULL:
        return "NoneType";
    default:
        return "bool";
    }
}

// --- what is wrong ---

// Long values are shown by their two ends.
static void add_shown(struct buf *out, struct str repr)
{
    if (repr.n <= SHOWN_MAX) {
        buf_add(out, repr);
        return;
    }
    buf_add(out, utf8_cut(repr, SHOWN_MAX / 2));
    buf_adds(out, "...");
    size_t from = repr.n - (SHOWN_MAX / 2 - 1);
    while (from < repr.n && ((unsigned char)repr.p[from] & 0xc0) == 0x80)
        from++;
    buf_add(out, str_slice(repr, from, repr.n));
}

static json_t *wrong(struct judge *j, const char *path, const json_t *value, const char *type,
                     const char *fmt, ...) PRINTF(5, 6);

static json_t *wrong(struct judge *j, const char *path, const json_t *value, const char *type,
                     const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf repr = BUF_INIT(REPR_MAX);
    args_repr(value, &repr);
    buf_addf(&j->problems, "\n%s\n  ", path);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&j->problems, fmt, args);
    va_end(args);
    buf_addf(&j->problems, " [type=%s, input_value=", type);
    add_shown(&j->problems, buf_str(&repr));
    buf_addf(&j->problems, ", input_type=%s]\n    For further information visit " MORE_URL "%s",
             python_type(value), type);
    j->count++;
    return NULL;
}

// --- one value ---

static json_t *to_string(struct judge *j, const char *path, const json_t *value)
{
    if (json_is_string(value))
        return json_copy((json_t *)(uintptr_t)value);
    return wrong(j, path, value, "string_type", "Input should be a valid string");
}

// "12", " +12 ", "12.0".
static bool text_to_int(struct str text, int64_t *ret)
{
    text = str_trim(text);
    ptrdiff_t dot = str_index(text, '.');
    if (dot >= 0) {
        for (size_t i = (size_t)dot + 1; i < text.n; i++)
            if (text.p[i] != '0')
                return false;
        text.n = (size_t)dot;
    }
    if (text.n > 1 && text.p[0] == '+')
        text = str_slice(text, 1, text.n);
    return str_to_i64(text, ret);
}

static json_t *to_int(struct judge *j, const char *path, const json_t *value)
{
    int64_t n = 0;
    if (json_is_integer(value))
        return json_integer(json_integer_value(value));
    if (json_is_boolean(value))
        return json_integer(json_is_true(value));
    if (json_is_real(value)) {
        double d = json_real_value(value);
        if (d == floor(d) && fabs(d) < 9e18)
            return json_integer((json_int_t)d);
        return wrong(j, path, value, "int_from_float",
                     "Input should be a valid integer, got a number with a fractional part");
    }
    if (!json_is_string(value))
        return wrong(j, path, value, "int_type", "Input should be a valid integer");
    if (text_to_int(dom_text(value), &n))
        return json_integer(n);
    return wrong(j, path, value, "int_parsing",
                 "Input should be a valid integer, unable to parse string as an integer");
}

static json_t *to_number(struct judge *j, const char *path, const json_t *value)
{
    if (json_is_number(value))
        return json_real(json_number_value(value));
    if (json_is_boolean(value))
        return json_real(json_is_true(value) ? 1.0 : 0.0);
    if (!json_is_string(value))
        return wrong(j, path, value, "float_type", "Input should be a valid number");
    json_t *number = NULL;
    struct err ignored;
    if (dom_parse(str_trim(dom_text(value)), &number, &ignored) && json_is_number(number)) {
        json_t *real = json_real(json_number_value(number));
        json_decref(number);
        return real;
    }
    json_decref(number);
    return wrong(j, path, value, "float_parsing",
                 "Input should be a valid number, unable to parse string as a number");
}

static json_t *to_bool(struct judge *j, const char *path, const json_t *value)
{
    static const char *const words[] = { "true",  "t", "yes", "y", "on",  "1",
                                         "false", "f", "no",  "n", "off", "0" };
    if (json_is_boolean(value))
        return json_boolean(json_is_true(value));
    if (json_is_number(value) && (json_number_value(value) == 0 || json_number_value(value) == 1))
        return json_boolean(json_number_value(value) == 1);
    if (!json_is_number(value) && !json_is_string(value))
        return wrong(j, path, value, "bool_type", "Input should be a valid boolean");
    for (size_t i = 0; json_is_string(value) && i < ARRAY_LEN(words); i++)
        if (str_eq_nocase(dom_text(value), str_c(words[i])))
            return json_boolean(i < ARRAY_LEN(words) / 2);
    return wrong(j, path, value, "bool_parsing",
                 "Input should be a valid boolean, unable to interpret input");
}

static json_t *to_dict(struct judge *j, const char *path, const json_t *value)
{
    if (json_is_object(value))
        return json_deep_copy(value);
    return wrong(j, path, value, "dict_type", "Input should be a valid dictionary");
}

static json_t *to_type(struct judge *j, unsigned type, const char *path, const json_t *value);

static json_t *to_list(struct judge *j, unsigned of, const char *path, const json_t *value)
{
    if (!json_is_array(value))
        return wrong(j, path, value, "list_type", "Input should be a valid list");
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(value); i++) {
        CLEANUP(buf_release) struct buf place = BUF_INIT(256);
        buf_addf(&place, "%s.%zu", path, i);
        json_t *item = to_type(j, of, buf_cstr(&place), json_array_get(value, i));
        if (item)
            json_array_append_new(list, item);
    }
    return list;
}

static json_t *to_type(struct judge *j, unsigned type, const char *path, const json_t *value)
{
    switch (type & ARG_TYPE) {
    case STR:
        return to_string(j, path, value);
    case INT:
        return to_int(j, path, value);
    case NUM:
        return to_number(j, path, value);
    case BOOL:
        return to_bool(j, path, value);
    case OBJ:
        return to_dict(j, path, value);
    case STRS:
        return to_list(j, STR, path, value);
    case INTS:
        return to_list(j, INT, path, value);
    case OBJS:
        return to_list(j, OBJ, path, value);
    case STRSS:
        return to_list(j, STRS, path, value);
    default:
        return json_deep_copy(value);
    }
}

static json_t *to_choice(struct judge *j, const struct arg *arg, const json_t *value)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT(1024);
    for (const char *const *c = arg->choices; *c; c++) {
        if (json_is_string(value) && str_is(dom_text(value), *c))
            return json_copy((json_t *)(uintptr_t)value);
        buf_addf(&all, "%s'%s'", c == arg->choices ? "" : c[1] ? ", " : " or ", *c);
    }
    return wrong(j, arg->name, value, "literal_error", "Input should be %s", buf_cstr(&all));
}

// --- bounds and patterns ---

static bool pattern_fits(const char *pattern, struct str text)
{
    struct str rest = str_of(pattern + 2, strlen(pattern) - 4); // ^( … )$
    while (rest.p)
        if (str_eq(str_cut(&rest, '|'), text))
            return true;
    return false;
}

static void judge_bounds(struct judge *j, const struct arg *arg, const json_t *value)
{
    if (json_is_number(value) && (arg->min || arg->zero_ok) &&
        json_number_value(value) < (double)arg->min)
        wrong(j, arg->name, value, "greater_than_equal",
              "Input should be greater than or equal to %lld", (long long)arg->min);
    else if (json_is_number(value) && arg->max && json_number_value(value) > (double)arg->max)
        wrong(j, arg->name, value, "less_than_equal", "Input should be less than or equal to %lld",
              (long long)arg->max);
    else if (json_is_string(value) && arg->pattern && !pattern_fits(arg->pattern, dom_text(value)))
        wrong(j, arg->name, value, "string_pattern_mismatch", "String should match pattern '%s'",
              arg->pattern);
}

// --- all of them ---

// Lists and objects may arrive as JSON text where no plain string is wanted; scalars stay text.
static json_t *opened(const struct arg *arg, json_t *value)
{
    bool plain = (arg->type & ARG_TYPE) == STR && !arg_nullable(arg) && !arg->choices;
    if (plain || !json_is_string(value))
        return json_incref(value);
    json_t *tree = NULL;
    struct err ignored;
    if (dom_parse(str_trim(dom_text(value)), &tree, &ignored) &&
        (json_is_array(tree) || json_is_object(tree) || json_is_null(tree)))
        return tree;
    json_decref(tree);
    return json_incref(value);
}

static json_t *default_of(const struct arg *arg)
{
    json_t *value = NULL;
    struct err err;
    bool ok = dom_parse(str_c(arg->otherwise ? arg->otherwise : "null"), &value, &err);
    return ok ? value : json_null();
}

// Where a value only narrows a question, or is an id, an empty one is as good as none.
static bool says_nothing(const struct arg *arg, const json_t *value)
{
    bool narrows = arg->place == QUERY || arg->place == VARS || arg->place == BOTH ||
                   str_ends(str_c(arg->name), STR("_id"));
    bool empty = (json_is_string(value) && !*json_string_value(value)) ||
                 (json_is_array(value) && json_array_size(value) == 0);
    return narrows && empty && !arg_required(arg) && !arg->choices && !arg->pattern;
}

static void judge_arg(struct judge *j, const struct arg *arg, const json_t *given, json_t *ret)
{
    json_t *found = json_object_get(given, arg->name);
    if (!found && arg_required(arg)) {
        wrong(j, arg->name, given, "missing", "Field required");
        return;
    }
    JSON_AUTO *value = opened(arg, found);
    if (!found || says_nothing(arg, value)) {
        json_object_set_new(ret, arg->name, default_of(arg));
        return;
    }
    json_t *judged = NULL;
    if (json_is_null(value) && arg_nullable(arg))
        judged = json_null();
    else
        judged = arg->choices ? to_choice(j, arg, value) : to_type(j, arg->type, arg->name, value);
    if (judged)
        json_object_set_new(ret, arg->name, judged);
}

// "dryRun": a wish not to change anything must not be ignored.
static bool means_dry_run(const char *name)
{
    const char *wanted = "dryrun";
    for (; *name; name++)
        if (*name != '_' && *name != '-' && (*name | 0x20) != *wanted++)
            return false;
    return !*wanted;
}

static void judge_dry_run(struct judge *j, const json_t *given, json_t *ret)
{
    const char *name;
    json_t *value;
    judge_arg(j, &arg_dry_run, given, ret);
    json_object_foreach((json_t *)(uintptr_t)given, name,
                        value) if (strcmp(name, arg_dry_run.name) != 0 && means_dry_run(name))
        wrong(j, name, value, "unexpected_keyword_argument",
              "Unexpected keyword argument: it is called dry_run");
}

static bool fail(struct judge *j, struct arena *arena, struct str *ret_text, struct err *err)
{
    struct str text =
        arena_printf(arena, "%zu validation error%s for %sArguments" STR_FMT, j->count,
                     j->count == 1 ? "" : "s", j->tool->name, STR_ARG(buf_str(&j->problems)));
    *ret_text = text;
    return err_set(err, ERR_TOOL_ARGUMENTS, STR_FMT, STR_ARG(text));
}

bool args_judge(const struct tool *tool, const json_t *given, struct arena *arena, json_t **ret,
                struct str *ret_text, struct err *err)
{
    struct judge j = { .tool = tool, .problems = BUF_INIT(TEXT_MAX) };
    JSON_AUTO *args = json_object();
    for (const struct arg *arg = tool->args; arg && arg->name; arg++)
        judge_arg(&j, arg, given, args);
    if (tool_has_query(tool))
        judge_arg(&j, &(struct arg){ "query", STR, NOWHERE }, given, args);
    if (tool_changes(tool))
        judge_dry_run(&j, given, args);
    for (const struct arg *arg = tool->args; !j.count && arg && arg->name; arg++)
        judge_bounds(&j, arg, json_object_get(args, arg->name));
    bool ok = j.count == 0 || fail(&j, arena, ret_text, err);
    buf_release(&j.problems);
    if (ok)
        *ret = json_incref(args);
    return ok;
}
