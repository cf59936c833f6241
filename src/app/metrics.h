// SPDX-License-Identifier: MIT
// Figures for Prometheus (text format 0.0.4), on a port of their own (docs/metrics.md).
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include "app/parts.h"

struct metrics;

// Listens where ZSCALER_MCP_METRICS says; *ret NULL without it. server: the one whose figures they
// are; it and p must outlive the metrics.
MUST_USE bool metrics_start(struct parts *p, struct http_server *server, struct metrics **ret,
                            struct err *err);
void metrics_stop(struct metrics *m); // NULL-safe
// HOST:PORT of the option. False: it is none.
MUST_USE bool metrics_address(const char *option, struct arena *arena, const char **ret_host,
                              int *ret_port);

#endif
