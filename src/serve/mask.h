// SPDX-License-Identifier: MIT
// JSON as it may be shown: what a name says is a secret is blanked.
#ifndef SERVE_MASK_H
#define SERVE_MASK_H

#include "json/dom.h"

// A new reference. Depths beyond 64 become "…".
json_t *masked(const json_t *value);

#endif
