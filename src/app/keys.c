// SPDX-License-Identifier: MIT
#include "app/keys.h"

#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/secret.h"
#include "jose/b64url.h"

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
