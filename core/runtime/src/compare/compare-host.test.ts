import { expect, test } from 'vitest';
import { host, network, port, servedNetwork, type Network } from '../../test/topology.ts';
import type { Link } from '../observe/link.ts';
import { planTopology } from '../plan/plan-topology.ts';
import { EMPTY_STATE, type HostState } from '../state/state.ts';
import type { Findings } from './change.ts';
import { compareHost } from './compare-host.ts';

function link(name: string, some: Partial<Link> = {}): Link {
  return {
    name,
    up: true,
    mtu: 1500,
    kind: 'veth',
    master: undefined,
    alias: undefined,
    lower: undefined,
    vlan: undefined,
    isolated: false,
    addresses: [],
    globalAddresses: [],
    ...some,
  };
}
const bridge = (name: string, some: Partial<Link> = {}): Link => link(name, { kind: 'bridge', ...some });

function compare(
  networks: readonly Network[],
  links: readonly Link[],
  state: HostState = EMPTY_STATE,
  takeDevices = false,
): Findings {
  const byName = new Map(links.map((each) => [each.name, each]));
  return compareHost(planTopology(host(networks)), byName, state, { takeDevices });
}
const codes = (found: Findings): readonly string[] => found.problems.map((problem) => problem.code);
const lines = (changes: Findings['after']): readonly string[] => changes.flatMap((change) => change.lines);

test('on a bare host everything is made, and missing guest devices are told, not refused', () => {
  const found = compare([servedNetwork()], []);
  expect(codes(found)).toEqual([]);
  expect(lines(found.devices)[0]).toMatch(/^link add name br-lan address [0-9a-f][26ae]:/);
  expect(lines(found.devices)[1]).toBe('link set dev br-lan alias weir:lan');
  expect(lines(found.after)).toEqual([
    'address add 192.0.2.1/24 dev br-lan brd +',
    'address add 2001:db8:5::1/64 dev br-lan nodad',
    'link set dev br-lan up',
  ]);
  expect(found.settled.map((action) => `${action.name} ${action.result}`)).toEqual(['vnet0 absent', 'vnet1 absent']);
});

test('a host that fits needs no change', () => {
  const ours = bridge('br-lan', { alias: 'weir:lan', addresses: ['192.0.2.1/24', '2001:db8:5::1/64'] });
  const found = compare(
    [servedNetwork()],
    [ours, link('vnet0', { master: 'br-lan' }), link('vnet1', { master: 'br-lan', isolated: true })],
  );
  expect({ ...found, settled: [] }).toEqual({
    problems: [],
    settled: [],
    before: [],
    devices: [],
    after: [],
    last: [],
  });
  expect(new Set(found.settled.map((action) => action.result))).toEqual(new Set(['kept']));
});

test('a port that must be isolated is down until it is', () => {
  const found = compare(
    [network('a', { ports: [port('vnet0', true)] })],
    [bridge('br-a', { alias: 'weir:a' }), link('vnet0')],
  );
  expect(lines(found.after)).toEqual([
    'link set dev vnet0 down',
    'link set dev vnet0 master br-a',
    'link set dev vnet0 type bridge_slave isolated on',
    'link set dev vnet0 up',
  ]);
});

test('a missing uplink is a problem, also below a VLAN', () => {
  expect(codes(compare([network('a', { bridge: { uplinks: [{ device: 'eth0' }] } })], []))).toEqual([
    'runtime/missing-uplink',
  ]);
  expect(codes(compare([network('a', { bridge: { uplinks: [{ device: 'eth0', vlan: 5 }] } })], []))).toEqual([
    'runtime/missing-uplink',
  ]);
});

test('a VLAN uplink is made on a lower device that is brought up', () => {
  const found = compare(
    [network('a', { bridge: { uplinks: [{ device: 'eth0', vlan: 5 }] } })],
    [link('eth0', { up: false })],
  );
  expect(lines(found.devices.slice(1))).toEqual([
    'link add link eth0 name eth0.5 type vlan id 5',
    'link set dev eth0.5 alias weir:a',
    'link set dev eth0 up',
  ]);
  expect(lines(found.after)).toContain('link set dev eth0.5 up master br-a');
});

test('a device with the name of the VLAN device that is another one is left alone', () => {
  const networks = [network('a', { bridge: { uplinks: [{ device: 'eth0', vlan: 5 }] } })];
  for (const other of [{}, { kind: 'vlan', lower: 'eth0', vlan: 6 }, { kind: 'vlan', lower: 'eth1', vlan: 5 }]) {
    expect(codes(compare(networks, [link('eth0'), link('eth0.5', other)]))).toEqual(['runtime/not-our-vlan']);
  }
});

