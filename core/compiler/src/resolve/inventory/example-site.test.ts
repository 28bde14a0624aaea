// WHY: the only test here that names plugins: the example site is written for these four.
import { existsSync, readFileSync } from 'node:fs';
import type { ForwardingMode } from '@weir/plugin';
import { bridgedMode } from '@weir/plugin-bridged';
import { isolatedMode } from '@weir/plugin-isolated';
import { natMode } from '@weir/plugin-nat';
import { routedMode } from '@weir/plugin-routed';
import { expect, test } from 'vitest';
import { gatherSources } from '../../sources/gather-sources.ts';
import { resolveInventory } from './resolve-inventory.ts';
import { registryOf } from './testing.ts';

const rules = new URL('../../../../../rules/', import.meta.url);
const modes: readonly ForwardingMode[] = [bridgedMode, isolatedMode, natMode, routedMode];

/** Ids of the example are its file names, those of the standard rules `@weir/rules/…`. */
function pathOf(id: string): URL {
  return id.startsWith('@weir/rules/')
    ? new URL(id.slice('@weir/rules/'.length), rules)
    : new URL(`examples/site/${id}`, rules);
}

function resolveSite(extra = '') {
  const { value } = gatherSources(['guests.weir', 'extra.weir'], {
    read: (id) => (id === 'extra.weir' ? extra : existsSync(pathOf(id)) ? readFileSync(pathOf(id), 'utf8') : undefined),
    resolveImport: (specifier) =>
      specifier === '@weir/rules' ? '@weir/rules/src/index.weir' : specifier.replace('./', ''),
  });
  return resolveInventory(value, registryOf(modes));
}

test('the example site is complete and without a finding', () => {
  const { value, diagnostics } = resolveSite();
  expect(diagnostics).toEqual([]);
  expect(value.networks.map(({ view, mode }) => `${view.name} ${mode} ${view.ports.length}`)).toEqual([
    'dmz nat 4',
    'lab routed 3',
    'office-lan bridged 2',
    'vault isolated 3',
  ]);
  expect(value.ports).toHaveLength(12);
  expect(value.networks[0]?.view.reaches).toEqual(['vault']);
});

test('an interface without a network is in the default one of the standard rules', () => {
  const { value, diagnostics } = resolveSite(
    'guest extra { interface vnet99 { mac 52:54:00:20:09:01; address 10.87.0.5 } }',
  );
  expect(diagnostics).toEqual([]);
  expect(value.networks.find(({ view }) => view.name === 'default')?.view.bridge).toBe('weir0');
});
