// SPDX-License-Identifier: MIT
// What was asked and what was decided: the offline stand-in for the directory's sign-in log. Keeps
// the newest entries; secrets, codes and tokens are masked before they get here.
#ifndef ENTRA_JOURNAL_H
#define ENTRA_JOURNAL_H

#include "emu.h"

struct journal *journal_new(void);
void journal_free(struct journal *j); // NULL-safe
void journal_add(struct call *c);
json_t *journal_entries(const struct journal *j); // borrowed list, oldest first

#endif
