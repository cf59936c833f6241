// SPDX-License-Identifier: MIT
// The rows, sorted: those without a number first, by word; then by number. A test holds the order.
#ifndef IDP_EXPLAIN_INT_H
#define IDP_EXPLAIN_INT_H

#include "idp/idp.h"

extern const struct explanation explanations[];
extern const size_t explanation_count;

#endif
