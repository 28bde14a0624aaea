import type { HostTopology } from '@weir/plugin';
import { expect, test } from 'vitest';
import { host, network, port, servedNetwork } from '../../test/topology.ts';
import { planTopology } from './plan-topology.ts';
import { describeStep } from './step.ts';

const BRIDGED = network('uplinked', {
  bridge: { mtu: 9000, uplinks: [{ device: 'eth0', vlan: 20 }, { device: 'eth1' }] },
  ports: [port('vnet7')],
});

function words(topology: HostTopology): readonly string[] {
  return planTopology(topology).map(describeStep);
}

test('the ruleset stands after bridges are made and before anything can pass them', () => {
  expect(words(host([servedNetwork(), BRIDGED]))).toEqual([
    'bridge br-lan',
    'bridge br-uplinked, mtu 9000',
    'VLAN device eth0.20: VLAN 20 of eth0',
    'ruleset, in one transaction',
    'net/ipv4/ip_forward = 1 (the host routes for the network)',
    'address 192.0.2.1/24 on br-lan',
    'address 2001:db8:5::1/64 on br-lan',
    'uplink eth0.20 in bridge br-uplinked',
    'uplink eth1 in bridge br-uplinked',
    'port vnet0 of guest guest-vnet0 in bridge br-lan',
    'port vnet1 of guest guest-vnet1 in bridge br-lan, isolated',
    'port vnet7 of guest guest-vnet7 in bridge br-uplinked',
    'bridge br-lan up',
    'bridge br-uplinked up',
    'DHCP, router advertisements, DNS on bridge br-lan (dnsmasq)',
  ]);
});

test('a setting that several networks want is one step', () => {
  const forward = { key: 'net.ipv4.ip_forward', value: '1', why: 'routing' };
  const plan = planTopology(
    host([network('a', { sysctls: [forward] }), network('b', { sysctls: [forward] })], [forward]),
  );
  expect(plan.filter((step) => step.kind === 'sysctl')).toEqual([
    { kind: 'sysctl', path: 'net/ipv4/ip_forward', value: '1', why: 'routing' },
  ]);
});

test('a bridge keeps a MAC of its own only where no uplink gives it one', () => {
  const bridges = planTopology(host([servedNetwork(), BRIDGED])).filter((step) => step.kind === 'bridge');
  expect(bridges.map((step) => step.pinned)).toEqual([true, false]);
});

test('a host without networks still gets its ruleset', () => {
  expect(planTopology(host([]))).toEqual([{ kind: 'ruleset' }]);
});
