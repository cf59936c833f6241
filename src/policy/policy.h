// SPDX-License-Identifier: MIT
// The policy file: who sees and may call which tools (docs/policy.md). The operator's own selection
// is the outer bound; within it a tool is there for somebody if a rule for them grants it and none
// for them excepts it. Whom no rule is for sees nothing.
//
// Rules speak of groups, roles, scopes and addresses, which only the identity provider's token
// tells. What the rules ask about and is true becomes a mark; our own access tokens carry the marks
// of their person, so that no list of groups has to. A mark is short and says nothing by itself.
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "access/access.h"
#include "catalog/tool.h"

#define POLICY_RULES_MAX 48
#define POLICY_WORDS_MAX 1000 // of all who: lists together
#define POLICY_MARKS_MAX 64   // that somebody has; further ones grant nothing
#define POLICY_BYTES_MAX (1024 * 1024)

struct policy; // immutable

// tools: ends with NULL, outlives it. Adds a line to problems for each mistake and returns NULL if
// there is any.
struct policy *policy_parse(struct str json, const struct tool *const *tools, struct buf *problems);
struct policy *policy_read(const char *path, const struct tool *const *tools, struct buf *problems);
void policy_free(struct policy *p); // NULL-safe
size_t policy_rules(const struct policy *p);
const char *policy_rule_name(const struct policy *p, size_t rule);

// The marks of somebody whose token has these claims, with blanks between.
void policy_mark(const struct policy *p, const struct idp *idp, const json_t *claims,
                 struct buf *out);
// The marks of words as they stand in a policy ("group:…", "role:…", "scope:…", "user:…"), for who
// asks what somebody would see. False: no such kind.
MUST_USE bool policy_mark_word(struct str word, struct buf *out);
// Which rules are for somebody; bit i for rule i.
uint64_t policy_rules_for(const struct policy *p, const struct principal *who);
// May they call the tool of this index in tools? *ret_rule (may be NULL): the rule that decided;
// POLICY_RULES_MAX if none is for it.
bool policy_grants(const struct policy *p, uint64_t rules, size_t tool, size_t *ret_rule);
// The same as a mask of enum tool_right. What one rule grants without a bound is without it.
unsigned policy_right(const struct policy *p, uint64_t rules, size_t tool);

// --- the one in force, which may be replaced while calls are judged ---
struct policies;

struct policies *policies_new(struct policy *p); // takes it over
void policies_free(struct policies *s);          // NULL-safe
void policies_replace(struct policies *s, struct policy *p);
unsigned policies_right(struct policies *s, const struct principal *who, size_t tool);
// Why somebody has no right to a tool, for the audit.
void policies_why(struct policies *s, const struct principal *who, size_t tool, struct buf *out);
struct idp_marker policies_marker(struct policies *s);

#endif
