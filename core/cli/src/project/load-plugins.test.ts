import type { Plugin } from '@weir/plugin';
import { expect, test } from 'vitest';
import { machineDisk } from '../host/disk.ts';
import { fileTree } from '../testing/file-tree.ts';
import { importPlugins } from './load-plugins.ts';

const GOOD = 'export default { name: "mine", api: 1, requires: [], register() {} };\n';

async function load(root: string, ...names: readonly string[]): Promise<readonly string[]> {
  const wanted = names.map((value) => ({ value, span: { file: 'weir.config.json', start: 0, end: 1 } }));
  const { value, diagnostics } = await importPlugins(wanted, { disk: machineDisk, root });
  return [
    ...value.map(({ plugin }) => (plugin as Plugin).name),
    ...diagnostics.map((found) => `${found.code}: ${found.message}`),
  ];
}

test('the four modes that come with Weir are loaded where nothing is said', async () => {
  const { value } = await importPlugins(undefined, { disk: machineDisk, root: fileTree() });
  expect(value.map(({ plugin }) => (plugin as Plugin).name)).toEqual(['bridged', 'isolated', 'nat', 'routed']);
});

test('a list replaces them, and can name them again', async () => {
  const root = fileTree({ 'mode.mjs': GOOD });
  expect(await load(root, './mode.mjs')).toEqual(['mine']);
  expect(await load(root, 'weir:builtin', './mode.mjs')).toHaveLength(5);
  expect(await load(root, '@weir/plugin-nat')).toEqual(['nat']);
});

test('a package is found from the project, by any form of its entry', async () => {
  const packages = {
    conditional: '{ "exports": { ".": { "types": "./x.d.ts", "require": "./x.cjs", "import": "./entry.mjs" } } }',
    sugar: '{ "exports": "./entry.mjs" }',
    old: '{ "main": "entry.mjs" }',
    '@acme/scoped': '{ "exports": { "default": "./entry.mjs" } }',
  };
  const files = Object.entries(packages).flatMap(([name, manifest]) => [
    [`node_modules/${name}/package.json`, manifest] as const,
    [`node_modules/${name}/entry.mjs`, GOOD] as const,
  ]);
  expect(await load(fileTree(Object.fromEntries(files)), ...Object.keys(packages))).toEqual([
    'mine',
    'mine',
    'mine',
    'mine',
  ]);
});

test('what is not there, does not load, or is no plugin is a finding and not a crash', async () => {
  const root = fileTree({
    'throws.mjs': 'throw new Error("at load\\nsecond line");\n',
    'syntax.mjs': 'export default {;\n',
    'other.mjs': 'export default { name: "x" };\n',
    'none.mjs': 'export const name = 1;\n',
    'dir/': '',
  });
  expect(await load(root, './gone.mjs', 'gone', '@acme/../x', 'node_modules', './dir')).toEqual([
    'project/plugin-not-found: cannot find the plugin `./gone.mjs`',
    'project/plugin-not-found: cannot find the plugin `gone`',
    'project/plugin-not-found: cannot find the plugin `@acme/../x`',
    'project/plugin-not-found: cannot find the plugin `node_modules`',
    'project/plugin-not-found: cannot find the plugin `./dir`',
  ]);
  expect(await load(root, './throws.mjs')).toEqual([
    'project/plugin-broken: the plugin `./throws.mjs` cannot be loaded: at load',
  ]);
  expect((await load(root, './syntax.mjs'))[0]).toContain('project/plugin-broken');
  expect(await load(root, './other.mjs', './none.mjs')).toEqual([
    'project/not-a-plugin: `./other.mjs` is not a Weir plugin',
    'project/not-a-plugin: `./none.mjs` is not a Weir plugin',
  ]);
});
