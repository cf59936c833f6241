// SPDX-License-Identifier: MIT
// Somebody whom the provider signed in, but who may not use this server: another tenant, or none of
// the people that are listed. The page lets them come back as somebody else; the audit says who it
// was.
#include "oauth/internal.h"

void stranger_audit(const struct call *c, const struct flow *flow, const struct idp_person *person,
                    const char *reason)
{
    oauth_audit(c, "sign-in refused",
                &(struct grant){ .subject = str_slice(person->subject, 0, 255),
                                 .tenant = str_slice(person->tenant, 0, 64),
                                 .email = person->email.n
                                              ? client_name_clean(c->arena, person->email)
                                              : STR_NONE,
                                 .client = flow->client,
                                 .client_name = flow->client_name },
                reason);
}

// The same question as before, for a form that answers it with "somebody else". Empty: the browser
// is not the one that was asked, or the question is a device's, which is asked with its code.
static struct str again(const struct call *c, const struct flow *flow)
{
    struct flow next = *flow;
    if (flow->waiting.n || !browser_holds(c, flow->browser))
        return STR_NONE;
    next.nonce = next.verifier = next.idp_uri = STR_NONE;
    next.device_code = next.user_code = next.device_uri = STR_NONE;
    next.interval = next.device_expires = 0;
    next.expires = c->now + c->o->config.flow_ttl_s;
    return flow_seal(c, KIND_CONSENT, &next);
}

void stranger_refused(const struct call *c, const struct flow *flow,
                      const struct idp_person *person, const struct err *err)
{
    struct str title = STR("This account may not use this server");
    stranger_audit(c, flow, person, err->text);
    page_problem(
        c,
        &(struct problem){
            .status = 403,
            .code = "access_denied",
            .title = title,
            .cause = err_text(err),
            .fix = STR("Use another account, if you have one that may. If this is the right one, "
                       "ask the administrator of this server to let it in, and show them this "
                       "page."),
            .whose = WHOSE_NOBODY,
            .again = again(c, flow),
            .browser = flow->browser,
            .back = response_error_url(c, flow, "access_denied", title),
            .client_name = flow->client_name });
}
