// SPDX-License-Identifier: MIT
// The managed identity of an Azure machine: App Service, Functions and Container Apps answer at an
// address of their own, virtual machines and AKS at the metadata service.
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
#ifndef PLATFORM_AZURE_IDENTITY_H
#define PLATFORM_AZURE_IDENTITY_H

#include "fetch/fetch.h"

#define AZURE_IDENTITY_TIMEOUT_MS 5000 // of each of the three tries

struct azure_identity {
    const char *endpoint, *header; // IDENTITY_ENDPOINT and IDENTITY_HEADER; NULL: the metadata
                                   // service
    const char *metadata_host;     // "http://…"; NULL: 169.254.169.254
    const char *client_id;         // of a user-assigned one; NULL: the machine's own
};

// Appends the token for that resource. Tries again what may pass. ERR_CONNECT: nobody answered;
// ERR_UPSTREAM (another try makes sense) and ERR_IDP_MISCONFIGURED: "it answered 400: <its words>".
MUST_USE bool azure_identity_token(struct fetcher *f, const struct azure_identity *who,
                                   const char *resource, struct buf *out, struct err *err);
// Appends where it is asked, without the query.
void azure_identity_address(const struct azure_identity *who, struct buf *out);

#endif
