import {
  contractTest,
  decidingRule,
  placed,
  SAMPLE_IPV4,
  SAMPLE_IPV6,
  sampleNetwork,
  type NetworkPacket,
} from '@weir/plugin/testing';
import { expect, test } from 'vitest';
import isolated, { isolatedMode } from './index.ts';

contractTest(test, isolated);

const both = [SAMPLE_IPV4, SAMPLE_IPV6];
const own = { own: 'br-sample' };
const away: NetworkPacket = {
  family: 'ipv4',
  source: '10.9.0.11',
  destination: '203.0.113.1',
  in: 'br-sample',
  out: 'eth0',
};

test('a guest that tries to leave is told at once, whatever the state of the packet', () => {
  const rules = isolatedMode.rules(sampleNetwork(isolatedMode.settings, both));
  for (const state of ['new', 'established', 'related', 'invalid'] as const) {
    expect(decidingRule(rules, 'forward-from', { ...away, state }, own)?.action.kind).toBe('reject');
  }
});

test('a source that is not the network gets no answer', () => {
  const rules = isolatedMode.rules(sampleNetwork(isolatedMode.settings, both));
  expect(decidingRule(rules, 'forward-from', { ...away, source: '192.0.2.1' }, own)?.action.kind).toBe('drop');
});

test('nothing enters, answers and translated packets included', () => {
  const rules = isolatedMode.rules(sampleNetwork(isolatedMode.settings, both));
  const entering = { ...away, source: away.destination, destination: away.source, in: 'eth0', out: 'br-sample' };
  for (const packet of [entering, { ...entering, state: 'established' } as const, { ...entering, translated: true }]) {
    expect(decidingRule(rules, 'forward-to', packet, own)?.action.kind).toBe('drop');
  }
});

test('the host has its addresses, and forwards nothing', () => {
  const { bridge, sysctls, elsewhere } = isolatedMode.topology(sampleNetwork(isolatedMode.settings, both));
  expect(bridge.addresses).toEqual([
    { family: 'ipv4', address: '10.9.0.1', length: 24 },
    { family: 'ipv6', address: 'fd09::1', length: 64 },
  ]);
  expect(sysctls.map(({ key }) => key)).toEqual(['net.ipv6.conf.br-sample.accept_ra']);
  expect(elsewhere).toEqual([]);
});

test('without an IPv6 subnet the host has no IPv6 on the bridge', () => {
  const { sysctls } = isolatedMode.topology(sampleNetwork(isolatedMode.settings, [SAMPLE_IPV4]));
  expect(sysctls).toMatchObject([{ key: 'net.ipv6.conf.br-sample.disable_ipv6', value: '1' }]);
});

test('its services are on where it has a subnet, and off when written so', () => {
  const topology = (subnets: typeof both, settings: object = {}) =>
    isolatedMode.topology(sampleNetwork(isolatedMode.settings, subnets, settings));
  expect(topology(both)).toMatchObject({ addressService: { ranges: [], lease: 43_200 }, nameService: {} });
  for (const silent of [topology([]), topology(both, { dhcp: placed(false), dns: placed(false) })]) {
    expect(silent.addressService).toBe(undefined);
    expect(silent.nameService).toBe(undefined);
  }
});

test('its services offer no way out: no default route, no questions to others', () => {
  const settings: object = {
    dhcp: placed({ range: [], lease: undefined }),
    dns: placed({ domain: placed('lab.test'), forwarder: [] }),
  };
  const { addressService, nameService } = isolatedMode.topology(sampleNetwork(isolatedMode.settings, both, settings));
  expect(addressService).toMatchObject({ defaultRouter: false, routerAdvertisements: true, ranges: [] });
  expect(addressService?.hosts.map(({ name }) => name)).toEqual(['one', 'two']);
  expect(nameService).toEqual({ domain: 'lab.test', forwarders: [], localOnly: true });
});

test('written forwarders are asked', () => {
  const dns = placed({ domain: undefined, forwarder: [placed({ family: 'ipv4' as const, address: '192.0.2.53' })] });
  const settings: object = { dns };
  const { nameService } = isolatedMode.topology(sampleNetwork(isolatedMode.settings, both, settings));
  expect(nameService).toEqual({ forwarders: ['192.0.2.53'], localOnly: false });
});

test('it promises both directions where it has subnets', () => {
  const claims = (subnets: typeof both): readonly string[] =>
    isolatedMode.guarantees(sampleNetwork(isolatedMode.settings, subnets)).map(({ claim }) => claim);
  expect(claims(both)).toEqual(['never from network(sample) to world', 'never from world to network(sample)']);
  expect(claims([])).toEqual([]);
});
