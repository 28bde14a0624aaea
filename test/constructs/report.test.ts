// Judges the recordings of a whole run, which WEIR_CONSTRUCTS_REPORT names, and writes the table to out/. Without recordings there is nothing to judge.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { REASONS } from './reasons.ts';
import { faultsOf, isChecked, markdown, readRecordings, rowsOf } from './report.ts';
import type { Recording } from './recorder.ts';

const OUT = fileURLToPath(new URL('../../out/', import.meta.url));
const file = process.env['WEIR_CONSTRUCTS_REPORT'];

test('every construct was checked by some kernel, or a reason says why not', (context) => {
  if (file === undefined || !existsSync(file)) return context.skip('no kernel test was recorded');
  const recordings = readRecordings(readFileSync(file, 'utf8'));
  const rows = rowsOf(recordings, REASONS);
  mkdirSync(OUT, { recursive: true });
  writeFileSync(`${OUT}constructs.md`, markdown(rows));
  writeFileSync(`${OUT}constructs.json`, `${JSON.stringify(rows, undefined, 2)}\n`);
  const kernels = new Set(recordings.map(({ kernel }) => kernel));
  if (kernels.size < 2 && process.env['WEIR_REQUIRE_KERNEL'] !== '1')
    return context.skip('only one kernel was recorded: each lacks something');
  expect(faultsOf(rows, recordings, REASONS)).toEqual([]);
});

const recording = (kernel: string, found: Recording['found']): Recording => ({ kernel, found });

test('a construct is checked where a frame hung on it both ways, in one kernel', () => {
  const rows = rowsOf(
    [
      recording('6.1', { 'subject tcp': { held: 1, missed: 0 } }),
      recording('6.1', { 'subject tcp': { held: 0, missed: 2 } }),
      recording('6.18', { 'subject tcp': { held: 3, missed: 0 } }),
    ],
    new Map(),
  );
  const row = rows.find(({ construct }) => construct === 'subject tcp');
  expect(row?.kernels).toEqual({ '6.1': { held: 1, missed: 2 }, '6.18': { held: 3, missed: 0 } });
  expect(Object.values(row?.kernels ?? {}).map(isChecked)).toEqual([true, false]);
  expect(markdown(rows)).toContain('| subject tcp | yes | only what holds |  |');
});

test('an unchecked construct, an idle reason and an unknown name are faults', () => {
  const reasons = new Map([
    ['subject tcp', 'because'],
    ['subject udp', 'because'],
  ]);
  const recordings = [
    recording('6.1', { 'subject tcp': { held: 1, missed: 1 }, 'subject wind': { held: 1, missed: 1 } }),
  ];
  const faults = faultsOf(rowsOf(recordings, reasons), recordings, reasons);
  expect(faults).toContain('subject tcp: has a reason and was checked');
  expect(faults).toContain('subject icmp: checked by no kernel');
  expect(faults).toContain('subject wind: no construct of the vocabulary');
  expect(faults.some((fault) => fault.startsWith('subject udp:'))).toBe(false);
});
