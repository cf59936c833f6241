// SPDX-License-Identifier: MIT
// Traces over OTLP/HTTP, read with the protocol's own definitions: calls, requests below them, a parent that the client names,
// sampling, a collector that is away, and none at all where none is configured.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { program, root, scratch, sleep, startOneapi, startServer } from './lib/programs.mjs';
import { during, post, rpc } from './lib/signin.mjs';

const e2e = path.join(root, 'tests/e2e');
const home = scratch();
let oneapi, collector;
before(async () => {
  oneapi = await startOneapi();
  collector = { bodies: [], requests: [] };
  const server = http.createServer(async (request, answer) => {
    let body = '';
    for await (const piece of request) body += piece;
    collector.requests.push({ url: request.url, headers: request.headers });
    collector.bodies.push(body);
    answer.writeHead(collector.status ?? 200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  collector.url = `http://127.0.0.1:${server.address().port}`;
  collector.stop = () => server.close() && server.closeAllConnections();
});
after(async () => {
  collector.stop();
  await oneapi.stop();
  home.remove();
});

const KEY = 'planted-api-key';
const serve = (t, env = {}) =>
  during(t, startServer({ oneapi, home: home.dir, env: { ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_STORE: 'memory', ZSCALER_MCP_AUTH_API_KEY: KEY, OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, ...env } }));
const call = (server, name, args = {}, { headers, meta } = {}) => post(server, KEY, rpc('tools/call', { name, arguments: args, ...(meta && { _meta: meta }) }), { headers });
function spans() {
  const { status, stdout, stderr } = spawnSync(path.join(e2e, '.venv/bin/python'), [path.join(e2e, 'python/otlp.py')], { input: collector.bodies.join('\n'), encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
async function spansOf(server, calls) {
  collector.bodies.length = collector.requests.length = 0;
  await calls();
  await server.stop(); // sends what waits
  return spans();
}

describe('traces', () => {
  test('a call and its requests, with what conventions name; nothing secret', async (t) => {
    const server = await serve(t, { OTEL_SERVICE_NAME: 'zs-prod', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer planted-collector-key, x-tenant = a' });
    const found = await spansOf(server, async () => {
      await call(server, 'zia_list_rule_labels');
      await call(server, 'zia_get_rule_label', { label_id: '1' });
    });
    const [list, bad] = ['zia_list_rule_labels', 'zia_get_rule_label'].map((name) => found.find((s) => s.name === `tools/call ${name}`));
    assert.deepEqual([list.kind, list.status, list.parent], [2, 0, '']);
    assert.deepEqual(list.resource, { 'service.name': 'zs-prod', 'service.version': '1.0.0' });
    assert.equal(list.attributes['mcp.method.name'], 'tools/call');
    assert.equal(list.attributes['gen_ai.tool.name'], 'zia_list_rule_labels');
    assert.equal(list.attributes['zscaler_mcp.outcome'], 'ok');
    const below = found.filter((s) => s.parent === list.id);
    assert.deepEqual(below.map((s) => [s.name, s.kind, s.trace, s.attributes['url.path'], s.attributes['http.response.status_code']]), [['GET', 3, list.trace, '/zia/api/v1/ruleLabels', 200]]);
    assert.equal(bad.status, 2);
    assert.notEqual(bad.trace, list.trace);
    assert.equal(found.filter((s) => s.parent === bad.id)[0].attributes['http.response.status_code'], 404);
    const [{ url, headers }] = collector.requests;
    assert.deepEqual([url, headers.authorization, headers['x-tenant'], headers['content-type']], ['/v1/traces', 'Bearer planted-collector-key', 'a', 'application/json']);
    for (const text of [collector.bodies.join(), server.log()]) for (const secret of [KEY, 'planted-collector-key', 'e2e-secret']) assert.ok(!text.includes(secret));
  });

  test('the trace of the client: by header, by _meta, which counts more; not sampled means none', async (t) => {
    const server = await serve(t);
    const trace = (digit) => digit.repeat(32);
    const found = await spansOf(server, async () => {
      await call(server, 'zia_list_rule_labels', {}, { headers: { traceparent: `00-${trace('a')}-${'1'.repeat(16)}-01` } });
      await call(server, 'zia_list_rule_labels', {}, { headers: { traceparent: `00-${trace('b')}-${'2'.repeat(16)}-01` }, meta: { traceparent: `00-${trace('c')}-${'3'.repeat(16)}-01` } });
      await call(server, 'zia_list_rule_labels', {}, { headers: { traceparent: `00-${trace('d')}-${'4'.repeat(16)}-00` } });
      for (const odd of [`00-${trace('0')}-${'5'.repeat(16)}-01`, 'nonsense', `ff-${trace('e')}-${'6'.repeat(16)}-01`, `00-${trace('E')}-${'7'.repeat(16)}-01`]) await call(server, 'zia_list_rule_labels', {}, { headers: { traceparent: odd } });
    });
    const calls = found.filter((s) => s.kind === 2);
    assert.deepEqual(calls.slice(0, 2).map((s) => [s.trace, s.parent]), [[trace('a'), '1'.repeat(16)], [trace('c'), '3'.repeat(16)]]);
    assert.equal(calls.length, 6, 'an odd one begins a trace of its own');
    assert.ok(calls.slice(2).every((s) => s.parent === '' && /^(?!0+$)[0-9a-f]{32}$/.test(s.trace)));
  });

  test('sampling, and the switch', async (t) => {
    for (const env of [{ OTEL_TRACES_SAMPLER: 'always_off' }, { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, { OTEL_SDK_DISABLED: 'true' }, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }]) {
      const server = await serve(t, env);
      assert.deepEqual(await spansOf(server, () => call(server, 'zia_list_rule_labels')), []);
      if (env.OTEL_EXPORTER_OTLP_PROTOCOL) assert.match(server.log(), /no traces: OTEL_EXPORTER_OTLP_PROTOCOL wants another protocol/);
    }
    const { status, stderr } = spawnSync(program('zscaler-mcp'), [], { env: { HOME: home.dir, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: 'half' }, encoding: 'utf8', input: '' });
    assert.equal(status, 1);
    assert.match(stderr, /OTEL_TRACES_SAMPLER_ARG: 'half' is no number/);
  });

  test('a collector that is away or refuses: calls go on as fast, the log says it once, the end does not wait', async (t) => {
    for (const env of [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, {}]) {
      collector.status = 503;
      const server = await serve(t, env);
      for (let i = 0; i < 3; i++) {
        assert.equal((await call(server, 'zia_list_rule_labels')).status, 200);
        await sleep(10);
      }
      await server.logged(/traces cannot be sent: they are dropped/, 8000);
      const began = Date.now();
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
      assert.ok(Date.now() - began < 5000);
      assert.equal(server.log().match(/traces cannot be sent/g).length, 1);
    }
    collector.status = 200;
  });

  test('where none is configured, nothing is sent to anybody', async (t) => {
    const server = await serve(t, { OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    assert.deepEqual(await spansOf(server, () => call(server, 'zia_list_rule_labels')), []);
    assert.equal(collector.requests.length, 0);
  });
});
