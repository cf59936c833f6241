// SPDX-License-Identifier: MIT
// The operator's selection of tools, as the options have it.
#ifndef APP_SELECTION_H
#define APP_SELECTION_H

#include "app/options.h"
#include "catalog/select.h"

// Without the entitlement filter, which asks the network.
struct selection selection_of(const struct options *o);
// Adds names that are none to the options' problems.
void selection_check(struct options *o);

#endif
