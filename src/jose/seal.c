// SPDX-License-Identifier: MIT
#include "base/mem.h"
#include "base/random.h"
#include "base/secret.h"
#include "jose/b64url.h"
#include "jose/internal.h"
#include "jose/seal.h"

#define VERSION    1
#define KEY_ID     4
#define NONCE      12
#define TAG        16
#define HEADER     (1 + KEY_ID + NONCE)
#define KIND_MAX   64
#define SEALED_MAX (HEADER + SEAL_PLAIN_MAX + TAG)

// One root, extracted (RFC 5869 section 2.2): what is derived from it needs one HMAC more.
struct root {
    uint8_t id[KEY_ID];
    uint8_t prk[SHA256_SIZE];
    struct jwk *signer;
};

struct keyring {
    size_t n;
    struct root roots[ROOT_KEYS_MAX]; // [0] seals
    struct jwks *verifiers;
};

// What a derived key is for. No label is the beginning of another, so label and name cannot run
// into each other.
#define FOR_KEY_ID  "zscaler-mcp 1 key id"
#define FOR_SIGNER  "zscaler-mcp 1 ed25519"
#define FOR_SEAL    "zscaler-mcp 1 seal:"
#define FOR_SAME    "zscaler-mcp 1 same:"
#define FOR_MAC     "zscaler-mcp 1 mac:"
#define FOR_PURPOSE "zscaler-mcp 1 purpose:"

static void derive(const struct root *root, const char *label, const char *name, uint8_t *ret,
                   size_t n)
{
    char info[32 + KIND_MAX];
    struct str use = str_c(label), who = str_c(name);
    crypto_must(who.n <= KIND_MAX, "the length of a kind or purpose");
    memcpy(info, use.p, use.n);
    memcpy(info + use.n, who.p, who.n);
    hkdf_expand(root->prk, str_of(info, use.n + who.n), ret, n);
}

// --- keyring ---

static bool root_init(struct root *root, struct str key, struct err *err)
{
    uint8_t seed[32];
    hkdf_extract(STR("zscaler-mcp root key"), key, root->prk);
    derive(root, FOR_KEY_ID, "", root->id, sizeof root->id);
    derive(root, FOR_SIGNER, "", seed, sizeof seed);
    bool ok = jwk_from_seed(seed, &root->signer, err);
    wipe(seed, sizeof seed);
    return ok;
}

static const struct root *root_by_id(const struct keyring *ring, const uint8_t id[KEY_ID])
{
    for (size_t i = 0; i < ring->n; i++)
        if (memcmp(ring->roots[i].id, id, KEY_ID) == 0)
            return &ring->roots[i];
    return NULL;
}

static bool add_root(struct keyring *ring, struct str key, struct err *err)
{
    if (key.n < ROOT_KEY_MIN)
        return err_set(err, ERR_CONFIG, "secret key %zu has %zu bytes; at least %d are needed",
                       ring->n + 1, key.n, ROOT_KEY_MIN);
    struct root root;
    if (!root_init(&root, key, err))
        return false;
    bool known = root_by_id(ring, root.id) != NULL;
    if (!known)
        ring->roots[ring->n++] = root;
    else
        jwk_free(root.signer);
    wipe(&root, sizeof root);
    if (known)
        return err_set(err, ERR_CONFIG, "secret key %zu is in the list twice", ring->n + 1);
    return true;
}

bool keyring_new(const struct str *roots, size_t count, struct keyring **ret, struct err *err)
{
    if (count == 0 || count > ROOT_KEYS_MAX)
        return err_set(err, ERR_CONFIG, "there are %zu secret keys; 1 to %d can be used", count,
                       ROOT_KEYS_MAX);
    struct keyring *ring = mem_zalloc(1, sizeof *ring);
    const struct jwk *signers[ROOT_KEYS_MAX];
    for (size_t i = 0; i < count; i++) {
        if (!add_root(ring, roots[i], err)) {
            keyring_free(ring);
            return false;
        }
        signers[i] = ring->roots[i].signer;
    }
    ring->verifiers = jwks_of(signers, count);
    *ret = ring;
    return true;
}

