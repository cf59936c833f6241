// SPDX-License-Identifier: MIT
// How a refusal looks: as a JSON body, as the person's page, or as parameters of a redirect.
#ifndef ENTRA_ANSWERS_H
#define ENTRA_ANSWERS_H

#include "emu.h"

// Headers that every JSON endpoint but the cacheable documents sends.
void answer_json(struct call *c, int status, struct str body);
// A document that may be cached and fetched from any origin (discovery, keys).
void answer_document(struct call *c, int status, struct str body);
void answer_refusal_json(struct call *c);
void answer_refusal_document(struct call *c);
void answer_refusal_page(struct call *c, struct str app_name, struct str app_id);
void answer_html(struct call *c, int status, struct str body);

// "AADSTSn: … Trace ID: … Correlation ID: … Timestamp: …"
struct str refusal_description(struct call *c);
// As the service encodes parameters: blank as '+', lower-case hex.
void add_form_encoded(struct buf *out, struct str s);
void x_ms_headers(struct call *c);

#endif
