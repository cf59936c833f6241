// SPDX-License-Identifier: MIT
// What only the store in Redis does, against a real redis-server: servers that are not there, die,
// hang, refuse or are set up wrong; passwords; lost answers; what the operator reads.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/store_int.h"
#include "redis_server.h"

#define THREADS 64

static struct redis_server redis;
static struct spent_store *store;
static FILE *log_file;

static int setup(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    log_file = tmpfile();
    log_setup(fileno(log_file), LOG_FORMAT_TEXT, LOG_INFO);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    if (redis.pid)
        kill(redis.pid, SIGCONT);
    spent_free(store);
    store = NULL;
    redis_server_end(&redis);
    log_setup(2, LOG_FORMAT_TEXT, LOG_INFO);
    fclose(log_file);
    return 0;
}

static const char *logged(void)
{
    static char text[65536];
    ssize_t n = pread(fileno(log_file), text, sizeof(text) - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void await_log(const char *part)
{
    for (int i = 0; i < 500; i++) {
        if (strstr(logged(), part))
            return;
        pause_ms(10);
    }
    fail_msg("\"%s\" is not in the log:\n%s", part, logged());
}

static struct spent_store *opened(const char *url)
{
    struct spent_store *s = NULL;
    struct err err = { 0 };
    if (!spent_redis_new(url, &s, &err))
        fail_msg("%s", err.text);
    return s;
}

static const char *url_with(const char *before, const char *behind)
{
    static char url[256];
    snprintf(url, sizeof(url), "redis://%s127.0.0.1:%d%s", before, redis.port, behind);
    return url;
}

static enum spent claim(const char *key)
{
    return spent_claim(store, str_c(key), 60, NULL);
}

// Milliseconds that a claim took to be refused.
static int64_t refused_after(const char *key)
{
    int64_t start = clock_mono_ms();
    assert_int_equal(claim(key), SPENT_UNAVAILABLE);
    return clock_mono_ms() - start;
}

// Claims fresh keys until one is first, as a server does that comes back by itself.
static void await_recovery(void)
{
    char key[32];
    for (int i = 0; i < 800; i++) {
        snprintf(key, sizeof(key), "recovery%d", i);
        if (claim(key) == SPENT_FIRST)
            return;
        pause_ms(10);
    }
    fail_msg("it does not recover:\n%s", logged());
}

// --- URLs ---

static void wrong_urls_are_named_and_not_repeated(void **state)
{
    (void)state;
    static const struct {
        const char *url, *says;
    } wrong[] = {
        { "", "scheme" },
        { "hunter2", "scheme" },
        { "localhost:6379", "scheme" },
        { "http://:hunter2@localhost", "scheme" },
        { "redis:/localhost", "scheme" },
        { "redis://", "host" },
        { "redis://:hunter2@", "host" },
        { "redis://:hunter2@/0", "host" },
        { "redis://hunter2@localhost", "without a password" },
        { "redis://user:@localhost", "without a password" },
        { "redis://:%hunter2@localhost", "percent-encoded" },
        { "redis://:hunter2%00@localhost", "percent-encoded" },
        { "redis://u%zz:hunter2@localhost", "percent-encoded" },
        { "redis://:hun/ter2@localhost", "port" },
        { "redis://:hun?ter2@localhost", "port" },
        { "redis://:hun#ter2@localhost", "'#'" },
        { "redis://:hunter2@local host", "host" },
        { "redis://:hunter2@localhost:", "port" },
        { "redis://:hunter2@localhost:0", "port" },
        { "redis://:hunter2@localhost:65536", "port" },
        { "redis://:hunter2@localhost:6379x", "port" },
        { "redis://:hunter2@[::1", "]" },
        { "redis://:hunter2@[::1]6379", "]" },
        { "redis://:hunter2@localhost/minus", "database" },
        { "redis://:hunter2@localhost/-1", "database" },
        { "redis://:hunter2@localhost/10000", "database" },
        { "redis://:hunter2@localhost/0/1", "database" },
        { "redis://:hunter2@localhost?db=x", "database" },
        { "redis://:hunter2@localhost?prefix=%", "prefix" },
        { "redis://:hunter2@localhost?password=hunter2", "parameter" },
        { "redis+unix://localhost", "path" },
        { "redis+unix://", "path" },
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct err err = { 0 };
        if (spent_redis_url_ok(wrong[i].url, &err))
            fail_msg("taken: %s", wrong[i].url);
        assert_int_equal(err.code, ERR_CONFIG);
        if (!strstr(err.text, wrong[i].says))
            fail_msg("%s: \"%s\" is not in: %s", wrong[i].url, wrong[i].says, err.text);
        assert_null(strstr(err.text, "hunter2"));
        assert_null(strstr(err.text, "ter2"));
        assert_false(spent_redis_new(wrong[i].url, &store, &err));
    }
}

static void a_long_prefix_is_refused(void **state)
{
    (void)state;
    char url[128];
    struct err err = { 0 };
    snprintf(url, sizeof(url), "redis://localhost?prefix=%064d", 0);
    assert_true(spent_redis_url_ok(url, &err));
    snprintf(url, sizeof(url), "redis://localhost?prefix=%065d", 0);
    assert_false(spent_redis_url_ok(url, &err));
    assert_non_null(strstr(err.text, "64 bytes"));
}

static void good_urls_are_shown_without_their_secrets(void **state)
{
    (void)state;
    static const struct {
        const char *url, *shown;
    } good[] = {
        { "redis://localhost", "redis://localhost:6379/0" },
        { "REDIS://localhost/", "redis://localhost:6379/0" },
        { "redis://:hunter2@redis.example:6380/15", "redis://redis.example:6380/15" },
        { "redis://user:hun%2fter2@10.0.0.1", "redis://10.0.0.1:6379/0" },
        { "redis://user:h@nter2:%25@10.0.0.1?db=3", "redis://10.0.0.1:6379/3" },
        { "redis://[::1]:7000/1?prefix=mine:", "redis://[::1]:7000/1" },
        { "redis+unix:///run/redis.sock?db=2", "redis+unix:///run/redis.sock?db=2" },
        { "unix:///run/redis%20one.sock", "unix:///run/redis one.sock?db=0" },
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct err err = { 0 };
        if (!spent_redis_url_ok(good[i].url, &err))
            fail_msg("%s: %s", good[i].url, err.text);
    }
    for (size_t i = 0; i < ARRAY_LEN(good); i += 6) { // the others would look up names
        store = opened(good[i].url);
        assert_string_equal(spent_where(store), good[i].shown);
        assert_string_equal(spent_name(store), "redis");
        spent_free(store);
        store = NULL;
    }
}

static void tls_works_or_says_what_to_do(void **state)
{
    (void)state;
    struct err err = { 0 };
    if (spent_redis_url_ok("rediss://:hunter2@localhost", &err))
        return; // this build has it
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.text, "stunnel"));
    assert_non_null(strstr(err.text, "hiredis_ssl"));
    assert_null(strstr(err.text, "hunter2"));
}

