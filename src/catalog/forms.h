// SPDX-License-Identifier: MIT
// The forms that arguments take on the wire (.as): one value in, one value out. A new one that only
// one tool needs stands in that tool's file; here stand those that several share.
#ifndef CATALOG_FORMS_H
#define CATALOG_FORMS_H

#include "catalog/tool.h"

arg_form as_ids;          // ["1", 2] -> [{"id": "1"}, {"id": "2"}]; ZPA
arg_form as_ids_if_any;   // the same; an empty list is left out
arg_form as_items_if_any; // the list as it is; an empty one is left out
arg_form as_number_ids;   // ["1", 2] -> [{"id": 1}, {"id": 2}]; ZIA, ZTW
arg_form as_state;        // true -> "ENABLED", false -> "DISABLED"
arg_form as_true_false;   // true -> "true" (queries say "True" without it)
arg_form as_position;     // 1 or more
arg_form as_upper;        // "allow" -> "ALLOW"
arg_form as_lower;
arg_form as_one_of;    // through .map; what is not in it is refused
arg_form as_country;   // "ca" -> "CA"; anything but two letters is refused
arg_form as_search;    // "x" -> name+EQ+x; "name+LIKE+x" passes; quotes around go
arg_form as_hours_ago; // 2 -> the second two hours before now
arg_form as_days_ago;
arg_form as_members;          // {"some_key": v} -> {"someKey": v}, at every depth
arg_form as_rule_members;     // as_members, and lists of ids of rules become [{"id": n}]
arg_form as_url_rule_members; // the same, but URL categories stay words
arg_form as_list;             // a list, a JSON list as text, or "a, b" -> ["a", "b"]

#endif
