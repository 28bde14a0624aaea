// Runs every tier of the tests in order and ends with one line that counts them all.
//
//   node test/run.mjs            everything this machine can do
//   node test/run.mjs --quick    no emulated kernel
//
// A tier that fails does not stop the next; the exit code is 1 when anything failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const quick = process.argv.includes('--quick');
const scratch = mkdtempSync(join(tmpdir(), 'weir-test-'));
/** Every kernel test adds to it which constructs of the language it has decided. */
const recording = join(scratch, 'constructs');
const total = { passed: 0, failed: 0, skipped: 0 };

/** Runs one command with its output shown; returns its exit code. */
function run(title, command, args, env = {}) {
  process.stdout.write(`\n== ${title}\n`);
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  return done.status ?? 1;
}

/** A tier that is one yes or no. */
function check(title, command, args) {
  if (run(title, command, args) === 0) total.passed += 1;
  else total.failed += 1;
}

/** A tier whose vitest report counts. */
function vitest(title, args, env) {
  const report = join(scratch, `${title.replace(/\W+/g, '-')}.json`);
  const code = run(
    title,
    'npx',
    ['vitest', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, ...args],
    env,
  );
  count(title, report, code);
}

function count(title, report, code) {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += result.numPassedTests;
    total.failed += result.numFailedTests;
    total.skipped += result.numPendingTests + (result.numTodoTests ?? 0);
    if (code !== 0 && result.numFailedTests === 0) total.failed += 1;
  } catch {
    process.stdout.write(`${title}: no report\n`);
    total.failed += 1;
  }
}

check('build', 'npm', ['run', '--silent', 'build']);
check('types of the tests', 'npx', ['tsc', '-p', 'test']);
check('lint', 'npm', ['run', '--silent', 'lint']);
check('format', 'npm', ['run', '--silent', 'format:check']);
vitest('tests', [], { WEIR_CONSTRUCTS: recording });
if (!quick) {
  const report = join(scratch, 'emulated.json');
  const code = run('tests on an emulated distribution kernel', 'node', ['test/kernel/emulated/tier.mjs', report], {
    WEIR_CONSTRUCTS: recording,
  });
  count('emulated', report, code);
}
// The table of what the kernels have decided is then in out/constructs.md.
if (!quick) vitest('constructs', ['test/constructs'], { WEIR_CONSTRUCTS_REPORT: recording });
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