static bool has_tls(void)
{
    struct err ignored;
    return spent_redis_url_ok("rediss://localhost", &ignored);
}

// Certificates of the test's own authority, for this name or address; files in the server's folder.
static void make_certificates(const char *name)
{
    char command[2048];
    snprintf(command, sizeof(command),
             "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
             "-keyout ca.key -out ca.pem -subj /CN=test -days 2 2>/dev/null && "
             "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem "
             "-subj /CN=redis -out req.pem 2>/dev/null && echo subjectAltName=%s >ext && "
             "openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
             "-extfile ext -out cert.pem 2>/dev/null",
             redis.dir, name);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c)
    snprintf(command, sizeof(command), "%s/ca.pem", redis.dir);
    setenv("SSL_CERT_FILE", command, 1);
}

static void start_with_tls(const char *name, char url[64])
{
    char path[3][64], port[8];
    int free_port;
    redis_server_start(&redis, NULL); // for its folder
    redis_server_kill(&redis);
    make_certificates(name);
    close(listen_below(&free_port));
    snprintf(port, sizeof(port), "%d", free_port);
    static const char *const files[] = { "cert.pem", "key.pem", "ca.pem" };
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        snprintf(path[i], sizeof(path[i]), "%s/%s", redis.dir, files[i]);
    const char *const args[] = { "--tls-port",
                                 port,
                                 "--tls-cert-file",
                                 path[0],
                                 "--tls-key-file",
                                 path[1],
                                 "--tls-ca-cert-file",
                                 path[2],
                                 "--tls-auth-clients",
                                 "no",
                                 NULL };
    redis_server_start(&redis, args);
    snprintf(url, 64, "rediss://127.0.0.1:%d", free_port);
}

