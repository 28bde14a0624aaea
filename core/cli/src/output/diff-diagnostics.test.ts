import type { PolicyDiff } from '@weir/analysis';
import { expect, test } from 'vitest';
import { diffDiagnostics } from './diff-diagnostics.ts';
import { hasRefused, type DiffReport } from './diff-report.ts';
import { sourceLines } from './source-lines.ts';

const NOTHING: PolicyDiff = { added: [], removed: [], facts: [], networks: [], flows: [], tooComplex: [] };
const lines = sourceLines({ texts: new Map(), pathOf: (id) => id });

function report(diff: Partial<PolicyDiff>, gates: Partial<DiffReport['gates']> = {}): DiffReport {
  return {
    diff: { ...NOTHING, ...diff },
    gates: { isLimited: false, noNewAccess: false, ...gates },
    lines: { before: lines, after: lines },
  };
}

test('what was too complex to compare is a warning, and an error where new access is not wanted', () => {
  const tooComplex = [{ ports: [{ guest: 'web1', ifname: 'vnet0' }], direction: 'in' }] as const;
  expect(diffDiagnostics(report({ tooComplex }))).toMatchObject([
    { code: 'diff/too-complex', severity: 'warning', message: 'too complex to compare: web1 in' },
  ]);
  const gated = report({ tooComplex }, { noNewAccess: true });
  expect(hasRefused(gated)).toBe(true);
  expect(diffDiagnostics(gated)).toMatchObject([{ severity: 'error' }]);
});

test('a port that goes is no new access, one that comes is', () => {
  const port = { guest: 'web1', ifname: 'vnet0' };
  expect(hasRefused(report({ removed: [port] }, { noNewAccess: true }))).toBe(false);
  expect(hasRefused(report({ added: [port] }, { noNewAccess: true }))).toBe(true);
  expect(hasRefused(report({ removed: [port] }, { isLimited: true }))).toBe(true);
});
