// SPDX-License-Identifier: MIT
// The words that may follow `zscaler-mcp`, for help, man page and completion of the command line.
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include <stdbool.h>

struct command {
    const char *name;
    const char *words; // what may follow, as usage shows it
    const char *help;
    bool own_words; // what follows is its own; else it is options of the server
};

extern const struct command commands_table[];         // ends with a NULL name
const struct command *command_find(const char *name); // NULL: there is none

#endif
