// SPDX-License-Identifier: MIT
// A call that changes something, shown instead of sent: every request that would go out, and for
// one that replaces a record what it would change in it. Reads are sent.
#ifndef SERVE_DRY_RUN_H
#define SERVE_DRY_RUN_H

#include "catalog/tool.h"

struct dry_run {
    json_t *requests; // that would be sent, as they are shown
    json_t *reads;    // path: answer
};

void dry_run_begin(struct dry_run *d);
void dry_run_end(struct dry_run *d);
void dry_run_read(struct dry_run *d, struct str path, json_t *answer);
// What was read at a path; NULL: nothing.
const json_t *dry_run_known(const struct dry_run *d, struct str path);
// Notes a request. present: the record that it replaces, NULL if there is none or it is not known;
// clean: texts of the API are cleaned.
void dry_run_note(struct dry_run *d, const char *method, const struct tool_request *request,
                  const json_t *present, bool clean);
// A request that replaces what is read at the same path.
bool dry_run_replaces(const struct tool_request *request);

#endif
