// SPDX-License-Identifier: MIT
// The interpreter: a walk over the parsed expression, every step counted.
#include "base/mem.h"
#include "json/query_int.h"

bool query_compile(struct str expression, struct query **ret, struct err *err)
{
    if (expression.n == 0)
        return err_set(err, ERR_BAD_REQUEST,
                       QUERY_PREFIX "Invalid JMESPath expression: cannot be empty.");
    if (expression.n > QUERY_LENGTH_MAX)
        return err_set(err, ERR_LIMIT, QUERY_PREFIX "it is longer than %d bytes", QUERY_LENGTH_MAX);
    if (!str_is_utf8(expression))
        return err_set(err, ERR_BAD_REQUEST, QUERY_PREFIX "it is not valid UTF-8");
    struct arena *arena = arena_new();
    struct query *q = arena_alloc(arena, sizeof(*q));
    *q = (struct query){ .arena = arena, .expression = arena_str(arena, expression) };
    struct token *tokens = NULL;
    bool ok = query_lex(q, &tokens, err) && query_parse(q, tokens, err);
    free(tokens);
    if (!ok) {
        arena_free(arena);
        return false;
    }
    *ret = q;
    return true;
}

void query_free(struct query *q)
{
    if (q)
        arena_free(q->arena);
}

bool query_run(const struct query *q, json_t *in, json_t **ret, struct err *err)
{
    struct run r = { .steps = QUERY_STEPS_MAX, .err = err };
    r.literals = mem_zalloc(q->literals, sizeof(json_t *));
    json_t *v = query_eval(&r, q->root, in);
    for (size_t i = 0; i < q->literals; i++)
        json_decref(r.literals[i]);
    free(r.literals);
    if (!v)
        return false;
    *ret = v;
    return true;
}

bool query_charge(struct run *r, size_t steps)
{
    if (steps > r->steps)
        return err_set(r->err, ERR_LIMIT, QUERY_PREFIX "it takes more than %d steps on this data",
                       QUERY_STEPS_MAX);
    r->steps -= steps;
    return true;
}

json_t *query_fail(struct run *r, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(QUERY_TEXT_MAX);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    err_set(r->err, ERR_BAD_REQUEST, QUERY_PREFIX "%s", buf_cstr(&text));
    return NULL;
}

bool query_append(struct run *r, json_t *array, json_t *value)
{
    return query_charge(r, 1) && json_array_append(array, value) == 0;
}

bool query_is_false(const json_t *v)
{
    return json_is_null(v) || json_is_false(v) ||
           (json_is_string(v) && json_string_length(v) == 0) ||
           (json_is_array(v) && json_array_size(v) == 0) ||
           (json_is_object(v) && json_object_size(v) == 0);
}

int query_compare_numbers(const json_t *a, const json_t *b)
{
    if (json_is_integer(a) && json_is_integer(b)) {
        json_int_t x = json_integer_value(a), y = json_integer_value(b);
        return (x > y) - (x < y);
    }
    double x = json_number_value(a), y = json_number_value(b);
    return (x > y) - (x < y);
}

static bool equal_arrays(struct run *r, const json_t *a, const json_t *b)
{
    if (json_array_size(a) != json_array_size(b))
        return false;
    for (size_t i = 0; i < json_array_size(a); i++)
        if (!query_equal(r, json_array_get(a, i), json_array_get(b, i)))
            return false;
    return true;
}

static bool equal_objects(struct run *r, const json_t *a, const json_t *b)
{
    json_t *object =
        (json_t *)(uintptr_t)a; // jansson's iterators want it mutable, and leave it alone
    if (json_object_size(a) != json_object_size(b))
        return false;
    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        const json_t *other =
            json_object_getn(b, json_object_iter_key(i), json_object_iter_key_len(i));
        if (!other || !query_equal(r, json_object_iter_value(i), other))
            return false;
    }
    return true;
}

// When the steps are used up it says no; the next charge then fails.
bool query_equal(struct run *r, const json_t *a, const json_t *b)
{
    if (a == b)
        return true;
    if (json_is_number(a) && json_is_number(b))
        return query_compare_numbers(a, b) == 0;
    if (json_typeof(a) != json_typeof(b) || r->steps == 0)
        return false;
    r->steps--;
    if (json_is_array(a))
        return equal_arrays(r, a, b);
    if (json_is_object(a))
        return equal_objects(r, a, b);
    return json_is_string(a) && str_eq(dom_text(a), dom_text(b));
}

static json_t *get_literal(struct run *r, const struct node *n)
{
    json_t **own = &r->literals[n->part[0]];
    if (!*own)
        *own = json_deep_copy(n->literal);
    return json_incref(*own);
}

static json_t *get_field(const struct node *n, json_t *in)
{
    json_t *v = json_object_getn(in, n->name.p, n->name.n);
    return v ? json_incref(v) : json_null();
}

