// SPDX-License-Identifier: MIT
// The figures for Prometheus, read by its own parser: what a sign-in and calls add to them, and who gets at them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort, program, root, scratch, startAll } from './lib/programs.mjs';
import { callTool, signIn } from './lib/signin.mjs';

const e2e = path.join(root, 'tests/e2e');
let all, port;
before(async () => {
  port = await freePort();
  all = await startAll({ env: { ZSCALER_MCP_METRICS: `127.0.0.1:${port}` } });
});
after(() => all?.stop());

async function figures() {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const { status, stdout, stderr } = spawnSync(path.join(e2e, '.venv/bin/python'), [path.join(e2e, 'python/metrics.py')], { input: await answer.text(), encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

describe('metrics', () => {
  test('before anything happened', async () => {
    const f = await figures();
    assert.equal(f['zscaler_mcp_build_info{version=1.0.0}'], 1);
    assert.equal(f.zscaler_mcp_store_up, 1);
    assert.equal(f.zscaler_mcp_tools, 254);
    assert.equal(f.zscaler_mcp_http_workers, 64);
    assert.ok(f.zscaler_mcp_resident_memory_bytes > 1e6 && f.zscaler_mcp_open_fds > 3);
    assert.ok(Math.abs(f.zscaler_mcp_start_time_seconds - Date.now() / 1000) < 60);
  });

  test('a sign-in, good and bad calls, a limit of the API', async () => {
    const { token } = await signIn(all.server);
    const before_ = await figures();
    assert.equal(before_['zscaler_mcp_audit_events_total{event=sign-in finished}'], 1);
    assert.equal(before_['zscaler_mcp_audit_events_total{event=tokens given}'], 1);
    const ordered = await fetch(`${all.oneapi.url}/_fake/fault`, { method: 'POST', body: JSON.stringify({ kind: '429', path: '/zia/api/v1/ruleLabels', retryAfter: 0 }) });
    assert.ok(ordered.ok, await ordered.text());
    await callTool(all.server, token, 'zia_list_rule_labels');
    await callTool(all.server, token, 'zia_get_rule_label', { label_id: '1' });
    await callTool(all.server, token, 'zia_get_rule_label', {});
    const f = await figures();
    assert.equal(f['zscaler_mcp_tool_calls_total{outcome=ok,tool=zia_list_rule_labels}'], 1);
    assert.equal(f['zscaler_mcp_tool_calls_total{outcome=error,tool=zia_get_rule_label}'], 1);
    assert.equal(f['zscaler_mcp_tool_calls_total{outcome=other,tool=zia_get_rule_label}'], 1);
    assert.equal(f.zscaler_mcp_tool_call_duration_seconds_count, 3);
    assert.equal(f['zscaler_mcp_audit_events_total{event=tool call}'], 3);
    assert.equal(f.zscaler_mcp_zscaler_limited_total, 1);
    assert.equal(f.zscaler_mcp_zscaler_repeated_total, 1);
    assert.ok(f.zscaler_mcp_tool_call_duration_seconds_sum >= 1, 'the wait counts');
    const requests = Object.entries(f).filter(([name]) => name.startsWith('zscaler_mcp_zscaler_requests_total')).reduce((sum, [, n]) => sum + n, 0);
    assert.equal(f.zscaler_mcp_zscaler_request_duration_seconds_count, requests);
    assert.equal(f['zscaler_mcp_http_requests_total{status=2xx}'] - before_['zscaler_mcp_http_requests_total{status=2xx}'], 3);
    const buckets = Object.entries(f).filter(([name]) => name.startsWith('zscaler_mcp_http_request_duration_seconds_bucket')).map(([, n]) => n);
    assert.deepEqual(buckets, [...buckets].sort((a, b) => a - b), 'buckets add up');
    assert.ok(!JSON.stringify(f).includes('alice'), 'nobody is named');
  });

  test('not on the port that clients reach', async () => {
    assert.equal((await fetch(new URL('/metrics', all.server.url))).status, 404);
  });

  test('an address that is none, or is in use: the server does not start', () => {
    const home = scratch();
    for (const [value, why] of [['9464', /'9464' is not valid: expected address:port/], ['127.0.0.1:x', /expected address:port/], [`127.0.0.1:${port}`, /ZSCALER_MCP_METRICS: port \d+ on 127\.0\.0\.1 is in use/]]) {
      const { status, stderr } = spawnSync(program('zscaler-mcp'), ['--transport', 'streamable-http', '--port', '0', '--metrics', value], { env: { HOME: home.dir, ZSCALER_MCP_AUTH_API_KEY: 'key' }, encoding: 'utf8' });
      assert.ok(status === 1 || status === 2, stderr);
      assert.match(stderr, why);
    }
    home.remove();
  });
});
