// SPDX-License-Identifier: MIT
// What the two tools of mode search save: bytes of tools/list beside those of all tools, and of what is found.
//   node bench/compact.mjs        BIN_DIR=…: where zscaler-mcp is; default build/release
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const bin = path.join(process.env.BIN_DIR ?? 'build/release', 'zscaler-mcp');
const QUESTIONS = ['block a website for everybody', 'why is outlook slow for anna', 'list private applications', 'are there pending changes', 'sim cards that use most data'];
const hello = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } } };

// The results of requests to a server on stdio, in their order.
function ask(args, requests) {
  const input = [hello, ...requests.map((request, i) => ({ jsonrpc: '2.0', id: i + 1, ...request }))].map((m) => JSON.stringify(m)).join('\n');
  const out = execFileSync(bin, args, { input, env: { HOME: '/nonexistent' }, stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 1 << 26 }).toString();
  const answers = out.trim().split('\n').map((line) => JSON.parse(line));
  return requests.map((_, i) => answers.find(({ id }) => id === i + 1).result);
}
const size = (value) => JSON.stringify(value).length;
const list = { method: 'tools/list' };
const find = (query) => ({ method: 'tools/call', params: { name: 'zscaler_find_tools', arguments: { query } } });
const writes = ['--enable-write-tools', '--write-tools', '*'];

console.log('| tools | all: bytes of tools/list | search: bytes of tools/list | search: list and five questions |\n| --- | --- | --- | --- |');
for (const [title, args] of [['all that read', []], ['all', writes], ['zia, that read', ['-s', 'zia']]]) {
  const [{ tools }] = ask(args, [list]);
  const [few, ...found] = ask([...args, '--tool-mode', 'search'], [list, ...QUESTIONS.map(find)]);
  const answers = found.reduce((sum, { content }) => sum + size(content), 0);
  console.log(`| ${title} (${tools.length}) | ${size(tools)} | ${size(few.tools)} (1/${Math.round(size(tools) / size(few.tools))}) | ${size(few.tools) + answers} (1/${(size(tools) / (size(few.tools) + answers)).toFixed(1)}) |`);
}
