// SPDX-License-Identifier: MIT
// links: http PkgConfig::libmicrohttpd
// A path that passes is absolute, has no empty or dot segment, no byte that another reader could
// take for a separator, and judging it again (encoded anew) gives the same path.
#include "http/internal.h"
#include "fuzz.h"

static struct str encoded(struct arena *arena, struct str path)
{
    CLEANUP(buf_release) struct buf b = BUF_INIT(3 * path.n + 1);
    struct str rest = str_slice(path, 1, path.n);
    while (rest.p) {
        buf_addc(&b, '/');
        buf_add_urlencoded(&b, str_cut(&rest, '/'), false);
    }
    return arena_str(arena, buf_str(&b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct str path, query, again;
    if (!path_judge(arena, str_of(data, n), STR("host"), &path, &query))
        return 0;
    CHECK(path.n > 0 && path.p[0] == '/' && strlen(path.p) == path.n && str_is_utf8(path));
    CHECK(str_find(path, STR("//")) < 0 && str_find(path, STR("/./")) < 0 &&
          str_find(path, STR("/../")) < 0);
    CHECK(!str_ends(path, STR("/.")) && !str_ends(path, STR("/..")) &&
          !strpbrk(path.p, "\\;%?#\r\n"));
    if (3 * path.n < HTTP_MAX_TARGET)
        CHECK(path_judge(arena, encoded(arena, path), STR("host"), &again, &query) &&
              str_eq(path, again));
    return 0;
}
