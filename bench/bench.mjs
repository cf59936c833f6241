// SPDX-License-Identifier: MIT
// Measures the server with its stand-ins, nginx as a reverse proxy to the same upstream in the same run, and with --peers
// the Python server and the Go SDK. Prints a Markdown table. Started by bench/run.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { freePort, guideEnv, program, root, scratch, sleep, start, startEmulator, startOneapi, tenantEnv } from '../tests/e2e/lib/programs.mjs';
import { callTool, post, rpc, signIn } from '../tests/e2e/lib/signin.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const STARTS = Number(process.env.BENCH_STARTS ?? 20);
const CONNECTIONS = 16;
const TOOL = 'zia_list_rule_labels';
const TARGETS = { health: 30, list: 30, rss: 16, call: 5000, toolsList: 5500 };
const work = scratch();
const keep = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'zscaler-mcp-bench'); // peers, outside the tree
const inWork = (name, text) => {
  const file = path.join(work.dir, name);
  writeFileSync(file, text);
  return file;
};

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const rss = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const say = (text) => process.stderr.write(`${text}\n`);

// --- load ---

function load(url, { body, token, host, session } = {}) {
  const env = { PATH: process.env.PATH };
  if (body) env.BODY_FILE = inWork('body.json', JSON.stringify(body));
  if (token) env.TOKEN_FILE = inWork('token', token);
  if (host) env.HOST = host;
  if (session) env.SESSION = session;
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '--latency', '-s', path.join(root, 'bench/load.lua'), url];
  return new Promise((resolve, reject) => {
    const wrk = spawn('wrk', args, { env });
    let text = '';
    wrk.stdout.on('data', (data) => (text += data));
    wrk.stderr.on('data', (data) => (text += data));
    wrk.once('error', reject);
    wrk.once('exit', () => {
      const line = text.trim().split('\n').at(-1);
      const result = line.startsWith('{') ? JSON.parse(line) : null;
      if (!result || result.errors || result.refused) reject(new Error(`${url}: ${text}`));
      else resolve(result);
    });
  });
}

const CALL = rpc('tools/call', { name: TOOL, arguments: {} });

async function loads(url, token, { host, session, call = CALL } = {}) {
  const who = { token, host, session };
  const all = { ping: await load(url, { body: rpc('ping'), ...who }), list: await load(url, { body: rpc('tools/list'), ...who }) };
  if (call) all.call = await load(url, { body: call, ...who });
  return all;
}

// --- start ---

function firstAnswers(command, args, env, port, request) {
  const file = inWork('request', request);
  const first = path.join(work.dir, 'first');
  if (!existsSync(first)) execFileSync('cc', ['-O2', '-o', first, path.join(root, 'bench/first.c')]);
  return median(
    Array.from({ length: STARTS }, () => Number(execFileSync(first, [String(port), file, command, ...args], { env: { PATH: process.env.PATH, ...env } })) / 1000),
  );
}

const listRequest = (port, token) => {
  const body = JSON.stringify(rpc('tools/list'));
  return [
    'POST /mcp HTTP/1.1', `Host: localhost:${port}`, `Authorization: Bearer ${token}`, 'Content-Type: application/json',
    'Accept: application/json, text/event-stream', `Content-Length: ${body.length}`, 'Connection: close', '', body,
  ].join('\r\n');
};
const healthRequest = (port) => `GET /health HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`;

// --- ours ---

// Its log goes to a file: through a pipe, this process would read it on the cores that are measured.
async function startLogging(port, env) {
  const log = openSync(path.join(work.dir, 'log'), 'w');
  const child = spawn(program('zscaler-mcp'), ['--port', String(port)], { env, stdio: ['ignore', log, log] });
  const origin = `http://localhost:${port}`;
  for (let i = 0; (await fetch(`${origin}/health`).catch(() => null))?.status !== 200; i++) {
    if (i > 200) throw new Error(readFileSync(path.join(work.dir, 'log'), 'utf8'));
    await sleep(20);
  }
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return { child, origin, url: `${origin}/mcp`, log: () => '', stop: () => child.kill('SIGTERM') && exited };
}