static void over_tls(void **state)
{
    (void)state;
    char url[64];
    if (!has_tls())
        return;
    start_with_tls("IP:127.0.0.1,DNS:localhost", url);
    store = opened(url);
    assert_int_equal(claim("a"), SPENT_FIRST);
    assert_int_equal(claim("a"), SPENT_AGAIN);
    spent_free(store);
    snprintf(url, sizeof(url), "redis%s", strstr(url, "://")); // plain words to the TLS port
    store = opened(url);
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    spent_free(store);
    snprintf(url, sizeof(url), "rediss://127.0.0.1:%d", redis.port); // TLS to the plain port
    store = opened(url);
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("no TLS");
}

static void certificates_are_checked(void **state)
{
    (void)state;
    char url[64];
    if (!has_tls())
        return;
    start_with_tls("IP:127.0.0.2,DNS:redis.example", url);
    store = opened(url);
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("IP address mismatch");
    spent_free(store);
    unsetenv("SSL_CERT_FILE");
    store = opened(url);
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("SSL_CERT_FILE names further");
    assert_non_null(strstr(logged(), "the certificate is not accepted"));
}

// --- servers that are not there ---

static void not_there_at_the_start(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    redis_server_kill(&redis);
    store = opened(redis.url);
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    assert_false(spent_put(store, STR("a"), STR("v"), 60));
    assert_int_equal(spent_look(store, STR("a"), NULL), SPENT_UNAVAILABLE);
    assert_true(refused_after("a") < 200);
    await_log("ERROR");
    await_log("Connection refused");
    redis_server_start(&redis, NULL);
    await_recovery();
    await_log("the store of spent codes is back");
    assert_int_equal(claim("a"), SPENT_FIRST); // nothing was claimed while it was away
}

static void no_such_name(void **state)
{
    (void)state;
    store = opened("redis://no-such-host.invalid");
    int64_t start = clock_mono_ms();
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    assert_true(clock_mono_ms() - start < 2500);
    await_log("no-such-host.invalid");
}

static void killed_and_back_with_its_data(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    assert_int_equal(claim("before"), SPENT_FIRST);
    assert_true(spent_put(store, STR("mark"), STR("v"), 60));
    redis_server_kill(&redis);
    for (int i = 0; i < 20; i++)
        assert_true(refused_after("during") < 300);
    assert_int_equal(spent_look(store, STR("before"), NULL), SPENT_UNAVAILABLE);
    redis_server_start(&redis, NULL);
    await_recovery();
    assert_int_equal(claim("before"), SPENT_AGAIN);
    assert_int_equal(spent_look(store, STR("mark"), NULL), SPENT_AGAIN);
    assert_int_equal(claim("during"), SPENT_FIRST);
}

// What lies idle in the pool is dead then; nobody notices.
static void restarted_between_calls(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    for (int i = 0; i < 5; i++) {
        char key[16];
        snprintf(key, sizeof(key), "k%d", i);
        assert_int_equal(claim(key), SPENT_FIRST);
        assert_int_equal(claim(key), SPENT_AGAIN);
        redis_server_kill(&redis);
        redis_server_start(&redis, NULL);
        assert_int_equal(claim(key), SPENT_AGAIN);
    }
    assert_null(strstr(logged(), "ERROR"));
}

static void *claim_own(void *arg)
{
    char key[16];
    snprintf(key, sizeof(key), "t%d", (int)(intptr_t)arg);
    int64_t start = clock_mono_ms();
    enum spent answer = claim(key);
    return (void *)(intptr_t)(answer == SPENT_UNAVAILABLE ? clock_mono_ms() - start : -1);
}

