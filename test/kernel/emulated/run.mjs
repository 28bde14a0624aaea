#!/usr/bin/env node
// The command line of the emulated tier: `node test/kernel/emulated/run.mjs [options] -- COMMAND...` runs COMMAND on Debian's kernel, in the
// repository, and ends with its exit code. Without a command it runs the kernel tests.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runEmulated } from './machine.mjs';

const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    module: { type: 'string', multiple: true, default: [] },
    env: { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string', default: '300' },
    memory: { type: 'string', default: '2048' },
  },
});

const command =
  positionals.length > 0
    ? positionals
    : [
        'node',
        `${repository}/node_modules/vitest/vitest.mjs`,
        'run',
        'test/kernel',
        '--no-file-parallelism',
        '--no-isolate',
      ];

const outcome = await runEmulated({
  command,
  directory: repository,
  modules: values.module,
  env: Object.fromEntries(
    values.env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  ),
  timeoutMs: Number(values.timeout) * 1000,
  memory: Number(values.memory),
  output: (text) => process.stdout.write(text),
});
process.stdout.write(
  `emulated: code ${outcome.code}, boot ${(outcome.bootMs / 1000).toFixed(1)} s, in all ${(outcome.totalMs / 1000).toFixed(1)} s\n`,
);
process.exitCode = outcome.code;
