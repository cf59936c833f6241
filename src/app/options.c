// SPDX-License-Identifier: MIT
#include "app/options_int.h"

#include "app/commands.h"
#include "app/dotenv.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/url.h"

#define PROBLEMS_MAX          (64 * 1024)
#define LIST_MAX              1000
#define SECRET_FILE_BYTES_MAX (64 * 1024)
#define FILE_SUFFIX           "_FILE"

static void *slot(struct options *o, const struct option *opt)
{
    return (char *)o + opt->offset;
}

void options_problem(struct options *o, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&o->problems, fmt, args);
    va_end(args);
    buf_addc(&o->problems, '\n');
}

void options_warning(struct options *o, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&o->warnings, fmt, args);
    va_end(args);
    buf_addc(&o->warnings, '\n');
}

void options_note(struct options *o, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&o->notes, fmt, args);
    va_end(args);
    buf_addc(&o->notes, '\n');
}

static struct str option_name(struct options *o, const struct option *opt)
{
    return opt->env ? str_c(opt->env) : arena_printf(o->arena, "--%s", opt->flag);
}

static void refuse(struct options *o, const struct option *opt, struct str value,
                   const char *expected)
{
    struct str name = option_name(o, opt);
    options_problem(o, STR_FMT ": '" STR_FMT "' is not valid: expected %s, for example %s",
                    STR_ARG(name), opt->secret ? 3 : (int)value.n, opt->secret ? "***" : value.p,
                    expected, opt->example);
}

static bool as_switch(struct str value, bool *ret)
{
    static const char *const on[] = { "true", "1", "yes", "on" };
    static const char *const off[] = { "false", "0", "no", "off" };
    for (size_t i = 0; i < ARRAY_LEN(on); i++) {
        if (str_eq_nocase(value, str_c(on[i])) || str_eq_nocase(value, str_c(off[i]))) {
            *ret = str_eq_nocase(value, str_c(on[i]));
            return true;
        }
    }
    return false;
}

static const char **read_list(struct options *o, struct str *value)
{
    const char **list = arena_alloc(o->arena, (LIST_MAX + 1) * sizeof(*list));
    size_t n = 0;
    while (value->p && n < LIST_MAX) {
        struct str item = str_trim(str_cut(value, ','));
        if (item.n > 0)
            list[n++] = arena_cstr(o->arena, item);
    }
    return n > 0 ? list : NULL;
}

const char **options_list(struct options *o, struct str value)
{
    return read_list(o, &value);
}

static const char **as_list(struct options *o, const struct option *opt, struct str value)
{
    struct str rest = value;
    const char **list = read_list(o, &rest);
    if (rest.p)
        options_problem(o, STR_FMT ": more than %d entries", STR_ARG(option_name(o, opt)),
                        LIST_MAX);
    // A list that was meant to keep people out must not let everybody in.
    if (!list && value.n > 0)
        options_problem(o, STR_FMT ": '" STR_FMT "' names nothing: unset it, or fill it",
                        STR_ARG(option_name(o, opt)), STR_ARG(value));
    return list;
}

static bool is_choice(const char *choices, struct str value)
{
    struct str rest = str_c(choices);
    while (rest.p)
        if (str_eq(str_cut(&rest, '|'), value))
            return true;
    return false;
}

static void set_int(struct options *o, const struct option *opt, struct str value)
{
    int64_t n;
    if (str_to_i64(value, &n) && n >= opt->least && n <= opt->most &&
        !(n < 0 && !opt->hide_fallback)) {
        *(int64_t *)slot(o, opt) = n;
        return;
    }
    struct str expected = arena_printf(o->arena, "a whole number from %lld to %lld",
                                       (long long)opt->least, (long long)opt->most);
    refuse(o, opt, value, expected.p);
}

static void set_url(struct options *o, const struct option *opt, struct str value)
{
    struct url url;
    struct err err;
    if (str_index(value, '<') >= 0 || str_index(value, '>') >= 0)
        refuse(o, opt, value, "the placeholder in <…> to be replaced by your own value");
    else if (!url_parse(value, &url, &err))
        refuse(o, opt, value, "an absolute URL");
    else
        *(const char **)slot(o, opt) = arena_cstr(o->arena, value);
}

static void set(struct options *o, const struct option *opt, struct str value)
{
    value = str_trim(value);
    switch (opt->type) {
    case OPT_TEXT:
        *(const char **)slot(o, opt) = value.n ? arena_cstr(o->arena, value) : NULL;
        return;
    case OPT_URL:
        set_url(o, opt, value);
        return;
    case OPT_INT:
        set_int(o, opt, value);
        return;
    case OPT_SWITCH:
        if (!as_switch(value, slot(o, opt)))
            refuse(o, opt, value, "true or false");
        return;
    case OPT_LIST:
        *(const char ***)slot(o, opt) = as_list(o, opt, value);
        return;
    case OPT_CHOICE:
        if (is_choice(opt->choices, value))
            *(const char **)slot(o, opt) = arena_cstr(o->arena, value);
        else
            refuse(o, opt, value, opt->choices);
        return;
    }
}

