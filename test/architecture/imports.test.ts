/**
 * Holds the table of who may import whom: the house in ARCHITECTURE.md, read from the import lines.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What each room may import of ours; a room of the compiler is named `@weir/compiler/<directory>`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  grammar: [],
  'core/nftables-json': [],
  'core/plugin': [],
  'core/compiler': ['@weir/grammar', '@weir/nftables-json', '@weir/plugin'],
  'core/semantics': ['@weir/compiler', '@weir/plugin'],
  'core/analysis': ['@weir/compiler', '@weir/nftables-json', '@weir/plugin'],
  'core/runtime': ['@weir/nftables-json', '@weir/plugin'],
  'core/cli': [
    '@weir/analysis',
    '@weir/compiler',
    '@weir/grammar',
    '@weir/nftables-json',
    '@weir/plugin',
    '@weir/runtime',
    '@weir/semantics',
    // The modes that a project gets unless its config lists others; one file names them.
    '@weir/plugin-bridged',
    '@weir/plugin-isolated',
    '@weir/plugin-nat',
    '@weir/plugin-routed',
  ],
  'plugins/bridged': ['@weir/plugin'],
  'plugins/isolated': ['@weir/plugin'],
  'plugins/nat': ['@weir/plugin'],
  'plugins/routed': ['@weir/plugin'],
};

/** Libraries from outside, by room. tsyringe stays in the host layer and in the contract's tokens. */
const outside: Readonly<Record<string, readonly string[]>> = {
  'core/cli': ['commander', 'pino', 'pino-pretty', 'reflect-metadata', 'tsyringe'],
  'core/compiler': ['reflect-metadata', 'tsyringe'],
  'core/plugin': ['tsyringe'],
};

/** The passes of the compiler in order: a directory may import only earlier ones (and the shared vocabulary). */
const passes = ['policy', 'values', 'sources', 'model', 'settings', 'resolve', 'build', 'lower', 'emit'];

interface ImportLine {
  readonly file: string;
  readonly specifier: string;
}

function sources(folder: string): string[] {
  return (
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes('/dist/') && !path.includes('/node_modules/'))
      // Support of tests; the plugin contract's own `testing` is a product.
      .filter((path) => !/\/testing(\/|\.ts$)/.test(path) || path.includes('/core/plugin/'))
  );
}

function importsOf(path: string): ImportLine[] {
  const text = readFileSync(path, 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'|(?:^|\n)import\s+'([^']+)'|\bimport\('([^']+)'\)/g;
  return [...text.matchAll(pattern)].map((match) => ({
    file: relative(root, path),
    specifier: match[1] ?? match[2] ?? match[3] ?? '',
  }));
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

test.each(Object.keys(allowed))('%s imports only what its row of the table allows', (room) => {
  const lines = sources(`${room}/src`).flatMap(importsOf);
  expect(lines.length, `${room} has sources`).toBeGreaterThan(0);
  const wrong = lines
    .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .filter(({ specifier }) => {
      const name = packageOf(specifier);
      return !(allowed[room] ?? []).includes(name) && !(outside[room] ?? []).includes(name);
    });
  expect(wrong).toEqual([]);
});

test('relative imports stay inside their package', () => {
  const wrong = Object.keys(allowed).flatMap((room) =>
    sources(`${room}/src`)
      .flatMap(importsOf)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .filter(({ file, specifier }) => {
        const target = relative(root, resolve(root, dirname(file), specifier));
        return !target.startsWith(`${room}/src/`) && !target.startsWith(`${room}/generated/`);
      }),
  );
  expect(wrong).toEqual([]);
});

test('a pass of the compiler imports only earlier passes', () => {
  const room = 'core/compiler/src';
  const wrong = sources(room)
    .flatMap(importsOf)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .filter(({ file, specifier }) => {
      const from = passes.indexOf(relative(room, file).split('/')[0] ?? '');
      const to = passes.indexOf(relative(room, join(dirname(file), specifier)).split('/')[0] ?? '');
      return from !== -1 && to !== -1 && to > from;
    });
  expect(wrong).toEqual([]);
});

test('no pass of the compiler reads a file, the clock, the environment or a log', () => {
  const pure = sources('core/compiler/src').filter((path) => !path.includes('/src/host/'));
  const wrong = pure.filter((path) => {
    const text = readFileSync(path, 'utf8');
    return /from 'node:(?!crypto')|\bprocess\.|\bDate\.now\b|new Date\(\)|\bMath\.random\b|from 'pino'|from 'tsyringe'|localeCompare/.test(
      text,
    );
  });
  expect(wrong.map((path) => relative(root, path))).toEqual([]);
});

test('the core never names a mode', () => {
  const wrong = [
    'core/compiler',
    'core/plugin',
    'core/runtime',
    'core/nftables-json',
    'core/semantics',
    'core/analysis',
  ]
    .flatMap((room) => sources(`${room}/src`))
    .filter((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
        // WHY: `isolated` is also iproute2's word for a bridge port that reaches no other isolated one.
        .some((line) => /['"`](routed|bridged)['"`]|mode\s*===?\s*['"`]|\bcase '(nat|isolated)'/.test(line)),
    );
  expect(wrong.map((path) => relative(root, path))).toEqual([]);
});
