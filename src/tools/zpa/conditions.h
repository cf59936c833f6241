// SPDX-License-Identifier: MIT
// The conditions of a ZPA policy rule, as a model writes them, in the form of the API (v2).
//
// Taken: a list (or its JSON text) of objects {"operator", "operands": [{"objectType", "values" or
// "entryValues"}]}, keys in camelCase or snake_case, or of tuples ["app", ["id"]],
// ["OR", ["saml", [["attribute", "value"]]]], ["chrome_enterprise", "managed", "true"].
// Conditions are ANDed by the API; APP and APP_GROUP operands of all of them become one condition.
#ifndef TOOLS_ZPA_CONDITIONS_H
#define TOOLS_ZPA_CONDITIONS_H

#include "catalog/tool.h"

arg_form as_conditions;
// The same; isolation rules hold for web browsers only, so that condition is always there.
arg_form as_isolation_conditions;

// .prepare: wrong conditions are refused before anything is sent.
tool_prepare conditions_judge;

// .finish: the conditions of a rule that was read or written, in the form in which they are given:
// per object type one operand with all its values (sorted), or with entry_values. The names that
// the API tells beside ids stand in `names`, in the same order. What has no such form stays as it
// is, at the end.
tool_finish conditions_shown;

// Appended to isolation rules; the whole of them when none were given.
#define ISOLATION_CLIENT                                                                           \
    "{\"operator\": \"OR\", \"operands\": [{\"objectType\": \"CLIENT_TYPE\", "                     \
    "\"values\": [\"zpn_client_type_exporter\"]}]}"

#endif
