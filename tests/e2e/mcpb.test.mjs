// SPDX-License-Identifier: MIT
// The bundle for desktop hosts: made by the script, checked and unpacked by the official tool, started as a host starts it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { program, root, scratch, startOneapi } from './lib/programs.mjs';
import { StdioPeer } from './lib/stdio.mjs';

const home = scratch();
const folder = path.join(home.dir, 'bundle');
const bundle = path.join(home.dir, 'zscaler-mcp.mcpb');
const mcpb = path.join(root, 'tests/e2e/node_modules/.bin/mcpb');
let manifest, oneapi;
before(async () => {
  execFileSync(path.join(root, 'scripts/build-mcpb'), [bundle], { env: { ...process.env, BIN_DIR: path.dirname(program('zscaler-mcp')) }, stdio: 'pipe' });
  execFileSync(mcpb, ['unpack', bundle, folder], { stdio: 'pipe' });
  manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
  oneapi = await startOneapi();
});
after(async () => {
  await oneapi?.stop();
  home.remove();
});

// What a host makes of the manifest and of what the person typed. An unset value stays a placeholder, as some hosts leave it.
function started(typed, more = {}) {
  const defaults = Object.fromEntries(Object.entries(manifest.user_config).filter(([, { default: d }]) => d !== undefined).map(([name, { default: d }]) => [name, d]));
  const values = { ...defaults, ...typed };
  const fill = (text) => text.replaceAll('${__dirname}', folder).replace(/\$\{user_config\.(\w+)\}/g, (whole, name) => (values[name] === undefined ? whole : String(values[name])));
  const { command, args, env } = manifest.server.mcp_config;
  return new StdioPeer(fill(command), args.map(fill), { HOME: home.dir, ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])), ...more });
}

describe('the bundle', () => {
  test('metadata agree with the server, and it is small', async () => {
    const peer = started({ client_id: 'a', client_secret: 'b', vanity_domain: 'acme' });
    const { serverInfo } = await peer.initialize();
    assert.equal(serverInfo.version, manifest.version);
    assert.equal(serverInfo.name, manifest.name);
    await peer.close();
    assert.ok(statSync(bundle).size < 20e6, `${statSync(bundle).size} bytes`);
  });

  test('a tool is called with what the person typed', async () => {
    const typed = { client_id: 'e2e-client', client_secret: 'e2e-secret', vanity_domain: 'e2e', services: 'zia', write_enabled: true, write_tools: 'zia_create_*' };
    const peer = started(typed, { ZSCALER_MCP_ONEAPI_URL: oneapi.url });
    await peer.initialize();
    const { tools } = await peer.request('tools/list');
    assert.ok(tools.every(({ name }) => name.includes('zia_')) && tools.some(({ name }) => name === 'zia_create_location'));
    const result = await peer.request('tools/call', { name: 'zia_list_rule_labels', arguments: {} });
    assert.ok(result.structuredContent.result.length > 0);
    assert.deepEqual(await peer.close(), { code: 0, signal: null });
  });

  test('what a host did not fill in is not taken for a value', async () => {
    const peer = started({ client_id: 'a', client_secret: 'b', vanity_domain: 'acme', services: undefined, tool_mode: undefined, write_enabled: undefined, write_tools: undefined, customer_id: undefined });
    await peer.initialize();
    assert.ok((await peer.request('tools/list')).tools.length > 200, peer.stderr);
    await peer.close();
  });
});