test('an uplink that carries addresses of the host stays as it is', () => {
  const eth0 = link('eth0', { globalAddresses: ['198.51.100.2/24'] });
  const networks = [network('a', { bridge: { uplinks: [{ device: 'eth0' }] } })];
  expect(codes(compare(networks, [eth0]))).toEqual(['runtime/uplink-has-addresses']);
  expect(codes(compare(networks, [eth0], EMPTY_STATE, true))).toEqual([]);
});

test('a port in a bridge that is not ours is a problem unless devices may be taken', () => {
  const networks = [network('a', { ports: [port('vnet0')] })];
  const links = [bridge('docker0'), link('vnet0', { master: 'docker0' })];
  expect(codes(compare(networks, links))).toEqual(['runtime/device-in-use']);
  const taken = compare(networks, links, EMPTY_STATE, true);
  expect(lines(taken.before)).toEqual(['link set dev vnet0 nomaster']);
  expect(taken.before[0]?.undo).toEqual(['link set dev vnet0 master docker0']);
});

test('a port moves between two bridges of ours: out before the new rules, in after them', () => {
  const links = [
    bridge('br-a', { alias: 'weir:a' }),
    bridge('br-b', { alias: 'weir:b' }),
    link('vnet0', { master: 'br-a' }),
  ];
  const state = { ...EMPTY_STATE, ports: [{ device: 'vnet0', bridge: 'br-a' }] };
  const found = compare([network('a'), network('b', { ports: [port('vnet0')] })], links, state);
  expect(lines(found.before)).toEqual(['link set dev vnet0 nomaster']);
  expect(lines(found.after)).toEqual(['link set dev vnet0 master br-b']);
});

test("somebody else's bridge is used as it is, and never changed", () => {
  const fitting = compare([network('a', { ports: [port('vnet0')] })], [bridge('br-a'), link('vnet0')]);
  expect(codes(fitting)).toEqual([]);
  expect(lines(fitting.after)).toEqual(['link set dev vnet0 master br-a']);
  const address = { family: 'ipv4', address: '192.0.2.1', length: 24 } as const;
  const networks = [network('a', { bridge: { mtu: 1400, addresses: [address], uplinks: [{ device: 'eth0' }] } })];
  expect(codes(compare(networks, [bridge('br-a', { up: false }), link('eth0')]))).toEqual(
    Array.from({ length: 4 }, () => 'runtime/foreign-bridge'),
  );
});

test('a device that is no bridge is in the way', () => {
  expect(codes(compare([network('a')], [link('br-a')]))).toEqual(['runtime/not-a-bridge']);
});

test('what is no longer wanted goes: ports and bridges before the rules, deletion at the end', () => {
  const links = [
    bridge('br-old', { alias: 'weir:old' }),
    bridge('br-a', { alias: 'weir:a', addresses: ['192.0.2.9/24', '192.0.2.8/24'] }),
    bridge('docker0'),
    link('vnet9', { master: 'br-a', isolated: true }),
    link('vnet8', { master: 'br-a' }),
  ];
  const state: HostState = {
    ...EMPTY_STATE,
    ports: [{ device: 'vnet9', bridge: 'br-a', mtu: 9000 }],
    addresses: [{ device: 'br-a', address: '192.0.2.9/24' }],
  };
  const found = compare([network('a')], links, state);
  expect(lines(found.before)).toEqual([
    'link set dev br-old down',
    'link set dev vnet9 nomaster',
    'link set dev vnet9 mtu 9000',
    'address delete 192.0.2.9/24 dev br-a',
  ]);
  expect(lines(found.last)).toEqual(['link delete dev br-old']);
});

test('a bridge takes 1,023 ports and not one more', () => {
  const links = (count: number): readonly Link[] => Array.from({ length: count }, (_, index) => link(`v${index}`));
  const networks = (count: number) => [network('a', { ports: links(count).map((each) => port(each.name)) })];
  expect(codes(compare(networks(1023), links(1023)))).toEqual([]);
  expect(codes(compare(networks(1024), links(1024)))).toEqual(['runtime/too-many-ports']);
  expect(codes(compare(networks(1023), [...links(1023), link('other', { master: 'br-a' }), bridge('br-a')]))).toEqual([
    'runtime/too-many-ports',
  ]);
});
