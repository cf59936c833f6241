// SPDX-License-Identifier: MIT
// What the program prints and takes before it serves: version, list of tools, .env files, and how it names itself to the API.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { program, scratch, startServer } from './lib/programs.mjs';
import { during, post, rpc } from './lib/signin.mjs';

const home = scratch();
after(home.remove);
const say = (words, { env = {}, cwd = home.dir } = {}) => spawnSync(program('zscaler-mcp'), words, { env: { HOME: home.dir, ...env }, cwd, encoding: 'utf8', input: '' });

test('--version and --help work whatever else is wrong', () => {
  const env = { ZSCALER_MCP_PORT: 'abc', ZSCALER_MCP_NONSENSE: '1' };
  for (const flag of ['--version', '-v']) {
    const { status, stdout } = say([flag], { env });
    assert.deepEqual([status, stdout], [0, 'Zscaler MCP Server version 1.0.0\n']);
  }
  const help = say(['--help'], { env });
  assert.equal(help.status, 0);
  for (const group of ['Server', 'Tools', 'Zscaler', 'Sign-in', 'Access', 'Other']) assert.match(help.stdout, new RegExp(`^${group}$`, 'm'));
});

test('--list-tools: all services or those that are named, write tools marked, no credentials', () => {
  const all = say(['--list-tools']);
  assert.equal(all.status, 0);
  assert.match(all.stdout, /^Zscaler MCP Server v1\.0\.0 — 402 tool\(s\) across 10 service\(s\)\n\nzcc \(4\):\n {2}zcc_/);
  assert.match(all.stdout, /^ {2}zia_delete_location \[delete\] — /m);
  const some = say(['--list-tools', '--services=zcc,zpa', '--disabled-services', 'zpa']).stdout;
  assert.match(some, /— 4 tool\(s\) across 1 service\(s\)\n/);
  assert.ok(!some.includes('zpa_'));
});

test('a flag beats the environment; the environment ./.env; an explicit file both; a missing one stops the start', async (t) => {
  const cwd = path.join(home.dir, 'here');
  mkdirSync(cwd);
  writeFileSync(path.join(cwd, '.env'), 'ZSCALER_MCP_SERVICES=zcc\n');
  writeFileSync(path.join(cwd, 'own.env'), 'ZSCALER_MCP_SERVICES=zdx\n');
  const first = (words, env) => /^(\w+) \(/m.exec(say(['--list-tools', ...words], { env, cwd }).stdout)[1];
  assert.equal(first([], {}), 'zcc');
  assert.equal(first([], { ZSCALER_MCP_SERVICES: 'zpa' }), 'zpa');
  assert.equal(first(['--dotenv-path', 'own.env'], { ZSCALER_MCP_SERVICES: 'zpa' }), 'zdx');
  assert.equal(first(['--dotenv-path', 'own.env', '-s', 'zid'], { ZSCALER_MCP_SERVICES: 'zpa' }), 'zid');
  const missing = say([], { env: { ZSCALER_MCP_DOTENV_PATH: '/nowhere/.env' }, cwd });
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /ZSCALER_MCP_DOTENV_PATH: cannot read \/nowhere\/\.env/);
});

test('the User-Agent names version and machine; a comment stands in parentheses, a blank one not at all', async (t) => {
  const agents = [];
  const api = http.createServer((request, answer) => {
    agents.push(request.headers['user-agent']);
    answer.setHeader('content-type', 'application/json').end(request.url.includes('/token') ? '{"access_token":"x","token_type":"Bearer","expires_in":3600}' : '[]');
  });
  await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve));
  t.after(() => api.close());
  const oneapi = { url: `http://127.0.0.1:${api.address().port}` };
  const machine = `${os.type()}-${os.release()}-${os.machine()}`;
  for (const [comment, end] of [['acme prod', ' (acme prod)'], ['  ', '']]) {
    agents.length = 0;
    const env = { ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_AUTH_API_KEY: 'key', ZSCALER_MCP_USER_AGENT_COMMENT: comment };
    const server = await during(t, startServer({ oneapi, home: home.dir, env }));
    await post(server, 'key', rpc('tools/call', { name: 'zia_list_rule_labels', arguments: {} }));
    assert.deepEqual(agents, Array(2).fill(`zscaler-mcp/1.0.0/${machine}${end}`)); // for the token and for the list
  }
});

test('`doctor --settings` says where each value comes from, and shows no secret', () => {
  const cwd = path.join(home.dir, 'there');
  mkdirSync(cwd);
  writeFileSync(path.join(cwd, '.env'), 'ZSCALER_MCP_SERVICES=zcc\nZSCALER_VANITY_DOMAIN=acme\nZSCALER_CLIENT_SECRET=planted-in-file\n', { mode: 0o600 });
  writeFileSync(path.join(cwd, 'key'), 'planted-key-file', { mode: 0o600 });
  const env = { ZSCALER_MCP_SERVICES: 'zia,zpa', ZSCALER_MCP_AUTH_API_KEY_FILE: path.join(cwd, 'key'), ZSCALER_CLIENT_ID: 'abc' };
  const { status, stdout } = say(['--port', '8123', 'doctor', '--settings'], { env, cwd });
  assert.equal(status, 0);
  assert.deepEqual(stdout.trim().split('\n').sort(), [
    'ZSCALER_CLIENT_ID = abc  (environment)',
    `ZSCALER_CLIENT_SECRET = ***  (file ${path.join(cwd, '.env')})`,
    'ZSCALER_MCP_AUTH_API_KEY = ***  (ZSCALER_MCP_AUTH_API_KEY_FILE, by environment)',
    'ZSCALER_MCP_PORT = 8123  (flag)',
    'ZSCALER_MCP_SERVICES = zia,zpa  (environment)',
    `ZSCALER_VANITY_DOMAIN = acme  (file ${path.join(cwd, '.env')})`,
  ].sort());
  assert.ok(!stdout.includes('planted'));
});