static json_t *get_index(const struct node *n, json_t *in)
{
    int64_t size = (int64_t)json_array_size(in), at = n->part[0];
    if (at < 0)
        at += size; // no overflow: of different signs
    return at >= 0 && at < size ? json_incref(json_array_get(in, (size_t)at)) : json_null();
}

// A bound of a slice as an index from low to high.
static int64_t slice_bound(const struct node *n, int part, int64_t size, int64_t low, int64_t high,
                           int64_t otherwise)
{
    int64_t at = n->part[part];
    if (!n->given[part])
        return otherwise;
    if (at < 0)
        at += size;
    return at < low ? low : at > high ? high : at;
}

static json_t *get_slice(struct run *r, const struct node *n, json_t *in)
{
    if (!json_is_array(in))
        return json_null();
    int64_t size = (int64_t)json_array_size(in), step = n->given[2] ? n->part[2] : 1;
    if (step == 0)
        return query_fail(r, "slice step cannot be zero");
    int64_t low = step < 0 ? -1 : 0, high = step < 0 ? size - 1 : size;
    int64_t from = slice_bound(n, 0, size, low, high, step < 0 ? high : low);
    int64_t to = slice_bound(n, 1, size, low, high, step < 0 ? low : high);
    JSON_AUTO *out = json_array();
    while (step < 0 ? from > to : from < to) {
        if (!query_append(r, out, json_array_get(in, (size_t)from)))
            return NULL;
        if (__builtin_add_overflow(from, step, &from))
            break;
    }
    return json_incref(out);
}

// Appends the result of n on element unless it is null.
static bool project(struct run *r, const struct node *n, json_t *element, json_t *out)
{
    JSON_AUTO *v = query_eval(r, n, element);
    return v && (json_is_null(v) || query_append(r, out, v));
}

static json_t *eval_projection(struct run *r, const struct node *n, json_t *in)
{
    JSON_AUTO *base = query_eval(r, n->left, in);
    if (!base)
        return NULL;
    if (!json_is_array(base))
        return json_null();
    JSON_AUTO *out = json_array();
    for (size_t i = 0; i < json_array_size(base); i++)
        if (!project(r, n->right, json_array_get(base, i), out))
            return NULL;
    return json_incref(out);
}

static json_t *eval_value_projection(struct run *r, const struct node *n, json_t *in)
{
    JSON_AUTO *base = query_eval(r, n->left, in);
    if (!base)
        return NULL;
    if (!json_is_object(base))
        return json_null();
    JSON_AUTO *out = json_array();
    for (void *i = json_object_iter(base); i; i = json_object_iter_next(base, i))
        if (!project(r, n->right, json_object_iter_value(i), out))
            return NULL;
    return json_incref(out);
}

static bool filter_element(struct run *r, const struct node *n, json_t *element, json_t *out)
{
    JSON_AUTO *condition = query_eval(r, n->condition, element);
    return condition && (query_is_false(condition) || project(r, n->right, element, out));
}

static json_t *eval_filter(struct run *r, const struct node *n, json_t *in)
{
    JSON_AUTO *base = query_eval(r, n->left, in);
    if (!base)
        return NULL;
    if (!json_is_array(base))
        return json_null();
    JSON_AUTO *out = json_array();
    for (size_t i = 0; i < json_array_size(base); i++)
        if (!filter_element(r, n, json_array_get(base, i), out))
            return NULL;
    return json_incref(out);
}

static bool flatten_element(struct run *r, json_t *element, json_t *out)
{
    if (!json_is_array(element))
        return query_append(r, out, element);
    for (size_t i = 0; i < json_array_size(element); i++)
        if (!query_append(r, out, json_array_get(element, i)))
            return false;
    return true;
}

static json_t *eval_flatten(struct run *r, const struct node *n, json_t *in)
{
    JSON_AUTO *base = query_eval(r, n->left, in);
    if (!base)
        return NULL;
    if (!json_is_array(base))
        return json_null();
    JSON_AUTO *out = json_array();
    for (size_t i = 0; i < json_array_size(base); i++)
        if (!flatten_element(r, json_array_get(base, i), out))
            return NULL;
    return json_incref(out);
}

static json_t *eval_order(struct run *r, enum query_token comparator, const json_t *a,
                          const json_t *b)
{
    bool strings = json_is_string(a) && json_is_string(b),
         numbers = json_is_number(a) && json_is_number(b);
    bool comparable =
        (json_is_string(a) || json_is_number(a)) && (json_is_string(b) || json_is_number(b));
    static const char *const signs[] = {
        [TOKEN_LT] = "<", [TOKEN_LTE] = "<=", [TOKEN_GT] = ">", [TOKEN_GTE] = ">="
    };
    if (!comparable)
        return json_null();
    if (!strings && !numbers)
        return query_fail(r, "'%s' not supported between instances of '%s' and '%s'",
                          signs[comparator], python_type(a), python_type(b));
    int order = strings ? str_cmp(dom_text(a), dom_text(b)) : query_compare_numbers(a, b);
    bool either_less = comparator == TOKEN_LT || comparator == TOKEN_LTE;
    bool or_equal = comparator == TOKEN_LTE || comparator == TOKEN_GTE;
    return json_boolean(order == 0 ? or_equal : (order < 0) == either_less);
}

