// SPDX-License-Identifier: MIT
// scripts/demo as a newcomer runs it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { DAVE } from './lib/browser.mjs';
import { root, sleep } from './lib/programs.mjs';

function demo(args = [], env = {}) {
  // A group of its own, so that Ctrl-C reaches the script and its children as a terminal sends it.
  const child = spawn(path.join(root, 'scripts/demo'), args, { detached: true, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const running = { child, text: '' };
  child.stdout.on('data', (data) => (running.text += data));
  child.stderr.on('data', (data) => (running.text += data));
  running.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  return running;
}

const listens = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => resolve(false));
  });

const ports = (text) => {
  const found = /emulator on port (\d+), the fake OneAPI on port (\d+), zscaler-mcp on port (\d+)/.exec(text);
  assert.ok(found, text);
  return found.slice(1).map(Number);
};

async function until(running, pattern) {
  for (let i = 0; i < 6000 && !pattern.test(running.text); i++) {
    if (running.child.exitCode !== null) break;
    await sleep(20);
  }
  assert.match(running.text, pattern);
}

describe('scripts/demo', () => {
  test('--once: signs in, calls a tool, ends with 0 and leaves nothing behind', async () => {
    const running = demo(['--once']);
    assert.equal(await running.exited, 0, running.text);
    assert.match(running.text, /signed in/);
    assert.match(running.text, /Which rules block uploads\?[^]*Block source code uploads to AI,Engineering policy 12,/);
    for (const port of ports(running.text)) assert.equal(await listens(port), false, `port ${port} is free again`);
  });

  test('--once ends with another code when the sign-in cannot work', async () => {
    const running = demo(['--once'], { DEMO_ACCOUNT: `${DAVE.login}:${DAVE.passwd}` });
    assert.notEqual(await running.exited, 0, running.text);
    assert.match(running.text, /AADSTS50020/);
    assert.match(running.text, /log of zscaler-mcp/);
    for (const port of ports(running.text)) assert.equal(await listens(port), false);
  });

  test('stays up with what to paste into a client; Ctrl-C stops all three programs', async () => {
    const running = demo();
    await until(running, /Logs: /);
    assert.match(running.text, /"mcp-remote", "http:\/\/localhost:\d+\/mcp"/);
    for (const port of ports(running.text)) assert.equal(await listens(port), true);
    process.kill(-running.child.pid, 'SIGINT');
    assert.equal(await running.exited, 130);
    for (const port of ports(running.text)) assert.equal(await listens(port), false, `port ${port} is free again`);
  });
});
