// The tests of the rule package that are written in Weir, run: every flow gets what it must, and every rule of the package's filters decides some flow.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatherSources, readSite } from '@weir/compiler';
import { runTests } from '@weir/semantics';
import { expect, test } from 'vitest';
import { readerOf, shippedRegistry } from '../compile/compile-case.ts';

const DIRECTORY = join(import.meta.dirname, '../../rules/test');
const FILES = readdirSync(DIRECTORY).filter((file) => file.endsWith('.weir'));
const TEXTS = new Map(FILES.map((file) => [file, readFileSync(join(DIRECTORY, file), 'utf8')]));

const site = readSite(gatherSources(FILES, readerOf(TEXTS)).value, shippedRegistry()).value;
if (site === undefined) throw new Error('the tests of the package are refused');
const { results, coverage } = runTests(site.policy, site.tests);

const EXPECTATIONS = results.flatMap(({ test: { title }, expectations }) =>
  expectations.map(({ expectation, failed }) => ({
    title,
    text: `${expectation.verdict} ${expectation.flow.text}`,
    failed: failed.map(({ verdict }) => verdict),
  })),
);

test.for(EXPECTATIONS)('$title: $text', ({ failed }) => {
  expect(failed).toEqual([]);
});

test('the package has tests', () => {
  expect(EXPECTATIONS.length).toBeGreaterThan(70);
});

/** WHY: behind a rule that accepts everything a default decides nothing. */
const NEVER: readonly string[] = ['filter outbound-only: outbound-only'];

test('every rule and default of a profile decides some flow', () => {
  const { read } = readerOf(TEXTS);
  const idle = coverage.flatMap((covered) => {
    if (covered.kind === 'network' || covered.decided > 0) return [];
    const { item, span } = covered.origin;
    const isProfile = span.file === '@weir/rules/src/profiles.weir';
    return isProfile ? [`${item}: ${read(span.file)?.slice(span.start, span.end)}`] : [];
  });
  expect(idle).toEqual(NEVER);
});