static json_t *eval_compare(struct run *r, const struct node *n, json_t *in)
{
    JSON_AUTO *a = query_eval(r, n->left, in);
    JSON_AUTO *b = a ? query_eval(r, n->right, in) : NULL;
    if (!b)
        return NULL;
    if (n->comparator == TOKEN_EQ)
        return json_boolean(query_equal(r, a, b));
    if (n->comparator == TOKEN_NE)
        return json_boolean(!query_equal(r, a, b));
    return eval_order(r, n->comparator, a, b);
}

// `a || b` and `a && b`: the left value when it decides.
static json_t *eval_logic(struct run *r, const struct node *n, json_t *in)
{
    JSON_AUTO *left = query_eval(r, n->left, in);
    if (!left)
        return NULL;
    bool decides = query_is_false(left) == (n->kind == NODE_AND);
    return decides ? json_incref(left) : query_eval(r, n->right, in);
}

static json_t *eval_not(struct run *r, const struct node *n, json_t *in)
{
    JSON_AUTO *v = query_eval(r, n->left, in);
    return v ? json_boolean(query_is_false(v)) : NULL;
}

static json_t *eval_sequence(struct run *r, const struct node *n, json_t *in)
{
    JSON_AUTO *left = query_eval(r, n->left, in);
    return left ? query_eval(r, n->right, left) : NULL;
}

static json_t *eval_list(struct run *r, const struct node *n, json_t *in)
{
    if (json_is_null(in))
        return json_null();
    JSON_AUTO *out = json_array();
    for (const struct item *i = n->items; i; i = i->next) {
        JSON_AUTO *v = query_eval(r, i->node, in);
        if (!v || !query_append(r, out, v))
            return NULL;
    }
    return json_incref(out);
}

static json_t *eval_hash(struct run *r, const struct node *n, json_t *in)
{
    if (json_is_null(in))
        return json_null();
    JSON_AUTO *out = json_object();
    for (const struct item *i = n->items; i; i = i->next) {
        json_t *v = query_eval(r, i->node, in);
        if (!v)
            return NULL;
        json_object_setn_new_nocheck(out, i->name.p, i->name.n, v);
    }
    return json_incref(out);
}

static bool eval_args(struct run *r, const struct node *n, json_t *in, struct arg *args)
{
    for (const struct item *i = n->items; i; i = i->next, args++) {
        if (i->node->kind == NODE_EXPREF)
            args->expref = i->node->left;
        else if (!(args->value = query_eval(r, i->node, in)))
            return false;
    }
    return true;
}

static json_t *eval_call(struct run *r, const struct node *n, json_t *in)
{
    struct arg *args = mem_zalloc(n->count, sizeof(*args));
    json_t *v = eval_args(r, n, in, args) ? query_call(r, n->name, args, n->count) : NULL;
    for (size_t i = 0; i < n->count; i++)
        json_decref(args[i].value);
    free(args);
    return v;
}

json_t *query_eval(struct run *r, const struct node *n, json_t *in)
{
    if (!query_charge(r, 1))
        return NULL;
    switch (n->kind) {
    case NODE_IDENTITY:
        return json_incref(in);
    case NODE_FIELD:
        return get_field(n, in);
    case NODE_LITERAL:
        return get_literal(r, n);
    case NODE_INDEX:
        return get_index(n, in);
    case NODE_SLICE:
        return get_slice(r, n, in);
    case NODE_SEQUENCE:
    case NODE_INDEX_EXPRESSION:
        return eval_sequence(r, n, in);
    case NODE_FLATTEN:
        return eval_flatten(r, n, in);
    case NODE_PROJECTION:
        return eval_projection(r, n, in);
    case NODE_VALUE_PROJECTION:
        return eval_value_projection(r, n, in);
    case NODE_FILTER:
        return eval_filter(r, n, in);
    case NODE_COMPARE:
        return eval_compare(r, n, in);
    case NODE_OR:
    case NODE_AND:
        return eval_logic(r, n, in);
    case NODE_NOT:
        return eval_not(r, n, in);
    case NODE_LIST:
        return eval_list(r, n, in);
    case NODE_HASH:
        return eval_hash(r, n, in);
    case NODE_CALL:
        return eval_call(r, n, in);
    default:
        return query_fail(r, "an expression (&) may only be an argument of a function");
    }
}
