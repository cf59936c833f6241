// SPDX-License-Identifier: MIT
#ifndef APP_DOCTOR_TOOLS_H
#define APP_DOCTOR_TOOLS_H

#include "app/options.h"
#include "fetch/fetch.h"

// Prints a summary by service or, with patterns, a line for each tool that fits one. Asks the API's
// token endpoint what the client may use, unless that filter is off; what came of it goes to the
// log. Returns the exit code: 0, or 2 if no tool fits.
int doctor_tools(struct options *o, struct fetcher *fetcher, const char *const *patterns);

#endif
