// SPDX-License-Identifier: MIT
// Settings from the platform's secret store, where one is configured (docs/secrets.md).
#ifndef APP_SECRETS_H
#define APP_SECRETS_H

#include "app/options.h"

// Reads them into the options; what does not work becomes a problem, what was read a note. Does
// nothing where no store is configured.
void secrets_load(struct options *o);

#endif
