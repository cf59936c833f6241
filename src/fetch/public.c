// SPDX-License-Identifier: MIT
// Which addresses belong to the public internet, after the IANA special-purpose registries (RFC
// 6890 and successors). Of IPv6 only 2000::/3 is given out, so that loopback, link-local,
// unique-local, mapped
// (::ffff:0:0/96) and NAT64 (64:ff9b::/96) addresses fall out by themselves.
#include "fetch/internal.h"

#include <netinet/in.h>

struct range {
    uint8_t bytes[16];
    unsigned bits;
};

static const struct range special_v4[] = {
    { { 0 }, 8 },                 // "this network"
    { { 10 }, 8 },                // private
    { { 100, 64 }, 10 },          // shared by carriers (RFC 6598)
    { { 127 }, 8 },               // loopback
    { { 168, 63, 129, 16 }, 32 }, // Azure's platform service, reachable from every machine there
    { { 169, 254 }, 16 },         // link-local, cloud metadata
    { { 172, 16 }, 12 },          // private
    { { 192, 0, 0 }, 24 },        // protocol assignments
    { { 192, 0, 2 }, 24 },        // documentation
    { { 192, 31, 196 }, 24 },     // AS112
    { { 192, 52, 193 }, 24 },     // AMT
    { { 192, 88, 99 }, 24 },      // 6to4 relays
    { { 192, 168 }, 16 },         // private
    { { 192, 175, 48 }, 24 },     // AS112
    { { 198, 18 }, 15 },          // benchmarks
    { { 198, 51, 100 }, 24 },     // documentation
    { { 203, 0, 113 }, 24 },      // documentation
    { { 224 }, 4 },               // multicast
    { { 240 }, 4 },               // reserved, broadcast
};

static const struct range special_v6[] = {
    { { 0x20, 0x01 }, 23 },                // protocol assignments, Teredo among them
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },    // documentation
    { { 0x20, 0x02 }, 16 },                // 6to4: leads to any IPv4 address
    { { 0x26, 0x20, 0, 0x4f, 0x80 }, 48 }, // AS112
    { { 0x3f, 0xff }, 20 },                // documentation (RFC 9637)
};

static const struct range given_out_v6 = { { 0x20 }, 3 };

static bool in_range(const struct range *range, const uint8_t *bytes)
{
    size_t whole = range->bits / 8;
    unsigned rest = range->bits % 8;
    if (memcmp(range->bytes, bytes, whole) != 0)
        return false;
    return rest == 0 || ((range->bytes[whole] ^ bytes[whole]) >> (8 - rest)) == 0;
}

static bool in_any(const struct range *ranges, size_t n, const uint8_t *bytes)
{
    for (size_t i = 0; i < n; i++) {
        if (in_range(&ranges[i], bytes))
            return true;
    }
    return false;
}

// ISATAP (RFC 5214 6.1): an IPv4 address behind 0:5efe or 200:5efe in the interface identifier.
static bool is_isatap(const uint8_t *bytes)
{
    return (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe;
}

bool address_is_public(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)sa;
        return !in_any(special_v4, ARRAY_LEN(special_v4), (const uint8_t *)&in->sin_addr);
    }
    if (sa->sa_family != AF_INET6)
        return false;
    const uint8_t *bytes = ((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr.s6_addr;
    return in_range(&given_out_v6, bytes) && !is_isatap(bytes) &&
           !in_any(special_v6, ARRAY_LEN(special_v6), bytes);
}
