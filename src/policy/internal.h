// SPDX-License-Identifier: MIT
#ifndef POLICY_INTERNAL_H
#define POLICY_INTERNAL_H

#include "base/arena.h"
#include "policy/policy.h"

#define MARK_SIZE 8 // characters of base64url: 48 bits

struct word {
    enum idp_trait trait;
    struct str text;
    char mark[MARK_SIZE + 1];
};

struct rule {
    const char *name;
    bool everybody;
    struct word *words;
    size_t word_count;
    const char **callers;     // patterns of principals; NULL: none
    uint8_t *granted, *taken; // a bit a tool
    unsigned right;           // to what it grants
};

struct policy {
    struct arena *arena;
    const struct tool *const *tools;
    size_t tool_count;
    struct rule *rules;
    size_t rule_count, word_count;
    bool asks_groups;
};

// Of "group:ID", as rules and words of the command line have it.
void mark_of(enum idp_trait trait, struct str text, char ret[MARK_SIZE + 1]);
extern const char *const trait_names[]; // by trait: "user", "group", …

#endif
