// SPDX-License-Identifier: MIT
// A top-down operator precedence parser for JMESPath: `prefix` parses what can begin an expression,
// `infix` what can follow one; binding powers stand in QUERY_TOKENS.
#include <ctype.h>

#include "base/utf8.h"
#include "json/query_int.h"

struct parser {
    struct query *q;
    const struct token *t; // the current one
    unsigned depth;
    struct err *err;
};

static const struct {
    const char *name;
    int power;
} infos[] = {
#define X(id, name, power) [TOKEN_##id] = { name, power },
    QUERY_TOKENS(X)
#undef X
};

static const struct node identity = { .kind = NODE_IDENTITY, .depth = 1 };

static const struct node *expression(struct parser *p, int power);

static const struct node *incomplete(struct parser *p)
{
    struct str text = p->q->expression;
    err_set(p->err, ERR_BAD_REQUEST,
            QUERY_PREFIX "Invalid jmespath expression: Incomplete expression:\n\"" STR_FMT
                         "\"\n%*s^",
            STR_ARG(text), (int)utf8_count(text) + 1, "");
    return NULL;
}

static const struct node *fail_at(struct parser *p, const struct token *t, size_t column,
                                  const char *why)
{
    char type[32] = "";
    for (size_t i = 0; infos[t->type].name[i]; i++)
        type[i] = (char)toupper(infos[t->type].name[i]);
    err_set(p->err, ERR_BAD_REQUEST,
            QUERY_PREFIX "%s: Parse error at column %zu, token \"" STR_FMT
                         "\" (%s), for expression:\n\"" STR_FMT "\"\n%*s^",
            why, column, STR_ARG(t->text), type, STR_ARG(p->q->expression), (int)column + 1, "");
    return NULL;
}

static const struct node *fail(struct parser *p, const struct token *t, const char *why)
{
    return fail_at(p, t, utf8_count(str_slice(p->q->expression, 0, t->start)), why);
}

// The current token is not one of `expected` (quoted as Python shows a name or a list of names).
static const struct node *fail_expecting(struct parser *p, const char *expected)
{
    char why[160];
    snprintf(why, sizeof(why), "Expecting: %s, got: %s", expected, infos[p->t->type].name);
    return fail(p, p->t, why);
}

static bool match(struct parser *p, enum query_token type)
{
    if (p->t->type == TOKEN_EOF && type != TOKEN_EOF)
        return incomplete(p);
    if (p->t->type != type)
        return fail_expecting(p, infos[type].name);
    p->t++;
    return true;
}

static unsigned depth_of(const struct node *n)
{
    return n ? n->depth : 0;
}

