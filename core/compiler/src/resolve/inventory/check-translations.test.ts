import nat from '@weir/plugin-nat';
import { expect, test } from 'vitest';
import { loadPlugins } from '../../host/load-plugins.ts';
import { gatherSources } from '../../sources/gather-sources.ts';
import { resolveInventory } from './resolve-inventory.ts';

const registry = loadPlugins([nat]).value;

const network = (name: string, subnet: string, forward: string, more = ''): string => `
network ${name} { mode nat; bridge br-${name}; subnet ${subnet}.0/24; ${more}; forward { ${forward}; to ${name}1 } }
guest ${name}1 { interface ${name}0 { network ${name}; mac 52:54:00:00:00:0${name === 'a' ? 1 : 2}; address ${subnet}.9; guard none } }
`;

function codes(a: string, b: string, moreA = '', moreB = ''): readonly string[] {
  const text = network('a', '10.1.0', a, moreA) + network('b', '10.2.0', b, moreB);
  const sources = gatherSources(['x.weir'], {
    read: (id) => (id === 'x.weir' ? text : undefined),
    resolveImport: () => undefined,
  });
  expect(sources.diagnostics).toEqual([]);
  return resolveInventory(sources.value, registry).diagnostics.map((d) => d.code);
}

test('two networks cannot forward the same port of the host', () => {
  expect(codes('port 443', 'port 443')).toEqual(['inventory/translation-taken']);
  expect(codes('port 8000-8010', 'port 8005')).toEqual(['inventory/translation-taken']);
});

test('another port, protocol, outer address or uplink is another packet', () => {
  expect(codes('port 443', 'port 444')).toEqual([]);
  expect(codes('protocol tcp; port 443', 'protocol udp; port 443')).toEqual([]);
  expect(codes('port 443; address 192.0.2.1', 'port 443; address 192.0.2.2')).toEqual([]);
  expect(codes('port 443', 'port 443', 'uplink eth0', 'uplink eth1')).toEqual([]);
});

test('a network without an uplink takes from all of them', () => {
  expect(codes('port 443', 'port 443', 'uplink eth0')).toEqual(['inventory/translation-taken']);
});