static void hung_and_awake_again(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    assert_int_equal(claim("before"), SPENT_FIRST);
    kill(redis.pid, SIGSTOP);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, claim_own, (void *)(intptr_t)i), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *took;
        pthread_join(threads[i], &took);
        assert_in_range((intptr_t)took, 0, 3000); // no worker waits longer
    }
    await_log("does not answer within 1000 ms");
    for (int i = 0; i < 50; i++)
        assert_true(refused_after("more") < 50); // and once it is known, none waits at all
    kill(redis.pid, SIGCONT);
    await_recovery();
    assert_int_equal(claim("before"), SPENT_AGAIN);
}

static void hung_at_the_start(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    kill(redis.pid, SIGSTOP);
    store = opened(redis.url);
    assert_true(refused_after("a") < 2500);
    kill(redis.pid, SIGCONT);
    await_recovery();
}

static void not_a_redis(void **state)
{
    (void)state;
    int port, fd = listen_below(&port);
    char url[64];
    snprintf(url, sizeof(url), "redis://127.0.0.1:%d", port);
    store = opened(url);
    int peer = accept(fd, NULL, NULL);
    dprintf(peer, "HTTP/1.1 400 Bad Request\r\n\r\n");
    close(fd);
    await_log("speaks another protocol");
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    close(peer);
}

// --- passwords ---

static void passwords_and_users(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    redis_say(&redis, "ACL SETUSER mcp on >hunter2 ~{zscaler-mcp}:* +eval +hmget +hget +hset "
                      "+hdel +ttl +expire +select +info");
    redis_say(&redis, "CONFIG SET requirepass p@ss/w:rd%");
    store = opened(url_with(":p%40ss%2Fw%3Ard%25@", ""));
    assert_int_equal(claim("a"), SPENT_FIRST);
    spent_free(store);
    store = opened(url_with("mcp:hunter2@", ""));
    assert_int_equal(claim("a"), SPENT_AGAIN);
    assert_int_equal(claim("b"), SPENT_FIRST);
    assert_true(spent_put(store, STR("b"), STR("v"), 60));
    assert_int_equal(spent_look(store, STR("b"), NULL), SPENT_AGAIN);
    spent_free(store);
    store = opened(url_with("mcp:hunter2@", "?prefix=foreign:")); // not its pattern
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("ACL SETUSER");
    assert_null(strstr(logged(), "hunter2"));
    assert_null(strstr(logged(), "p@ss"));
}

static void wrong_passwords_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *user, *says, *fix;
    } wrong[] = {
        { "", "NOAUTH", "redis://:password@host" },
        { ":hunter2@", "WRONGPASS", "correct the user or password" },
        { "nobody:hunter2@", "WRONGPASS", "correct the user or password" },
    };
    const char *const args[] = { "--requirepass", "right", NULL };
    redis_server_start(&redis, args);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        store = opened(url_with(wrong[i].user, ""));
        assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
        await_log(wrong[i].says);
        await_log(wrong[i].fix);
        assert_null(strstr(logged(), "hunter2"));
        spent_free(store);
    }
    store = opened(url_with(":right@", "/99"));
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("a database that this Redis does not have");
}

static void a_password_where_none_is_set(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    store = opened(url_with(":hunter2@", ""));
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("take the password out of ZSCALER_MCP_STORE");
    assert_null(strstr(logged(), "hunter2"));
}

// --- servers that refuse ---

static void full_refuses_and_recovers(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    assert_int_equal(claim("before"), SPENT_FIRST);
    redis_say(&redis, "CONFIG SET maxmemory-policy noeviction");
    redis_say(&redis, "CONFIG SET maxmemory 1");
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    assert_false(spent_put(store, STR("a"), STR("v"), 60));
    assert_int_equal(claim("before"), SPENT_AGAIN); // what is known stays known
    assert_int_equal(spent_look(store, STR("before"), NULL), SPENT_AGAIN);
    await_log("raise its maxmemory");
    redis_say(&redis, "CONFIG SET maxmemory 0");
    assert_int_equal(claim("a"), SPENT_FIRST);
}

