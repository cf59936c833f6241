// SPDX-License-Identifier: MIT
#include "base/work.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>

#include "base/mem.h"

struct job {
    void (*fn)(void *);
    void *arg;
};

// A worker that sleeps; the one that fell asleep last wakes first, because its memory is still
// warm.
struct sleeper {
    pthread_cond_t woken;
    bool called; // under the pool's lock
    struct sleeper *below;
};

struct work_pool {
    // immutable
    size_t threads, room; // room: jobs running and waiting at most
    // under lock
    pthread_mutex_t lock;
    struct sleeper *top; // of the stack of those that nobody called yet
    pthread_t *ids;
    size_t started, idle, called; // idle: on the stack; called: off it, not yet running
    struct job *ring;             // `room` places
    size_t head, waiting, running;
    bool ending;
};

struct work_pool *work_pool_new(size_t threads, size_t queue)
{
    assert(threads > 0);
    struct work_pool *pool = mem_zalloc(1, sizeof(*pool));
    pool->threads = threads;
    pool->room = threads + queue;
    pool->ids = mem_zalloc(threads, sizeof(pthread_t));
    pool->ring = mem_zalloc(pool->room, sizeof(struct job));
    pthread_mutex_init(&pool->lock, NULL);
    return pool;
}

static struct job take_job(struct work_pool *pool)
{
    struct job job = pool->ring[pool->head];
    pool->head = (pool->head + 1) % pool->room;
    pool->waiting--;
    pool->running++;
    return job;
}

// Takes the last sleeper off the stack and wakes it; it finds the job, or another worker did.
static void call_worker(struct work_pool *pool)
{
    struct sleeper *s = pool->top;
    if (!s)
        return;
    pool->top = s->below;
    pool->idle--;
    pool->called++;
    s->called = true;
    pthread_cond_signal(&s->woken);
}

static void wait_for_job(struct work_pool *pool, struct sleeper *self)
{
    while (pool->waiting == 0 && !pool->ending) {
        self->called = false;
        self->below = pool->top;
        pool->top = self;
        pool->idle++;
        while (!self->called)
            pthread_cond_wait(&self->woken, &pool->lock);
        pool->called--;
    }
}

static void *worker(void *arg)
{
    struct work_pool *pool = arg;
    struct sleeper self = { .woken = PTHREAD_COND_INITIALIZER };
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        wait_for_job(pool, &self);
        if (pool->waiting == 0)
            break;
        struct job job = take_job(pool);
        pthread_mutex_unlock(&pool->lock);
        job.fn(job.arg);
        pthread_mutex_lock(&pool->lock);
        pool->running--;
    }
    pthread_mutex_unlock(&pool->lock);
    pthread_cond_destroy(&self.woken);
    return NULL;
}

// Signals stay with the threads that wait for them.
static void start_worker(struct work_pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t *id = &pool->ids[pool->started];
    if (pthread_create(id, NULL, worker, pool) == 0) {
        pthread_setname_np(*id, "worker");
        pool->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static bool enqueue(struct work_pool *pool, struct job job)
{
    if (pool->ending || pool->running + pool->waiting == pool->room)
        return false;
    if (pool->waiting >= pool->idle + pool->called && pool->started < pool->threads)
        start_worker(pool);
    if (pool->started == 0)
        return false;
    pool->ring[(pool->head + pool->waiting) % pool->room] = job;
    pool->waiting++;
    call_worker(pool);
    return true;
}

bool work_pool_submit(struct work_pool *pool, void (*fn)(void *), void *arg)
{
    pthread_mutex_lock(&pool->lock);
    bool taken = enqueue(pool, (struct job){ fn, arg });
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

size_t work_pool_busy(struct work_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    size_t busy = pool->running + pool->waiting;
    pthread_mutex_unlock(&pool->lock);
    return busy;
}

void work_pool_free(struct work_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    while (pool->top)
        call_worker(pool);
    size_t started = pool->started;
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < started; i++)
        pthread_join(pool->ids[i], NULL);
    pthread_mutex_destroy(&pool->lock);
    free(pool->ring);
    free(pool->ids);
    free(pool);
}
