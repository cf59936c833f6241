#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// What $BROWSER points to: returns at once (a launcher that waits or fails makes clients start others) and signs in in
// the background. E2E_ACCOUNT chooses the person (JSON), E2E_REFUSE=1 presses the second button of consent pages.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ALICE, Browser } from './browser.mjs';

const log = (line) => process.env.E2E_BROWSER_LOG && appendFileSync(process.env.E2E_BROWSER_LOG, `${line}\n`);

if (process.argv[3] === 'walk') {
  const account = process.env.E2E_ACCOUNT ? JSON.parse(process.env.E2E_ACCOUNT) : ALICE;
  const browser = new Browser({ account, refuse: process.env.E2E_REFUSE === '1', log });
  log(`open ${process.argv[2]}`);
  await browser.walk(process.argv[2]).then(
    (end) => log(`end ${end.status} ${end.url}`),
    (error) => log(`error ${error.message}`),
  );
} else {
  spawn(process.execPath, [fileURLToPath(import.meta.url), process.argv[2], 'walk'], { detached: true, stdio: 'ignore' }).unref();
}
