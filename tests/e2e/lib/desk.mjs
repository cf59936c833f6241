// SPDX-License-Identifier: MIT
// People and their desks. A person has one browser: its windows share their cookies, and every address that a client
// opens ($BROWSER is lib/launcher.mjs) arrives here. A desk is a computer's home folder, where clients keep their state.
import http from 'node:http';
import path from 'node:path';
import { ALICE, Browser } from './browser.mjs';
import { freePort, root, scratch, sleep } from './programs.mjs';
import { StdioPeer } from './stdio.mjs';

const launcher = path.join(root, 'tests/e2e/lib/launcher.mjs');
export const modules = path.join(root, 'tests/e2e/node_modules');

export class Person {
  constructor(options = {}) {
    Object.assign(this, { account: ALICE, jar: new Map(), windows: [], ...options });
  }

  // Takes an address as a browser takes it from $BROWSER: at once, the rest goes on by itself.
  open(url) {
    const trace = [];
    const browser = new Browser({ ...this.browserOptions(), log: (line) => trace.push(line) });
    const window = { url, trace, pages: browser.pages };
    window.done = browser.walk(url).then(
      (end) => (window.end = end),
      (error) => (window.error = error),
    );
    this.windows.push(window);
    return window;
  }

  browserOptions() {
    const { account, jar, refuse, think, patience, ignoresCode } = this;
    return { account, jar, refuse, think, patience, ignoresCode };
  }

  // Signs in within this process, for clients that take the callback's parameters from their host.
  async signIn(url, redirectUri) {
    const browser = new Browser(this.browserOptions());
    this.windows.push({ url, pages: browser.pages, trace: [], done: Promise.resolve() });
    const end = await browser.walk(url, { until: redirectUri });
    if (!end.params) throw new Error(`the sign-in stopped at ${end.url} (${end.status}):\n${end.html}`);
    return end.params;
  }

  listen() {
    return (this.address ??= this.startListening());
  }

  async startListening() {
    const port = await freePort();
    this.server = http.createServer(async (request, answer) => {
      let url = '';
      for await (const part of request) url += part;
      this.open(url);
      answer.writeHead(202).end();
    });
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.server.unref();
    return `http://127.0.0.1:${port}/`;
  }

  // What every client gets that opens a browser.
  async env() {
    return { BROWSER: launcher, E2E_WINDOW: await this.listen() };
  }

  // The last window, as soon as there is one.
  async opened(ms = 15000) {
    for (let waited = 0; !this.windows.length && waited < ms; waited += 20) await sleep(20);
    if (!this.windows.length) throw new Error('no browser was opened');
    return this.windows.at(-1);
  }

  // The last window, once it has come to its end.
  async lastWindow(ms = 15000) {
    const window = await this.opened(ms);
    let timer;
    await Promise.race([window.done, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer); // it would keep the process alive
    return window;
  }

  // The text of a page without its tags.
  static read(page) {
    const body = page.html.slice(Math.max(0, page.html.indexOf('<body')));
    return body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();
  }

  close() {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}

export class Desk {
  // A desk that is cleared when the test `t` ends, whatever its end.
  static during(t, person) {
    const desk = new Desk(person);
    t.after(() => desk.remove());
    return desk;
  }

  constructor(person = new Person()) {
    Object.assign(this, { person, scratch: scratch(), peers: [] });
  }

  get home() {
    return this.scratch.dir;
  }

  async mcpRemote(url, { args = [], env = {} } = {}) {
    const proxy = path.join(modules, 'mcp-remote/dist/proxy.js');
    const peer = new StdioPeer(process.execPath, [proxy, url, ...args], { HOME: this.home, ...(await this.person.env()), ...env });
    this.peers.push(peer);
    return peer;
  }

  // Ends what still runs here: mcp-remote outlives its host while it waits for a sign-in.
  remove() {
    for (const peer of this.peers) peer.child.kill('SIGKILL');
    this.scratch.remove();
  }
}