void keyring_free(struct keyring *ring)
{
    if (!ring)
        return;
    for (size_t i = 0; i < ring->n; i++)
        jwk_free(ring->roots[i].signer);
    jwks_free(ring->verifiers);
    wipe(ring, sizeof *ring);
    free(ring);
}

const struct jwk *keyring_signer(const struct keyring *ring)
{
    return ring->roots[0].signer;
}

const struct jwks *keyring_verifiers(const struct keyring *ring)
{
    return ring->verifiers;
}

size_t keyring_count(const struct keyring *ring)
{
    return ring->n;
}

const struct jwk *keyring_signer_at(const struct keyring *ring, size_t i)
{
    return i < ring->n ? ring->roots[i].signer : NULL;
}

void keyring_derive(const struct keyring *ring, const char *purpose, uint8_t *ret, size_t n)
{
    crypto_must(n <= 64, "the size of a derived key");
    derive(&ring->roots[0], FOR_PURPOSE, purpose, ret, n);
}

// --- MACs ---

static void mac_under(const struct root *root, const char *purpose, struct str bytes,
                      struct buf *out)
{
    uint8_t key[SHA256_SIZE], mac[SHA256_SIZE];
    derive(root, FOR_MAC, purpose, key, sizeof key);
    hmac_sha256(str_of(key, sizeof key), bytes, mac);
    wipe(key, sizeof key);
    b64url_encode(out, str_of(mac, sizeof mac));
}

void keyring_mac(const struct keyring *ring, const char *purpose, struct str bytes, struct buf *out)
{
    mac_under(&ring->roots[0], purpose, bytes, out);
}

bool keyring_mac_ok(const struct keyring *ring, const char *purpose, struct str bytes,
                    struct str mac)
{
    bool ok = false;
    for (size_t i = 0; i < ring->n && !ok; i++) {
        CLEANUP(buf_wipe) struct buf want = BUF_INIT(64);
        mac_under(&ring->roots[i], purpose, bytes, &want);
        ok = str_eq_secret(mac, buf_str(&want));
    }
    return ok;
}

// --- sealing ---

// Sets key and nonce and feeds what is authenticated but not encrypted: version, key id, the kind
// with its length (so that kind and context cannot run into each other), and the context.
static bool gcm_begin(EVP_CIPHER_CTX *ctx, const struct root *root, const char *kind,
                      struct str context, const uint8_t nonce[NONCE], int encrypt)
{
    uint8_t key[32];
    derive(root, FOR_SEAL, kind, key, sizeof key);
    bool ok = EVP_CipherInit_ex2(ctx, NULL, key, nonce, encrypt, NULL) == 1;
    wipe(key, sizeof key);
    struct str what = str_c(kind);
    uint8_t head[1 + KEY_ID + 1 + KIND_MAX] = { VERSION };
    memcpy(head + 1, root->id, KEY_ID);
    head[1 + KEY_ID] = (uint8_t)what.n;
    memcpy(head + 1 + KEY_ID + 1, what.p, what.n);
    int n;
    return ok && EVP_CipherUpdate(ctx, NULL, &n, head, (int)(1 + KEY_ID + 1 + what.n)) == 1 &&
           (context.n == 0 ||
            EVP_CipherUpdate(ctx, NULL, &n, (const unsigned char *)context.p, (int)context.n) == 1);
}

