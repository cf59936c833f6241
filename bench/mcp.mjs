// SPDX-License-Identifier: MIT
// libmcp alone (its conformance fixture, no authentication): what an idle event stream costs in memory, and ping and
// tools/list a second beside servers made with the official SDKs, in one run. bench/run-mcp starts it.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const bin = process.env.BIN_DIR ?? path.join(root, 'build/release');
const STREAMS = Number(process.env.BENCH_STREAMS ?? 2000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rss = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;

setTimeout(() => {
  console.error('the bench hangs');
  process.exit(1);
}, 300000).unref();

async function connect(port, retries = 200) {
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    const ok = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (ok) return socket;
    if (retries-- === 0) throw new Error(`nothing on port ${port}`);
    await sleep(50);
  }
}

const children = [];
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

async function start(command, args, port) {
  const child = spawn(command, args, { stdio: 'ignore' });
  children.push(child);
  (await connect(port)).destroy();
  await sleep(500);
  if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: is port ${port} taken?`);
  return child;
}

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };

function request(port, method, headers, body) {
  const text = body ? JSON.stringify(body) : '';
  const lines = { Host: `127.0.0.1:${port}`, Accept: 'application/json, text/event-stream', ...headers };
  if (body) Object.assign(lines, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  return `${method} /mcp HTTP/1.1\r\n${Object.entries(lines).map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${text}`;
}

async function open(port, text, until) {
  const socket = await connect(port);
  socket.write(text);
  await new Promise((resolve) => {
    let got = '';
    const take = (data) => {
      got += data;
      if (!got.includes(until)) return;
      socket.off('data', take);
      socket.resume();
      resolve();
    };
    socket.on('data', take);
  });
  return socket;
}

async function idle(name, make) {
  const port = 18790;
  const child = await start(path.join(bin, 'mcp-fixture'), ['--port', String(port)], port);
  const before = rss(child.pid);
  const sockets = [];
  const [text, until] = make(port);
  for (let i = 0; i < STREAMS; i += 50) sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, STREAMS - i) }, () => open(port, text, until)))));
  await sleep(1000);
  const after = rss(child.pid);
  // All of them hear of a change.
  let heard = 0;
  for (const socket of sockets) socket.on('data', (data) => (heard += String(data).includes('list_changed')));
  const trigger = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'test_trigger_tool_change' } };
  const began = performance.now();
  (await connect(port)).write(request(port, 'POST', {}, trigger));
  while (heard < STREAMS && performance.now() - began < 10000) await sleep(5);
  const took = performance.now() - began;
  for (const socket of sockets) socket.destroy();
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  console.log(`| ${name} | ${STREAMS} | ${before.toFixed(1)} MB | ${after.toFixed(1)} MB | ${(((after - before) * 1024) / STREAMS).toFixed(1)} KB | ${heard} in ${took.toFixed(0)} ms |`);
  return after;
}

const listen = (port) => [
  request(port, 'POST', { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' }, {
    jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true }, _meta: META },
  }),
  'acknowledged',
];
const get = (port) => [request(port, 'GET', { Accept: 'text/event-stream', 'MCP-Protocol-Version': '2025-11-25' }), '\r\n\r\n'];

console.log('| idle streams | number | RSS before | RSS with them | a stream | a change reaches |\n| --- | --- | --- | --- | --- | --- |');
const most = Math.max(await idle('subscriptions/listen (2026-07-28)', listen), await idle('GET (2025-11-25)', get));
console.log(`\n2,000 idle streams within 64 MB: ${most <= 64 ? 'yes' : 'NO'}\n`);

// --- rates ---

function wrk(port, body, headers = {}) {
  const all = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', 'X-Body': JSON.stringify(body), ...headers };
  const args = ['-t1', '-c16', `-d${SECONDS}s`, '-s', path.join(root, 'bench/mcp.lua')];
  for (const [k, v] of Object.entries(all)) args.push('-H', `${k}: ${v}`);
  const out = execFileSync('wrk', [...args, `http://127.0.0.1:${port}/mcp`], { encoding: 'utf8' });
  const bad = Number(out.match(/bad (\d+)/)[1]);
  if (bad) throw new Error(`${bad} answers were not 200:\n${out}`);
  return Number(out.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

const peers = [{ name: 'libmcp (C)', port: 18791, command: [path.join(bin, 'mcp-fixture'), '--port', '18791'] }];
for (const one of (process.env.BENCH_PEERS ?? '').split(';').filter(Boolean)) {
  const [name, port, ...command] = one.split('|');
  peers.push({ name, port: Number(port), command });
}
console.log('| server | ping/s | tools/list/s | RSS after load |\n| --- | --- | --- | --- |');
for (const { name, port, command } of peers) {
  const child = await start(command[0], command.slice(1), port);
  const ping = wrk(port, { jsonrpc: '2.0', id: 1, method: 'ping' });
  const list = wrk(port, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
  console.log(`| ${name} | ${ping.toFixed(0)} | ${list.toFixed(0)} | ${rss(child.pid).toFixed(1)} MB |`);
  child.kill();
}
