// SPDX-License-Identifier: MIT
// Holds a JSON tree against a table of members. The path of what is being looked at grows and
// shrinks with the walk and begins the message of a refusal.
#ifndef ENTRA_JUDGE_H
#define ENTRA_JUDGE_H

#include "base/err.h"
#include "json/dom.h"

struct judge {
    struct err *err;
    char path[300];
    const json_t *config, *tenant; // the tenant that is being looked at
};

typedef bool judge_fn(struct judge *j, const json_t *value);

enum member_kind {
    MEMBER_TEXT, // not empty
    MEMBER_GUID,
    MEMBER_TIME,
    MEMBER_FLAG,
    MEMBER_WHOLE,
    MEMBER_CHOICE, // one of `choices`
    MEMBER_OBJECT, // of `shape`
    // lists of these
    MEMBER_TEXTS,
    MEMBER_GUIDS,
    MEMBER_CHOICES,
    MEMBER_OBJECTS,
};

struct member {
    const char *name; // NULL ends
    enum member_kind kind;
    bool needed;         // null and absence are fine otherwise
    const char *choices; // separated by '|'
    const struct shape *shape;
    judge_fn *more; // of the member's value, or of each item of a list
};

struct shape {
    const struct member *members;
    bool closed;    // other members are refused; open: ignored (exports have many)
    judge_fn *more; // of the whole object, after its members
};

MUST_USE bool judge_object(struct judge *j, const json_t *object, const struct shape *shape);
bool judge_wrong(struct judge *j, const char *what); // always false
// The path grows by a member (key) or an index (key NULL); what is returned goes to judge_back.
size_t judge_step(struct judge *j, const char *key, size_t index);
void judge_back(struct judge *j, size_t n);
bool choice_has(const char *choices, struct str value);

// behaviour.c
MUST_USE bool judge_behaviour(struct judge *j, const json_t *object);
// judge_app.c: what no table says about an application
MUST_USE bool judge_app(struct judge *j, const json_t *app);
MUST_USE bool judge_key_credential(struct judge *j, const json_t *credential);

#endif
