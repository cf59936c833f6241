// SPDX-License-Identifier: MIT
#include "http/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/mem.h"

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

static struct addr addr_v4(const void *four)
{
    struct addr a = { .known = true };
    memcpy(a.bytes, mapped_prefix, sizeof(mapped_prefix));
    memcpy(a.bytes + sizeof(mapped_prefix), four, 4);
    return a;
}

static struct addr addr_v6(const void *sixteen)
{
    struct addr a = { .known = true };
    memcpy(a.bytes, sixteen, sizeof(a.bytes));
    return a;
}

bool addr_is_v4(const struct addr *a)
{
    return memcmp(a->bytes, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

struct addr addr_of(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET)
        return addr_v4(&((const struct sockaddr_in *)(const void *)sa)->sin_addr);
    if (sa->sa_family == AF_INET6)
        return addr_v6(&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr);
    return (struct addr){ .known = false };
}

static bool is_port(struct str text)
{
    uint64_t port = 0;
    return str_to_u64(text, &port) && port <= 65535;
}

// The address without brackets and port; .p NULL if what surrounds it is malformed.
static struct str without_port(struct str text)
{
    if (text.n > 0 && text.p[0] == '[') {
        ptrdiff_t end = str_index(text, ']');
        if (end < 0)
            return STR_NONE;
        struct str rest = str_slice(text, (size_t)end + 1, text.n);
        bool fine = rest.n == 0 || (rest.p[0] == ':' && is_port(str_slice(rest, 1, rest.n)));
        return fine ? str_slice(text, 1, (size_t)end) : STR_NONE;
    }
    ptrdiff_t colon = str_index(text, ':');
    if (colon < 0 || memchr(text.p + colon + 1, ':', text.n - (size_t)colon - 1))
        return text;
    return is_port(str_slice(text, (size_t)colon + 1, text.n)) ? str_slice(text, 0, (size_t)colon)
                                                               : STR_NONE;
}

bool addr_parse(struct str text, struct addr *ret)
{
    struct str bare = without_port(text);
    char name[64];
    if (bare.n == 0 || bare.n >= sizeof(name) || memchr(bare.p, 0, bare.n))
        return false;
    memcpy(name, bare.p, bare.n);
    name[bare.n] = '\0';
    uint8_t bytes[16];
    if (inet_pton(AF_INET, name, bytes) == 1)
        *ret = addr_v4(bytes);
    else if (inet_pton(AF_INET6, name, bytes) == 1)
        *ret = addr_v6(bytes);
    else
        return false;
    return true;
}

void addr_text(const struct addr *a, char ret[46])
{
    ret[0] = '\0';
    if (!a->known)
        return;
    if (addr_is_v4(a))
        inet_ntop(AF_INET, a->bytes + sizeof(mapped_prefix), ret, 46);
    else
        inet_ntop(AF_INET6, a->bytes, ret, 46);
}

bool addr_is_loopback(const struct addr *a)
{
    static const uint8_t six[16] = { [15] = 1 };
    if (!a->known)
        return false;
    return addr_is_v4(a) ? a->bytes[12] == 127 : memcmp(a->bytes, six, sizeof(six)) == 0;
}

bool addr_same_place(const struct addr *a, const struct addr *b)
{
    return memcmp(a->bytes, b->bytes, addr_is_v4(a) ? sizeof(a->bytes) : 8) == 0;
}

bool addr_range_parse(struct str text, struct addr_range *ret)
{
    if (str_is(text, "*")) {
        *ret = (struct addr_range){ .bits = 0 };
        return true;
    }
    struct str rest = text;
    struct str base = str_cut(&rest, '/');
    struct addr_range range = { .bits = 128 };
    if (!addr_parse(base, &range.base))
        return false;
    uint64_t bits = 0;
    unsigned width = addr_is_v4(&range.base) && !memchr(base.p, ':', base.n) ? 32 : 128;
    if (rest.p && (!str_to_u64(rest, &bits) || bits > width))
        return false;
    if (rest.p)
        range.bits = 128 - width + (unsigned)bits;
    *ret = range;
    return true;
}

bool addr_list_parse(const char *const *texts, const char *what, struct addr_list *ret,
                     struct err *err)
{
    size_t n = 0;
    while (texts && texts[n])
        n++;
    struct addr_list list = { .ranges = n ? mem_zalloc(n, sizeof(struct addr_range)) : NULL };
    for (; list.n < n; list.n++) {
        if (addr_range_parse(str_trim(str_c(texts[list.n])), &list.ranges[list.n]))
            continue;
        err_set(err, ERR_CONFIG, "%s: '%s' is neither an address nor a range like 10.0.0.0/8", what,
                texts[list.n]);
        addr_list_release(&list);
        return false;
    }
    *ret = list;
    return true;
}

void addr_list_release(struct addr_list *list)
{
    free(list->ranges);
    *list = (struct addr_list){ .n = 0 };
}

static bool range_has(const struct addr_range *range, const struct addr *a)
{
    size_t whole = range->bits / 8;
    unsigned rest = range->bits % 8;
    if (memcmp(range->base.bytes, a->bytes, whole) != 0)
        return false;
    return rest == 0 || ((range->base.bytes[whole] ^ a->bytes[whole]) >> (8 - rest)) == 0;
}

bool addr_list_has(const struct addr_list *list, const struct addr *a)
{
    for (size_t i = 0; i < list->n && a->known; i++) {
        if (range_has(&list->ranges[i], a))
            return true;
    }
    return false;
}
