// SPDX-License-Identifier: MIT
// Differential test: tokens of Node's crypto verify here, and ours there (differential.mjs).
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json/write.h"
#include "unit/jose/help.h"

#define MINE "{\"sub\":\"Zo\xc3\xab\",\"exp\":4102444800}"

extern char **environ;

static char dir[32], in[48], out[48];

static int setup(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/jose-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(in, sizeof in, "%s/in.json", dir);
    snprintf(out, sizeof out, "%s/out.json", dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(in);
    unlink(out);
    return rmdir(dir);
}

// The exit status; -1 when there is no such program.
static int run(char *const argv[])
{
    pid_t child;
    int status;
    if (posix_spawnp(&child, argv[0], NULL, NULL, argv, environ) != 0)
        return -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) == 127 ? -1 : WEXITSTATUS(status);
}

// One token of each algorithm, with its key.
static void write_ours(void)
{
    static const enum jws_alg algs[] = { JWS_RS256, JWS_PS256, JWS_RS384, JWS_RS512, JWS_PS384,
                                         JWS_PS512, JWS_ES256, JWS_ES384, JWS_ES512, JWS_EDDSA };
    struct buf json = BUF_INIT(64 * 1024);
    struct json_writer w;
    jw_init(&w, &json);
    jw_object(&w);
    jw_key(&w, "tokens");
    jw_array(&w);
    // Several of each but RSA: r and s of ECDSA must keep their leading zeros.
    for (size_t i = 0; i < 40; i++) {
        struct buf jwk = BUF_INIT(4096), token = BUF_INIT(4096);
        struct jwk *key = jwk_generate(algs[i < ARRAY_LEN(algs) ? i : 6 + i % 4]);
        jwk_public_json(key, STR(""), &jwk);
        jws_sign(key, STR("\"typ\":\"JWT\""), STR(MINE), &token);
        jw_object(&w);
        jw_kv_c(&w, "alg", jws_alg_name(jwk_alg(key)));
        jw_kv_raw(&w, "jwk", buf_str(&jwk));
        jw_kv(&w, "token", buf_str(&token));
        jw_kv_c(&w, "payload", MINE);
        jw_object_end(&w);
        jwk_free(key);
        buf_release(&jwk);
        buf_release(&token);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    assert_true(buf_ok(&json));
    FILE *f = fopen(in, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(json.p, 1, json.n, f), json.n);
    assert_int_equal(fclose(f), 0);
    buf_release(&json);
}

static void read_theirs(void)
{
    struct buf json = BUF_INIT(1024 * 1024);
    struct err err = { 0 };
    JSON_AUTO *tree = NULL;
    FILE *f = fopen(out, "r");
    assert_non_null(f);
    char *room = buf_room(&json, 512 * 1024);
    buf_grown(&json, fread(room, 1, 512 * 1024, f));
    fclose(f);
    assert_true(dom_parse_object(buf_str(&json), &tree, &err));
    struct jwks *keys = set_of(dom_str(tree, "jwks").p);
    assert_int_equal(jwks_count(keys), 10);
    const json_t *tokens = dom_get(tree, "tokens");
    assert_int_equal(json_array_size(tokens), 90);
    for (size_t i = 0; i < json_array_size(tokens); i++) {
        const json_t *one = json_array_get(tokens, i);
        enum jws_alg alg = jws_alg_by_name(dom_str(one, "alg"));
        bool good = dom_bool(one, "good", true);
        if (verified(dom_str(one, "token"), keys, alg, &err) != good)
            fail_msg("%s token %zu: %s", jws_alg_name(alg), i, err.text);
    }
    jwks_free(keys);
    buf_release(&json);
}

static void node_and_we_agree(void **state)
{
    (void)state;
    char node[] = "node", script[] = SOURCE_DIR "/tests/unit/jose/differential.mjs";
    char *const probe[] = { node, "-e", "", NULL };
    if (run(probe) != 0) {
        print_message("skipped: there is no working \"node\" in PATH to compare with\n");
        skip();
    }
    char *const compare[] = { node, script, in, out, NULL };
    write_ours();
    assert_int_equal(run(compare), 0);
    read_theirs();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(node_and_we_agree, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