static void seal_with(const struct root *root, const char *kind, struct str context,
                      struct str plain, const uint8_t nonce[NONCE], struct buf *out)
{
    CLEANUP(buf_release) struct buf raw = BUF_INIT(SEALED_MAX);
    size_t total = HEADER + plain.n + TAG;
    uint8_t *p = (uint8_t *)buf_room(&raw, total);
    if (!p) {
        out->overflow = true;
        return;
    }
    p[0] = VERSION;
    memcpy(p + 1, root->id, KEY_ID);
    memcpy(p + 1 + KEY_ID, nonce, NONCE);
    EVP_CIPHER_CTX *ctx = crypto_thread()->cipher;
    int n = 0;
    bool ok = gcm_begin(ctx, root, kind, context, nonce, 1) &&
              (plain.n == 0 || EVP_CipherUpdate(ctx, p + HEADER, &n, (const unsigned char *)plain.p,
                                                (int)plain.n) == 1) &&
              EVP_CipherFinal_ex(ctx, p + HEADER + n, &n) == 1 &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, p + HEADER + plain.n) == 1;
    crypto_must(ok, "AES-256-GCM");
    buf_grown(&raw, total);
    b64url_encode(out, buf_str(&raw));
}

void seal(const struct keyring *ring, const char *kind, struct str context, struct str plain,
          struct buf *out)
{
    uint8_t nonce[NONCE];
    random_bytes(nonce, sizeof nonce);
    seal_with(&ring->roots[0], kind, context, plain, nonce, out);
}

// A nonce that is the same for the same input and, but for a chance of 2^-96, another for any
// other.
static void synthetic_nonce(const struct root *root, const char *kind, struct str context,
                            struct str plain, uint8_t ret[NONCE])
{
    uint8_t key[SHA256_SIZE], mac[SHA256_SIZE], length[8];
    derive(root, FOR_SAME, kind, key, sizeof key);
    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)((uint64_t)context.n >> (8 * i));
    const struct str parts[] = { str_of(length, sizeof length), context, plain };
    hmac_sha256_parts(str_of(key, sizeof key), parts, ARRAY_LEN(parts), mac);
    memcpy(ret, mac, NONCE);
    wipe(key, sizeof key);
}

void seal_same(const struct keyring *ring, const char *kind, struct str context, struct str plain,
               struct buf *out)
{
    uint8_t nonce[NONCE];
    synthetic_nonce(&ring->roots[0], kind, context, plain, nonce);
    seal_with(&ring->roots[0], kind, context, plain, nonce, out);
}

// One text for every reason: who tries values learns nothing.
static bool refused(struct err *err)
{
    return err_set(err, ERR_SEAL,
                   "the value was not issued by this server for this use, or it was "
                   "changed on the way");
}

// Decrypts in place; what does not authenticate is wiped.
static bool open_raw(const struct keyring *ring, const char *kind, struct str context,
                     struct buf *raw)
{
    uint8_t *p = (uint8_t *)raw->p;
    if (raw->n < HEADER + TAG || p[0] != VERSION)
        return false;
    const struct root *root = root_by_id(ring, p + 1);
    if (!root)
        return false;
    size_t text_n = raw->n - HEADER - TAG;
    uint8_t *text = p + HEADER;
    EVP_CIPHER_CTX *ctx = crypto_thread()->cipher;
    int n = 0;
    return gcm_begin(ctx, root, kind, context, p + 1 + KEY_ID, 0) &&
           (text_n == 0 || EVP_CipherUpdate(ctx, text, &n, text, (int)text_n) == 1) &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, text + text_n) == 1 &&
           EVP_CipherFinal_ex(ctx, text + n, &n) == 1;
}

bool unseal(const struct keyring *ring, const char *kind, struct str context, struct str sealed,
            struct buf *ret_plain, struct err *err)
{
    CLEANUP(buf_wipe) struct buf raw = BUF_INIT(SEALED_MAX);
    if (!b64url_decode(&raw, sealed) || !open_raw(ring, kind, context, &raw))
        return refused(err);
    struct str plain = str_slice(buf_str(&raw), HEADER, raw.n - TAG);
    if (!buf_ok(ret_plain) || plain.n > ret_plain->max - ret_plain->n)
        return refused(err);
    buf_add(ret_plain, plain);
    return true;
}