static void full_at_the_start(void **state)
{
    (void)state;
    const char *const args[] = { "--maxmemory", "1", NULL };
    redis_server_start(&redis, args);
    store = opened(redis.url);
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    assert_int_equal(spent_look(store, STR("a"), NULL), SPENT_FIRST);
    await_log("raise its maxmemory");
    redis_say(&redis, "CONFIG SET maxmemory 0");
    assert_int_equal(claim("a"), SPENT_FIRST);
}

static void a_replica_is_not_written_to(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    assert_int_equal(claim("before"), SPENT_FIRST);
    redis_say(&redis, "REPLICAOF 127.0.0.1 1");
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("must lead to the primary");
    redis_say(&redis, "REPLICAOF NO ONE");
    await_recovery();
    assert_int_equal(claim("before"), SPENT_AGAIN);
    assert_int_equal(claim("a"), SPENT_FIRST);
}

static void a_cluster_that_is_none_yet(void **state)
{
    (void)state;
    // The cluster's own port is the server's + 10,000 unless told, which outgoing connections may
    // have.
    char bus[8];
    int port;
    close(listen_below(&port));
    snprintf(bus, sizeof bus, "%d", port);
    const char *const args[] = { "--cluster-enabled", "yes", "--cluster-port", bus, NULL };
    redis_server_start(&redis, args);
    store = opened(redis.url);
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("CLUSTERDOWN");
    redis_say(&redis, "CLUSTER ADDSLOTSRANGE 0 16383");
    await_recovery(); // one node with all slots serves us
}

static void in_use_by_another_program(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    redis_say(&redis, "SET {zscaler-mcp}:text x");
    redis_say(&redis, "HSET {zscaler-mcp}:hash expires soon");
    redis_say(&redis, "HSET {zscaler-mcp}:until expires 9999999999 until soon value x");
    assert_int_equal(claim("text"), SPENT_UNAVAILABLE);
    assert_int_equal(spent_look(store, STR("text"), NULL), SPENT_UNAVAILABLE);
    assert_int_equal(claim("hash"), SPENT_UNAVAILABLE);
    assert_int_equal(spent_look(store, STR("hash"), NULL), SPENT_UNAVAILABLE);
    assert_int_equal(spent_look(store, STR("until"), NULL), SPENT_UNAVAILABLE);
    assert_int_equal(claim("until"), SPENT_UNAVAILABLE);
    await_log("?prefix=name:");
    assert_int_equal(claim("ours"), SPENT_FIRST);
}

static void as_many_clients_as_it_takes(void **state)
{
    (void)state;
    const char *const args[] = { "--maxclients", "1", NULL };
    redis_server_start(&redis, args);
    char pong[16] = "";
    int only = -1;
    while (pong[0] != '+') { // until whoever saw it start is gone
        close(only);
        only = dial_port(redis.port);
        dprintf(only, "PING\r\n");
        assert_true(read(only, pong, sizeof(pong)) > 0);
    }
    store = opened(redis.url);
    assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
    await_log("maxclients");
    close(only);
    await_recovery();
}

// --- refusals that a real server is hard to bring to ---

struct fake {
    int fd;
    const char *answer;
};

// Answers every connection's first bytes with one line.
static void *refuse_all(void *arg)
{
    struct fake *f = arg;
    char bytes[4096];
    for (int fd; (fd = accept(f->fd, NULL, NULL)) >= 0; close(fd))
        if (read(fd, bytes, sizeof(bytes)) > 0)
            dprintf(fd, "-%s\r\n", f->answer);
    return NULL;
}

