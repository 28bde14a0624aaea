/** Broken input in bulk, with the reports that operators read: what is wrong, where, and what to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shippedCodes } from '@weir/cli';
import { compileEntry, CORPUS_DIRECTORY, readCorpus, withReport } from './corpus.ts';
import { NOT_IN_FILES, WITHOUT_EXAMPLE } from './not-shown.ts';
import { faultsOf } from './style.ts';

const FILES = readdirSync(CORPUS_DIRECTORY)
  .filter((name) => name.endsWith('.txt'))
  .toSorted()
  .map((name) => ({ name, ...readCorpus(readFileSync(join(CORPUS_DIRECTORY, name), 'utf8')) }));

const told = FILES.map(({ name, intro, entries }) => ({
  name,
  intro,
  entries: entries.map((entry) => ({ entry, outcome: compileEntry(entry) })),
}));
const all = told.flatMap(({ name, entries }) =>
  entries.map(({ entry, outcome }) => ({ title: `${name}: ${entry.title}`, entry, outcome })),
);

test.for(told)('$name is told in these words', async ({ name, intro, entries }) => {
  const text = entries.map(({ entry, outcome }) => withReport(entry, outcome.report)).join('');
  await expect(`${intro}${text.trimEnd()}\n`).toMatchFileSnapshot(join(CORPUS_DIRECTORY, name));
});

test('nothing is emitted for any of them, and every problem has a place and keeps the style', () => {
  const wrong = all.flatMap(({ title, outcome }) => [
    ...(outcome.documents === undefined ? [] : [`${title}: compiles`]),
    ...outcome.diagnostics.flatMap((one) => faultsOf(one).map((fault) => `${title}: ${one.code} ${fault}`)),
  ]);
  expect(wrong).toEqual([]);
});

test('titles differ, and there are at least 150 entries', () => {
  const titles = all.map(({ entry }) => entry.title);
  expect(titles.length).toBeGreaterThanOrEqual(150);
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
});

/** Its page shows one; what a version lacks changes with every version. */
const CHANGES = new Set(['resolve/not-available']);

test('every error that rule files can have is in the corpus', () => {
  const seen = new Set(all.flatMap(({ outcome }) => outcome.diagnostics.map(({ code }) => code)));
  const missing = shippedCodes()
    .filter(({ severity }) => severity === 'error')
    .map(({ code }) => code)
    .filter((code) => !NOT_IN_FILES.test(code) && !WITHOUT_EXAMPLE.has(code) && !CHANGES.has(code))
    .filter((code) => !seen.has(code));
  expect(missing).toEqual([]);
});
