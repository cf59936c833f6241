// SPDX-License-Identifier: MIT
#include <pthread.h>

#include "app/try_int.h"
#include "base/clock.h"
#include "http/http.h"

struct listener {
    struct http_server *server;
    struct http_route routes[2];
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    bool done; // under lock, as the values in the try that the callback fills
    struct try *t;
};

static const char *const done_page =
    "<!doctype html><html lang=\"en\"><title>Signed in</title><body><h1>Done</h1>"
    "<p>You may close this window and go back to the terminal.</p></body></html>";

static struct str take(struct listener *l, struct exchange *ex, const char *name)
{
    return arena_str(l->t->arena, http_query(ex, name));
}

static void on_callback(struct exchange *ex, void *ctx)
{
    struct listener *l = ctx;
    pthread_mutex_lock(&l->lock);
    if (!l->done) {
        l->t->callback_code = take(l, ex, "code");
        l->t->callback_state = take(l, ex, "state");
        l->t->callback_iss = take(l, ex, "iss");
        l->t->callback_error = take(l, ex, "error");
        l->t->callback_description = take(l, ex, "error_description");
        l->done = true;
        pthread_cond_signal(&l->arrived);
    }
    pthread_mutex_unlock(&l->lock);
    http_reply(ex, 200, "text/html; charset=utf-8", str_c(done_page));
}

bool try_listen(struct try *t, struct err *err)
{
    struct listener *l = calloc(1, sizeof(*l));
    if (!l)
        abort();
    *l = (struct listener){ .t = t,
                            .routes = { { HTTP_GET, "/callback", .handler = on_callback, .ctx = l },
                                        { .path = NULL } } };
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->arrived, &monotonic);
    pthread_condattr_destroy(&monotonic);
    t->listener = l;
    const struct http_config config = {
        .host = "127.0.0.1", .routes = l->routes, .threads = 1, .workers = 1, .max_connections = 16
    };
    if (!http_server_new(&config, &l->server, err))
        return false;
    t->redirect_uri =
        arena_printf(t->arena, "http://localhost:%d/callback", http_server_port(l->server));
    return true;
}

bool try_wait_callback(struct try *t, int64_t seconds)
{
    struct listener *l = t->listener;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&l->lock);
    int rc = 0;
    while (!l->done && rc == 0)
        rc = pthread_cond_timedwait(&l->arrived, &l->lock, &until);
    bool done = l->done;
    pthread_mutex_unlock(&l->lock);
    return done;
}

void try_unlisten(struct try *t)
{
    struct listener *l = t->listener;
    if (!l)
        return;
    if (l->server)
        http_server_stop(l->server, 1000);
    pthread_cond_destroy(&l->arrived);
    pthread_mutex_destroy(&l->lock);
    free(l);
    t->listener = NULL;
}
