// SPDX-License-Identifier: MIT
// The words status, reload, restart, stop and update, the signals behind them, and the PID file: with a running server.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { program, scratch, sleep, startOneapi, startServer, tenantEnv } from './lib/programs.mjs';
import { during, rpc } from './lib/signin.mjs';
import { StdioPeer } from './lib/stdio.mjs';

const KEY = 'the-key-of-this-test';
const home = scratch();
const pidFile = path.join(home.dir, 'run', 'server.pid');
const dotenv = path.join(home.dir, 'server.env');
const env = {
  HOME: home.dir,
  ZSCALER_MCP_TRANSPORT: 'streamable-http',
  ZSCALER_MCP_AUTH_API_KEY: KEY,
  ZSCALER_MCP_LOG_FORMAT: 'json',
  ZSCALER_MCP_PID_FILE: pidFile,
  ZSCALER_MCP_DOTENV_PATH: dotenv,
};
let oneapi;
before(async () => (oneapi = await startOneapi()));
after(async () => {
  await oneapi.stop();
  home.remove();
});

const say = (...words) => spawnSync(program('zscaler-mcp'), words, { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' });
const record = () => JSON.parse(readFileSync(pidFile, 'utf8'));
const serve = (t, text, more = {}) => {
  writeFileSync(dotenv, text);
  return during(t, startServer({ oneapi, env: { ...env, ...more.env }, args: more.args }));
};
const lines = (server, event) => server.log().split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l)).filter((l) => l.event === event);
async function until(what, ms = 5000) {
  for (let waited = 0; !(await what()) && waited < ms; waited += 20) await sleep(20);
  assert.ok(await what(), String(what));
}
const ask = (server, body, headers = {}) =>
  fetch(server.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(body),
  });
const call = (server) => ask(server, rpc('tools/call', { name: 'zia_list_rule_labels', arguments: {} }));

test('status tells of the server, stop ends it with 0 and leaves no file', async (t) => {
  const server = await serve(t, '');
  await until(() => existsSync(pidFile));
  const { argv, process_start, started_at, executable, ...rest } = record();
  assert.deepEqual(rest, { dotenv_path: dotenv, host: '127.0.0.1', pid: server.child.pid, port: server.port, transport: 'streamable-http', version: '1.0.0' });
  assert.deepEqual(argv.slice(1), ['--port', String(server.port)]);
  assert.ok(process_start > 0 && Math.abs(started_at - Date.now() / 1000) < 10);
  assert.equal(executable, program('zscaler-mcp'));
  assert.equal(statSync(pidFile).mode & 0o777, 0o600);
  const status = say('status');
  assert.equal(status.status, 0, status.stderr);
  for (const line of [`pid file      : ${pidFile}`, `pid           : ${server.child.pid}`, 'alive         : yes', `bind          : 127.0.0.1:${server.port}`, `dotenv path   : ${dotenv}`, 'env source    : live'])
    assert.ok(status.stdout.includes(line), status.stdout);
  const stop = say('stop');
  assert.equal(stop.stdout, `Sent SIGTERM to zscaler-mcp (pid=${server.child.pid}). Will not respawn.\n`);
  assert.deepEqual(await server.exited, { code: 0, signal: null });
  assert.ok(!existsSync(pidFile));
});

test('nothing runs: each word says so, exit code 1', () => {
  assert.equal(say('status').stderr, `No zscaler-mcp server PID file found at ${pidFile}.\n`);
  for (const word of ['reload', 'restart', 'stop']) {
    const { status, stderr } = say(word);
    assert.equal(stderr, `No running zscaler-mcp server found (PID file ${pidFile} missing).\n`);
    assert.equal(status, 1);
  }
});

test('a file left by a crash: status shows it, the others remove it; another process with its number is left alone', async (t) => {
  const server = await serve(t, '');
  await until(() => existsSync(pidFile));
  await server.stop('SIGKILL');
  const { status, stdout } = say('status');
  assert.equal(status, 1);
  assert.match(stdout, /alive {9}: NO \(stale PID file\)/);
  // The number is that of this test now, which must not get a signal.
  writeFileSync(pidFile, JSON.stringify({ ...record(), pid: process.pid }));
  const stop = say('stop');
  assert.equal(stop.status, 1);
  assert.match(stop.stderr, /does not run any more; PID file .* removed/);
  assert.ok(!existsSync(pidFile));
});

