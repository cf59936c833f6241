// SPDX-License-Identifier: MIT
// MCP Inspector's command line, without a terminal: over HTTP with its own sign-in, and over stdio.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Desk, modules } from './lib/desk.mjs';
import { program, scratch, startAll, startOneapi, tenantEnv } from './lib/programs.mjs';

const TOOL = 'zia_list_rule_labels';
const launcher = path.join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');

async function inspect(args, env) {
  const child = spawn(process.execPath, [launcher, '--cli', ...args], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  return { code, out, err, json: () => JSON.parse(out) };
}

const call = ['--method', 'tools/call', '--tool-name', TOOL];
function worked(run) {
  assert.equal(run.code, 0, run.err + run.out);
  const result = run.json();
  assert.notEqual((result.result ?? result).isError, true, run.out);
  assert.ok((result.result ?? result).structuredContent.result.length > 0, run.out);
}

describe('Inspector CLI over HTTP', () => {
  const desk = new Desk();
  let all;
  before(async () => (all = await startAll()));
  after(async () => {
    await all.stop();
    desk.remove();
  });
  const run = async (args) => {
    const env = { HOME: desk.home, MCP_STORAGE_DIR: path.join(desk.home, 'storage'), MCP_INSPECTOR_SECRET_STORE: 'file', MCP_AUTO_OPEN_ENABLED: 'true', ...(await desk.person.env()) };
    return inspect(['-q', '--format', 'json', '--transport', 'http', '--server-url', all.server.url, ...args], env);
  };

  test('the first call signs in', async () => {
    worked(await run(call));
    assert.equal(desk.person.windows.length, 1);
  });

  test('tools/list with the kept token: no sign-in', async () => {
    const { code, err, out, json } = await run(['--method', 'tools/list']);
    assert.equal(code, 0, err + out);
    const { tools } = json().result ?? json();
    assert.ok(tools.some(({ name }) => name === TOOL));
    assert.equal(desk.person.windows.length, 1);
  });

  test('the stateless era with the same token', async () => {
    worked(await run(['--protocol-era', 'auto', ...call]));
    assert.equal(desk.person.windows.length, 1);
  });

  test('a tool that is not there: its code for tool errors', async () => {
    const { code } = await run(['--method', 'tools/call', '--tool-name', 'zia_no_such_tool']);
    assert.equal(code, 5);
    assert.equal(desk.person.windows.length, 1);
  });
});

test('Inspector CLI over stdio', async (t) => {
  const home = scratch();
  const oneapi = await startOneapi();
  t.after(() => oneapi.stop().then(home.remove));
  const variables = Object.entries({ HOME: home.dir, ...tenantEnv(oneapi) }).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  worked(await inspect(['-q', '--format', 'json', ...variables, ...call, '--', program('zscaler-mcp'), '--transport', 'stdio'], { HOME: home.dir }));
});
