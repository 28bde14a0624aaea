import type { NetworkHook, PortRange } from '@weir/plugin';
import {
  decidingRule,
  placed,
  SAMPLE_IPV4,
  SAMPLE_IPV6,
  sampleNetwork,
  type NetworkPacket,
} from '@weir/plugin/testing';
import { expect, test } from 'vitest';
import { natGuarantees } from './guarantees.ts';
import { natRules } from './rules.ts';
import { natSettings, type Forward, type NatNetwork } from './settings.ts';

const HERE = 'br-sample';

function natNetwork(settings: Partial<NatNetwork['settings']> = {}): NatNetwork {
  return sampleNetwork(natSettings, [SAMPLE_IPV4, SAMPLE_IPV6], settings);
}

/** Port 8443 of the host leads to port 443 of guest `one`, unless said otherwise. */
function forwardTo(over: Partial<Forward> & { readonly ports?: PortRange } = {}): Forward {
  const port = natNetwork().ports[0];
  return {
    protocol: undefined,
    port: placed(over.ports ?? { low: 8443, high: 8443 }),
    to: placed({ guest: 'one', ifname: 'vnet1', addresses: port?.addresses ?? [] }),
    'to-port': placed({ low: 443, high: 443 }),
    address: undefined,
    ...over,
  };
}

const withForward = natNetwork({ forward: [placed(forwardTo())] });

function decide(network: NatNetwork, hook: NetworkHook, packet: Partial<NetworkPacket>) {
  const whole: NetworkPacket = { family: 'ipv4', source: '10.9.0.11', destination: '203.0.113.9', ...packet };
  return decidingRule(natRules(network), hook, whole, { own: HERE, others: ['br-other'] })?.action;
}

const leaving = { in: HERE, out: 'eth0', protocol: 'tcp', destinationPort: 80 } as const;
const entering = { in: 'eth0', out: HERE, source: '203.0.113.9', destination: '10.9.0.11', protocol: 'tcp' } as const;
const leavingIpv6 = { ...leaving, family: 'ipv6', source: 'fd09::11', destination: '2001:db8::9' } as const;

test('guests leave with their own addresses, and are told when they may not', () => {
  expect(decide(natNetwork(), 'forward-from', leaving)).toEqual({ kind: 'accept' });
  const byUplink = natNetwork({ uplink: [placed('eth0'), placed('eth1')] });
  expect(decide(byUplink, 'forward-from', { ...leaving, out: 'eth1' })).toEqual({ kind: 'accept' });
  expect(decide(byUplink, 'forward-from', { ...leaving, out: 'eth2' })).toEqual({ kind: 'reject' });
});

test('an address that is not the network’s does not leave, and gets no answer', () => {
  expect(decide(natNetwork(), 'forward-from', { ...leaving, source: '192.0.2.1' })).toEqual({ kind: 'drop' });
});

test('a packet of no connection would leave untranslated, so it does not leave', () => {
  expect(decide(natNetwork(), 'forward-from', { ...leaving, state: 'invalid' })).toEqual({ kind: 'drop' });
});

test.each([
  ['established', 'accept'],
  ['related', 'accept'],
  ['new', 'drop'],
  ['invalid', 'drop'],
] as const)('a packet from outside that is %s gets %s', (state, kind) => {
  expect(decide(natNetwork(), 'forward-to', { ...entering, destinationPort: 443, state })).toEqual({ kind });
});

test('only what the forwarding names enters, and only when it was translated', () => {
  const translated = { ...entering, destinationPort: 443, translated: true };
  expect(decide(withForward, 'forward-to', translated)).toEqual({ kind: 'accept' });
  expect(decide(withForward, 'forward-to', { ...translated, translated: false })).toEqual({ kind: 'drop' });
  expect(decide(withForward, 'forward-to', { ...translated, destinationPort: 22 })).toEqual({ kind: 'drop' });
  expect(decide(withForward, 'forward-to', { ...translated, destination: '10.9.0.12' })).toEqual({ kind: 'drop' });
  expect(decide(withForward, 'forward-to', { ...translated, protocol: 'udp' })).toEqual({ kind: 'drop' });
});

test('a forwarding translates each family to the guest’s address of that family', () => {
  const toHost = { in: 'eth0', protocol: 'tcp', destinationPort: 8443, toHost: true, source: '203.0.113.9' } as const;
  const ports = { low: 443, high: 443 };
  expect(decide(withForward, 'dstnat', toHost)).toEqual({ kind: 'dnat', family: 'ipv4', address: '10.9.0.11', ports });
  const ipv6 = { ...toHost, family: 'ipv6', source: '2001:db8::9', destination: '2001:db8::1' } as const;
  expect(decide(withForward, 'dstnat', ipv6)).toEqual({ kind: 'dnat', family: 'ipv6', address: 'fd09::11', ports });
  expect(decide(withForward, 'dstnat', { ...toHost, toHost: false })).toBe(undefined);
  expect(decide(withForward, 'dstnat', { ...toHost, destinationPort: 8444 })).toBe(undefined);
});

test('a port that stays is not written into the translation', () => {
  const same = natNetwork({ forward: [placed(forwardTo({ ports: { low: 443, high: 443 } }))] });
  const packet = { in: 'eth0', protocol: 'tcp', destinationPort: 443, toHost: true } as const;
  expect(decide(same, 'dstnat', packet)).toEqual({ kind: 'dnat', family: 'ipv4', address: '10.9.0.11' });
});

