import { expect, test } from 'vitest';
import { host, network, port, servedNetwork, type Network } from '../../test/topology.ts';
import { checkPlan } from './check-plan.ts';
import { isDeviceName } from './check-names.ts';
import { planTopology } from './plan-topology.ts';

function codes(...networks: readonly Network[]): readonly string[] {
  return checkPlan(planTopology(host(networks))).map((problem) => problem.code);
}

const sysctl = (value: string, why: string) => ({ key: 'net.ipv4.ip_forward', value, why });

test('a sound plan has no problem', () => {
  expect(codes(servedNetwork())).toEqual([]);
});

test.each(['', '.', '..', '-d', 'a b', 'a\nb', 'a"b', 'a#b', 'a/b', 'sixteen-bytes-xx', 'a;b', 'a\\b', 'ä', 'tap%d'])(
  'the name %j never reaches a command line',
  (name) => {
    expect(isDeviceName(name)).toBe(false);
    expect(codes(network('n', { ports: [port(name)] }))).toEqual(['runtime/bad-name']);
  },
);

test.each(['vnet0', 'eth0.100', 'enp0s31f6', 'tap-1_a', 'fifteen-bytes-x'])('the name %s is a device name', (name) => {
  expect(isDeviceName(name)).toBe(true);
});

test('a VLAN device whose name would be too long is a problem before anything is made', () => {
  expect(codes(network('n', { bridge: { uplinks: [{ device: 'enp0s31f6np0x', vlan: 100 }] } }))).toContain(
    'runtime/bad-name',
  );
});

test('a network name with a line break is refused', () => {
  expect(codes(network('n\nalias x', { bridge: { name: 'br0' } }))).toEqual(['runtime/bad-name']);
});

test('one device in two networks is a problem', () => {
  expect(codes(network('a', { ports: [port('vnet0')] }), network('b', { ports: [port('vnet0')] }))).toEqual([
    'runtime/device-used-twice',
  ]);
  expect(codes(network('a', { bridge: { name: 'br0' } }), network('b', { bridge: { name: 'br0' } }))).toEqual([
    'runtime/device-used-twice',
  ]);
});

test('two values for one setting are a problem that names both reasons', () => {
  const plan = planTopology(host([network('a', { sysctls: [sysctl('0', 'closed')] })], [sysctl('1', 'routed')]));
  const [problem] = checkPlan(plan);
  expect(problem?.code).toBe('runtime/sysctl-conflict');
  expect(problem?.message).toContain('closed');
  expect(problem?.message).toContain('routed');
});

test.each([
  ['kernel.core_pattern', '|/bin/sh'],
  ['net.ipv4.../../kernel/core_pattern', 'x'],
  ['net.ipv4.ip_forward', '1\n'],
])('the setting %s = %j is refused', (key, value) => {
  expect(codes(network('a', { sysctls: [{ key, value, why: 'x' }] }))).toEqual(['runtime/bad-sysctl']);
});

test('addresses, VLAN numbers and mtus are held against their ranges', () => {
  const bridge = {
    mtu: 20,
    addresses: [
      { family: 'ipv4', address: '192.0.2.1 dev lo', length: 24 } as const,
      { family: 'ipv4', address: '192.0.2.1', length: 33 } as const,
    ],
    uplinks: [{ device: 'eth0', vlan: 4095 }],
  };
  expect(codes(network('a', { bridge }))).toEqual(Array.from({ length: 4 }, () => 'runtime/unsafe-text'));
});
