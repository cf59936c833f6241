// SPDX-License-Identifier: MIT
// The tracer, by the environment variables that OpenTelemetry's specification gives to exporters.
#ifndef APP_TRACES_H
#define APP_TRACES_H

#include "app/options.h"
#include "trace/trace.h"

// *ret NULL where none is configured, or another protocol is wanted, which is warned of.
MUST_USE bool traces_open(const struct options *o, struct fetcher *fetcher, struct tracer **ret,
                          struct err *err);

#endif
