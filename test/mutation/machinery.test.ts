// The machinery of mutation testing on two small files: about ten seconds. Whole areas are run by hand (README.md).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const RUN = join(import.meta.dirname, 'run.mjs');
const FEW = { WEIR_MUTANTS_PARTS: 'generated', WEIR_MUTANTS_SITES: '1', WEIR_MUTANTS_FRAMES: '4' };

interface Result {
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  readonly fate: string;
  readonly by?: string;
}

function run(...args: readonly string[]): { readonly code: number | null; readonly out: string } {
  const { status, stdout } = spawnSync(process.execPath, [RUN, ...args], {
    env: { ...process.env, ...FEW },
    encoding: 'utf8',
    timeout: 150_000,
  });
  return { code: status, out: stdout };
}

test('changed expressions are noticed, endless loops too, and an unchanged one would not be', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'weir-mutants-'));
  try {
    const json = join(scratch, 'mutants.json');
    const { code, out } = run('semantics', '--files', 'bits,subject', '--workers', '1', '--json', json);
    expect(code).toBe(0);
    const results = JSON.parse(readFileSync(json, 'utf8')) as readonly Result[];
    const bits = results.filter(({ file }) => file === 'core/semantics/src/bits.ts');
    expect(bits.length).toBeGreaterThan(15);
    expect(bits.every(({ fate }) => fate === 'noticed')).toBe(true);
    const loop = bits.find(({ original, replacement }) => original === 'at++' && replacement === 'at--');
    expect(loop).toMatchObject({ fate: 'noticed' });
    // A policy without a set that it names is a broken one; no probe has it.
    expect(results.some(({ fate }) => fate === 'survived' || fate === 'not reached')).toBe(true);
    expect(out).toMatch(/^core\/semantics\/src\/bits\.ts .*100\.0 %$/m);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}, 180_000);

test('an area that is none is refused', () => {
  expect(run('kernel').code).toBe(2);
});
