// SPDX-License-Identifier: MIT
// What the identity provider tells a stranger about this application's registration: requests
// without anybody's credentials, whose refusals say what is registered. Each is one request (two
// where said), follows no redirect and ends within PROBE_TIMEOUT_MS. A provider that answers in an
// unknown way is PROBE_UNCLEAR, never a yes. For choosing the way to sign in, and for doctor.
#ifndef IDP_PROBE_H
#define IDP_PROBE_H

#include "idp/idp.h"

#define PROBE_TIMEOUT_MS 10000

enum probe_answer { PROBE_UNCLEAR, PROBE_YES, PROBE_NO };

struct probe {
    enum probe_answer answer;
    int status;           // HTTP status; 0: no answer came
    int aadsts;           // 0: none was named
    int retry_after;      // seconds the provider asks to wait; -1: it did not say
    char error[64];       // OAuth error word, or ""
    char said[300];       // what was answered, one line, fit to be shown
    char correlation[40]; // client-request-id that was sent, for the provider's sign-in log
    char request_id[64];  // x-ms-request-id of the answer, or ""
};

// Would a browser be sent back to redirect_uri? Asks the authorization endpoint with prompt=none
// and no cookies. YES: it redirected there; NO: it showed an error page of its own about the URI
// (AADSTS50011, 500113, 500117 …). Anything that says the whole request is hopeless (unknown client
// or tenant: 700016, 90002 …) is UNCLEAR with aadsts set.
void idp_probe_redirect(struct idp *idp, struct arena *arena, const char *redirect_uri,
                        struct cancel *cancel, struct probe *ret);
// Does the device authorization endpoint give codes to this client? NO: it refused, or there is no
// such endpoint. The user code is never kept or shown.
void idp_probe_device(struct idp *idp, struct arena *arena, struct cancel *cancel,
                      struct probe *ret);
// As idp_probe_device, then polls that code once, wait_ms later. NO: refused (AADSTS7000218: public
// client flows are off). Never YES: what is still pending says nothing of that switch.
void idp_probe_device_poll(struct idp *idp, int wait_ms, struct cancel *cancel, struct probe *ret);
// Does the client exist? A token request with an invented code: NO when the client or tenant is
// unknown or switched off.
void idp_probe_client(struct idp *idp, struct arena *arena, struct cancel *cancel,
                      struct probe *ret);
// Is the configured client credential good? client_credentials; UNCLEAR when none is configured; NO
// without an HTTP status when it needs an assertion that cannot be had.
void idp_probe_secret(struct idp *idp, struct arena *arena, struct cancel *cancel,
                      struct probe *ret);

// --- for who asks other questions the same way ---
void probe_new_id(char ret[40]); // a client-request-id
// Fills aadsts, error and said from an answer's body, JSON or page; and request_id.
void probe_read_body(const struct fetch_response *response, struct probe *ret);

#endif
