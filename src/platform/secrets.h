// SPDX-License-Identifier: MIT
// Secrets from the platform's store, by its REST API and as the identity that the platform gives
// this machine: AWS Secrets Manager, GCP Secret Manager, Azure Key Vault. Read once, at the start.
#ifndef PLATFORM_SECRETS_H
#define PLATFORM_SECRETS_H

#include "fetch/fetch.h"

#define SECRETS_BYTES_MAX  (128 * 1024) // of one answer; all three stores keep 64 KiB at most
#define SECRETS_TIMEOUT_MS 10000        // of one request

enum secrets_store { SECRETS_AWS, SECRETS_GCP, SECRETS_AZURE };

struct secrets_from {
    enum secrets_store store;
    // AWS: the secret's name or ARN; its text is a JSON object with variables as members.
    // GCP: the project; Azure: the vault's URL. There each variable is a secret of its own, named
    // in small letters with hyphens ("zscaler-client-id"); those that are not there are skipped.
    const char *name;
    const char *const *variables; // that may be read there; ends with NULL
    // the platform's own variables (AWS_REGION, …); NULL: unset
    const char *(*env_of)(const void *ctx, const char *name);
    const void *env_ctx;
};

// value is valid during the call.
typedef void secrets_take(void *ctx, const char *variable, struct str value);

// Hands every value that is there to take. warnings gets a line for what was there and not taken,
// by name only. ERR_CONFIG with what to do when the store cannot be read.
MUST_USE bool secrets_read(const struct secrets_from *from, struct fetcher *fetcher,
                           secrets_take *take, void *ctx, struct buf *warnings, struct err *err);

#endif