// --- the command line ---

static void unknown_flag(struct options *o, struct str name)
{
    struct nearest nearest = { .given = name };
    for (const struct option *opt = options_table; opt->group; opt++)
        if (opt->flag)
            nearest_offer(&nearest, opt->flag);
    const char *meant = nearest_found(&nearest);
    if (meant)
        options_problem(o, "unrecognized argument: --" STR_FMT " (did you mean --%s?)",
                        STR_ARG(name), meant);
    else
        options_problem(o, "unrecognized argument: --" STR_FMT " (zscaler-mcp --help lists all)",
                        STR_ARG(name));
}

static const struct option *find_flag(struct options *o, struct str name)
{
    const struct option *found = NULL;
    for (const struct option *opt = options_table; opt->group; opt++) {
        if (!opt->flag || !str_starts(str_c(opt->flag), name))
            continue;
        if (str_is(name, opt->flag))
            return opt;
        if (found) { // as Python's argparse: a prefix must be unambiguous
            options_problem(o, "ambiguous option: --" STR_FMT " could match --%s, --%s",
                            STR_ARG(name), found->flag, opt->flag);
            return NULL;
        }
        found = opt;
    }
    if (!found)
        unknown_flag(o, name);
    return found;
}

static const struct option *find_letter(struct options *o, char letter)
{
    for (const struct option *opt = options_table; opt->group; opt++)
        if (opt->letter == letter && letter)
            return opt;
    options_problem(o, "unrecognized argument: -%c (zscaler-mcp --help lists all)", letter);
    return NULL;
}

// Handles argv[i]; returns the index of the last word it used.
static int parse_word(struct options *o, int argc, char *const *argv, int i, size_t *words)
{
    struct str word = str_c(argv[i]);
    const struct command *command = o->command ? command_find(o->command) : NULL;
    bool own_word = o->command && (!command || command->own_words);
    if (!str_starts(word, STR("-")) || word.n < 2 || own_word) {
        if (!o->command)
            o->command = argv[i];
        else if (own_word)
            o->words[(*words)++] = argv[i];
        else
            options_problem(o, "unrecognized argument: %s (zscaler-mcp --help lists all)", argv[i]);
        return i;
    }
    bool is_long = str_starts(word, STR("--"));
    struct str value = is_long ? str_slice(word, 2, word.n) : STR_NONE;
    struct str name = is_long ? str_cut(&value, '=') : STR_NONE;
    const struct option *opt = is_long ? find_flag(o, name) : find_letter(o, word.p[1]);
    if (!opt)
        return i;
    o->fixed[opt - options_table] = FIXED_BY_FLAG;
    if (opt->type == OPT_SWITCH && !value.p)
        value = STR("true");
    else if (opt->bare && !value.p &&
             !(i + 1 < argc && is_choice(opt->choices, str_c(argv[i + 1]))))
        value = str_c(opt->bare);
    else if (!value.p && i + 1 < argc)
        value = str_c(argv[++i]);
    if (value.p)
        set(o, opt, value);
    else
        options_problem(o, "argument --%s: expected one value, for example --%s %s", opt->flag,
                        opt->flag, opt->example);
    return i;
}

// --- the environment ---

// Hosts of bundles (.mcpb) leave the placeholder of what nobody filled in.
static struct str unless_placeholder(struct str value)
{
    bool placeholder = str_starts(value, STR("${user_config.")) && str_ends(value, STR("}"));
    return placeholder ? STR("") : value;
}

static struct str value_named(const struct options *o, const char *name)
{
    struct str strong = o->strong ? dotenv_get(o->strong, name) : STR_NONE;
    if (strong.p)
        return strong;
    const char *own = o->env_of(name);
    if (own && !options_is_service_link(str_c(name), str_c(own)))
        return unless_placeholder(str_c(own));
    return o->weak ? dotenv_get(o->weak, name) : STR_NONE;
}

const char *options_variable(const struct options *o, const char *name)
{
    struct str value = value_named(o, name);
    return value.p ? arena_cstr(o->arena, value) : NULL;
}

// What a mounted secret has: the text without the line end that editors add.
static struct str read_secret(struct options *o, struct str name, struct str path)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(SECRET_FILE_BYTES_MAX);
    struct err err;
    if (!file_read(arena_cstr(o->arena, path), &text, &err))
        options_problem(o, STR_FMT ": %s", STR_ARG(name), err.text);
    else if (!str_trim(buf_str(&text)).n)
        options_problem(o, STR_FMT ": " STR_FMT " is empty", STR_ARG(name), STR_ARG(path));
    else
        return arena_str(o->arena, str_trim(buf_str(&text)));
    return STR_NONE;
}

