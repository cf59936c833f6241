// SPDX-License-Identifier: MIT
// Countries as Cloud Connector rules name them: COUNTRY_CA.
#ifndef TOOLS_ZTW_COUNTRIES_H
#define TOOLS_ZTW_COUNTRIES_H

#include "catalog/tool.h"

struct country {
    const char *alpha2, *alpha3;
    const char *names; // apart by |
};

extern const struct country countries[]; // ends with NULL

// ["Canada", "us", "DEU", "COUNTRY_GB"] -> ["COUNTRY_CA", "COUNTRY_US", …]. What is no country, or
// could be several, is refused with what it could be.
arg_form as_countries;

#endif