static void refusals_say_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *answer, *fix;
    } rows[] = {
        { "LOADING Redis is loading the dataset in memory", "wait" },
        { "MOVED 3999 10.0.0.9:6381", "MOVED 3999 10.0.0.9:6381" },
        { "MOVED 3999 10.0.0.9:6381", "belong to the node named here" },
        { "ASK 3999 10.0.0.9:6381", "without cluster mode" },
        { "MASTERDOWN Link with MASTER is down", "must lead to the primary" },
        { "MISCONF Errors writing to the AOF file: No space left on device", "disk" },
        { "NOREPLICAS Not enough good replicas to write.", "min-replicas-to-write" },
        { "BUSY Redis is busy running a script.", "SCRIPT KILL" },
        { "DENIED Redis is running in protected mode", "requirepass" },
        { "ERR invalid password", "correct the password" },
        { "ERR Client sent AUTH, but no password is set", "take the password out" },
        { "ERR Error running script (call to f_0): @user_script:1: -READONLY You can't write",
          "primary" },
        { "ERR unknown command 'AUTH', with args beginning with: 'hunter2' ", "Redis 5 or newer" },
        { "ERR something never seen before", "something never seen before" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int port;
        struct fake fake = { .answer = rows[i].answer };
        fake.fd = listen_below(&port);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, refuse_all, &fake), 0);
        char url[64];
        snprintf(url, sizeof(url), "redis://:hunter2@127.0.0.1:%d", port);
        assert_int_equal(ftruncate(fileno(log_file), 0), 0);
        lseek(fileno(log_file), 0, SEEK_SET);
        store = opened(url);
        assert_int_equal(claim("a"), SPENT_UNAVAILABLE);
        await_log(rows[i].fix);
        assert_null(strstr(logged(), "hunter2"));
        spent_free(store);
        store = NULL;
        shutdown(fake.fd, SHUT_RDWR);
        pthread_join(thread, NULL);
        close(fake.fd);
    }
}

// --- lost answers ---

struct relay {
    int fd, to;        // listener; port of the real server
    _Atomic bool lose; // the next answer: the connection ends instead
};

static bool pass(int from, int to)
{
    char bytes[4096];
    ssize_t n = read(from, bytes, sizeof(bytes));
    return n > 0 && write(to, bytes, (size_t)n) == n;
}

struct relayed {
    struct relay *relay;
    int client;
};

static void *relay_one(void *arg)
{
    struct relayed one = *(struct relayed *)arg;
    free(arg);
    int server = dial_port(one.relay->to);
    struct pollfd p[] = { { .fd = one.client, .events = POLLIN },
                          { .fd = server, .events = POLLIN } };
    while (server >= 0 && poll(p, 2, -1) > 0) {
        if (p[0].revents && !pass(one.client, server))
            break;
        if (p[1].revents && atomic_exchange(&one.relay->lose, false))
            break;
        if (p[1].revents && !pass(server, one.client))
            break;
    }
    close(server);
    close(one.client);
    return NULL;
}

static void *relay_all(void *arg)
{
    struct relay *relay = arg;
    for (int fd; (fd = accept(relay->fd, NULL, NULL)) >= 0;) {
        struct relayed *one = malloc(sizeof(*one));
        *one = (struct relayed){ .relay = relay, .client = fd };
        pthread_t thread;
        pthread_create(&thread, NULL, relay_one, one);
        pthread_detach(thread);
    }
    return NULL;
}

// Redis has run the claim, and the connection dies before its answer is here: asked again, it is
// still the same claim.
static void a_claim_whose_answer_is_lost(void **state)
{
    (void)state;
    static struct relay relay;
    int port;
    redis_server_start(&redis, NULL);
    relay = (struct relay){ .fd = listen_below(&port), .to = redis.port };
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, relay_all, &relay), 0);
    char url[64];
    snprintf(url, sizeof(url), "redis://127.0.0.1:%d", port);
    store = opened(url);
    assert_int_equal(claim("warm"), SPENT_FIRST);
    for (int i = 0; i < 10; i++) {
        char key[16];
        snprintf(key, sizeof(key), "k%d", i);
        atomic_store(&relay.lose, true);
        assert_int_equal(claim(key), SPENT_FIRST);
        assert_false(atomic_load(&relay.lose));
        assert_int_equal(claim(key), SPENT_AGAIN);
        atomic_store(&relay.lose, true);
        assert_int_equal(claim(key), SPENT_AGAIN); // somebody else's stays somebody else's
        atomic_store(&relay.lose, true);
        assert_true(spent_put(store, str_c(key), STR("v"), 60));
    }
    spent_free(store);
    store = NULL;
    shutdown(relay.fd, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(relay.fd);
}

// --- what is in Redis ---

