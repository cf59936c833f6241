// SPDX-License-Identifier: MIT
// What lexer, parser, interpreter and functions of query.h share.
#ifndef JSON_QUERY_INT_H
#define JSON_QUERY_INT_H

#include "base/arena.h"
#include "base/buf.h"
#include "json/query.h"

#define QUERY_PREFIX "Invalid JMESPath expression: "

// Name in error texts, and binding power; below QUERY_PROJECTION_STOP a token ends a projection.
#define QUERY_PROJECTION_STOP 10
#define QUERY_TOKENS(X)                                                                            \
    X(EOF, "eof", 0)                                                                               \
    X(UNQUOTED, "unquoted_identifier", 0)                                                          \
    X(QUOTED, "quoted_identifier", 0)                                                              \
    X(LITERAL, "literal", 0)                                                                       \
    X(RBRACKET, "rbracket", 0)                                                                     \
    X(RPAREN, "rparen", 0)                                                                         \
    X(COMMA, "comma", 0)                                                                           \
    X(RBRACE, "rbrace", 0)                                                                         \
    X(NUMBER, "number", 0)                                                                         \
    X(CURRENT, "current", 0)                                                                       \
    X(EXPREF, "expref", 0)                                                                         \
    X(COLON, "colon", 0)                                                                           \
    X(PIPE, "pipe", 1)                                                                             \
    X(OR, "or", 2)                                                                                 \
    X(AND, "and", 3)                                                                               \
    X(EQ, "eq", 5)                                                                                 \
    X(NE, "ne", 5)                                                                                 \
    X(LT, "lt", 5)                                                                                 \
    X(LTE, "lte", 5)                                                                               \
    X(GT, "gt", 5)                                                                                 \
    X(GTE, "gte", 5)                                                                               \
    X(FLATTEN, "flatten", 9)                                                                       \
    X(STAR, "star", 20)                                                                            \
    X(FILTER, "filter", 21)                                                                        \
    X(DOT, "dot", 40)                                                                              \
    X(NOT, "not", 45)                                                                              \
    X(LBRACE, "lbrace", 50)                                                                        \
    X(LBRACKET, "lbracket", 55)                                                                    \
    X(LPAREN, "lparen", 60)

enum query_token {
#define X(id, name, power) TOKEN_##id,
    QUERY_TOKENS(X)
#undef X
};

struct token {
    enum query_token type;
    size_t start;    // byte in the expression
    struct str text; // what error texts show; a name without quotes and escapes
    json_t *literal; // of LITERAL; owned by the query's arena
    int64_t number;  // of NUMBER
};

enum node_kind {
    NODE_IDENTITY,
    NODE_FIELD,            // name
    NODE_LITERAL,          // literal, and its number in part[0]
    NODE_INDEX,            // part[0]
    NODE_SLICE,            // part, given
    NODE_SEQUENCE,         // right on the result of left: a.b, a | b
    NODE_INDEX_EXPRESSION, // the same for a[0]; the parser treats it differently
    NODE_FLATTEN,          // left
    NODE_PROJECTION,       // left, right
    NODE_VALUE_PROJECTION, // left, right
    NODE_FILTER,           // left, right, condition
    NODE_COMPARE,          // left, right, comparator
    NODE_OR,
    NODE_AND,
    NODE_NOT,    // left
    NODE_LIST,   // items
    NODE_HASH,   // items, each with its name
    NODE_CALL,   // name, items
    NODE_EXPREF, // left
};

struct item {
    struct item *next;
    struct str name;
    const struct node *node;
};

struct node {
    enum node_kind kind;
    unsigned depth;
    const struct node *left, *right, *condition;
    enum query_token comparator;
    struct str name;
    json_t *literal;
    int64_t part[3];
    bool given[3];
    const struct item *items;
    size_t count; // of items
};

struct query {
    struct arena *arena; // owns all below
    struct str expression;
    const struct node *root;
    size_t literals; // how many LITERAL nodes
};

// All tokens up to and with EOF in *ret, which the caller frees.
MUST_USE bool query_lex(const struct query *q, struct token **ret, struct err *err);
MUST_USE bool query_parse(struct query *q, const struct token *tokens, struct err *err);

struct run {
    size_t steps; // left
    struct err *err;
    // Copies of the query's literals, made when first used: jansson's counts may not be touched by
    // two threads, and a query may be run by many.
    json_t **literals;
};

// A function's argument: a value, or an expression when expref is set.
struct arg {
    json_t *value;
    const struct node *expref;
};

// New references; NULL when r->err is set.
json_t *query_eval(struct run *r, const struct node *n, json_t *in);
json_t *query_call(struct run *r, struct str name, const struct arg *args, size_t count);

const char *query_type_name(const struct arg *a);
// Sets the error that names function, value, what it wanted and what it got; returns NULL.
json_t *query_wrong_type(struct run *r, const char *name, const struct arg *a, const char *wanted,
                         const char *got);
// The array in the order of its elements, or of what `by` gives on each of them; stable.
json_t *query_sorted(struct run *r, const char *name, json_t *array, const struct node *by);
// The first of its smallest (sign -1) or of its largest (sign 1) elements; null if it is empty.
json_t *query_extreme(struct run *r, const char *name, json_t *array, const struct node *by,
                      int sign);

bool query_charge(struct run *r, size_t steps);
json_t *query_fail(struct run *r, const char *fmt, ...) PRINTF(2, 3); // returns NULL
bool query_append(struct run *r, json_t *array, json_t *value);       // keeps its own reference
bool query_equal(struct run *r, const json_t *a, const json_t *b);
bool query_is_false(const json_t *v);
int query_compare_numbers(const json_t *a, const json_t *b);

// A value as Python's str() shows it, and the name of its Python type: parts of error texts.
void python_add_str(struct buf *out, const json_t *v);
const char *python_type(const json_t *v);

#endif
