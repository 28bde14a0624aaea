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
import routed, { routedMode } from './index.ts';

contractTest(test, routed, { opens: 'a routed network is reached by its own addresses; the guests decide' });

const both = [SAMPLE_IPV4, SAMPLE_IPV6];
const network = (settings: object = {}, subnets = both) => sampleNetwork(routedMode.settings, subnets, settings);
const own = { own: 'br-sample', others: ['br-other'] };

const leaving: Readonly<Record<'ipv4' | 'ipv6', NetworkPacket>> = {
  ipv4: { family: 'ipv4', source: '10.9.0.11', destination: '203.0.113.1', in: 'br-sample', out: 'eth0' },
  ipv6: { family: 'ipv6', source: 'fd09::11', destination: '2001:db8::1', in: 'br-sample', out: 'eth0' },
};
const entering = ({ family, source, destination, in: device, out }: NetworkPacket): NetworkPacket => ({
  family,
  source: destination,
  destination: source,
  ...(out !== undefined && { in: out }),
  ...(device !== undefined && { out: device }),
});
const decide = (settings: object, hook: 'forward-from' | 'forward-to', packet: NetworkPacket, subnets = both) =>
  decidingRule(routedMode.rules(network(settings, subnets)), hook, packet, own)?.action.kind;

for (const family of ['ipv4', 'ipv6'] as const) {
  test(`${family} passes both ways by its own addresses`, () => {
    expect(decide({}, 'forward-from', leaving[family])).toBe('accept');
    expect(decide({}, 'forward-to', entering(leaving[family]))).toBe('accept');
  });

  test(`${family} passes by the uplinks alone where they are named`, () => {
    const settings = { uplink: [placed('eth0'), placed('eth1')] };
    for (const out of ['eth0', 'eth1']) {
      expect(decide(settings, 'forward-from', { ...leaving[family], out })).toBe('accept');
      expect(decide(settings, 'forward-to', entering({ ...leaving[family], out }))).toBe('accept');
    }
    expect(decide(settings, 'forward-from', { ...leaving[family], out: 'eth2' })).toBe('reject');
    expect(decide(settings, 'forward-to', entering({ ...leaving[family], out: 'eth2' }))).toBe('drop');
  });

  test(`${family} does not pass where the network has no subnet of it`, () => {
    const subnets = both.filter((subnet) => subnet.family !== family);
    expect(decide({}, 'forward-from', leaving[family], subnets)).toBe('drop');
    expect(decide({}, 'forward-to', entering(leaving[family]), subnets)).toBe('drop');
  });
}

test("a source that is not the network's does not leave, and is told nothing", () => {
  expect(decide({}, 'forward-from', { ...leaving.ipv4, source: '192.0.2.7' })).toBe('drop');
});

test("a destination that is not the network's does not enter", () => {
  expect(decide({}, 'forward-to', { ...entering(leaving.ipv4), destination: '10.9.1.11' })).toBe('drop');
});

test('the topology lists the routes that others need, with the next hop where it is written', () => {
  const hops = [
    { family: 'ipv4', address: '198.51.100.2' },
    { family: 'ipv6', address: '2001:db8:100::2' },
  ];
  expect(routedMode.topology(network()).elsewhere).toEqual([
    { family: 'ipv4', prefix: '10.9.0.0/24' },
    { family: 'ipv6', prefix: 'fd09::/64' },
  ]);
  expect(routedMode.topology(network({ 'next-hop': hops.map((hop) => placed(hop)) })).elsewhere).toEqual([
    { family: 'ipv4', prefix: '10.9.0.0/24', via: '198.51.100.2' },
    { family: 'ipv6', prefix: 'fd09::/64', via: '2001:db8:100::2' },
  ]);
});

const keys = (settings: object, subnets = both): readonly string[] =>
  routedMode.topology(network(settings, subnets)).sysctls.map(({ key, value }) => `${key}=${value}`);

test('the host forwards the families that the network has, and keeps its own IPv6 way out on named uplinks', () => {
  expect(keys({}, [SAMPLE_IPV4])).toEqual(['net.ipv4.ip_forward=1', 'net.ipv6.conf.br-sample.disable_ipv6=1']);
  expect(keys({ uplink: [placed('eth0.100')] })).toEqual([
    'net.ipv4.ip_forward=1',
    'net.ipv6.conf.all.forwarding=1',
    'net/ipv6/conf/eth0.100/accept_ra=2',
    'net.ipv6.conf.br-sample.accept_ra=0',
  ]);
});

test.each([
  ['a next hop inside the network', [{ family: 'ipv4', address: '10.9.0.2' }], 'routed/next-hop-inside'],
  ['a next hop of no use', [{ family: 'ipv6', address: '2001:db8::1' }], 'routed/next-hop-family'],
  [
    'two next hops of a family',
    [
      { family: 'ipv4', address: '198.51.100.2' },
      { family: 'ipv4', address: '198.51.100.3' },
    ],
    'routed/next-hop-twice',
  ],
])('%s is refused', (_, hops, code) => {
  const found = routedMode.check(network({ 'next-hop': hops.map((hop) => placed(hop)) }, [SAMPLE_IPV4]));
  expect(found.map((problem) => problem.code)).toEqual([code]);
});

test("a guest's interface cannot be the uplink", () => {
  expect(routedMode.check(network({ uplink: [placed('vnet2')] }))).toMatchObject([{ code: 'routed/uplink-inside' }]);
});

test('an uplink given twice is refused', () => {
  const uplink = [placed('eth0'), placed('eth1'), placed('eth0')];
  expect(routedMode.check(network({ uplink }))).toMatchObject([{ code: 'routed/uplink-twice' }]);
});

test('guests get their addresses and a default route from the host', () => {
  const { addressService } = routedMode.topology(network());
  expect(addressService?.hosts).toHaveLength(2);
  expect(addressService?.defaultRouter ?? true).toBe(true);
});
