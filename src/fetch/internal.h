// SPDX-License-Identifier: MIT
// What the files of fetch/ share. A task lives on the stack of the thread that called fetch(); it
// belongs to the loop thread from loop_submit until `done`. Lock order: task.lock is innermost and
// taken alone.
#ifndef FETCH_INTERNAL_H
#define FETCH_INTERNAL_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/url.h"
#include "fetch/fetch.h"

#define FETCH_TIMEOUT_MS  30000
#define FETCH_MAX_BYTES   (16u * 1024 * 1024)
#define FETCH_MAX_HEADERS (256 * 1024)
#define FETCH_MAX_IDLE    64 // easy handles kept for the next fetch

enum stop_reason { STOP_NONE, STOP_CANCELLED, STOP_LATE };

struct task {
    // set before loop_submit
    const struct fetch_request *request;
    struct fetcher *fetcher;
    struct url url;
    CURL *easy;
    struct curl_slist *headers;
    struct fetch_response *response;
    char error_text[CURL_ERROR_SIZE];
    int64_t began_ms, deadline_ms;
    // loop thread only while it runs
    struct task *prev, *next;
    CURLcode result;
    bool too_large, not_public;
    // any thread
    atomic_int stop; // enum stop_reason
    // under lock
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
};

struct fetcher {
    // immutable
    char *user_agent, *ca_file;
    pthread_t thread;
    int epoll_fd, wake_fd;
    // loop thread only
    CURLM *multi;
    struct task *running;
    int64_t timer_ms; // when curl wants to be called; -1: no wish
    // any thread
    atomic_bool stop_wanted; // some task's stop was set
    // under lock
    pthread_mutex_t lock;
    pthread_cond_t unused;
    struct task *incoming; // newest first
    CURL *idle[FETCH_MAX_IDLE];
    size_t idle_count;
    size_t users; // threads inside fetch()
    bool ending;
};

// loop.c
MUST_USE bool loop_start(struct fetcher *f, const struct fetch_config *config, struct err *err);
void loop_end(struct fetcher *f);
MUST_USE bool loop_submit(struct fetcher *f, struct task *t); // false: the fetcher is being freed
void loop_wake(struct fetcher *f);
void task_stop(struct task *t, enum stop_reason why); // any thread

// request.c: puts the request into t->easy
MUST_USE bool request_prepare(struct task *t, struct err *err);

// public.c: not loopback, private, link-local, shared, reserved, nor a tunnel into one of these.
bool address_is_public(const struct sockaddr *sa);

#endif
