// SPDX-License-Identifier: MIT
#include "app/keys.h"

#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/secret.h"
#include "jose/b64url.h"
#include "json/dom.h"

#define KEY_FILE_MAX 4096

const char *keys_state_path(const struct options *o, const char *(*env_of)(const char *))
{
    if (o->state_dir)
        return o->state_dir;
    if (env_of("XDG_STATE_HOME"))
        return arena_printf(o->arena, "%s/zscaler-mcp", env_of("XDG_STATE_HOME")).p;
    if (env_of("HOME"))
        return arena_printf(o->arena, "%s/.local/state/zscaler-mcp", env_of("HOME")).p;
    return NULL;
}

const char *keys_state_dir(const struct options *o, const char *(*env_of)(const char *))
{
    const char *dir = keys_state_path(o, env_of);
    struct err err = { .text = "neither XDG_STATE_HOME nor HOME is set" };
    if (dir && file_make_dirs(dir, &err) && access(dir, W_OK) == 0)
        return dir;
    LOG(LOG_WARNING,
        "no writable state folder: keys and spent codes live in memory, a restart signs everybody out",
        F_C("folder", dir), F_C("reason", err.text),
        F_C("fix", "set ZSCALER_MCP_STATE_DIR, or ZSCALER_MCP_SECRET_KEY"));
    return NULL;
}

void keys_generate(struct buf *out)
{
    uint8_t bytes[48];
    random_bytes(bytes, sizeof(bytes));
    b64_encode(out, str_of(bytes, sizeof(bytes)));
    wipe(bytes, sizeof(bytes));
}

// --- what is configured ---

static const char **array_of(struct options *o, const json_t *array)
{
    size_t i;
    json_t *key;
    const char **list = arena_alloc(o->arena, (json_array_size(array) + 1) * sizeof(*list));
    json_array_foreach(array, i, key)
    {
        if (!json_is_string(key))
            return NULL;
        list[i] = arena_cstr(o->arena, dom_text(key));
    }
    return i > 0 ? list : NULL;
}

static const char **request_state_keys(struct options *o)
{
    struct str given = str_trim(str_c(o->request_state_keys));
    JSON_AUTO *array = NULL;
    if (given.p[0] != '[' && given.p[0] != '{')
        return options_list(o, given);
    const char **list =
        dom_parse(given, &array, NULL) && json_is_array(array) ? array_of(o, array) : NULL;
    if (!list)
        options_problem(o, "ZSCALER_MCP_REQUEST_STATE_KEYS: expected a JSON array of texts, or a "
                           "comma-separated list");
    return list;
}

void keys_decide(struct options *o)
{
    const char *name = "ZSCALER_MCP_SECRET_KEY";
    if (o->request_state_keys && o->secret_keys) {
        options_note(o, "ZSCALER_MCP_REQUEST_STATE_KEYS has no effect beside %s", name);
    } else if (o->request_state_keys) {
        name = "ZSCALER_MCP_REQUEST_STATE_KEYS";
        o->secret_keys = request_state_keys(o);
    }
    for (const char **key = o->secret_keys; key && *key; key++)
        if (strlen(*key) < ROOT_KEY_MIN)
            options_problem(o,
                            "%s: each key needs at least %d characters, one has %zu: make one with "
                            "zscaler-mcp keygen",
                            name, ROOT_KEY_MIN, strlen(*key));
}

// --- opening ---

static bool from_options(const struct options *o, struct keyring **ret, struct err *err)
{
    struct str roots[ROOT_KEYS_MAX];
    size_t n = 0;
    for (; o->secret_keys[n]; n++) {
        if (n == ROOT_KEYS_MAX)
            return err_set(err, ERR_CONFIG, "ZSCALER_MCP_SECRET_KEY has more than %d keys",
                           ROOT_KEYS_MAX);
        roots[n] = str_c(o->secret_keys[n]);
    }
    return keyring_new(roots, n, ret, err);
}

static bool from_file(const char *path, struct keyring **ret, struct err *err)
{
    struct buf CLEANUP(buf_wipe) text = BUF_INIT(KEY_FILE_MAX);
    if (!file_read(path, &text, err))
        return false;
    struct str root = str_trim(buf_str(&text));
    return keyring_new(&root, 1, ret, err) || err_prefix(err, "%s", path);
}

// Two processes may start at the same time: the file is created exclusively, the loser reads the
// winner's.
static bool from_state(const char *dir, struct keyring **ret, struct err *err)
{
    struct buf CLEANUP(buf_release) path = BUF_INIT(4096);
    buf_addf(&path, "%s/" KEYS_FILE, dir);
    struct buf CLEANUP(buf_wipe) fresh = BUF_INIT(KEY_FILE_MAX);
    keys_generate(&fresh);
    if (file_create_private(buf_cstr(&path), buf_str(&fresh), NULL))
        LOG(LOG_INFO, "made a new root key", F("file", buf_str(&path)),
            F_C("note",
                "replicas need one key in common: give all of them ZSCALER_MCP_SECRET_KEY"));
    return from_file(buf_cstr(&path), ret, err);
}

bool keys_open(const struct options *o, const char *state_dir, struct keyring **ret,
               struct err *err)
{
    if (o->secret_keys)
        return from_options(o, ret, err) || err_prefix(err, "ZSCALER_MCP_SECRET_KEY");
    if (state_dir)
        return from_state(state_dir, ret, err);
    struct buf CLEANUP(buf_wipe) fresh = BUF_INIT(KEY_FILE_MAX);
    keys_generate(&fresh);
    struct str root = buf_str(&fresh);
    return keyring_new(&root, 1, ret, err);
}