test('with an uplink, a forwarding is used from there and from inside, and nowhere else', () => {
  const network = natNetwork({ uplink: [placed('eth0')], forward: [placed(forwardTo())] });
  const packet = { protocol: 'tcp', destinationPort: 8443, toHost: true } as const;
  expect(decide(network, 'dstnat', { ...packet, in: 'eth0' })?.kind).toBe('dnat');
  expect(decide(network, 'dstnat', { ...packet, in: HERE })?.kind).toBe('dnat');
  expect(decide(network, 'dstnat', { ...packet, in: 'eth1' })).toBe(undefined);
});

test('the host itself uses a forwarding by its addresses, but not by a loopback address', () => {
  const packet = { protocol: 'tcp', destinationPort: 8443, toHost: true } as const;
  expect(decide(withForward, 'dstnat-local', { ...packet, destination: '192.0.2.1' })?.kind).toBe('dnat');
  expect(decide(withForward, 'dstnat-local', { ...packet, destination: '127.0.0.1' })).toBe(undefined);
  expect(decide(withForward, 'dstnat-local', { ...packet, family: 'ipv6', destination: '::1' })).toBe(undefined);
});

test.each([
  ['dstnat', { in: HERE }, '10.9.0.1'],
  ['dstnat', { in: HERE, family: 'ipv6', source: 'fd09::11' }, 'fd09::1'],
  ['dstnat-local', { source: '10.9.0.1' }, '10.9.0.1'],
] as const)(
  '%s: by its gateway address the host itself is reached, whatever is forwarded',
  (hook, packet, destination) => {
    const asked = { ...packet, destination, toHost: true, protocol: 'tcp', destinationPort: 8443 } as const;
    expect(decide(withForward, hook, asked)).toBe(undefined);
  },
);

test('a gateway address that is written as the outer one is forwarded', () => {
  const address = placed({ family: 'ipv4', address: '10.9.0.1' } as const);
  const network = natNetwork({ forward: [placed(forwardTo({ address }))] });
  const asked = { in: HERE, destination: '10.9.0.1', toHost: true, protocol: 'tcp', destinationPort: 8443 } as const;
  expect(decide(network, 'dstnat', asked)?.kind).toBe('dnat');
});

test('TCP and UDP leave from unprivileged ports, everything else as the device’s address', () => {
  const ports = { low: 1024, high: 65_535 };
  expect(decide(natNetwork(), 'srcnat', leaving)).toEqual({ kind: 'masquerade', ports });
  expect(decide(natNetwork(), 'srcnat', { ...leaving, protocol: 'icmp' })).toEqual({ kind: 'masquerade' });
  expect(decide(natNetwork(), 'srcnat', leavingIpv6)).toEqual({ kind: 'masquerade', ports });
});

test('a source and ports that are set are used, for their family', () => {
  const source = placed({ family: 'ipv4', low: '192.0.2.7', high: '192.0.2.9' } as const);
  const network = natNetwork({ source: [source], ports: placed({ low: 5000, high: 5999 }) });
  const ports = { low: 5000, high: 5999 };
  expect(decide(network, 'srcnat', leaving)).toEqual({
    kind: 'snat',
    family: 'ipv4',
    low: '192.0.2.7',
    high: '192.0.2.9',
    ports,
  });
  expect(decide(network, 'srcnat', leavingIpv6)).toEqual({ kind: 'masquerade', ports });
});

test.each([
  ['local multicast', { destination: '224.0.0.251' }],
  ['broadcast', { destination: '255.255.255.255' }],
  ['IPv6 multicast', { family: 'ipv6', source: 'fd09::11', destination: 'ff05::2' }],
] as const)('%s keeps its source', (_, packet) => {
  expect(decide(natNetwork(), 'srcnat', { ...leaving, ...packet })).toEqual({ kind: 'return' });
});

test.each([
  ['the own subnet', { destination: '10.9.0.12', out: HERE }],
  ['another network of the host', { out: 'br-other' }],
  ['a source that is not the network’s', { source: '192.0.2.1' }],
])('%s is not translated', (_, packet) => {
  expect(decide(natNetwork(), 'srcnat', { ...leaving, ...packet })).toBe(undefined);
});

test('a forwarding used from inside is answered through the host', () => {
  const hairpin = { ...leaving, destination: '10.9.0.12', out: HERE, translated: true };
  expect(decide(withForward, 'srcnat', hairpin)).toEqual({ kind: 'masquerade' });
});

test('routed IPv6 keeps its source and is as closed as before', () => {
  const network = natNetwork({ ipv6: placed('routed' as const) });
  const packet = { ...entering, family: 'ipv6', source: '2001:db8::9', destination: 'fd09::11' } as const;
  expect(decide(network, 'srcnat', leavingIpv6)).toBe(undefined);
  expect(decide(network, 'forward-from', leavingIpv6)).toEqual({ kind: 'accept' });
  expect(decide(network, 'forward-to', packet)).toEqual({ kind: 'drop' });
  expect(decide(network, 'srcnat', leaving)?.kind).toBe('masquerade');
});

test('what is promised has no exception but the forwardings', () => {
  expect(natGuarantees(natNetwork()).map(({ claim }) => claim)).toEqual([
    'never from world to network(sample) where connection.state == new',
  ]);
  expect(natGuarantees(withForward).map(({ claim }) => claim)).toEqual([
    'never from world to network(sample) where connection.state == new and not ((ip.destination == 10.9.0.11 and ' +
      'tcp.destination == 443) or (ip6.destination == fd09::11 and tcp.destination == 443))',
  ]);
});
