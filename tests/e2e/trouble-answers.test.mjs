// SPDX-License-Identifier: MIT
// Answers of Zscaler's API that no API should give, and arguments that no person would: a clear tool error or the data as it
// is, never a crash, never a request that the tool does not make.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { after, before, describe, test } from 'node:test';
import { program, sleep } from './lib/programs.mjs';
import { StdioPeer } from './lib/stdio.mjs';

// An API that answers `next` to whatever is asked, and remembers what that was.
let answer = { body: '[]' };
let asked = [];
let upstream, peer;
before(async () => {
  upstream = http.createServer((request, response) => {
    if (request.url === '/oauth2/v1/token') {
      request.resume();
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"t","expires_in":3600}');
    }
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    const { status = 200, type = 'application/json', headers = {}, body, pieces } = answer;
    response.writeHead(status, { 'content-type': type, ...headers });
    if (!pieces) return response.end(body);
    const piece = Buffer.alloc(1 << 20, 'x');
    let left = pieces;
    const more = () => {
      while (left-- > 0) if (!response.write(piece)) return response.once('drain', more);
      response.end();
    };
    return more();
  });
  await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  peer = new StdioPeer(program('zscaler-mcp'), [], {
    ZSCALER_MCP_ONEAPI_URL: `http://127.0.0.1:${upstream.address().port}`,
    ZSCALER_CLIENT_ID: 'id', ZSCALER_CLIENT_SECRET: 'secret', ZSCALER_VANITY_DOMAIN: 'x', ZSCALER_CUSTOMER_ID: '1', ZCELL_CUSTOMER_ID: '2',
    ZSCALER_MCP_WRITE_ENABLED: 'true', ZSCALER_MCP_WRITE_TOOLS: '*',
  });
  await peer.initialize();
});
after(async () => {
  const end = await peer.close();
  assert.equal(end.code, 0, peer.stderr);
  upstream.closeAllConnections();
  upstream.close();
});

