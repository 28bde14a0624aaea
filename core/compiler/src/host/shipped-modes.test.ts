// The four modes that come with Weir, loaded as a project loads them, on settings as an operator writes them.
import { parseFile, type Setting } from '@weir/grammar';
import type { ForwardingMode, NetworkView, Plugin, Subnet } from '@weir/plugin';
import bridged from '@weir/plugin-bridged';
import isolated from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';
import { SAMPLE_IPV4, SAMPLE_IPV6, samplePorts } from '@weir/plugin/testing';
import { expect, test } from 'vitest';
import { checkSettings } from '../settings/check-settings.ts';
import { loadPlugins } from './load-plugins.ts';

const SHIPPED: readonly Plugin[] = [nat, routed, isolated, bridged];
const SUBNETS: readonly Subnet[] = [SAMPLE_IPV4, SAMPLE_IPV6];

const registry = loadPlugins(SHIPPED);

function modeOf(name: string): ForwardingMode {
  const found = registry.value.modes.get(name);
  if (!found) throw new Error(`no mode ${name}`);
  return found.mode;
}

function settingsOf(text: string): readonly Setting[] {
  const { tree, problems } = parseFile('a.weir', `network front {\n${text}\n}\n`);
  expect(problems).toEqual([]);
  const [item] = tree.items;
  return item?.kind === 'block' ? item.block.entries : [];
}

function check(mode: ForwardingMode, text: string) {
  const ports = samplePorts(SUBNETS);
  return checkSettings(settingsOf(text), mode.settings, {
    file: 'a.weir',
    owner: `network front (mode ${mode.name})`,
    at: { file: 'a.weir', start: 0, end: 7 },
    guestPorts: (name) => {
      const own = ports.filter(({ guest }) => guest === name);
      return own.length === 0 ? undefined : own;
    },
    guestNames: ports.map(({ guest }) => guest),
    networkNames: ['front'],
    otherSettings: ['mode', 'bridge', 'subnet'],
  });
}

function viewOf(mode: ForwardingMode, text: string): NetworkView {
  const { value, diagnostics } = check(mode, text);
  expect(diagnostics).toEqual([]);
  if (!value) throw new Error('no settings');
  return {
    name: 'front',
    bridge: 'br0',
    subnets: SUBNETS,
    ports: samplePorts(SUBNETS),
    reaches: [],
    isolatePorts: false,
    settings: value,
    span: { file: 'a.weir', start: 0, end: 7 },
  };
}

test('the four modes load without a word, each from its own plugin', () => {
  expect(registry.diagnostics).toEqual([]);
  expect([...registry.value.modes].map(([name, { plugin }]) => `${name} by ${plugin}`)).toEqual([
    'bridged by bridged',
    'isolated by isolated',
    'nat by nat',
    'routed by routed',
  ]);
});

const WRITTEN: readonly (readonly [string, string])[] = [
  ['nat', ''],
  [
    'nat',
    `uplink eth0, wg0; source 198.51.100.4-198.51.100.7, 2001:db8:100::4; ports 2000-2999; ipv6 nat
     dhcp { range 10.9.0.100-10.9.0.149, 10.9.0.200-10.9.0.209; lease 12h }; dns { domain front.test; forwarder 192.0.2.53 }
     forward { port 8443; to one; to-port 443 }
     forward { protocol both; port 7000-7009; to two.vnet2; to-port 9000-9009 }
     forward { protocol udp; port 53; to two; address 198.51.100.9 }`,
  ],
  ['nat', 'ipv6 routed; dhcp off; dns off'],
  ['routed', 'uplink eth0; next-hop 198.51.100.2, 2001:db8:100::2; dhcp; dns'],
  ['isolated', 'dhcp on; dns { domain lab.test }'],
  ['bridged', 'uplink eth1; vlan 40; host-address 10.9.0.5, fd09::5'],
];

test.each(WRITTEN)('mode %s takes `%s`, finds nothing wrong, and gives rules and a topology', (name, text) => {
  const mode = modeOf(name);
  const view = viewOf(mode, text);
  expect(mode.check(view)).toEqual([]);
  expect(mode.rules(view).length).toBeGreaterThan(1);
  expect(mode.topology(view).bridge.name).toBe('br0');
});

test.each(WRITTEN)('the guarantees of mode %s with `%s` are claims of the language', (name, text) => {
  const mode = modeOf(name);
  for (const { title, claim } of mode.guarantees(viewOf(mode, text))) {
    const { tree, problems } = parseFile('g.weir', `assert "${title}" {\n  ${claim}\n}\n`);
    expect(problems).toEqual([]);
    expect(tree.items).toMatchObject([{ kind: 'assert', claims: [{ kind: 'claim' }] }]);
  }
});

test.each([
  ['nat', 'uplnk eth0', 'settings/unknown'],
  ['nat', 'vlan 3', 'settings/unknown'],
  ['nat', 'forward { to one }', 'settings/missing'],
  ['nat', 'forward { port 90-80; to one }', 'settings/range-turned'],
  ['nat', 'forward { port 80; to three }', 'settings/unknown-guest'],
  ['nat', 'ipv6 off', 'settings/not-a-choice'],
  ['isolated', 'uplink eth0', 'settings/unknown'],
  ['bridged', '', 'settings/missing'],
  ['bridged', 'uplink eth1; vlan 4095', 'settings/out-of-range'],
  ['bridged', 'uplink eth1; dhcp', 'settings/unknown'],
])('mode %s refuses `%s`', (name, text, code) => {
  expect(check(modeOf(name), text).diagnostics.map((problem) => problem.code)).toEqual([code]);
});
