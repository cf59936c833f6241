// SPDX-License-Identifier: MIT
// Several zscaler-mcp behind one address: a reverse proxy that gives each request to the next one, as an ingress without
// session affinity does, and a real redis-server that dies and comes back.
import http from 'node:http';
import path from 'node:path';
import { freePort, scratch, sleep, start, startServer } from './programs.mjs';

// `pin` sends everything to one replica; `trail` tells who answered what.
export class RoundRobin {
  constructor(ports) {
    Object.assign(this, { ports, next: 0, pin: null, trail: [] });
  }

  async listen() {
    this.port = await freePort();
    this.origin = `http://localhost:${this.port}`;
    this.url = `${this.origin}/mcp`;
    this.server = http.createServer((request, answer) => this.forward(request, answer));
    await new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    return this;
  }

  forward(request, answer) {
    const replica = this.pin ?? this.next++ % this.ports.length;
    this.trail.push({ method: request.method, path: request.url.split('?')[0], replica });
    const { method, url, headers } = request;
    const onward = http.request({ host: '127.0.0.1', port: this.ports[replica], method, path: url, headers }, (reply) => {
      answer.writeHead(reply.statusCode, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.headersSent || answer.writeHead(502).end());
    answer.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  // The replicas that answered requests for this path.
  servers(where) {
    return [...new Set(this.trail.filter((entry) => entry.path === where).map(({ replica }) => replica))].sort();
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

// Keeps its data in a folder, so that start() after kill() is a restart.
export class Redis {
  constructor() {
    this.scratch = scratch();
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(args = []) {
    this.port ??= await freePort();
    const options = { port: this.port, bind: '127.0.0.1', dir: this.scratch.dir, save: '', appendonly: 'yes', appendfsync: 'no' };
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.running = await start('redis-server', [...words, ...args], { port: this.port, cwd: path.resolve('/') });
    return this;
  }

  kill(signal = 'SIGKILL') {
    return this.running.stop(signal);
  }

  async remove() {
    this.running?.child.kill('SIGCONT');
    await this.running?.stop('SIGKILL');
    this.scratch.remove();
  }
}

export const KEY = 'one-root-key-that-all-the-replicas-of-this-test-share';

// `count` servers with one key behind one round robin; they look like one server to the clients of lib/signin.mjs.
export async function startReplicas(t, { emulator, oneapi, store, env = {}, count = 2 }) {
  const replicas = [];
  const home = Array.from({ length: count }, scratch);
  const begin = (i, port, more) =>
    startServer({ emulator, oneapi, port, home: home[i].dir, env: { ZSCALER_MCP_SECRET_KEY: KEY, ZSCALER_MCP_STORE: store, ...env, ...more } });
  t.after(async () => {
    for (const replica of replicas) await replica.stop('SIGKILL');
    for (const each of home) each.remove();
  });
  for (let i = 0; i < count; i++) replicas.push(await begin(i));
  // One after the other, as a rolling update does.
  const restart = async (i, more) => {
    await replicas[i].stop();
    replicas[i] = await begin(i, replicas[i].port, more);
  };
  const proxy = await new RoundRobin(replicas.map(({ port }) => port)).listen();
  t.after(() => proxy.close());
  const { url, origin } = proxy;
  return { replicas, restart, proxy, url, origin, log: () => replicas.map((replica) => replica.log()).join('\n') };
}

// Asks until the answer is as wanted.
export async function until(ask, wanted, ms = 8000) {
  let answer;
  for (let waited = 0; waited < ms; waited += 100) {
    answer = await ask();
    if (wanted(answer)) return answer;
    await sleep(100);
  }
  throw new Error(`still ${JSON.stringify(answer)}`);
}
