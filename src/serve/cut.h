// SPDX-License-Identifier: MIT
// A list that is larger than what one answer may have: its first records, and the query that brings
// the rest. Nothing is kept: the next call asks the API again and passes over what was shown.
#ifndef SERVE_CUT_H
#define SERVE_CUT_H

#include "base/buf.h"
#include "json/dom.h"
#include "serve/encode.h"

// As many whole records from the start as fit into max bytes, both as text and as JSON, and at
// least one; a new list. query: with which the list was asked for. *ret_cut: {"shown": 12,
// "records": 40, "next": {"query": "[12:]"}}, NULL if all fit.
json_t *cut_list(const json_t *list, enum encoding encoding, size_t max, struct str query,
                 json_t **ret_cut);
// The same as a sentence.
void cut_text(const json_t *cut, struct buf *out);
// The query for what follows behind the first n records of what a query brings.
void cut_next(struct str query, size_t n, struct buf *out);
// The query for the rest of the whole list, and nothing else.
bool cut_is_rest(struct str query);

#endif