static long ttl_of(const char *key)
{
    char line[128];
    snprintf(line, sizeof(line), "TTL %s", key);
    return strtol(redis_say(&redis, line) + 1, NULL, 10);
}

static void redis_forgets_by_itself_and_later_than_we(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    assert_int_equal(claim("a"), SPENT_FIRST);
    assert_in_range(ttl_of("{zscaler-mcp}:a"), 355, 360);
    assert_true(spent_put(store, STR("a"), STR("grace"), 10)); // shortens nothing
    assert_in_range(ttl_of("{zscaler-mcp}:a"), 355, 360);
    assert_true(spent_put(store, STR("a"), STR("long"), 1000));
    assert_in_range(ttl_of("{zscaler-mcp}:a"), 1295, 1300);
    assert_true(spent_put(store, STR("b"), STR("v"), 100));
    assert_in_range(ttl_of("{zscaler-mcp}:b"), 395, 400);
    spent_claim(store, STR("ever"), INT64_MAX, NULL);
    assert_in_range(ttl_of("{zscaler-mcp}:ever"), SPENT_TTL_MAX, SPENT_TTL_MAX + 300);
    assert_in_range(ttl_of("{zscaler-mcp}:probe"), 1, 301);
}

// A replica whose clock is behind by minutes still sees what was spent.
static void clocks_that_differ(void **state)
{
    (void)state;
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    int64_t now = clock_now();
    assert_int_equal(spent_claim(store, STR("a"), 1, NULL), SPENT_FIRST);
    clock_freeze(now - 240);
    pause_ms(2100); // for Redis the second is over
    assert_int_equal(spent_claim(store, STR("a"), 60, NULL), SPENT_AGAIN);
    clock_freeze(0);
}

static void prefixes_databases_and_sockets(void **state)
{
    (void)state;
    char path[64], url[128];
    redis_server_start(&redis, NULL); // for its folder
    redis_server_kill(&redis);
    snprintf(path, sizeof(path), "%s/redis.sock", redis.dir);
    const char *const args[] = { "--unixsocket", path, NULL };
    redis_server_start(&redis, args);
    snprintf(url, sizeof(url), "redis+unix://%s?db=3", path);
    static const char *const behind[] = { "", "?prefix=mine:", "/3", "?db=4", "?prefix=" };
    static const char *const exists[] = { "EXISTS {zscaler-mcp}:k", "EXISTS mine:k", NULL, NULL,
                                          "EXISTS k" };
    for (size_t i = 0; i < ARRAY_LEN(behind); i++) {
        store = opened(url_with("", behind[i]));
        assert_int_equal(claim("k"), SPENT_FIRST);
        assert_int_equal(claim("k"), SPENT_AGAIN);
        if (exists[i])
            assert_string_equal(redis_say(&redis, exists[i]), ":1\r\n");
        spent_free(store);
    }
    store = opened(url);
    assert_int_equal(claim("k"), SPENT_AGAIN); // the same database 3
    assert_int_equal(claim("l"), SPENT_FIRST);
}

static void settings_that_make_it_forget_are_warned_of(void **state)
{
    (void)state;
    const char *const args[] = { "--appendonly", "no", "--maxmemory-policy", "allkeys-lru", NULL };
    redis_server_start(&redis, args);
    store = opened(redis.url);
    assert_int_equal(claim("a"), SPENT_FIRST);
    await_log("set maxmemory-policy noeviction");
    await_log("set appendonly yes");
    await_log("version=");
}

// --- many at once ---

static struct spent_store *replicas[2];
static pthread_barrier_t line_up;

static void *claim_at_a_replica(void *arg)
{
    struct spent_store *s = replicas[(intptr_t)arg % 2];
    pthread_barrier_wait(&line_up);
    return (void *)(intptr_t)spent_claim(s, STR("code:contested"), 60, NULL);
}

