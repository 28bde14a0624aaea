/** Every directory under `test/cases` is a test: what compiles is held to its golden, what is refused to its report. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderDiagnostics } from '@weir/compiler';
import { checkDocument } from '@weir/nftables-json';
import { dataText } from '@weir/compiler';
import { compileCase, readCases } from './compile-case.ts';
import { goldenOf } from './golden.ts';

const CASES = readCases();
const good = CASES.filter(({ isRefused }) => !isRefused);
const refused = CASES.filter(({ isRefused }) => isRefused);
const areaOf = (name: string): string => name.slice(0, name.indexOf('/'));

test.for(good)('$name compiles to what is expected', async (one) => {
  const { documents, diagnostics, report } = compileCase(one);
  expect(documents, report).toBeDefined();
  if (documents === undefined) return;
  const area = areaOf(one.name);
  await expect(goldenOf(documents, area)).toMatchFileSnapshot(join(one.directory, 'expected.nft.json'));
  if (area === 'modes') {
    await expect(dataText(documents.topology)).toMatchFileSnapshot(join(one.directory, 'expected.topology.json'));
  }
  // Most cases do without a guard to stay readable; that warning has a case of its own.
  const said = diagnostics.filter(({ code }) => code !== 'resolve/guard-off' || area === 'warned');
  if (said.length > 0) {
    const options = { texts: one.texts, format: 'text', colour: false, version: '0.0.0' } as const;
    await expect(renderDiagnostics(said, options)).toMatchFileSnapshot(join(one.directory, 'diagnostics.txt'));
  }
});

test.for(good)('every document of $name is what its nft reads', (one) => {
  const { documents } = compileCase(one);
  if (documents === undefined) throw new Error('nothing was emitted');
  const { ruleset, host, profiles, interfaces } = documents;
  for (const document of [ruleset, host, ...profiles.values(), ...interfaces.values()]) {
    expect(checkDocument(document, one.target.nft)).toEqual([]);
  }
});

test.for(refused)('$name is refused, in these words', async (one) => {
  const { documents, diagnostics, report } = compileCase(one);
  expect(documents).toBeUndefined();
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.filter(({ span }) => span === undefined)).toEqual([]);
  await expect(report).toMatchFileSnapshot(join(one.directory, 'diagnostics.txt'));
});

test('there are cases of both kinds', () => {
  expect(good.length).toBeGreaterThan(29);
  expect(refused.length).toBeGreaterThan(9);
});
