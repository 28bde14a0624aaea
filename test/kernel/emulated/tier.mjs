#!/usr/bin/env node
// The emulated tier as `npm test` runs it: `node test/kernel/emulated/tier.mjs [REPORT.json] [FOLDER...]` boots Debian's kernel once, runs the
// tests that depend on the kernel there, and writes vitest's JSON report. Ends with the run's exit code. Where the emulator or the kernel package
// can't be had it fails under WEIR_REQUIRE_KERNEL=1 and otherwise writes a report without tests and says why.
import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianKernel } from './kernel.mjs';
import { runEmulated } from './machine.mjs';

const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const PROGRAMS = ['qemu-system-x86_64', 'cpio', 'modprobe', 'depmod', 'apt-get', 'dpkg'];
// WHY: not the life of a site, nor DHCP and DNS at length: they depend on the kernel least and take minutes of emulation. Name them to run them.
const FOLDERS = [
  'test/kernel',
  // Of the attack suite what needs a kernel; the simulator's part says the same on any.
  ...['catalogue', 'guard-by-hand', 'kernel'].map((name) => `test/attack/${name}.test.ts`),
  ...['attachment', 'flows', 'modes', 'options', 'policy', 'reject', 'sequences', 'vlan'].map(
    (name) => `test/packets/${name}.test.ts`,
  ),
  'core/runtime/test/apply.test.ts',
  // Of the agreement what asks a kernel; the simulators say the same on any.
  ...['agreement', 'regressions', 'sweep'].map((name) => `test/agreement/${name}.test.ts`),
  // Cases that need bridge conntrack or bridge reject load here as they are written.
  'test/compile/kernel.test.ts',
  'test/library/library.test.ts',
  'test/libvirt/coverage.test.ts',
];
/** Room for a busy machine. */
const TIMEOUT_MS = 2_400_000;

const recording = process.env['WEIR_CONSTRUCTS'];
const [report = join(tmpdir(), 'weir-emulated.json'), ...folders] = process.argv.slice(2);

/** What keeps the emulator from running here; undefined when nothing does. */
function obstacle() {
  const found = (/** @type {string} */ program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  const missing = PROGRAMS.filter((program) => !found(program));
  if (!['/bin/busybox', '/usr/bin/busybox'].some((file) => existsSync(file))) missing.push('busybox');
  if (missing.length > 0)
    return `${missing.join(', ')} missing (apt-get install qemu-system-x86 busybox-static cpio kmod)`;
  try {
    debianKernel();
    return undefined;
  } catch (error) {
    return `no kernel to boot: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

/** @param {string} reason */
function skip(reason) {
  const required = process.env['WEIR_REQUIRE_KERNEL'] === '1';
  process.stdout.write(`emulated tier ${required ? 'failed' : 'skipped'}: ${reason}\n`);
  const none = { numTotalTests: 0, numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  writeFileSync(report, `${JSON.stringify({ ...none, success: !required, testResults: [] })}\n`);
  return required ? 1 : 0;
}

async function emulate() {
  const built = spawnSync('npx', ['tsc', '-b'], { cwd: repository, stdio: 'inherit' });
  if (built.status !== 0) return 1;
  const share = mkdtempSync(join(tmpdir(), 'weir-share-'));
  try {
    const outcome = await runEmulated({
      command: [
        'node',
        'node_modules/vitest/vitest.mjs',
        'run',
        '--config=test/kernel/emulated/vitest.config.ts',
        '--no-file-parallelism',
        '--no-isolate',
        '--reporter=default',
        '--reporter=json',
        '--outputFile.json=/run/weir/share/report.json',
        ...(folders.length > 0 ? folders : FOLDERS),
      ],
      directory: repository,
      share,
      // Which constructs this kernel decides (test/constructs), when the caller wants to know.
      env: recording === undefined ? {} : { WEIR_CONSTRUCTS: '/run/weir/share/constructs' },
      timeoutMs: TIMEOUT_MS,
      output: (text) => process.stdout.write(text),
    });
    const made = join(share, 'report.json');
    if (existsSync(made)) copyFileSync(made, report);
    const recorded = join(share, 'constructs');
    if (recording !== undefined && existsSync(recorded)) appendFileSync(recording, readFileSync(recorded));
    const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(0)} s`;
    process.stdout.write(
      `emulated: code ${outcome.code}, boot ${seconds(outcome.bootMs)}, in all ${seconds(outcome.totalMs)}\n`,
    );
    return outcome.code;
  } finally {
    rmSync(share, { recursive: true, force: true });
  }
}

const reason = obstacle();
process.exitCode = reason === undefined ? await emulate() : skip(reason);
