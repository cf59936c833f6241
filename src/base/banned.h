// SPDX-License-Identifier: MIT
// Force-included into every file: turns functions that overflow, truncate silently, hide state or
// accept garbage into compile errors. Use str, buf, str_to_i64 and friends instead.
#ifndef BASE_BANNED_H
#define BASE_BANNED_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atoll atof
#pragma GCC poison gmtime localtime ctime asctime tmpnam mktemp strerror
#endif
