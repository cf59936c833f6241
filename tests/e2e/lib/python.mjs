// SPDX-License-Identifier: MIT
// The official Python client in a process of its own (python/client.py), and the person's browser as a service for it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { freePort, root } from './programs.mjs';

const e2e = path.join(root, 'tests/e2e');

export async function python(args, env = {}) {
  const child = spawn(path.join(e2e, '.venv/bin/python'), [path.join(e2e, 'python/client.py'), ...args], { env: { PATH: process.env.PATH, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

// The person's browser as a service: walks to the redirect URI and answers with the callback's parameters.
export async function serve(person) {
  const port = await freePort();
  const server = http.createServer(async (request, answer) => {
    let body = '';
    for await (const part of request) body += part;
    const { url, until } = JSON.parse(body);
    const params = await person.signIn(url, until).catch((error) => new URLSearchParams({ error: error.message }));
    answer.end(JSON.stringify(Object.fromEntries(params)));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
