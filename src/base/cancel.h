// SPDX-License-Identifier: MIT
// A wish to stop, set from any thread, once, and seen by the one who works: polled between steps,
// or waking a blocking call through a hook (fetch registers one).
#ifndef BASE_CANCEL_H
#define BASE_CANCEL_H

#include <pthread.h>
#include <stdbool.h>

struct cancel {
    pthread_mutex_t lock;
    bool set;             // under lock
    void (*wake)(void *); // under lock; NULL: nobody waits
    void *wake_arg;       // under lock
};

void cancel_init(struct cancel *c);
void cancel_release(struct cancel *c);
void cancel_set(struct cancel *c);    // idempotent; calls the hook while holding the lock
bool cancel_is_set(struct cancel *c); // NULL: false
// Registers the hook; returns false (and does not register) when already cancelled. NULL wake:
// unregisters.
bool cancel_hook(struct cancel *c, void (*wake)(void *), void *arg);

#endif
