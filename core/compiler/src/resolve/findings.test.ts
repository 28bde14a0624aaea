import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveDiagnostics } from './findings.ts';

const TESTS = [new URL('./', import.meta.url), new URL('../build/', import.meta.url)];

test('every code is expected by a test beside the sources', () => {
  const texts = TESTS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8')),
  ).join('\n');
  const codes = resolveDiagnostics.map(({ code }) => code);
  // A code stands in quotes, in front of the text that it is reported at.
  const missing = codes.filter((code) => !new RegExp(`['\`]${code}[ '\`]`).test(texts));
  expect(missing).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});
