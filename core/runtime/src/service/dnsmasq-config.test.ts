import { expect, test } from 'vitest';
import type { AddressService, BridgeAddress } from '@weir/plugin';
import { DHCP, host, servedNetwork } from '../../test/topology.ts';
import { planTopology } from '../plan/plan-topology.ts';
import type { ServiceSpec } from '../plan/step.ts';
import { dnsmasqConfig } from './dnsmasq-config.ts';
import { checkServiceText, hostLabel } from './service-text.ts';

const FILES = { pid: '/run/x/lan.pid', leases: '/run/x/lan.leases', log: '/run/x/lan.log', user: 'nobody' };
const V4: BridgeAddress = { family: 'ipv4', address: '192.0.2.1', length: 25 };
const V6: BridgeAddress = { family: 'ipv6', address: '2001:db8:5::1', length: 64 };

function lines(spec: Partial<ServiceSpec>): readonly string[] {
  return dnsmasqConfig({ network: 'lan', bridge: 'br-lan', addresses: [V4, V6], ...spec }, FILES)
    .trim()
    .split('\n');
}
function ranges(service: Partial<AddressService>, addresses: readonly BridgeAddress[] = [V4, V6]): readonly string[] {
  return lines({ addresses, addressService: { ...DHCP, ...service } }).filter((line) =>
    /^(dhcp-range|enable-ra)/.test(line),
  );
}

test('a served network has one whole configuration', () => {
  const step = planTopology(host([servedNetwork()])).find((each) => each.kind === 'service');
  expect(step).toBeDefined();
  if (step === undefined) return;
  expect(dnsmasqConfig(step.service, FILES).split('\n')).toEqual([
    '# Weir: network lan. Written anew by every apply.',
    'user=nobody',
    'pid-file=/run/x/lan.pid',
    'log-facility=/run/x/lan.log',
    'dhcp-leasefile=/run/x/lan.leases',
    'interface=br-lan',
    'except-interface=lo',
    'bind-dynamic',
    'no-hosts',
    'dhcp-authoritative',
    'dhcp-ignore-names',
    'dhcp-lease-max=1000',
    'dhcp-range=192.0.2.100,192.0.2.150,255.255.255.0,3600',
    'dhcp-range=2001:db8:5::1,static,64,3600',
    'enable-ra',
    'dhcp-host=02:00:00:00:00:0a,192.0.2.10,[2001:db8:5::10],web-1',
    'domain-needed',
    'domain=vm.example',
    'local=/vm.example/',
    'host-record=web-1.vm.example,web-1,192.0.2.10',
    'host-record=web-1.vm.example,web-1,2001:db8:5::10',
    '',
  ]);
});

test('without a pool only guests with a fixed address are answered', () => {
  expect(ranges({}, [V4])).toEqual(['dhcp-range=192.0.2.1,static,255.255.255.128,3600']);
});

test('guests make their own IPv6 addresses only where none has a fixed one and the subnet is a /64', () => {
  expect(ranges({ routerAdvertisements: true }, [V6])).toEqual([
    'dhcp-range=2001:db8:5::1,ra-only,64,3600',
    'enable-ra',
  ]);
  expect(ranges({ routerAdvertisements: true }, [{ ...V6, length: 80 }])).toEqual([
    'dhcp-range=2001:db8:5::1,static,80,3600',
    'enable-ra',
  ]);
});

test('nothing is announced on IPv6 unless asked for', () => {
  expect(ranges({}, [V6])).toEqual([]);
});

test('DHCP without DNS opens no DNS port, and DNS without DHCP no DHCP port', () => {
  expect(lines({ addressService: DHCP })).toContain('port=0');
  expect(lines({ nameService: { forwarders: [] } }).some((line) => line.startsWith('dhcp-range'))).toBe(false);
});

test('forwarders take the place of the resolver configuration of the host', () => {
  expect(lines({ nameService: { forwarders: ['9.9.9.9', '2620:fe::fe'] } })).toEqual(
    expect.arrayContaining(['no-resolv', 'server=9.9.9.9', 'server=2620:fe::fe']),
  );
  expect(lines({ nameService: { forwarders: [] } })).not.toContain('no-resolv');
});

const limit = (high: string): string | undefined =>
  lines({
    addresses: [{ ...V4, length: 8 }],
    addressService: { ...DHCP, ranges: [{ low: '192.0.2.2', high }] },
  }).find((line) => line.startsWith('dhcp-lease-max'));

test('where the host is no router, no guest is told that it is', () => {
  const routing = (service: Partial<AddressService>): readonly string[] =>
    lines({ addressService: { ...DHCP, ...service } }).filter((line) => /^(dhcp-option|ra-param)/.test(line));
  expect(routing({})).toEqual([]);
  expect(routing({ defaultRouter: true })).toEqual([]);
  expect(routing({ defaultRouter: false })).toEqual(['dhcp-option=3', 'ra-param=br-lan,0,0']);
});

test('a service for own names only asks nobody', () => {
  const upstream = (localOnly: boolean): readonly string[] =>
    lines({ nameService: { forwarders: [], localOnly } }).filter((line) => /^(no-resolv|server)/.test(line));
  expect(upstream(true)).toEqual(['no-resolv']);
  expect(upstream(false)).toEqual([]);
});

test('the lease limit follows large pools, within bounds', () => {
  expect(limit('192.0.22.2')).toBe('dhcp-lease-max=5121');
  expect(limit('192.255.0.0')).toBe('dhcp-lease-max=65536');
});

const INJECTION = 'x\nconf-file=/etc/passwd';

test.each<[string, Partial<ServiceSpec>]>([
  ['a domain', { nameService: { domain: INJECTION, forwarders: [] } }],
  ['a forwarder', { nameService: { forwarders: [`9.9.9.9${INJECTION}`] } }],
  ['an address', { addresses: [{ ...V4, address: INJECTION }] }],
  ['a MAC', { addressService: { ...DHCP, hosts: [{ mac: INJECTION, name: 'a', addresses: [] }] } }],
  [
    'a guest address',
    {
      addressService: {
        ...DHCP,
        hosts: [{ mac: '02:00:00:00:00:01', name: 'a', addresses: [{ family: 'ipv4', address: INJECTION }] }],
      },
    },
  ],
  ['a range', { addressService: { ...DHCP, ranges: [{ low: '192.0.2.1', high: INJECTION }] } }],
  ['a lease', { addressService: { ...DHCP, lease: Number.NaN } }],
])('%s cannot bring in a line of its own', (_, spec) => {
  const problems = checkServiceText({ network: 'lan', bridge: 'br-lan', addresses: [V4], ...spec });
  expect(problems.map((problem) => problem.code)).toEqual(['runtime/unsafe-text']);
  expect(problems[0]?.message).not.toContain('\n');
});

test('a guest name becomes a host name, or none', () => {
  expect(hostLabel('web_1')).toBe('web-1');
  expect(hostLabel(`a${INJECTION}`)).toBe('ax-conf-file--etc-passwd');
  expect(hostLabel('--')).toBeUndefined();
  expect(hostLabel('a'.repeat(62) + '-b')).toBe('a'.repeat(62));
});
