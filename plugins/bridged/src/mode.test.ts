import { contractTest, decidingRule, placed, SAMPLE_IPV4, SAMPLE_IPV6, sampleNetwork } from '@weir/plugin/testing';
import { expect, test } from 'vitest';
import bridged, { bridgedMode } from './index.ts';

const uplink = placed('eth1');

contractTest(test, bridged, { settings: { uplink } });

const network = (subnets = [SAMPLE_IPV4, SAMPLE_IPV6], settings: object = {}) =>
  sampleNetwork(bridgedMode.settings, subnets, { uplink, ...settings });
const host = (address: string) => placed({ family: address.includes(':') ? 'ipv6' : 'ipv4', address });
const codes = (settings: object, subnets = [SAMPLE_IPV4, SAMPLE_IPV6]): readonly string[] =>
  bridgedMode.check(network(subnets, settings)).map(({ code }) => code);

test('the uplink joins the bridge, or its VLAN device does', () => {
  expect(bridgedMode.topology(network()).bridge.uplinks).toEqual([{ device: 'eth1' }]);
  expect(bridgedMode.topology(network([], { vlan: placed(40) })).bridge.uplinks).toEqual([
    { device: 'eth1', vlan: 40 },
  ]);
});

test('the host has no address on the segment, also where subnets are written', () => {
  const { bridge, sysctls, elsewhere, addressService } = bridgedMode.topology(network());
  expect(bridge.addresses).toEqual([]);
  expect(elsewhere).toEqual([]);
  expect(addressService).toBe(undefined);
  expect(sysctls.map(({ key, value }) => `${key}=${value}`)).toEqual([
    'net.ipv4.conf.br-sample.arp_ignore=1',
    'net.ipv6.conf.br-sample.disable_ipv6=1',
  ]);
});

test('the host has the addresses that are written, with the lengths of their subnets', () => {
  const written = network(undefined, { 'host-address': [host('10.9.0.5'), host('fd09::5')] });
  expect(bridgedMode.check(written)).toEqual([]);
  expect(bridgedMode.topology(written).bridge.addresses).toEqual([
    { family: 'ipv4', address: '10.9.0.5', length: 24 },
    { family: 'ipv6', address: 'fd09::5', length: 64 },
  ]);
  expect(bridgedMode.topology(written).sysctls.map(({ key }) => key)).not.toContain(
    'net.ipv6.conf.br-sample.disable_ipv6',
  );
});

test.each([
  [['10.8.0.5'], ['bridged/host-address-outside']],
  [['10.9.0.1'], ['bridged/host-address-gateway']],
  [['10.9.0.11'], ['bridged/host-address-taken']],
  [['10.9.0.5', '10.9.0.5'], ['bridged/host-address-twice']],
])('the host addresses %j are refused', (addresses, expected) => {
  expect(codes({ 'host-address': addresses.map(host) })).toEqual(expected);
});

test.each([
  ['br-sample', 'the bridge of network `sample` itself'],
  ['vnet1', 'the interface of guest `one`'],
])('`%s` cannot be the uplink', (device, what) => {
  const found = bridgedMode.check(network(undefined, { uplink: placed(device) }));
  expect(found).toMatchObject([{ code: 'bridged/uplink-inside', message: expect.stringContaining(what) }]);
});

test('a VLAN device whose name the kernel would refuse is an error', () => {
  expect(codes({ uplink: placed('enp129s0f1np1'), vlan: placed(400) })).toEqual(['bridged/vlan-device-name']);
  expect(codes({ uplink: placed('enp129s0f1n'), vlan: placed(400) })).toEqual([]);
});

test('the host routes nothing into the network or out of it', () => {
  const rules = bridgedMode.rules(network());
  const packet = { family: 'ipv4', source: '10.9.0.11', destination: '203.0.113.1' } as const;
  const own = { own: 'br-sample' };
  expect(decidingRule(rules, 'forward-from', { ...packet, in: 'br-sample', out: 'eth0' }, own)?.action.kind).toBe(
    'drop',
  );
  expect(decidingRule(rules, 'forward-to', { ...packet, in: 'eth0', out: 'br-sample' }, own)?.action.kind).toBe('drop');
});
