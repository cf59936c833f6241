// SPDX-License-Identifier: MIT
// Results as a client gets them: longer than one answer may be, cut at whole records, the rest by the query that is named.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as v2 from '@modelcontextprotocol/client';
import { scratch, startOneapi, startServer } from './lib/programs.mjs';
import { during } from './lib/signin.mjs';

const KEY = 'the-key-of-this-test';
const LIST = 'zia_list_url_categories';
const home = scratch();
const ENV = { ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_STORE: 'memory', ZSCALER_MCP_AUTH_API_KEY: KEY };
let oneapi;
before(async () => {
  oneapi = await startOneapi();
});
after(async () => {
  await oneapi?.stop();
  home.remove();
});

async function connect(t, env = {}) {
  const server = await during(t, startServer({ oneapi, home: home.dir, env: { ...ENV, ...env } }));
  const client = new v2.Client({ name: 'e2e', version: '1' }, { capabilities: {}, versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: { authorization: `Bearer ${KEY}` } };
  await client.connect(new v2.StreamableHTTPClientTransport(new URL(server.url), { requestInit }));
  t.after(() => client.close());
  return (name, args = {}) => client.callTool({ name, arguments: args });
}

// Calls again as the answer says, until nothing is left.
async function follow(call, args = {}) {
  const records = [];
  for (let calls = 1; ; calls++) {
    const result = await call(LIST, args);
    assert.ok(!result.isError);
    assert.ok(calls < 100);
    records.push(...result.structuredContent.result);
    const { cut } = result.structuredContent;
    if (!cut) return { records, calls };
    assert.equal(cut.shown, result.structuredContent.result.length);
    assert.match(result.content[1].text, /^The answer is cut: the first \d+ of \d+ records are shown\. The next come with query="/);
    args = { ...args, ...cut.next };
  }
}

describe('what of the records is shown, and how', () => {
  test('lean: nothing empty; summary: the main fields, and the query that brings the others', async (t) => {
    const full = (await (await connect(t))(LIST)).structuredContent.result;
    const lean = (await (await connect(t, { ZSCALER_MCP_RESULT_VIEW: 'lean' }))(LIST)).structuredContent.result;
    const call = await connect(t, { ZSCALER_MCP_RESULT_VIEW: 'summary', ZSCALER_MCP_RESULT_BYTES_MAX: '500' });
    const size = (value) => JSON.stringify(value).length;
    assert.ok(full.some(({ keywords }) => keywords.length === 0) && !lean.some(({ keywords }) => keywords?.length === 0));
    assert.deepEqual(lean.map(({ id }) => id), full.map(({ id }) => id));
    const first = await call(LIST);
    assert.match(first.content[1].text, /^Only the main fields .* query="\[\]" shows all of them\. The answer is cut/);
    const summary = [...first.structuredContent.result];
    for (let { cut } = first.structuredContent; cut; ) {
      const next = (await call(LIST, cut.next)).structuredContent;
      summary.push(...next.result);
      ({ cut } = next);
    }
    assert.deepEqual(summary.map(({ id }) => id), full.map(({ id }) => id));
    assert.ok(summary.every((record) => !('urls' in record) && record.configured_name));
    assert.ok(size(summary) < size(lean) && size(lean) < size(full));
    const whole = await call(LIST, { query: '[] | [:1]' });
    assert.deepEqual(whole.structuredContent.result, full.slice(0, 1));
  });

  test('one record in lean and summary: what is filled in', async (t) => {
    const call = await connect(t, { ZSCALER_MCP_RESULT_VIEW: 'summary' });
    const { structuredContent: record, content } = await call('zia_get_url_category', { category_id: 'CUSTOM_01' });
    assert.ok(record.urls.length > 0 && !('keywords' in record));
    assert.equal(content.length, 1);
  });

  test('CSV and JSON where the operator wants them', async (t) => {
    const textOf = async (format) => (await (await connect(t, { ZSCALER_MCP_RESULT_FORMAT: format }))(LIST)).content[0].text;
    assert.match(await textOf('csv'), /^id,[a-z_,]+\nCUSTOM_01,.*,"\[""\.partner-portal\.example"",/);
    assert.ok(Array.isArray(JSON.parse(await textOf('json'))));
    assert.ok(Array.isArray(JSON.parse(await textOf('auto'))));
  });
});

describe('results larger than one answer may be', () => {
  test('whole by default: nobody is asked to call twice for a usual list', async (t) => {
    const call = await connect(t);
    const result = await call(LIST);
    assert.ok(result.structuredContent.result.length > 10);
    assert.equal(result.structuredContent.cut, undefined);
    assert.equal(result.content.length, 1);
  });

  test('cut at whole records, within the bytes; who follows the query gets every record once', async (t) => {
    const whole = (await (await connect(t))(LIST)).structuredContent.result;
    const call = await connect(t, { ZSCALER_MCP_RESULT_BYTES_MAX: '3000' });
    const first = await call(LIST);
    assert.ok(first.content[0].text.length <= 3000 && JSON.stringify(first.structuredContent.result).length <= 3000);
    assert.equal(first.structuredContent.cut.records, whole.length);
    const { records, calls } = await follow(call);
    assert.ok(calls > 2);
    assert.deepEqual(records, whole);
  });

  test('behind a query of its own; a smaller projection needs no second call', async (t) => {
    const call = await connect(t, { ZSCALER_MCP_RESULT_BYTES_MAX: '600' });
    const named = await follow(call, { query: '[?custom_category].{id: id, urls: urls, description: description, type: type, name: configured_name, val: val}' });
    assert.equal(new Set(named.records.map(({ id }) => id)).size, named.records.length);
    assert.ok(named.calls > 1 && named.records.every(({ id }) => id.startsWith('CUSTOM_')));
    const few = await follow(call, { query: '[].id' });
    assert.equal(few.calls, 1);
  });

  test('a record larger than an answer comes alone, whole; 0 never cuts', async (t) => {
    const tiny = await connect(t, { ZSCALER_MCP_RESULT_BYTES_MAX: '1' });
    const { records, calls } = await follow(tiny, { query: '[:4]' });
    assert.deepEqual([records.length, calls], [4, 4]);
    const unlimited = await connect(t, { ZSCALER_MCP_RESULT_BYTES_MAX: '0' });
    assert.equal((await unlimited(LIST)).structuredContent.cut, undefined);
  });

  test('the same behind tool mode search', async (t) => {
    const run = await connect(t, { ZSCALER_MCP_RESULT_BYTES_MAX: '3000', ZSCALER_MCP_TOOL_MODE: 'search' });
    const { records } = await follow((name, args) => run('zscaler_run_tool', { name, arguments: args }));
    assert.ok(records.length > 10);
  });
});
