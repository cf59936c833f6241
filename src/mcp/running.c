// SPDX-License-Identifier: MIT
// The calls that run now, so that notifications/cancelled finds them. A call removes itself before
// it is released, under the same lock: who is found is alive.
#include "mcp/internal.h"

void mcp_running_init(struct running *list)
{
    *list = (struct running){ .first = NULL };
    pthread_mutex_init(&list->lock, NULL);
}

void mcp_running_release(struct running *list)
{
    pthread_mutex_destroy(&list->lock);
}

void mcp_running_add(struct running *list, struct mcp_call *c)
{
    pthread_mutex_lock(&list->lock);
    c->previous = NULL;
    c->next = list->first;
    if (c->next)
        c->next->previous = c;
    list->first = c;
    pthread_mutex_unlock(&list->lock);
}

void mcp_running_remove(struct running *list, struct mcp_call *c)
{
    pthread_mutex_lock(&list->lock);
    if (c->next)
        c->next->previous = c->previous;
    if (c->previous)
        c->previous->next = c->next;
    else
        list->first = c->next;
    pthread_mutex_unlock(&list->lock);
}

// An id is the client's own: two clients of one person may both have a call 5. Where it is not
// clear which is meant, none is stopped.
void mcp_running_cancel(struct running *list, struct str scope, struct str id)
{
    struct mcp_call *found = NULL;
    size_t count = 0;
    if (!scope.n)
        return;
    pthread_mutex_lock(&list->lock);
    for (struct mcp_call *c = list->first; c; c = c->next) {
        if (!str_eq(c->request->scope, scope) || !str_eq(c->request->msg->id, id))
            continue;
        found = c;
        count++;
    }
    if (count == 1)
        cancel_set(&found->cancel);
    pthread_mutex_unlock(&list->lock);
}

void mcp_running_cancel_scope(struct running *list, struct str scope)
{
    pthread_mutex_lock(&list->lock);
    for (struct mcp_call *c = list->first; c; c = c->next)
        if (str_eq(c->request->scope, scope))
            cancel_set(&c->cancel);
    pthread_mutex_unlock(&list->lock);
}
