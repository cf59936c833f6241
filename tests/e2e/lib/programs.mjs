// SPDX-License-Identifier: MIT
// Starts the real programs for a test: the Entra emulator, the fake OneAPI, zscaler-mcp with the guide's environment.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const bin = process.env.BIN_DIR ?? path.join(root, 'build/release');
export const program = (name) => path.join(bin, name);

// The emulator's registration whose redirect URI is ours (http://localhost/auth/callback), and its tenant.
export const TENANT = '7e57ed00-0000-4000-8000-000000000001';
export const APP = 'c11e0000-0000-4000-8000-0000000000d0';
export const CONTROL = 'e2e-control';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Ports below 32768: above, a client's own outgoing socket may sit on one that looks free.
let nextPort = 20000 + Math.floor(Math.random() * 10000);
export async function freePort() {
  for (;;) {
    const port = nextPort++;
    const free = await new Promise((resolve) => {
      const probe = net.createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

// Environment of a program whose calendar runs `seconds` ahead; its timers stay true.
export function clockAhead(seconds, dir) {
  const library = path.join(dir, 'clock.so');
  if (!existsSync(library)) execFileSync('cc', ['-shared', '-fPIC', '-o', library, path.join(root, 'tests/e2e/lib/clock.c')]);
  return { LD_PRELOAD: library, CLOCK_AHEAD: String(seconds) };
}

export function scratch() {
  const dir = mkdtempSync(path.join(tmpdir(), 'zscaler-mcp-e2e-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

async function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => resolve(false));
  });
}

// Runs a program until stop(); resolves when it accepts connections on `port` (or at once without one).
export async function start(command, args, { env = {}, port, cwd } = {}) {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const running = {
    child,
    exited,
    log: () => output,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return exited;
    },
    async logged(pattern, ms = 5000) {
      for (let waited = 0; waited < ms; waited += 20) {
        const found = output.match(pattern);
        if (found) return found;
        await sleep(20);
      }
      throw new Error(`no line like ${pattern} in:\n${output}`);
    },
  };
  for (let i = 0; port && !(await accepts(port)); i++) {
    if (i > 250 || child.exitCode !== null) throw new Error(`${command} did not start:\n${output}`);
    await sleep(20);
  }
  return running;
}

export async function startEmulator(args = []) {
  const port = await freePort();
  const running = await start(program('entra-emulator'), ['--port', String(port), '--control-token', CONTROL, ...args], { port });
  const url = `http://127.0.0.1:${port}`;
  const control = async (method, where, body) => {
    const answer = await fetch(`${url}/_emu/${where}`, {
      method,
      headers: { authorization: `Bearer ${CONTROL}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} /_emu/${where}: ${answer.status} ${await answer.text()}`);
    return answer.json().catch(() => null);
  };
  return { ...running, port, url, control, journal: () => control('GET', 'journal') };
}

export async function startOneapi(args = []) {
  const port = await freePort();
  const running = await start(program('fake-oneapi'), ['--port', String(port), ...args], { port });
  return { ...running, port, url: `http://127.0.0.1:${port}` };
}

// The guide's step 4 with the emulator's values: six variables and two switches.
export function guideEnv(emulator, app = APP) {
  const tenant = `${emulator.url}/${TENANT}`;
  return {
    OIDCPROXY_AUTH_ISSUER: `${tenant}/v2.0`,
    OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT: `${tenant}/oauth2/v2.0/authorize`,
    OIDCPROXY_AUTH_TOKEN_ENDPOINT: `${tenant}/oauth2/v2.0/token`,
    OIDCPROXY_AUTH_JWKS_URI: `${tenant}/discovery/v2.0/keys`,
    OIDCPROXY_AUTH_AUDIENCE: app,
    OIDCPROXY_AUTH_SCOPES: 'openid profile offline_access',
    ZSCALER_MCP_AUTH_ENABLED: 'false',
    ZSCALER_MCP_ALLOW_HTTP: 'true',
  };
}

export const tenantEnv = (oneapi) => ({
  ZSCALER_CLIENT_ID: 'e2e-client',
  ZSCALER_CLIENT_SECRET: 'e2e-secret',
  ZSCALER_VANITY_DOMAIN: 'e2e',
  ZSCALER_CUSTOMER_ID: '216196257331281920',
  ZSCALER_MCP_ONEAPI_URL: oneapi.url,
});

export async function startServer({ emulator, oneapi, env = {}, args = [], home, port }) {
  port ??= await freePort();
  const all = { HOME: home, ...(emulator && guideEnv(emulator)), ...(oneapi && tenantEnv(oneapi)), ...env };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  const running = await start(program('zscaler-mcp'), ['--port', String(port), ...args], { env: all, port });
  return { ...running, port, url: `http://localhost:${port}/mcp`, origin: `http://localhost:${port}` };
}

// All three, with one stop() for after().
export async function startAll({ env, args, oneapiArgs, emulatorArgs } = {}) {
  const home = scratch();
  const emulator = await startEmulator(emulatorArgs);
  const oneapi = await startOneapi(oneapiArgs);
  const options = { emulator, oneapi, env, args, home: home.dir };
  const all = { home: home.dir, emulator, oneapi, server: await startServer(options) };
  all.restartServer = async (more = {}) => {
    await all.server.stop();
    all.server = await startServer({ ...options, ...more, port: all.server.port });
    return all.server;
  };
  all.stop = async () => {
    await Promise.all([all.server.stop(), emulator.stop(), oneapi.stop()]);
    home.remove();
  };
  return all;
}
