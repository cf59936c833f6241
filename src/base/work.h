// SPDX-License-Identifier: MIT
// A bounded pool of worker threads for plain blocking code.
#ifndef BASE_WORK_H
#define BASE_WORK_H

#include <stdbool.h>
#include <stddef.h>

struct work_pool;

// threads: how many run at once (started on demand, kept); queue: how many more may wait.
struct work_pool *work_pool_new(size_t threads, size_t queue);
// Waits for running and queued jobs, then ends the threads. NULL-safe.
void work_pool_free(struct work_pool *pool);
// Runs fn(arg) on a worker; false when the queue is full: the caller answers 503.
bool work_pool_submit(struct work_pool *pool, void (*fn)(void *), void *arg);
size_t work_pool_busy(struct work_pool *pool); // running and waiting

#endif
