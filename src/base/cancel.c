// SPDX-License-Identifier: MIT
#include "base/cancel.h"

#include <stddef.h>

void cancel_init(struct cancel *c)
{
    *c = (struct cancel){ .set = false };
    pthread_mutex_init(&c->lock, NULL);
}

void cancel_release(struct cancel *c)
{
    pthread_mutex_destroy(&c->lock);
}

void cancel_set(struct cancel *c)
{
    pthread_mutex_lock(&c->lock);
    bool first = !c->set;
    c->set = true;
    if (first && c->wake)
        c->wake(c->wake_arg);
    pthread_mutex_unlock(&c->lock);
}

bool cancel_is_set(struct cancel *c)
{
    if (!c)
        return false;
    pthread_mutex_lock(&c->lock);
    bool set = c->set;
    pthread_mutex_unlock(&c->lock);
    return set;
}

bool cancel_hook(struct cancel *c, void (*wake)(void *), void *arg)
{
    pthread_mutex_lock(&c->lock);
    bool usable = !c->set;
    c->wake = usable ? wake : NULL;
    c->wake_arg = usable ? arg : NULL;
    pthread_mutex_unlock(&c->lock);
    return usable;
}
