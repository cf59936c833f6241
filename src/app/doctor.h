// SPDX-License-Identifier: MIT
// `zscaler-mcp doctor`: looks at everything that can be wrong with a deployment, without anybody's
// credentials but the configured client secret, and names what to click or to set.
#ifndef APP_DOCTOR_H
#define APP_DOCTOR_H

#include "app/options.h"

// o->words: the arguments behind "doctor". Prints the report to stdout. Returns the exit code: 0
// all is well or only warnings, 1 something is wrong, 2 something could not be told (or wrong
// usage).
int doctor_run(struct options *o, const char *(*env_of)(const char *));

#endif
