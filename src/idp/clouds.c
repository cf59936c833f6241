// SPDX-License-Identifier: MIT
#include "idp/clouds.h"

#include <ctype.h>

static const char *const global[] = { "login.microsoftonline.com", "login.windows.net",
                                      "login.microsoft.com", "sts.windows.net", NULL };
static const char *const us_government[] = { "login.microsoftonline.us", "login.usgovcloudapi.net",
                                             NULL };
static const char *const china[] = { "login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
                                     "sts.chinacloudapi.cn", NULL };
static const char *const external_id[] = { ".ciamlogin.com", NULL };
static const char *const b2c[] = { ".b2clogin.com", NULL };

#define EXCHANGE "api://AzureADTokenExchange"

static const struct cloud clouds[] = {
    { global, "sts.windows.net", EXCHANGE, true },
    { us_government, "sts.windows.net", EXCHANGE "USGov", true },
    { china, "sts.chinacloudapi.cn", EXCHANGE "China", true },
    { external_id, "sts.windows.net", EXCHANGE, true, true },
    { b2c, "sts.windows.net", EXCHANGE, false,
      true }, // …/<name>.onmicrosoft.com/<policy>/oauth2/v2.0/…
};

bool host_matches(struct str host, const char *pattern)
{
    struct str p = str_c(pattern);
    bool below = p.n > 0 && p.p[0] == '.';
    struct str tail = below && host.n > p.n ? str_slice(host, host.n - p.n, host.n) : host;
    return str_eq_nocase(tail, p);
}

const struct cloud *cloud_of(struct str host)
{
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
        for (const char *const *h = clouds[i].hosts; *h; h++)
            if (host_matches(host, *h))
                return &clouds[i];
    return NULL;
}

bool is_guid(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !isxdigit((unsigned char)s.p[i]))
            return false;
    }
    return s.n == 36;
}
