// SPDX-License-Identifier: MIT
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/str.h"

// Seconds since the epoch. Code that judges times takes `now` as an argument; edges call this.
int64_t clock_now(void);
int64_t clock_now_ms(void);
// Milliseconds that never jump back, for deadlines.
int64_t clock_mono_ms(void);
// Tests only: from now on clock_now() is `now` and stands still; 0 brings the system's clock back.
void clock_freeze(int64_t now);

// "2026-11-24T03:07:38Z" for an epoch second; ret must hold 21 bytes.
void clock_iso(int64_t when, char ret[21]);

#endif