test('a file that is no record, or a link, is not believed', () => {
  mkdirSync(path.dirname(pidFile), { recursive: true });
  for (const text of ['garbage', '{}', '{"pid":-1}', '[1]']) {
    writeFileSync(pidFile, text);
    assert.equal(say('stop').status, 1, text);
  }
});

test('reload reads .env again: arguments in the audit, log level; sessions go on, what needs a restart is named', async (t) => {
  const server = await serve(t, 'ZSCALER_MCP_LOG_TOOL_CALLS=false\n');
  const hello = await ask(server, rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } }));
  const session = hello.headers.get('mcp-session-id');
  await call(server);
  assert.equal(lines(server, 'tool call').at(-1).args, undefined);
  writeFileSync(dotenv, 'ZSCALER_MCP_LOG_TOOL_CALLS=true\nZSCALER_MCP_SERVICES=zia\nZSCALER_MCP_DEBUG=true\n');
  const { stdout, status } = say('reload');
  assert.equal(status, 0);
  assert.match(stdout, /^Sent SIGHUP to zscaler-mcp \(pid=\d+\)\. MCP sessions preserved\.\n {2}env source/);
  await until(() => lines(server, 'changed, and in force only after a restart').length > 0);
  assert.deepEqual(lines(server, 'changed, and in force only after a restart').map((l) => l.setting), ['ZSCALER_MCP_SERVICES']);
  await call(server);
  assert.equal(lines(server, 'tool call').at(-1).args, '{}');
  assert.equal((await ask(server, rpc('ping'), { 'mcp-session-id': session })).status, 200);
});

test('the audit in a file: one line a call, with who and from where; rotated by rename and reload', async (t) => {
  const file = path.join(home.dir, 'audit.log');
  const server = await serve(t, `ZSCALER_MCP_AUDIT=file:${file}\n`);
  await call(server);
  const line = JSON.parse(readFileSync(file, 'utf8'));
  const { time, ms, principal, request, bytes, records, shown, ...rest } = line;
  assert.deepEqual(rest, { level: 'AUDIT', event: 'tool call', tool: 'zia_list_rule_labels', outcome: 'ok', client: '', from: '127.0.0.1' });
  assert.match(principal, /^api-key:/);
  assert.ok(bytes > 0 && records > 0 && shown === records);
  assert.equal(lines(server, 'tool call').length, 0, 'not between the lines of the log');
  renameSync(file, `${file}.1`);
  say('reload');
  await until(() => existsSync(file));
  await call(server);
  assert.equal(readFileSync(`${file}.1`, 'utf8').split('\n').length, 2);
  assert.equal(readFileSync(file, 'utf8').split('\n').length, 2);
  // A place that cannot be opened: the old one stays.
  writeFileSync(dotenv, 'ZSCALER_MCP_AUDIT=file:/nowhere/audit.log\n');
  say('reload');
  await until(() => lines(server, 'not reloaded: what was in force stays').length > 0);
  await call(server);
  assert.equal(readFileSync(file, 'utf8').split('\n').length, 3);
});

test('the audit in the system log', async (t) => {
  if (existsSync('/dev/log')) return t.skip('this machine has a system log of its own');
  const listener = spawn('python3', ['-c', `
import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('/dev/log')
print('ready', flush=True)
print(s.recv(65536).decode(), flush=True)
`]);
  t.after(() => {
    listener.kill();
    rmSync('/dev/log', { force: true });
  });
  let heard = '';
  listener.stdout.on('data', (data) => (heard += data));
  await until(() => heard.includes('ready'));
  const server = await serve(t, 'ZSCALER_MCP_AUDIT=syslog\n');
  await call(server);
  await until(() => heard.includes('tool call'));
  // <85>: authpriv (10), notice (5)
  assert.match(heard, /<85>.* zscaler-mcp\[\d+\]: \{.*"event":"tool call".*"from":"127\.0\.0\.1".*\}/);
  assert.equal(lines(server, 'tool call').length, 0);
});

