import { expect, test } from 'vitest';
import type { PassResult } from '../pass-result.ts';
import { gatherSources } from './gather-sources.ts';
import { importKey, type SourceReader, type SourceSet } from './source-set.ts';

type Files = Readonly<Record<string, string>>;

function reader(files: Files, log: string[] = []): SourceReader {
  return {
    read: (id) => {
      log.push(id);
      return files[id];
    },
    resolveImport: (specifier) => {
      const id = specifier.startsWith('./') ? specifier.slice(2) : `${specifier}/index.weir`;
      return Object.hasOwn(files, id) ? id : undefined;
    },
  };
}

/** `code text at the place + text of each label`. */
function found({ diagnostics }: PassResult<SourceSet>, files: Files): readonly string[] {
  const text = (span?: { file: string; start: number; end: number }): string =>
    span === undefined ? '' : `${span.file}:${(files[span.file] ?? '').slice(span.start, span.end)}`;
  return diagnostics.map((d) =>
    [`${d.code} ${text(d.span)}`, ...(d.labels ?? []).map((l) => text(l.span))].join(' + '),
  );
}

const imports = (name: string): string => `import { x } from "./${name}.weir"\n`;

test('files, entries and imports do not depend on the order of the ids', () => {
  const files = { 'a.weir': imports('c'), 'b.weir': imports('c'), 'c.weir': 'export ports x = 1\n' };
  const one = gatherSources(['a.weir', 'b.weir'], reader(files));
  expect(gatherSources(['b.weir', 'a.weir', 'b.weir'], reader(files))).toEqual(one);
  expect([...one.value.files.keys()]).toEqual(['a.weir', 'b.weir', 'c.weir']);
  expect(one.value.entries).toEqual(['a.weir', 'b.weir']);
  expect(one.value.imports.get(importKey('a.weir', './c.weir'))).toBe('c.weir');
  expect(one.diagnostics).toEqual([]);
});

test('every file is read once, however many import it', () => {
  const log: string[] = [];
  const files = { 'a.weir': imports('c'), 'b.weir': imports('c'), 'c.weir': '', '@weir/rules/index.weir': '' };
  gatherSources(['a.weir', 'b.weir'], reader(files, log));
  expect(log.toSorted()).toEqual(['@weir/rules/index.weir', 'a.weir', 'b.weir', 'c.weir']);
});

test('the standard rules are read without being imported', () => {
  const files = { 'a.weir': '', '@weir/rules/index.weir': '' };
  const { value } = gatherSources(['a.weir'], reader(files));
  expect(value.imports.get(importKey('', '@weir/rules'))).toBe('@weir/rules/index.weir');
  expect(value.files.has('@weir/rules/index.weir')).toBe(true);
});

test('problems of the parser come with the file they are in', () => {
  const files = { 'a.weir': 'bogus !\n' };
  const { diagnostics } = gatherSources(['a.weir'], reader(files));
  expect(diagnostics.map((d) => [d.severity, d.span?.file])).toContainEqual(['error', 'a.weir']);
});

test('a named file that is not there is an error without a place', () => {
  expect(found(gatherSources(['a.weir'], reader({})), {})).toEqual(['sources/unreadable-file ']);
});

test('an import that leads nowhere is reported at its path, with help for files and for packages', () => {
  const files = { 'a.weir': `${imports('b')}import { y } from "@corp/rules"\n` };
  const result = gatherSources(['a.weir'], reader(files));
  expect(found(result, files)).toEqual([
    'sources/unknown-import a.weir:"./b.weir"',
    'sources/unknown-import a.weir:"@corp/rules"',
  ]);
  expect(result.diagnostics.map((d) => d.help)).toEqual([
    expect.stringContaining('relative to this file'),
    expect.stringContaining('package.json'),
  ]);
});

test('an import of a file that cannot be read is reported at the import', () => {
  const files = { 'a.weir': imports('b') };
  const resolveImport = (specifier: string): string | undefined => (specifier === './b.weir' ? 'b.weir' : undefined);
  const { diagnostics } = gatherSources(['a.weir'], { ...reader(files), resolveImport });
  expect(diagnostics.map((d) => d.code)).toEqual(['sources/unknown-import']);
});

test('a circle is reported once, where it closes, with the other imports as labels', () => {
  const files = { 'a.weir': imports('b'), 'b.weir': imports('c'), 'c.weir': imports('a'), 'd.weir': imports('a') };
  const result = gatherSources(['a.weir', 'd.weir'], reader(files));
  expect(found(result, files)).toEqual([
    'sources/circular-import c.weir:"./a.weir" + a.weir:"./b.weir" + b.weir:"./c.weir"',
  ]);
  expect(result.diagnostics[0]?.message).toContain('`a.weir` → `b.weir` → `c.weir` → `a.weir`');
});

test('a file that imports itself is a circle of one', () => {
  const files = { 'a.weir': imports('a') };
  expect(found(gatherSources(['a.weir'], reader(files)), files)).toEqual(['sources/circular-import a.weir:"./a.weir"']);
});

test('two ways to the same file are no circle', () => {
  const files = { 'a.weir': imports('b') + imports('c'), 'b.weir': imports('d'), 'c.weir': imports('d'), 'd.weir': '' };
  expect(gatherSources(['a.weir'], reader(files)).diagnostics).toEqual([]);
});

test('a chain of twenty thousand files is followed to its end', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `f${i}`);
  const files = Object.fromEntries(names.map((name, i) => [`${name}.weir`, i === 19_999 ? '' : imports(`f${i + 1}`)]));
  const { value, diagnostics } = gatherSources(['f0.weir'], reader(files));
  expect(diagnostics).toEqual([]);
  expect(value.files.size).toBe(20_000);
});
