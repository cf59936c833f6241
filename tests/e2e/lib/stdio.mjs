// SPDX-License-Identifier: MIT
// Newline-delimited JSON-RPC with a child process, as a desktop host talks to mcp-remote or to our stdio server.
import { spawn } from 'node:child_process';
import { sleep } from './programs.mjs';

export class StdioPeer {
  constructor(command, args, env) {
    this.child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    Object.assign(this, { waiting: new Map(), notifications: [], stderr: '', lastId: 0 });
    this.child.stderr.on('data', (data) => (this.stderr += data));
    this.child.stdin.on('error', () => {}); // the child may end before it has read everything
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
    this.exited.then((end) => this.failAll(new Error(`ended with ${JSON.stringify(end)}; stderr:\n${this.stderr}`)));
    let rest = '';
    this.child.stdout.on('data', (data) => {
      const lines = (rest + data).split('\n');
      rest = lines.pop();
      for (const line of lines.filter(Boolean)) this.take(JSON.parse(line));
    });
  }

  take(message) {
    const waiting = !message.method && this.waiting.get(message.id);
    if (!waiting) return this.notifications.push(message);
    this.waiting.delete(message.id);
    return waiting(message);
  }

  failAll(error) {
    for (const waiting of this.waiting.values()) waiting({ error });
    this.waiting.clear();
  }

  request(method, params = {}, ms = 30000) {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer in ${ms} ms; stderr:\n${this.stderr}`)), ms);
      this.waiting.set(id, (message) => {
        clearTimeout(timer);
        if (message.error) reject(Object.assign(new Error(message.error.message), message.error));
        else resolve(message.result);
      });
      this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  notify(method, params) {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`);
  }

  async initialize(protocolVersion = '2025-11-25') {
    const result = await this.request('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'e2e-host', version: '1' } });
    this.notify('notifications/initialized');
    return result;
  }

  async close() {
    this.child.stdin.end();
    return Promise.race([this.exited, sleep(10000).then(() => this.child.kill('SIGKILL') && 'killed')]);
  }
}
