// SPDX-License-Identifier: MIT
// The AADSTS codes the emulator can answer with. Codes, OAuth words and places are recorded facts;
// texts are our own words where no recorded wording is needed by a client.
#ifndef ENTRA_ERRORS_TABLE_H
#define ENTRA_ERRORS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct aadsts {
    int code;
    const char *error; // OAuth error word
    int status;        // of a JSON answer
    bool page;         // at authorize: the person's page, never the client
    const char *text;  // {0}, {1}: filled in
};

const struct aadsts *aadsts_find(int code); // NULL if unknown
extern const struct aadsts aadsts_table[];
extern const size_t aadsts_count;

#endif