async function call(name, args, given) {
  answer = given;
  asked = [];
  const result = await peer.request('tools/call', { name, arguments: args });
  return { ...result, text: result.content[0].text };
}
const rss = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${peer.child.pid}/status`, 'utf8'))[1]) / 1024;

// One reading tool of each service and kind: a list, one record, GraphQL.
const TOOLS = [
  ['zia_list_rule_labels', {}],
  ['zia_get_rule_label', { label_id: '1' }],
  ['zpa_list_segment_groups', {}],
  ['zpa_get_segment_group', { group_id: '1' }],
  ['zdx_list_alerts', {}],
  ['zdx_get_device', { device_id: '1' }],
  ['zid_list_users', {}],
  ['zcc_list_devices', {}],
  ['ztw_list_roles', {}],
  ['zeasm_list_organizations', {}],
  ['zcell_list_sims', {}],
  ['zins_get_shadow_it_apps', {}],
  ['zms_list_agents', {}],
];
const deep = (n) => '['.repeat(n) + ']'.repeat(n);
const JUNK = {
  'an HTML page': { type: 'text/html', body: '<html><title>Maintenance</title></html>' },
  'an HTML page that says it is JSON': { body: '<html>' },
  'JSON cut off': { body: '[{"id":1,"na' },
  'nothing at all': { body: '' },
  'null': { body: 'null' },
  'a number': { body: '42' },
  'a text': { body: '"words"' },
  'a list of lists': { body: '[[1,2],[3]]' },
  'a list of everything': { body: '[null,1,"x",true,{},[]]' },
  'objects where lists should be': { body: '{"list":{"id":1},"items":{},"records":"x","results":7,"content":null,"data":[]}' },
  'a key that stands twice': { body: '[{"id":1,"id":2}]' },
  'brackets without end': { body: deep(100000) },
  'invalid UTF-8': { body: Buffer.concat([Buffer.from('[{"id":1,"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}]')]) },
  'half a surrogate': { body: '[{"id":1,"name":"\\ud800"}]' },
  'U+0000 in a text': { body: '[{"id":1,"name":"a\\u0000b"}]' },
  'U+0000 in a key': { body: '[{"id":1,"a\\u0000b":2}]' },
  'a number that no double holds': { body: '[{"id":1e999}]' },
  'another encoding than it says': { headers: { 'content-encoding': 'gzip' }, body: 'not gzip' },
};

describe('answers that no API should give', () => {
  for (const [title, given] of Object.entries(JUNK))
    test(title, async () => {
      for (const [name, args] of TOOLS) {
        const { isError, text, structuredContent } = await call(name, args, given);
        assert.ok(isError || structuredContent || text !== undefined, name);
        if (isError) assert.match(text, /^Error executing tool \w+: .{15}/s, `${name} says why`);
      }
      const { isError } = await call('zia_list_rule_labels', {}, { body: '[{"id":1}]' });
      assert.ok(!isError, 'the next call works');
    });

  test('a text where an object should be is cleaned as any other', async () => {
    const { text, structuredContent } = await call('zia_update_rule_label', { label_id: '1', name: 'x' }, { body: '"a <b>b</b> c"' });
    assert.doesNotMatch(JSON.stringify([text, structuredContent]), /<b>/);
  });

  test('what is not to be read is told as such', async () => {
    const says = {
      'an HTML page that says it is JSON': /HTTP 200/,
      'JSON cut off': /HTTP 200/,
      'a key that stands twice': /twice|duplicate/i,
      'brackets without end': /deep|nest|level/i,
      'invalid UTF-8': /UTF-8/,
      'another encoding than it says': /127\.0\.0\.1:\d+/,
    };
    for (const [title, pattern] of Object.entries(says)) {
      const { isError, text } = await call('zia_list_rule_labels', {}, JUNK[title]);
      assert.ok(isError, title);
      assert.match(text, pattern, title);
    }
  });

  test('numbers beyond 2^53 keep every digit', async () => {
    const { text, structuredContent } = await call('zia_list_rule_labels', {}, { body: '[{"id":9007199254740993,"big":9223372036854775807,"small":-9223372036854775808}]' });
    assert.equal(text, 'id,referenced_rule_count,big,small\n9007199254740993,0,9223372036854775807,-9223372036854775808');
    assert.ok(structuredContent);
    const beyond = await call('zia_list_rule_labels', {}, { body: '[{"id":1,"huge":18446744073709551616}]' });
    assert.ok(!beyond.isError, beyond.text);
  });

  test('100 MB: an error that names the limit, and memory stays where it was', async () => {
    await call('zia_list_rule_labels', {}, { body: '[]' });
    const before = rss();
    for (const given of [{ pieces: 100 }, { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(100 << 20, '[')) }]) {
      const { isError, text } = await call('zia_list_rule_labels', {}, given);
      assert.ok(isError);
      assert.match(text, /larger than 16777216 bytes/);
      assert.match(text, /fewer|page|narrow|filter/i, 'says what to do');
      assert.doesNotMatch(text, /cannot be reached/);
    }
    await sleep(100);
    assert.ok(rss() < before + 48, `${before} MB before, ${rss()} MB after`);
  });

  test('12 MB in 40,000 records are taken: the first are shown, the last are a query away', async () => {
    const body = JSON.stringify(Array.from({ length: 40000 }, (_, id) => ({ id, name: `label ${id}`, description: 'x'.repeat(250) })));
    const { isError, structuredContent } = await call('zia_list_rule_labels', {}, { body });
    assert.ok(!isError);
    assert.deepEqual([structuredContent.result[0].id, structuredContent.cut.records], [0, 40000]);
    const last = await call('zia_list_rule_labels', { query: '[39999:]' }, { body });
    assert.deepEqual(last.structuredContent.result.map(({ id }) => id), [39999]);
  });
});

describe('arguments that no person would give', () => {
  const IDS = ['a/b', '../x', '..', '.', 'a?b=c', 'a#b', '%2e%2e', '%41', 'a b', 'ü', 'a&b', 'a;b', 'a\\b', 'a\nb', 'a\u0000b', '"', '<x>', '{id}', 'x'.repeat(5000)];

  test('an id is one segment of the path, whatever is in it, or it is refused', async () => {
    for (const id of IDS) {
      const { isError, text } = await call('zpa_get_segment_group', { group_id: id }, { body: '{"id":"1"}' });
      if (asked.length === 0) {
        assert.ok(isError, JSON.stringify(id));
        assert.match(text, /group_id|id/, JSON.stringify(id));
        continue;
      }
      assert.equal(asked.length, 1);
      const [, last] = asked[0].match(/^GET \/zpa\/mgmtconfig\/v1\/admin\/customers\/1\/segmentGroup\/([^/?#]*)$/) ?? assert.fail(asked[0]);
      assert.equal(decodeURIComponent(last), id);
    }
  });

  test('what is no id never makes a request', async () => {
    for (const args of [{}, { label_id: '' }, { label_id: '  ' }, { label_id: null }, { label_id: [] }, { label_id: {} }]) {
      const { isError, text } = await call('zia_get_rule_label', args, { body: '{}' });
      assert.ok(isError, JSON.stringify(args));
      assert.match(text, /label_id/);
      assert.deepEqual(asked, []);
    }
  });

  test('wrong types are told with what was expected, right ones in text are taken', async () => {
    const wrong = [
      ['zpa_list_segment_groups', { page: 'two' }, /page/],
      ['zpa_list_segment_groups', { page: 1.5 }, /page/],
      ['zpa_list_segment_groups', { page: {} }, /page/],
      ['zia_list_rule_labels', { query: 7 }, /query/],
      ['zia_create_rule_label', { name: 7 }, /name/],
      ['zia_create_rule_label', { name: ['x'] }, /name/],
    ];
    for (const [name, args, pattern] of wrong) {
      const { isError, text } = await call(name, args, { body: '{}' });
      assert.ok(isError, `${name} ${JSON.stringify(args)}: ${text}`);
      assert.match(text, pattern);
      assert.deepEqual(asked, []);
    }
    await call('zpa_list_segment_groups', { page: '2' }, { body: '{"list":[]}' });
    assert.match(asked[0], /page=2/);
  });
});