async function measureOurs(emulator, oneapi) {
  const port = await freePort();
  const env = { HOME: work.dir, ...guideEnv(emulator), ...tenantEnv(oneapi), ZSCALER_MCP_SECRET_KEY: randomBytes(36).toString('base64url') };
  const server = await startLogging(port, env);
  await sleep(1000);
  const result = { name: 'zscaler-mcp (C)', rssStart: rss(server.child.pid) };
  const { token } = await signIn(server);
  const before = await (await fetch(`${oneapi.url}/_fake/stats`)).json();
  result.result = (await callTool(server, token, TOOL)).text.length;
  result.tools = (await post(server, token, rpc('tools/list'))).body.result.tools.length;
  // its own name in Host: the token is bound to it
  Object.assign(result, await loads(`http://127.0.0.1:${port}/mcp`, token, { host: `localhost:${port}` }));
  const after = await (await fetch(`${oneapi.url}/_fake/stats`)).json();
  result.tokenRequests = after.tokenRequests - before.tokenRequests;
  result.rssLoad = rss(server.child.pid);
  await server.stop();
  const args = ['--port', String(port)];
  result.startHealth = firstAnswers(program('zscaler-mcp'), args, env, port, healthRequest(port));
  result.startList = firstAnswers(program('zscaler-mcp'), args, env, port, listRequest(port, token));
  return result;
}

// --- what it costs that there are many tools: one of them on, and all 402 ---

async function measureTools(emulator, oneapi) {
  const results = [];
  const sets = [
    { ZSCALER_MCP_TOOLSETS: 'zia_rule_labels', ZSCALER_MCP_DISABLED_TOOLS: 'zia_get_*' },
    { ZSCALER_MCP_WRITE_ENABLED: 'true', ZSCALER_MCP_WRITE_TOOLS: '*' },
  ];
  for (const tools of sets) {
    const port = await freePort();
    const server = await startLogging(port, { HOME: work.dir, ...guideEnv(emulator), ...tenantEnv(oneapi), ZSCALER_MCP_SECRET_KEY: randomBytes(36).toString('base64url'), ...tools });
    const { token } = await signIn(server);
    const count = (await post(server, token, rpc('tools/list'))).body.result.tools.length;
    const call = await load(`http://127.0.0.1:${port}/mcp`, { body: CALL, token, host: `localhost:${port}` });
    results.push({ count, call });
    await server.stop();
  }
  return results;
}

// --- nginx: the upstream through a reverse proxy that checks and changes nothing ---

async function measureNginx(oneapi) {
  const port = await freePort();
  const answer = await fetch(`${oneapi.url}/oauth2/v1/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'bench', client_secret: 'bench', audience: 'https://api.zscaler.com' }) });
  const { access_token } = await answer.json();
  const conf = inWork('nginx.conf', `daemon off; worker_processes auto; error_log stderr crit; pid ${work.dir}/nginx.pid;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 10000000; client_body_temp_path ${work.dir}/b; proxy_temp_path ${work.dir}/p;
  fastcgi_temp_path ${work.dir}/f; uwsgi_temp_path ${work.dir}/u; scgi_temp_path ${work.dir}/s;
  upstream api { server 127.0.0.1:${oneapi.port}; keepalive 64; keepalive_requests 10000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
    proxy_set_header Authorization "Bearer ${access_token}"; proxy_pass http://api/zia/api/v1/ruleLabels; } } }`);
  const nginx = await start('nginx', ['-p', work.dir, '-c', conf], { port });
  const call = await load(`http://127.0.0.1:${port}/`);
  const result = { name: 'nginx, reverse proxy to the same upstream', rssLoad: rss(nginx.child.pid), call };
  await nginx.stop('SIGQUIT');
  return result;
}

// --- peers: a JWT of an issuer of our own, and its key set ---

async function issuer() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'RS256' };
  const port = await freePort();
  const keys = http.createServer((_, answer) => answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] })));
  await new Promise((resolve) => keys.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${port}`;
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'bench' })}.${part({ iss: url, aud: 'zscaler-mcp-server', sub: 'bench', iat: now, nbf: now, exp: now + 86400, scope: 'mcp' })}`;
  return { url, jwks: `${url}/jwks.json`, token: `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`, stop: () => keys.close() };
}

