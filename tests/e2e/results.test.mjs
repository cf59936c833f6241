// SPDX-License-Identifier: MIT
// Results as a client gets them: query, views, cleaning, tokens; longer than one answer may be, cut at whole records, the rest by the query that is named.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as v2 from '@modelcontextprotocol/client';
import { scratch, startOneapi, startServer } from './lib/programs.mjs';
import { during } from './lib/signin.mjs';

const KEY = 'the-key-of-this-test';
const LIST = 'zia_list_url_categories';
const home = scratch();
const ENV = { ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_STORE: 'memory', ZSCALER_MCP_AUTH_API_KEY: KEY };
let oneapi;
beforeEach(() => fetch(`${oneapi.url}/_fake/seed`, { method: 'POST' }));
before(async () => {
  oneapi = await startOneapi();
});
after(async () => {
  await oneapi?.stop();
  home.remove();
});

async function connectTo(t, env = {}) {
  const server = await during(t, startServer({ oneapi, home: home.dir, env: { ...ENV, ...env } }));
  const client = new v2.Client({ name: 'e2e', version: '1' }, { capabilities: {}, versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: { authorization: `Bearer ${KEY}` } };
  await client.connect(new v2.StreamableHTTPClientTransport(new URL(server.url), { requestInit }));
  t.after(() => client.close());
  return { server, call: (name, args = {}) => client.callTool({ name, arguments: args }) };
}
const connect = async (t, env) => (await connectTo(t, env)).call;

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

describe('query', () => {
  test('filter, projection, a value, no match, mistakes: always a list; the audit has both counts', async (t) => {
    const { call, server } = await connectTo(t, { ZSCALER_MCP_LOG_FORMAT: 'json' });
    let calls = 1;
    const all = (await call(LIST)).structuredContent.result;
    const custom = all.filter(({ custom_category }) => custom_category);
    const rows = [
      ['[?custom_category]', custom],
      ['[].{id: id}', all.map(({ id }) => ({ id }))],
      ['[0].id', [all[0].id]],
      ['length(@)', [all.length]],
      ["[?id == 'none']", []],
      ['[0].none', []],
      ['[].{', [{ error: /^Invalid JMESPath expression: / }]],
      ['nosuch(@)', [{ error: /^Invalid JMESPath expression: / }]],
    ];
    for (const [query, wanted] of rows) {
      const { result } = (await call(LIST, { query })).structuredContent;
      if (wanted[0]?.error) assert.match(result[0].error, wanted[0].error);
      else assert.deepEqual(result, wanted, query);
      const [, text] = await server.logged(new RegExp(`((?:[^]*"tool call".*\n){${++calls}})`)); // it may come a little later
      const line = JSON.parse(text.trim().split('\n').at(-1));
      assert.deepEqual([line.records, line.shown], [all.length, result.length], query);
    }
  });

  test('stays here: the API never sees it', async (t) => {
    const { call } = await connectTo(t);
    await call(LIST, { query: '[].id' });
    const journal = await (await fetch(`${oneapi.url}/_fake/journal`)).json();
    assert.doesNotMatch(JSON.stringify(journal.at(-1)), /query=|%5B/);
  });
});

describe('contains_url of zia_list_url_categories', () => {
  test('leading dots, parents, borders of labels, whole URLs, retained entries', async (t) => {
    const call = await connect(t, { ZSCALER_MCP_WRITE_ENABLED: 'true', ZSCALER_MCP_WRITE_TOOLS: 'zia_create_url_category' });
    const made = await call('zia_create_url_category', {
      configured_name: 'Retained', super_category: 'USER_DEFINED', urls: ['shop.example'], advanced: { db_categorized_urls: ['kept.example'] },
    });
    assert.ok(!made.isError, made.content[0].text);
    const rows = [
      ['partner-portal.example', ['Acme Partners']],
      ['app.partner-portal.example', ['Acme Partners']],
      ['https://app.partner-portal.example:8443/a?b=c', ['Acme Partners']],
      ['notpartner-portal.example', []],
      ['partner-portal.example.net', []],
      ['shop.example', ['Retained']],
      ['www.kept.example', ['Retained']],
      ['nowhere.example', []],
    ];
    for (const [contains_url, names] of rows) {
      const { result } = (await call(LIST, { contains_url })).structuredContent;
      assert.deepEqual(result.map(({ configured_name }) => configured_name), names, contains_url);
      for (const record of result) assert.ok(record._url_match.matched.length === 1 && record._url_match.url === contains_url);
    }
  });
});

describe('texts of the API', () => {
  const description = 'a\u200bb \u202e <b onclick=x>c</b> & d ![pixel](http://x.example/p.png) [here](http://y.example)';
  const writes = { ZSCALER_MCP_WRITE_ENABLED: 'true', ZSCALER_MCP_WRITE_TOOLS: 'zia_create_rule_label' };
  const descriptions = async (call) => (await call('zia_list_rule_labels')).structuredContent.result.map((label) => label.description);

  test('lose what hides, and nothing is escaped; as they are where the operator says so; the start says which', async (t) => {
    const clean = await connectTo(t, writes);
    const plain = await connectTo(t, { ZSCALER_MCP_DISABLE_OUTPUT_SANITIZATION: 'true' });
    await clean.call('zia_create_rule_label', { name: 'Odd', description });
    assert.ok((await descriptions(clean.call)).includes('ab  c & d pixel here (http://y.example)'));
    assert.ok((await descriptions(plain.call)).includes(description));
    assert.match(clean.server.log(), /output sanitization active/);
    assert.match(plain.server.log(), /WARN.*output sanitization is off/i);
  });
});

describe('ZSCALER_MCP_REPORT_TOKENS', () => {
  test('a line and a member, of lists, empty ones, objects; neither without it', async (t) => {
    const call = await connect(t, { ZSCALER_MCP_REPORT_TOKENS: 'true' });
    const list = await call(LIST, { query: '[].id' });
    const usage = list.structuredContent.token_usage;
    const [, body] = list.content[0].text.match(/^([^]*)\n# token_usage: ~\d+ tokens \(len\/4-estimate\)$/);
    assert.deepEqual(
      [usage.response_bytes, usage.response_tokens, usage.encoding, usage.exact, usage.rows],
      [body.length, Math.ceil(body.length / 4), 'len/4-estimate', false, list.structuredContent.result.length],
    );
    const none = (await call(LIST, { query: "[?id == 'none']" })).structuredContent;
    assert.deepEqual([none.result, none.token_usage.response_tokens, none.token_usage.rows], [[], 1, undefined]);
    assert.ok((await call('zia_get_url_category', { category_id: 'CUSTOM_01' })).structuredContent.token_usage.response_tokens > 10);
    const silent = await (await connect(t))(LIST);
    assert.ok(!('token_usage' in silent.structuredContent) && !silent.content[0].text.includes('# token_usage'));
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

  test('more than can be sent: cut even where the operator sets no limit, and never an error', async (t) => {
    const label = (id) => ({ id, name: `label ${id}`, description: 'x'.repeat(500), createdBy: { id: 1, name: 'somebody' } });
    const labels = JSON.stringify(Array.from({ length: 20000 }, (_, id) => label(id)));
    const api = http.createServer(({ url }, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(url.includes('/token') ? '{"access_token":"t","token_type":"Bearer","expires_in":3600}' : labels);
    });
    await new Promise((done) => api.listen(0, '127.0.0.1', done));
    t.after(() => api.close());
    const call = await connect(t, { ZSCALER_MCP_RESULT_BYTES_MAX: '0', ZSCALER_MCP_ONEAPI_URL: `http://127.0.0.1:${api.address().port}` });
    const ids = [];
    let calls = 0;
    for (let query; ; calls++) {
      const { structuredContent } = await call('zia_list_rule_labels', query && { query });
      ids.push(...structuredContent.result.map(({ id }) => id));
      if (!structuredContent.cut) break;
      query = structuredContent.cut.next.query;
    }
    assert.ok(calls > 0);
    assert.deepEqual(ids, Array.from({ length: 20000 }, (_, id) => id));
  });

  test('the same behind tool mode search', async (t) => {
    const run = await connect(t, { ZSCALER_MCP_RESULT_BYTES_MAX: '3000', ZSCALER_MCP_TOOL_MODE: 'search' });
    const { records } = await follow((name, args) => run('zscaler_run_tool', { name, arguments: args }));
    assert.ok(records.length > 10);
  });
});
