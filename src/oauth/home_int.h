// SPDX-License-Identifier: MIT
// How clients are connected, as data for the home page. In texts {url} stands for the resource,
// {name} for the server's short name; in links they are percent-encoded, and {config} is Cursor's
// form of the address: base64 of {"url":"…"}.
#ifndef OAUTH_HOME_INT_H
#define OAUTH_HOME_INT_H

enum step_kind { STEP_TEXT, STEP_CODE, STEP_LINK };

struct step {
    enum step_kind kind;
    const char *text; // NULL ends a list
    const char *link; // STEP_LINK
};

#define STEPS_MAX 10

struct connection {
    const char *id, *name; // of the application; id NULL ends the table
    struct step steps[STEPS_MAX];
};

extern const struct connection connections[];

#endif
