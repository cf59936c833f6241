// SPDX-License-Identifier: MIT
// Which permissions a person (or an administrator for all) has granted to an application.
#ifndef ENTRA_CONSENT_H
#define ENTRA_CONSENT_H

#include "scopes.h"

struct consent_who {
    const json_t *tenant; // where the resource is used
    const json_t *app;
    const json_t *user;
};

bool consent_has(struct call *c, const struct consent_who *who, struct str resource,
                 struct str scope);
// Is anything of *s still to be asked for? *ret_admin: only an administrator may grant it.
bool consent_missing(struct call *c, const struct consent_who *who, const struct scopes *s,
                     bool *ret_admin);
// for_everybody: an administrator grants it on behalf of the organization. Installs the
// application in the tenant, if it is another's.
void consent_give(struct call *c, const struct consent_who *who, const struct scopes *s,
                  bool for_everybody);

#endif