// The session of servers that insist on one.
async function openSession(server, token) {
  const hello = rpc('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } });
  for (let i = 0; i < 100; i++) {
    const answer = await post(server, token, hello).catch(() => ({}));
    if (answer.status !== 200) {
      await sleep(100);
      continue;
    }
    const session = answer.headers.get('mcp-session-id') ?? undefined;
    const headers = session ? { 'mcp-session-id': session } : {};
    await post(server, token, { jsonrpc: '2.0', method: 'notifications/initialized' }, { headers });
    return session;
  }
  throw new Error('no answer to initialize');
}

async function measurePeer(name, command, args, env, port, token, options) {
  const log = path.join(work.dir, 'peer.log');
  const peer = await start('sh', ['-c', 'exec "$0" "$@" >"$LOG" 2>&1', command, ...args], { env: { ...env, LOG: log }, port });
  try {
    const url = `http://127.0.0.1:${port}/mcp`;
    const session = await openSession({ url }, token);
    const result = { name, rssStart: rss(peer.child.pid) };
    Object.assign(result, await loads(url, token, { host: `127.0.0.1:${port}`, session, ...options }));
    result.rssLoad = rss(peer.child.pid);
    return result;
  } catch (error) {
    throw new Error(`${name}: ${error.message}\n${readFileSync(log, 'utf8').slice(-2000)}`);
  } finally {
    await peer.stop('SIGKILL');
  }
}

async function measurePython(keys) {
  const venv = path.join(keep, 'venv');
  if (!existsSync(path.join(venv, 'bin/zscaler-mcp'))) {
    execFileSync('python3', ['-m', 'venv', venv]);
    execFileSync(path.join(venv, 'bin/pip'), ['install', '--quiet', 'zscaler-mcp==0.15.4'], { stdio: ['ignore', 2, 2] });
  }
  const port = await freePort();
  const env = {
    HOME: work.dir, ...tenantEnv({ url: '' }), ZSCALER_MCP_ONEAPI_URL: '',
    ZSCALER_MCP_AUTH_MODE: 'jwt', ZSCALER_MCP_AUTH_JWKS_URI: keys.jwks, ZSCALER_MCP_AUTH_ISSUER: keys.url,
    ZSCALER_MCP_AUTH_AUDIENCE: 'zscaler-mcp-server', ZSCALER_MCP_ALLOW_HTTP: 'true',
  };
  const args = ['--transport', 'streamable-http', '--host', '127.0.0.1', '--port', String(port), '--no-entitlement-filter'];
  // no call: its client cannot be pointed at a stand-in
  return measurePeer('zscaler-mcp 0.15.4 (Python), jwt mode', path.join(venv, 'bin/zscaler-mcp'), args, env, port, keys.token, { call: null });
}

async function measureGo(keys, oneapi) {
  const source = path.join(root, 'bench/peers/go');
  const binary = path.join(keep, 'go-sdk');
  mkdirSync(keep, { recursive: true });
  const built = spawnSync('go', ['build', '-o', binary, '.'], { cwd: source, stdio: ['ignore', 2, 2] });
  if (built.status !== 0) throw new Error('the Go peer does not build');
  const port = await freePort();
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'bench', client_secret: 'bench', audience: 'https://api.zscaler.com' });
  const { access_token } = await (await fetch(`${oneapi.url}/oauth2/v1/token`, { method: 'POST', body: form })).json();
  const env = { PORT: String(port), JWKS: keys.jwks, ISSUER: keys.url, AUDIENCE: 'zscaler-mcp-server', UPSTREAM: `${oneapi.url}/zia/api/v1/ruleLabels`, UPSTREAM_TOKEN: access_token };
  return measurePeer('Go SDK, one tool', binary, [], env, port, keys.token, {});
}

