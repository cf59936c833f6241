// SPDX-License-Identifier: MIT
// What the files of the options share.
#ifndef APP_OPTIONS_INT_H
#define APP_OPTIONS_INT_H

#include "app/options.h"

// --- options_unknown.c ---
// Adds a problem where name is one of ours by its beginning and of no row; a warning where an older
// version knew it. where: " (in .env)", or empty.
void options_judge_name(struct options *o, struct str name, struct str value, const char *where);
// --- options_files.c ---
// Adds a problem where everybody may write the file, a warning where everybody may read it.
void options_judge_file(struct options *o, const char *setting, const char *path);
void options_judge_files(struct options *o); // those that options name, and .env if it has secrets
bool options_is_service_link(struct str name, struct str value);

#endif