static unsigned deeper(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static const struct node *too_deep(struct parser *p)
{
    err_set(p->err, ERR_LIMIT, QUERY_PREFIX "it is nested or chained deeper than %d",
            QUERY_DEPTH_MAX);
    return NULL;
}

// A copy in the arena with its depth; NULL when that is too much.
static const struct node *make(struct parser *p, struct node n)
{
    n.depth = deeper(depth_of(n.left), deeper(depth_of(n.right), depth_of(n.condition))) + 1;
    for (const struct item *i = n.items; i; i = i->next)
        n.depth = deeper(n.depth, depth_of(i->node) + 1);
    if (n.depth > QUERY_DEPTH_MAX)
        return too_deep(p);
    struct node *copy = arena_alloc(p->q->arena, sizeof(*copy));
    *copy = n;
    return copy;
}

static const struct node *make_two(struct parser *p, enum node_kind kind, const struct node *left,
                                   const struct node *right)
{
    if (!left || !right)
        return NULL;
    return make(p, (struct node){ .kind = kind, .left = left, .right = right });
}

static const struct node *make_one(struct parser *p, enum node_kind kind, const struct node *left)
{
    return left ? make(p, (struct node){ .kind = kind, .left = left }) : NULL;
}

struct items {
    struct item *first, **last;
    size_t count;
};

static void add_item(struct parser *p, struct items *items, struct str name,
                     const struct node *node)
{
    struct item *i = arena_alloc(p->q->arena, sizeof(*i));
    *i = (struct item){ .name = name, .node = node };
    *(items->last ? items->last : &items->first) = i;
    items->last = &i->next;
    items->count++;
}

static const struct node *make_items(struct parser *p, enum node_kind kind, struct str name,
                                     const struct items *items)
{
    return make(p, (struct node){
                       .kind = kind, .name = name, .items = items->first, .count = items->count });
}

// Behind '['.
static const struct node *select_list(struct parser *p)
{
    struct items items = { 0 };
    for (;;) {
        const struct node *n = expression(p, 0);
        if (!n)
            return NULL;
        add_item(p, &items, STR_NONE, n);
        if (p->t->type == TOKEN_RBRACKET)
            break;
        if (!match(p, TOKEN_COMMA))
            return NULL;
    }
    p->t++;
    return make_items(p, NODE_LIST, STR_NONE, &items);
}

static bool take_pair(struct parser *p, struct items *items)
{
    struct str name = p->t->text;
    if (p->t->type == TOKEN_EOF)
        return incomplete(p);
    if (p->t->type != TOKEN_QUOTED && p->t->type != TOKEN_UNQUOTED)
        return fail_expecting(p, "['quoted_identifier', 'unquoted_identifier']");
    p->t++;
    if (!match(p, TOKEN_COLON))
        return false;
    const struct node *n = expression(p, 0);
    if (n)
        add_item(p, items, name, n);
    return n;
}

// Behind '{'. As in Python's library a missing comma is forgiven.
static const struct node *select_hash(struct parser *p)
{
    struct items items = { 0 };
    for (;;) {
        if (!take_pair(p, &items))
            return NULL;
        if (p->t->type == TOKEN_RBRACE)
            break;
        if (p->t->type == TOKEN_COMMA)
            p->t++;
    }
    p->t++;
    return make_items(p, NODE_HASH, STR_NONE, &items);
}

// Behind '('. As in Python's library a missing comma, and one at the end, is forgiven.
static const struct node *call(struct parser *p, const struct node *left)
{
    if (left->kind != NODE_FIELD) {
        const struct token *before = p->t - 2;
        return fail(
            p, before,
            arena_printf(p->q->arena, "Invalid function name '" STR_FMT "'", STR_ARG(before->text))
                .p);
    }
    struct items items = { 0 };
    while (p->t->type != TOKEN_RPAREN) {
        const struct node *n = expression(p, 0);
        if (!n)
            return NULL;
        if (p->t->type == TOKEN_COMMA)
            p->t++;
        add_item(p, &items, STR_NONE, n);
    }
    p->t++;
    return make_items(p, NODE_CALL, left->name, &items);
}

static const struct node *dot_rhs(struct parser *p, int power)
{
    switch (p->t->type) {
    case TOKEN_QUOTED:
    case TOKEN_UNQUOTED:
    case TOKEN_STAR:
        return expression(p, power);
    case TOKEN_LBRACKET:
        p->t++;
        return select_list(p);
    case TOKEN_LBRACE:
        p->t++;
        return select_hash(p);
    default:
        return fail_expecting(p,
                              "['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace']");
    }
}

static const struct node *projection_rhs(struct parser *p, enum query_token operator)
{
    int power = infos[operator].power;
    if (infos[p->t->type].power < QUERY_PROJECTION_STOP)
        return &identity;
    switch (p->t->type) {
    case TOKEN_LBRACKET:
    case TOKEN_FILTER:
        return expression(p, power);
    case TOKEN_DOT:
        p->t++;
        return dot_rhs(p, power);
    default:
        return fail(p, p->t, "syntax error");
    }
}

static const struct node *slice(struct parser *p)
{
    struct node n = { .kind = NODE_SLICE };
    for (unsigned part = 0; p->t->type != TOKEN_RBRACKET; p->t++) {
        if (p->t->type == TOKEN_COLON && part < 2) {
            part++;
        } else if (p->t->type == TOKEN_NUMBER) {
            n.part[part] = p->t->number;
            n.given[part] = true;
        } else {
            return fail(p, p->t, "syntax error");
        }
    }
    p->t++;
    return make(p, n);
}

static const struct node *index_or_slice(struct parser *p)
{
    if (p->t->type == TOKEN_COLON || p->t[1].type == TOKEN_COLON)
        return slice(p);
    struct node n = { .kind = NODE_INDEX, .part = { p->t->number } };
    p->t++;
    return match(p, TOKEN_RBRACKET) ? make(p, n) : NULL;
}

static const struct node *index_expression(struct parser *p, const struct node *left)
{
    const struct node *right = index_or_slice(p);
    const struct node *n = make_two(p, NODE_INDEX_EXPRESSION, left, right);
    // A slice behind an index starts no projection: Python's library, not the specification.
    if (!n || right->kind != NODE_SLICE || left->kind == NODE_INDEX_EXPRESSION)
        return n;
    return make_two(p, NODE_PROJECTION, n, projection_rhs(p, TOKEN_STAR));
}

static const struct node *flatten(struct parser *p, const struct node *left)
{
    const struct node *n = make_one(p, NODE_FLATTEN, left);
    return n ? make_two(p, NODE_PROJECTION, n, projection_rhs(p, TOKEN_FLATTEN)) : NULL;
}

static const struct node *filter(struct parser *p, const struct node *left)
{
    const struct node *condition = expression(p, 0);
    if (!condition || !match(p, TOKEN_RBRACKET))
        return NULL;
    const struct node *right =
        p->t->type == TOKEN_FLATTEN ? &identity : projection_rhs(p, TOKEN_FILTER);
    if (!right)
        return NULL;
    return make(p, (struct node){
                       .kind = NODE_FILTER, .left = left, .right = right, .condition = condition });
}

static const struct node *list_projection(struct parser *p, const struct node *left)
{
    return make_two(p, NODE_PROJECTION, left, projection_rhs(p, TOKEN_STAR));
}

static const struct node *bracket_prefix(struct parser *p)
{
    if (p->t->type == TOKEN_NUMBER || p->t->type == TOKEN_COLON)
        return index_expression(p, &identity);
    if (p->t->type != TOKEN_STAR || p->t[1].type != TOKEN_RBRACKET)
        return select_list(p);
    p->t += 2;
    return list_projection(p, &identity);
}

static const struct node *star_prefix(struct parser *p)
{
    const struct node *right =
        p->t->type == TOKEN_RBRACKET ? &identity : projection_rhs(p, TOKEN_STAR);
    return make_two(p, NODE_VALUE_PROJECTION, &identity, right);
}

static const struct node *quoted_prefix(struct parser *p, const struct token *t)
{
    if (p->t->type == TOKEN_LPAREN)
        return fail_at(p, p->t, 0, "Quoted identifier not allowed for function names.");
    return make(p, (struct node){ .kind = NODE_FIELD, .name = t->text });
}

static const struct node *parenthesis(struct parser *p)
{
    const struct node *n = expression(p, 0);
    return n && match(p, TOKEN_RPAREN) ? n : NULL;
}

static const struct node *prefix(struct parser *p)
{
    const struct token *t = p->t;
    if (t->type == TOKEN_EOF)
        return incomplete(p);
    p->t++;
    switch (t->type) {
    case TOKEN_LITERAL:
        return make(p, (struct node){ .kind = NODE_LITERAL,
                                      .literal = t->literal,
                                      .part = { (int64_t)p->q->literals++ } });
    case TOKEN_UNQUOTED:
        return make(p, (struct node){ .kind = NODE_FIELD, .name = t->text });
    case TOKEN_QUOTED:
        return quoted_prefix(p, t);
    case TOKEN_STAR:
        return star_prefix(p);
    case TOKEN_FILTER:
        return filter(p, &identity);
    case TOKEN_LBRACE:
        return select_hash(p);
    case TOKEN_LPAREN:
        return parenthesis(p);
    case TOKEN_FLATTEN:
        return flatten(p, &identity);
    case TOKEN_NOT:
        return make_one(p, NODE_NOT, expression(p, infos[TOKEN_NOT].power));
    case TOKEN_LBRACKET:
        return bracket_prefix(p);
    case TOKEN_CURRENT:
        return &identity;
    case TOKEN_EXPREF:
        return make_one(p, NODE_EXPREF, expression(p, infos[TOKEN_EXPREF].power));
    default:
        return fail(p, t, "invalid token");
    }
}

static const struct node *dot(struct parser *p, const struct node *left)
{
    if (p->t->type != TOKEN_STAR)
        return make_two(p, NODE_SEQUENCE, left, dot_rhs(p, infos[TOKEN_DOT].power));
    p->t++;
    return make_two(p, NODE_VALUE_PROJECTION, left, projection_rhs(p, TOKEN_DOT));
}

static const struct node *bracket_infix(struct parser *p, const struct node *left)
{
    if (p->t->type == TOKEN_NUMBER || p->t->type == TOKEN_COLON)
        return index_expression(p, left);
    if (!match(p, TOKEN_STAR) || !match(p, TOKEN_RBRACKET))
        return NULL;
    return list_projection(p, left);
}

static const struct node *compare(struct parser *p, const struct node *left,
                                  enum query_token comparator)
{
    const struct node *right = expression(p, infos[comparator].power);
    if (!right)
        return NULL;
    return make(p,
                (struct node){
                    .kind = NODE_COMPARE, .left = left, .right = right, .comparator = comparator });
}

static const struct node *infix(struct parser *p, const struct node *left)
{
    const struct token *t = p->t++;
    int power = infos[t->type].power;
    switch (t->type) {
    case TOKEN_DOT:
        return dot(p, left);
    case TOKEN_PIPE:
        return make_two(p, NODE_SEQUENCE, left, expression(p, power));
    case TOKEN_OR:
        return make_two(p, NODE_OR, left, expression(p, power));
    case TOKEN_AND:
        return make_two(p, NODE_AND, left, expression(p, power));
    case TOKEN_LPAREN:
        return call(p, left);
    case TOKEN_FILTER:
        return filter(p, left);
    case TOKEN_FLATTEN:
        return flatten(p, left);
    case TOKEN_LBRACKET:
        return bracket_infix(p, left);
    case TOKEN_EQ:
    case TOKEN_NE:
    case TOKEN_LT:
    case TOKEN_LTE:
    case TOKEN_GT:
    case TOKEN_GTE:
        return compare(p, left, t->type);
    default:
        return fail(p, t, "invalid token");
    }
}

static const struct node *expression(struct parser *p, int power)
{
    if (++p->depth > QUERY_DEPTH_MAX)
        return too_deep(p);
    const struct node *left = prefix(p);
    while (left && power < infos[p->t->type].power)
        left = infix(p, left);
    p->depth--;
    return left;
}

bool query_parse(struct query *q, const struct token *tokens, struct err *err)
{
    struct parser p = { .q = q, .t = tokens, .err = err };
    q->root = expression(&p, 0);
    if (!q->root)
        return false;
    if (p.t->type != TOKEN_EOF)
        return fail(&p, p.t,
                    arena_printf(q->arena, "Unexpected token: " STR_FMT, STR_ARG(p.t->text)).p);
    return true;
}
