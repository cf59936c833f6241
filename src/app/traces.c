// SPDX-License-Identifier: MIT
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and
// …/configuration/sdk-environment-variables/
#include "app/traces.h"

#include "base/log.h"

static const char *url_of(const struct options *o)
{
    struct str base = str_c(o->otlp_endpoint);
    if (o->otlp_traces_endpoint)
        return o->otlp_traces_endpoint;
    while (str_ends(base, STR("/")))
        base.n--;
    return base.n ? arena_printf(o->arena, STR_FMT "/v1/traces", STR_ARG(base)).p : NULL;
}

static bool ratio_of(const struct options *o, double *ret, struct err *err)
{
    struct str sampler = str_c(o->otel_sampler);
    char *end = NULL;
    *ret = 1;
    if (str_ends(sampler, STR("always_off")))
        *ret = 0;
    if (!o->otel_ratio || !(str_ends(sampler, STR("traceidratio")) || !sampler.n))
        return true;
    *ret = strtod(o->otel_ratio, &end);
    return (*end == '\0' && *ret >= 0 && *ret <= 1) ||
           err_set(err, ERR_CONFIG, "OTEL_TRACES_SAMPLER_ARG: '%s' is no number from 0 to 1",
                   o->otel_ratio);
}

static bool is_spoken(const struct options *o)
{
    return !o->otlp_protocol || strcmp(o->otlp_protocol, "http/json") == 0;
}

bool traces_open(const struct options *o, struct fetcher *fetcher, struct tracer **ret,
                 struct err *err)
{
    struct trace_config config = { .url = url_of(o),
                                   .headers = (const char *const *)o->otlp_headers,
                                   .service = o->otel_service,
                                   .version = ZSCALER_MCP_VERSION };
    *ret = NULL;
    if (!config.url || o->otel_disabled)
        return true;
    if (!is_spoken(o)) {
        LOG(LOG_WARNING, "no traces: OTEL_EXPORTER_OTLP_PROTOCOL wants another protocol",
            F_C("protocol", o->otlp_protocol), F_C("fix", "http/json, and the port that takes it"));
        return true;
    }
    if (!ratio_of(o, &config.ratio, err) || !tracer_new(&config, fetcher, ret, err))
        return false;
    LOG(LOG_INFO, "traces are sent", F_C("to", config.url), F_C("service", config.service));
    return true;
}
