// SPDX-License-Identifier: MIT
// Internet addresses and ranges of them. An IPv4 address is kept in its IPv6-mapped form, so that
// 10.0.0.1 and ::ffff:10.0.0.1 are one address.
#ifndef HTTP_ADDR_H
#define HTTP_ADDR_H

#include <sys/socket.h>

#include "base/err.h"
#include "base/str.h"

struct addr {
    uint8_t bytes[16];
    bool known;
};

struct addr_range {
    struct addr base;
    unsigned bits;
};

struct addr_list {
    struct addr_range *ranges;
    size_t n;
};

struct addr addr_of(const struct sockaddr *sa);
// "1.2.3.4", "1.2.3.4:80", "2001:db8::1", "[2001:db8::1]:80"
MUST_USE bool addr_parse(struct str text, struct addr *ret);
void addr_text(const struct addr *a, char ret[46]);
bool addr_is_loopback(const struct addr *a);
bool addr_is_v4(const struct addr *a);
// Of one subscriber: the same IPv4 address, the same IPv6 /64.
bool addr_same_place(const struct addr *a, const struct addr *b);
// An address, "address/bits", or "*" for all.
MUST_USE bool addr_range_parse(struct str text, struct addr_range *ret);
// texts ends with NULL; NULL itself is the empty list. what names the list in the error.
MUST_USE bool addr_list_parse(const char *const *texts, const char *what, struct addr_list *ret,
                              struct err *err);
void addr_list_release(struct addr_list *list);
bool addr_list_has(const struct addr_list *list, const struct addr *a);

#endif