static void one_of_many_threads_of_two_replicas_is_first(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    redis_server_start(&redis, NULL);
    replicas[0] = opened(redis.url);
    replicas[1] = opened(redis.url);
    int answers[3] = { 0 };
    pthread_barrier_init(&line_up, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, claim_at_a_replica, (void *)(intptr_t)i),
                         0);
    for (size_t i = 0; i < THREADS; i++) {
        void *answer;
        pthread_join(threads[i], &answer);
        answers[(intptr_t)answer]++;
    }
    pthread_barrier_destroy(&line_up);
    assert_int_equal(answers[SPENT_FIRST], 1);
    assert_int_equal(answers[SPENT_AGAIN], THREADS - 1);
    const char *clients = strstr(redis_say(&redis, "INFO clients"), "connected_clients:");
    assert_non_null(clients);
    assert_in_range(strtol(clients + 18, NULL, 10), 3, 2 * 16 + 1); // pools are bounded
    spent_free(replicas[0]);
    spent_free(replicas[1]);
}

static void *claim_fifty(void *arg)
{
    intptr_t firsts = 0;
    char key[32];
    for (int i = 0; i < 50; i++) {
        snprintf(key, sizeof(key), "%d:%d", (int)(intptr_t)arg, i);
        firsts += claim(key) == SPENT_FIRST;
    }
    return (void *)firsts;
}

// Two connections are all there are: calls take turns, and none is refused.
static void fewer_connections_than_wanted(void **state)
{
    (void)state;
    pthread_t threads[32];
    const char *const args[] = { "--maxclients", "2", NULL };
    redis_server_start(&redis, args);
    store = opened(redis.url);
    await_recovery(); // whoever saw it start may still have one
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, claim_fifty, (void *)(intptr_t)i), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *firsts;
        pthread_join(threads[i], &firsts);
        assert_int_equal((intptr_t)firsts, 50);
    }
    await_log("raise Redis' maxclients");
}

static _Atomic bool over;

// How often it was first; -1000000: twice for one key.
static void *claim_on_and_on(void *arg)
{
    intptr_t firsts = 0;
    char key[32];
    for (int i = 0; !atomic_load(&over); i++) {
        snprintf(key, sizeof(key), "%d:%d", (int)(intptr_t)arg, i);
        int first = 0;
        for (int again = 0; again < 3; again++)
            first += claim(key) == SPENT_FIRST;
        firsts += first > 1 ? -1000000 : first;
    }
    return (void *)firsts;
}

// Killed and started under load, several times: nothing is first twice, and it serves on.
static void killed_under_load(void **state)
{
    (void)state;
    pthread_t threads[24];
    redis_server_start(&redis, NULL);
    store = opened(redis.url);
    atomic_store(&over, false);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, claim_on_and_on, (void *)(intptr_t)i),
                         0);
    for (int i = 0; i < 4; i++) {
        pause_ms(150);
        redis_server_kill(&redis);
        pause_ms(50);
        redis_server_start(&redis, NULL);
    }
    pause_ms(300);
    atomic_store(&over, true);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *firsts;
        pthread_join(threads[i], &firsts);
        assert_true((intptr_t)firsts > 0);
    }
    await_recovery();
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(wrong_urls_are_named_and_not_repeated),
        T(a_long_prefix_is_refused),
        T(good_urls_are_shown_without_their_secrets),
        T(tls_works_or_says_what_to_do),
        T(over_tls),
        T(certificates_are_checked),
        T(not_there_at_the_start),
        T(no_such_name),
        T(killed_and_back_with_its_data),
        T(restarted_between_calls),
        T(hung_and_awake_again),
        T(hung_at_the_start),
        T(not_a_redis),
        T(passwords_and_users),
        T(wrong_passwords_are_explained),
        T(a_password_where_none_is_set),
        T(full_refuses_and_recovers),
        T(full_at_the_start),
        T(a_replica_is_not_written_to),
        T(a_cluster_that_is_none_yet),
        T(in_use_by_another_program),
        T(as_many_clients_as_it_takes),
        T(refusals_say_what_to_do),
        T(a_claim_whose_answer_is_lost),
        T(redis_forgets_by_itself_and_later_than_we),
        T(clocks_that_differ),
        T(prefixes_databases_and_sockets),
        T(settings_that_make_it_forget_are_warned_of),
        T(one_of_many_threads_of_two_replicas_is_first),
        T(fewer_connections_than_wanted),
        T(killed_under_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
