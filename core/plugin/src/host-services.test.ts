import { expect, test } from 'vitest';
import { DEFAULT_LEASE, hostServiceChecks, hostServices, type ServedNetwork } from './host-services.ts';
import type { NetworkPort, Subnet } from './network.ts';
import type { AddressRange, Placed } from './settings.ts';

const span = { file: 'a.weir', start: 0, end: 4 };
const at = <T>(value: T): Placed<T> => ({ value, span });

const v4: Subnet = { family: 'ipv4', address: '10.0.0.0', length: 24, gateway: '10.0.0.1', span };
const v6: Subnet = { family: 'ipv6', address: 'fd00::', length: 64, gateway: 'fd00::1', span };

function port(guest: string, ifname: string, ...addresses: readonly string[]): NetworkPort {
  const families = addresses.map((address) => ({ family: address.includes(':') ? 'ipv6' : 'ipv4', address }) as const);
  return { guest, ifname, mac: '52:54:00:00:00:01', addresses: families, span };
}

function network(over: Partial<ServedNetwork> = {}): ServedNetwork {
  return { name: 'front', subnets: [v4, v6], ports: [], settings: { dhcp: undefined, dns: undefined }, ...over };
}

type Dhcp = NonNullable<ServedNetwork['settings']['dhcp']>['value'];

function withDhcp(range: readonly AddressRange[], lease?: number): ServedNetwork {
  const dhcp: Dhcp = { range: range.map(at), lease: lease === undefined ? undefined : at(lease) };
  return network({ settings: { dhcp: at(dhcp), dns: undefined } });
}

function pool(low: string, high: string): AddressRange {
  return { family: 'ipv4', low, high };
}

test('both services are there without a word, with no pool and no forwarder', () => {
  expect(hostServices(network())).toEqual({
    addressService: { ranges: [], lease: DEFAULT_LEASE, hosts: [], routerAdvertisements: true },
    nameService: { forwarders: [] },
  });
});

test('`off` switches each of them off', () => {
  expect(hostServices(network({ settings: { dhcp: at(false), dns: undefined } }))).toEqual({
    nameService: { forwarders: [] },
  });
  expect(hostServices(network({ settings: { dhcp: at(false), dns: at(false) } }))).toEqual({});
});

test('a network without a subnet is served nothing', () => {
  expect(hostServices(network({ subnets: [] }))).toEqual({});
});

test('an IPv4 network has no router advertisements', () => {
  expect(hostServices(network({ subnets: [v4] })).addressService?.routerAdvertisements).toBe(false);
});

test.each([
  ['10.0.0.1', '10.0.0.9', ['10.0.0.2-10.0.0.9']],
  ['10.0.0.1', '10.0.0.1', []],
])('the host’s own address is never leased from %s-%s', (low, high, expected) => {
  const pools = hostServices(withDhcp([pool(low, high)])).addressService?.ranges;
  expect(pools?.map((part) => `${part.low}-${part.high}`)).toEqual(expected);
});

test('a pool around the gateway is cut in two', () => {
  const middle = { ...withDhcp([pool('10.0.0.2', '10.0.0.9')]), subnets: [{ ...v4, gateway: '10.0.0.5' }] };
  expect(hostServices(middle).addressService?.ranges).toEqual([
    { low: '10.0.0.2', high: '10.0.0.4' },
    { low: '10.0.0.6', high: '10.0.0.9' },
  ]);
});

test('a declared port gets its first address of each family that lies in a subnet', () => {
  const ports = [
    port('web1', 'vnet0', 'fe80::1', '192.0.2.1', '10.0.0.11', '10.0.0.12', 'fd00::11'),
    port('db', 'vnet1', '192.0.2.2'),
  ];
  expect(hostServices(network({ ports })).addressService?.hosts).toEqual([
    {
      mac: '52:54:00:00:00:01',
      name: 'web1',
      addresses: [
        { family: 'ipv4', address: '10.0.0.11' },
        { family: 'ipv6', address: 'fd00::11' },
      ],
    },
  ]);
});

test('two ports of one guest have two names', () => {
  const ports = [port('web1', 'vnet0', '10.0.0.11'), port('web1', 'vnet1', '10.0.0.12')];
  const hosts = hostServices(network({ ports })).addressService?.hosts;
  expect(hosts?.map(({ name }) => name)).toEqual(['web1-vnet0', 'web1-vnet1']);
});

test('a domain is written in lower case', () => {
  const dns = at({ domain: at('Lab.Example'), forwarder: [at({ family: 'ipv4', address: '9.9.9.9' } as const)] });
  expect(hostServices(network({ settings: { dhcp: undefined, dns } })).nameService).toEqual({
    domain: 'lab.example',
    forwarders: ['9.9.9.9'],
  });
});

test.each([
  ['an address of another subnet', [pool('10.0.1.5', '10.0.1.6')], undefined, ['test/dhcp-range-outside']],
  ['a range that ends outside', [pool('10.0.0.5', '10.0.1.6')], undefined, ['test/dhcp-range-outside']],
  ['the broadcast address', [pool('10.0.0.5', '10.0.0.255')], undefined, ['test/dhcp-range-outside']],
  ['the network address', [pool('10.0.0.0', '10.0.0.5')], undefined, ['test/dhcp-range-outside']],
  ['a lease of a minute', [], 60, ['test/dhcp-lease']],
  ['a lease that the field cannot hold', [], 2 ** 32, ['test/dhcp-lease']],
  ['a good range and lease', [pool('10.0.0.5', '10.0.0.254')], 120, []],
])('%s is judged', (_, ranges, lease, codes) => {
  expect(hostServiceChecks('test')(withDhcp(ranges, lease)).map(({ code }) => code)).toEqual(codes);
});

test.each([
  ['lab', true],
  ['lab.example', true],
  ['a b', false],
  ['lab\nserver=1.2.3.4', false],
  ['-lab', false],
  ['lab-', false],
  ['lab..example', false],
  ['x'.repeat(64), false],
])('the domain %j is judged', (text, good) => {
  const dns = at({ domain: at(text), forwarder: [] });
  const found = hostServiceChecks('test')(network({ settings: { dhcp: undefined, dns } }));
  expect(found.map(({ code }) => code)).toEqual(good ? [] : ['test/dns-domain']);
});

test('a service that is written needs a subnet, one that is only the default does not', () => {
  const check = hostServiceChecks('test');
  const written = network({ subnets: [], settings: { dhcp: at({ range: [], lease: undefined }), dns: at(false) } });
  expect(check(written).map(({ code }) => code)).toEqual(['test/service-without-subnet']);
  expect(check(network({ subnets: [] }))).toEqual([]);
});
