#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// What $BROWSER points to: hands the address to the person of lib/desk.mjs and returns at once (a launcher that waits
// or fails makes clients start others).
await fetch(process.env.E2E_WINDOW, { method: 'POST', body: process.argv[2] });
