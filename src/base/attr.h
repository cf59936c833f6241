// SPDX-License-Identifier: MIT
// Compiler attributes under short names.
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define MUST_USE          __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN          __attribute__((noreturn))

// CLEANUP(x_free) struct x *x = …;  calls x_free(x) when the scope ends, for types declared with
// DEFINE_CLEANUP(x_free, struct x *) beside their destructor. CLEANUP_VALUE is for embedded
// structs.
#define CLEANUP(fn) __attribute__((cleanup(fn##_cleanup)))
#define DEFINE_CLEANUP(fn, type)                                                                   \
    static inline void fn##_cleanup(type *p)                                                       \
    {                                                                                              \
        fn(*p);                                                                                    \
    }
#define DEFINE_CLEANUP_VALUE(fn, type)                                                             \
    static inline void fn##_cleanup(type *p)                                                       \
    {                                                                                              \
        fn(p);                                                                                     \
    }

#define ARRAY_LEN(a)                  (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(p, type, member) ((type *)(void *)((char *)(p)-offsetof(type, member)))

#endif
