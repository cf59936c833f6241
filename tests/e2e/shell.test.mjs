// SPDX-License-Identifier: MIT
// The command line in real shells, its manual page under a real formatter, and what is installed where.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { program, root, scratch } from './lib/programs.mjs';

const home = scratch();
after(home.remove);
const at = (name) => path.join(home.dir, name);
const env = { PATH: `${path.dirname(program('zscaler-mcp'))}:${process.env.PATH}`, HOME: home.dir, LC_ALL: 'C.UTF-8' };
const say = (...words) => execFileSync(program('zscaler-mcp'), words, { env, encoding: 'utf8' });
const completion = (shell) => {
  const file = at(shell === 'zsh' ? '_zscaler-mcp' : `completion.${shell}`);
  writeFileSync(file, say('--print-completion', shell));
  return file;
};
const run = (command, args, more = {}) => {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', timeout: 20000, ...more });
  assert.equal(status, 0, stderr);
  return stdout;
};

describe('completion', () => {
  test('bash', () => {
    const file = completion('bash');
    const complete = (...words) => run('bash', ['--norc', '-c', `source ${file}; COMP_WORDS=(${['zscaler-mcp', ...words].map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${words.length}; _zscaler_mcp; printf '%s\\n' "\${COMPREPLY[@]}"`]).trim().split('\n');
    assert.deepEqual(complete('--transp'), ['--transport']);
    assert.deepEqual(complete('--transport', 's'), ['stdio', 'streamable-http', 'sse']);
    assert.deepEqual(complete('-s', 'zd'), ['zdx']);
    assert.deepEqual(complete('rel'), ['reload']);
    mkdirSync(at('files'));
    writeFileSync(at('files/policy.json'), '{}');
    assert.deepEqual(complete('--policy-file', at('files/pol')), [at('files/policy.json')]);
  });

  test('fish', () => {
    const file = completion('fish');
    const complete = (line) => run('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`]).trim().split('\n').map((l) => l.split('\t')[0]);
    assert.deepEqual(complete('zscaler-mcp --transp'), ['--transport']);
    assert.deepEqual(complete('zscaler-mcp --transport=st').sort(), ['--transport=stdio', '--transport=streamable-http']);
    assert.ok(complete('zscaler-mcp re').includes('reload'));
    assert.deepEqual(complete('zscaler-mcp -s zd'), ['zdx']);
  });

  test('zsh: the completion system takes it, and offers flags', () => {
    completion('zsh');
    // An interactive zsh in a terminal of zpty: what it writes when Tab is pressed.
    writeFileSync(
      at('drive.zsh'),
      `zmodload zsh/zpty
hear() { # until a text is there
    local part i
    for i in {1..100}; do
        while zpty -rt z part; do heard+=$part; done
        [[ $heard == *$1* ]] && return
        sleep 0.05
    done
}
zpty -b z zsh -f -i
zpty -w z "fpath=(${home.dir} \$fpath); autoload -U compinit; compinit -u -D; print REA''DY"
hear READY
zpty -w -n z $'zscaler-mcp --transport=str\t'
hear transport=streamable-http
print -r -- $heard
zpty -d z
`,
    );
    assert.match(run('zsh', ['-f', at('drive.zsh')]).replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, ''), /--transport=streamable-http/);
  });
});

describe('manual page', () => {
  test('mandoc has nothing to say against it, and shows commands, options and signals', () => {
    const file = at('zscaler-mcp.1');
    writeFileSync(file, say('--print-man'));
    const lint = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', file], { encoding: 'utf8' });
    assert.equal(lint.stdout + lint.stderr, '');
    const page = run('mandoc', ['-T', 'utf8', '-O', 'width=200', file]).replace(/.\x08/g, '');
    for (const part of [/^NAME\n +zscaler-mcp - the Zscaler/m, /^COMMANDS$/m, /reload\s+have it read \.env/, /--transport value \(ZSCALER_MCP_TRANSPORT\)/, /One of stdio\|streamable-http\|sse\./, /^SIGNALS$/m]) assert.match(page, part);
  });
});

test('cmake --install places program, manual page and completions', () => {
  const build = path.dirname(program('zscaler-mcp'));
  execFileSync('cmake', ['--install', build, '--component', 'zscaler-mcp', '--prefix', at('usr')], { stdio: 'pipe' });
  for (const name of ['bin/zscaler-mcp', 'share/man/man1/zscaler-mcp.1', 'share/bash-completion/completions/zscaler-mcp', 'share/zsh/site-functions/_zscaler-mcp', 'share/fish/vendor_completions.d/zscaler-mcp.fish'])
    assert.ok(existsSync(at(`usr/${name}`)), name);
  assert.match(execFileSync(at('usr/bin/zscaler-mcp'), ['--version'], { encoding: 'utf8' }), /^Zscaler MCP Server version /);
  assert.ok(existsSync(path.join(root, 'cmake/install.cmake')));
});
