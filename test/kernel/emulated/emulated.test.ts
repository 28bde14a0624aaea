// The emulated tier, run from the native one: boots Debian's kernel and repeats the kernel tests there. Takes about a minute of emulation and a
// kernel package from the distribution's archive, so it runs only under WEIR_EMULATED=1; `node test/kernel/emulated/run.mjs` is the same by hand.
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { kernelTest, type Requirement, TIER } from '../requirements.ts';
import { runEmulated } from './machine.mjs';

const NEEDS: readonly Requirement[] = ['qemu', 'busybox', 'cpio', 'kmod', 'apt'];
const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const wanted = process.env['WEIR_EMULATED'] === '1' && TIER === 1;

kernelTest(
  'the kernel tests hold on the kernel of Debian, with bridge connection tracking',
  wanted ? NEEDS : [],
  async (context) => {
    if (!wanted) context.skip('runs under WEIR_EMULATED=1');
    const command = [
      'node',
      'node_modules/vitest/vitest.mjs',
      'run',
      'test/kernel',
      '--no-file-parallelism',
      '--no-isolate',
    ];
    const outcome = await runEmulated({ command, directory: repository });
    expect(outcome.code, outcome.output).toBe(0);
    expect(outcome.output).toMatch(/Tests +\d+ passed/);
    expect(outcome.output).not.toContain('bridge-ct is not in this kernel');
  },
  330_000,
);
