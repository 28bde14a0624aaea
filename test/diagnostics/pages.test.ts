/** Holds codes, pages and messages together: every code has a page, and every page shows what Weir says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shippedCodes } from '@weir/cli';
import { compileExample, readPage, withReport } from './page.ts';
import { codesIndex } from './codes-index.ts';
import { NOT_IN_FILES, WITHOUT_EXAMPLE } from './not-shown.ts';
import { faultsOf } from './style.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = join(ROOT, 'docs/diagnostics');
const CODES = shippedCodes();
const CODE = /^[a-z]+(-[a-z]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/;

const files = readdirSync(PAGES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => name.replaceAll('\\', '/').slice(0, -'.md'.length))
  .toSorted();
const pages = new Map(files.map((code) => [code, readPage(readFileSync(join(PAGES, `${code}.md`), 'utf8'))]));
const shown = [...pages].flatMap(([code, page]) => (page.example ? [{ code, page, example: page.example }] : []));

function sourcesOf(pattern: RegExp): readonly string[] {
  return ['grammar', 'core', 'plugins', 'test'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => pattern.test(name) && !/(^|\/)(node_modules|dist|generated)\//.test(name))
      .map((name) => readFileSync(join(ROOT, room, name), 'utf8')),
  );
}

test('codes are unique, well formed and have a title', () => {
  const codes = CODES.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].toSorted());
  expect(codes.filter((code) => !CODE.test(code))).toEqual([]);
  expect(CODES.filter(({ title }) => title === '' || /[.\n]$|^[A-Z](?![A-Z])/.test(title))).toEqual([]);
});

test('whatever code the sources declare is in the list', () => {
  const declared = sourcesOf(/\/src\/.*(?<!\.test)\.ts$/).flatMap((text) =>
    [...text.matchAll(/code: ['`]((?:\$\{plugin\}|[a-z]+)\/[a-z-]+)['`], severity|error\('([a-z]+\/[a-z-]+)'/g)].map(
      ([, first, second]) => first ?? second ?? '',
    ),
  );
  expect(declared.length).toBeGreaterThan(100);
  const listed = new Set(CODES.map(({ code }) => code));
  const names = new Set(CODES.map(({ code }) => code.slice(code.indexOf('/') + 1)));
  const missing = declared.filter((code) =>
    code.startsWith('$') ? !names.has(code.slice(code.indexOf('/') + 1)) : !listed.has(code),
  );
  expect(missing).toEqual([]);
});

test('every code has a page and every page a code', () => {
  expect([...pages.keys()]).toEqual(CODES.map(({ code }) => code));
});

test.for(CODES)('the page of $code begins with what the list says', ({ code, severity, title }) => {
  const page = pages.get(code);
  expect(page?.code).toBe(code);
  expect(page?.summary).toBe(`${severity}: ${title}`);
  const parts = page?.example ? ['Why', 'What to do'] : ['How it comes about', 'What to do'];
  expect(page?.headings).toEqual(parts);
});

test('a page without an example says so for a reason', () => {
  const without = [...pages].filter(([, page]) => page.example === undefined).map(([code]) => code);
  expect(without.filter((code) => !NOT_IN_FILES.test(code) && !WITHOUT_EXAMPLE.has(code))).toEqual([]);
  expect([...WITHOUT_EXAMPLE.keys()].filter((code) => !without.includes(code))).toEqual([]);
});

test('what no page shows, a unit test produces', () => {
  const tests = sourcesOf(/\.test\.ts$/)
    .join('\n')
    .replaceAll('\\/', '/');
  const without = [...pages].filter(([, page]) => page.example === undefined).map(([code]) => code);
  expect(without.filter((code) => !new RegExp(`${anyMode(code)}(?![a-z-])`).test(tests))).toEqual([]);
});

test.for(shown)(
  'the example of $code gives exactly that, in the words of the page',
  async ({ code, page, example }) => {
    const { diagnostics, report } = compileExample(example);
    expect(new Set(diagnostics.map((found) => found.code)), report).toEqual(new Set([code]));
    await expect(withReport(page, report)).toMatchFileSnapshot(join(PAGES, `${code}.md`));
  },
);

test.for(shown.filter(({ page }) => page.better))('what the page of $code says instead is clean', ({ page }) => {
  if (page.better === undefined) throw new Error('nothing to compile');
  expect(compileExample(page.better).report).toBe('');
});

test.for(shown)('the messages of $code keep the style', ({ example }) => {
  for (const diagnostic of compileExample(example).diagnostics) expect(faultsOf(diagnostic)).toEqual([]);
});

/** WHY: the modes share checks of the contract, whose tests give them another prefix. */
const anyMode = (code: string): string => code.replace(/^(nat|routed|isolated|bridged)\//, '[a-z]+/');

test('the index lists every code', async () => {
  await expect(codesIndex(CODES)).toMatchFileSnapshot(join(PAGES, 'README.md'));
});
