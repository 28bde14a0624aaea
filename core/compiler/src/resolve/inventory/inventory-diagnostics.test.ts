import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inventoryDiagnostics } from './inventory-diagnostics.ts';

const here = new URL('.', import.meta.url);
const texts = readdirSync(here).map((name) => ({ name, text: readFileSync(new URL(name, here), 'utf8') }));

test('every diagnostic declared here is in the list, once and by code', () => {
  const declared = texts.flatMap(({ name, text }) =>
    name.endsWith('.test.ts') ? [] : [...text.matchAll(/code: '(inventory\/[a-z-]+)'/g)].map(([, code]) => code),
  );
  const listed = inventoryDiagnostics.map(({ code }) => code);
  expect(listed).toEqual(declared.toSorted());
  expect(new Set(listed).size).toBe(listed.length);
});

test('every diagnostic has a test that names its code', () => {
  const tests = texts.filter(({ name }) => name.endsWith('.test.ts')).map(({ text }) => text);
  for (const { code } of inventoryDiagnostics) expect(tests.some((text) => text.includes(code)) && code).toBe(code);
});