// --- the tables ---

const number = (n, digits = 0) => (n === undefined ? '–' : n.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits }));
const ratio = (own, other) => (own && other ? ` (×${number(other / own, other / own < 10 ? 2 : 0)})` : '');

function table(ours, others) {
  const lines = [
    '| server | ping/s | tools/list/s | tools/call/s | p99 of a call | RSS idle / after load | start to /health, tools/list |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const r of [ours, ...others]) {
    const rate = (kind) => number(r[kind]?.rate) + (r === ours ? '' : ratio(r[kind]?.rate, ours[kind]?.rate));
    lines.push(
      `| ${r.name} | ${rate('ping')} | ${rate('list')} | ${rate('call')} | ${number(r.call?.p99, 2)} ms | ` +
        `${number(r.rssStart, 1)} / ${number(r.rssLoad, 1)} MB | ${r.startHealth ? `${number(r.startHealth, 1)}, ${number(r.startList, 1)} ms` : '–'} |`,
    );
  }
  return lines.join('\n');
}

function verdicts(o) {
  const rows = [
    ['start to first GET /health', o.startHealth, '≤', TARGETS.health, 'ms'],
    ['start to first tools/list', o.startList, '≤', TARGETS.list, 'ms'],
    ['RSS after start', o.rssStart, '≤', TARGETS.rss, 'MB'],
    ['tools/call', o.call.rate, '≥', TARGETS.call, '/s'],
    ['tools/list', o.list.rate, '≥', TARGETS.toolsList, '/s'],
    ['token requests in the whole run', o.tokenRequests, '≤', 1, ''],
  ];
  return rows.map(([what, is, sign, want, unit]) => `- ${what}: ${number(is, is < 100 ? 1 : 0)} ${unit} (target ${sign} ${number(want)} ${unit}): ${(sign === '≤' ? is <= want : is >= want) ? 'met' : '**missed**'}`).join('\n');
}

const cpu = /^model name\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? os.arch();
const [emulator, oneapi] = [await startEmulator(), await startOneapi()];
try {
  say('this server…');
  const ours = await measureOurs(emulator, oneapi);
  say('one tool, and all…');
  const counted = await measureTools(emulator, oneapi);
  const others = [];
  say('nginx…');
  others.push(await measureNginx(oneapi));
  if (process.argv.includes('--peers')) {
    const keys = await issuer();
    for (const [what, measure] of [['Go SDK…', measureGo], ['Python…', measurePython]]) {
      say(what);
      await measure(keys, oneapi).then((peer) => others.push(peer), (error) => say(`left out: ${error.message}`));
    }
    keys.stop();
  }
  console.log(`${os.cpus().length} cores (${cpu}), Linux ${os.release()}; wrk -t1 -c${CONNECTIONS} -d${SECONDS}s; median of ${STARTS} starts; ` +
    `${ours.tools} tools, tools/list ${number(ours.list.bytes / 1024)} KB, a call's answer ${number(ours.result / 1024, 1)} KB. ×: this server is so many times as fast.\n`);
  console.log(table(ours, others));
  console.log(`\n| tools on | tools/call/s | p99 |\n| --- | --- | --- |\n${counted.map(({ count, call }) => `| ${count} | ${number(call.rate)} | ${number(call.p99, 2)} ms |`).join('\n')}`);
  console.log(`\n${verdicts(ours)}`);
} finally {
  await Promise.all([emulator.stop(), oneapi.stop()]);
  work.remove();
}