test('an audit that cannot be written stops the start', () => {
  for (const [value, why] of [['file:/nowhere/audit.log', /audit file \/nowhere\/audit\.log cannot be opened/], ['disk', /'disk' is not valid: expected log, syslog/], ['file:relative.log', /file:\/absolute\/path/]]) {
    const { status, stderr } = spawnSync(program('zscaler-mcp'), ['--audit', value], { env: { PATH: process.env.PATH, HOME: home.dir }, encoding: 'utf8', input: '' });
    assert.ok(status === 1 || status === 2);
    assert.match(stderr, why);
  }
});

test('a broken .env changes nothing: reload and restart say why in the log', async (t) => {
  const server = await serve(t, 'ZSCALER_MCP_LOG_TOOL_CALLS=true\n');
  writeFileSync(dotenv, 'ZSCALER_MCP_LOG_TOOL_CALLS=false\nZSCALER_MCP_WORKERS=many\n');
  say('reload');
  await until(() => lines(server, 'not reloaded: what was in force stays').length > 0);
  assert.match(lines(server, 'not reloaded: what was in force stays')[0].problem, /ZSCALER_MCP_WORKERS: 'many' is not valid/);
  say('restart');
  await until(() => lines(server, 'not restarted').length > 0);
  assert.equal(server.child.exitCode, null);
  await call(server);
  assert.equal(lines(server, 'tool call').at(-1).args, '{}');
});

test('restart: the same process, new values, and sessions of before', async (t) => {
  const server = await serve(t, '');
  const hello = await ask(server, rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } }));
  const session = hello.headers.get('mcp-session-id');
  const started = record().started_at;
  writeFileSync(dotenv, 'ZSCALER_MCP_SERVICES=zcc\n');
  assert.match(say('restart').stdout, /^Sent SIGUSR2 to zscaler-mcp \(pid=\d+\)\./);
  await until(() => existsSync(pidFile) && record().started_at > started);
  assert.equal(record().pid, server.child.pid);
  await until(() => lines(server, 'listening').length === 2);
  const { result } = await (await ask(server, rpc('tools/list'), { 'mcp-session-id': session })).json();
  assert.deepEqual([...new Set(result.tools.map((tool) => tool.name.split('_')[0]))], ['zcc']);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('a second server leaves the file of the first', async (t) => {
  const first = await serve(t, '');
  await until(() => existsSync(pidFile));
  const second = await serve(t, '');
  await second.logged(/no PID file: it is that of another server that runs/);
  assert.equal(record().pid, first.child.pid);
  await second.stop();
  assert.equal(record().pid, first.child.pid);
});

test('over stdio: no file unless asked for, SIGHUP reloads, SIGUSR2 does not lose the client', async (t) => {
  rmSync(pidFile, { force: true });
  writeFileSync(dotenv, '');
  const peer = new StdioPeer(program('zscaler-mcp'), [], { ...env, ...tenantEnv(oneapi), ZSCALER_MCP_TRANSPORT: 'stdio', ZSCALER_MCP_PID_FILE: '' });
  t.after(() => peer.child.kill('SIGKILL'));
  await peer.initialize();
  assert.ok(!existsSync(pidFile));
  peer.child.kill('SIGHUP');
  peer.child.kill('SIGUSR2');
  await until(() => /not restarted/.test(peer.stderr) && /reloaded/.test(peer.stderr));
  assert.ok((await peer.request('tools/list')).tools.length > 0);
  assert.deepEqual(await peer.close(), { code: 0, signal: null });
});

test('words go wrong: a flag that does not exist, a word too much; update asks nobody', () => {
  assert.match(say('stop', '--pidfile', '/x').stderr, /unrecognized argument: --pidfile/);
  assert.equal(say('stop', 'now').status, 2);
  const update = say('update');
  assert.equal(update.status, 2);
  assert.match(update.stderr, /version 1\.0\.0 is installed\. This program asks nobody on the network/);
});