// A secret may stand in a file that NAME_FILE names, as containers mount them.
static struct str value_of(struct options *o, const struct option *opt)
{
    struct str value = value_named(o, opt->env);
    if (!opt->secret)
        return value;
    struct str name = arena_printf(o->arena, "%s" FILE_SUFFIX, opt->env);
    struct str path = str_trim(value_named(o, name.p));
    if (!path.n)
        return value;
    if (str_trim(value).n)
        options_problem(o, "%s and " STR_FMT " are both set: unset one of them", opt->env,
                        STR_ARG(name));
    options_judge_file(o, name.p, arena_cstr(o->arena, path));
    return read_secret(o, name, path);
}

static void parse_environment(struct options *o)
{
    for (const struct option *opt = options_table; opt->group; opt++) {
        if (o->fixed[opt - options_table])
            continue;
        struct str value = opt->env ? value_of(o, opt) : STR_NONE;
        if (str_trim(value).n > 0)
            set(o, opt, value);
        else if (opt->fallback)
            set(o, opt, str_c(opt->fallback));
    }
}

static const char *absolute(struct options *o, const char *path)
{
    char *real = realpath(path, NULL);
    const char *kept = real ? arena_cstr(o->arena, str_c(real)) : path;
    free(real);
    return kept;
}

static void load_dotenv(struct options *o)
{
    const char *path = o->dotenv_path ? o->dotenv_path : o->env_of("ZSCALER_MCP_DOTENV_PATH");
    bool named = path && *path;
    struct err err;
    if (!named && !dotenv_present(".env"))
        return;
    if (!dotenv_load(o->arena, named ? path : ".env", named ? &o->strong : &o->weak, &err))
        options_problem(o, "%s: %s", named ? "ZSCALER_MCP_DOTENV_PATH" : "./.env", err.text);
    o->dotenv_used = absolute(o, named ? path : ".env");
}

// --- names that are none of ours ---

static void judge_dotenv_name(void *ctx, struct str name, struct str value)
{
    options_judge_name(ctx, name, value, " (in .env)");
}

static void judge_names(struct options *o)
{
    for (char *const *e = o->environ_names; e && *e; e++) {
        struct str value = str_c(*e);
        struct str name = str_cut(&value, '=');
        options_judge_name(o, name, value, "");
    }
    for (size_t i = 0; i < 2; i++)
        if (i ? o->weak : o->strong)
            dotenv_each(i ? o->weak : o->strong, judge_dotenv_name, o);
}

void options_parse(struct options *ret, int argc, char *const *argv,
                   const char *(*env_of)(const char *), char *const *environ_names)
{
    *ret = (struct options){ .arena = arena_new(),
                             .argc = argc,
                             .argv = argv,
                             .env_of = env_of,
                             .environ_names = environ_names,
                             .problems = BUF_INIT(PROBLEMS_MAX),
                             .warnings = BUF_INIT(PROBLEMS_MAX),
                             .notes = BUF_INIT(PROBLEMS_MAX) };
    size_t rows = 0;
    while (options_table[rows].group)
        rows++;
    ret->fixed = arena_alloc(ret->arena, rows);
    ret->words = arena_alloc(ret->arena, (size_t)(argc + 1) * sizeof(*ret->words));
    size_t words = 0;
    for (int i = 1; i < argc; i++)
        i = parse_word(ret, argc, argv, i, &words);
    ret->misused = ret->problems.n > 0;
    if (!ret->command)
        ret->command = "serve";
    load_dotenv(ret);
    parse_environment(ret);
    judge_names(ret);
    options_judge_files(ret);
}

void options_override(struct options *o, const char *variable, struct str value)
{
    for (const struct option *opt = options_table; opt->group; opt++) {
        unsigned char *fixed = &o->fixed[opt - options_table];
        if (!opt->env || strcmp(opt->env, variable) != 0 || *fixed)
            continue;
        set(o, opt, value);
        *fixed = FIXED_BY_STORE;
    }
}

// --- comparing ---

static size_t size_of(const struct option *opt)
{
    switch (opt->type) {
    case OPT_INT:
        return sizeof(int64_t);
    case OPT_SWITCH:
        return sizeof(bool);
    default:
        return sizeof(void *);
    }
}

void options_take(struct options *o, const struct options *from, const struct option *opt)
{
    memcpy((char *)o + opt->offset, (const char *)from + opt->offset, size_of(opt));
}

static bool same_list(const char *const *a, const char *const *b)
{
    for (; a && b && *a && *b; a++, b++)
        if (strcmp(*a, *b) != 0)
            return false;
    return !(a && *a) && !(b && *b);
}

bool options_same(const struct options *a, const struct options *b, const struct option *opt)
{
    const void *x = (const char *)a + opt->offset, *y = (const char *)b + opt->offset;
    if (opt->type == OPT_LIST)
        return same_list(*(const char *const *const *)x, *(const char *const *const *)y);
    if (opt->type == OPT_INT || opt->type == OPT_SWITCH)
        return memcmp(x, y, size_of(opt)) == 0;
    return str_eq(str_c(*(const char *const *)x), str_c(*(const char *const *)y));
}

void options_release(struct options *o)
{
    buf_release(&o->problems);
    buf_release(&o->warnings);
    buf_release(&o->notes);
    arena_free(o->arena);
    o->arena = NULL;
}
