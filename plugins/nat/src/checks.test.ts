import type { AddressSetting, PortRange } from '@weir/plugin';
import { placed, SAMPLE_IPV4, SAMPLE_IPV6, sampleNetwork } from '@weir/plugin/testing';
import { expect, test } from 'vitest';
import { checkNat } from './checks.ts';
import { natSettings, type Forward, type NatNetwork } from './settings.ts';

const BOTH: readonly AddressSetting[] = [
  { family: 'ipv4', address: '10.9.0.11' },
  { family: 'ipv6', address: 'fd09::11' },
];

interface Written {
  readonly port?: PortRange;
  readonly toPort?: PortRange;
  readonly protocol?: 'tcp' | 'udp' | 'both';
  readonly host?: AddressSetting;
  readonly guestHas?: readonly AddressSetting[];
}

function forward({ port, toPort, protocol, host, guestHas = BOTH }: Written): Forward {
  return {
    protocol: protocol && placed(protocol),
    port: placed(port ?? { low: 80, high: 80 }),
    to: placed({ guest: 'one', ifname: 'vnet1', addresses: guestHas }),
    'to-port': toPort && placed(toPort),
    address: host && placed(host),
  };
}

function codes(settings: Partial<NatNetwork['settings']>, subnets = [SAMPLE_IPV4, SAMPLE_IPV6]): readonly string[] {
  return checkNat(sampleNetwork(natSettings, subnets, settings)).map(({ code }) => code);
}

function ofForwards(...written: readonly Written[]): readonly string[] {
  return codes({ forward: written.map((one) => placed(forward(one))) });
}

const OUTER: AddressSetting = { family: 'ipv4', address: '192.0.2.1' };

test('forwardings that do not meet are fine', () => {
  expect(
    ofForwards(
      { port: { low: 80, high: 89 }, toPort: { low: 8080, high: 8089 } },
      { port: { low: 90, high: 90 }, protocol: 'both' },
      { port: { low: 80, high: 89 }, protocol: 'udp' },
    ),
  ).toEqual([]);
  expect(ofForwards({ host: OUTER }, { host: { ...OUTER, address: '192.0.2.2' } })).toEqual([]);
  expect(ofForwards({ host: OUTER }, { host: { family: 'ipv6', address: '2001:db8::1' } })).toEqual([]);
});

test.each<[string, Written, Written]>([
  ['the same port', {}, {}],
  ['overlapping ranges', { port: { low: 80, high: 90 } }, { port: { low: 90, high: 99 } }],
  ['both protocols and one', { protocol: 'both' }, { protocol: 'udp' }],
  ['every address and one', {}, { host: OUTER }],
  ['the same address', { host: OUTER }, { host: OUTER }],
])('two forwardings with %s are refused once', (_, first, second) => {
  expect(ofForwards(first, second)).toEqual(['nat/forward-overlap']);
});

test.each<[string, Written]>([
  ['nat/forward-size', { port: { low: 80, high: 81 }, toPort: { low: 80, high: 80 } }],
  ['nat/forward-without-address', { guestHas: [] }],
  ['nat/forward-without-address', { guestHas: [{ family: 'ipv4', address: '192.0.2.5' }] }],
  ['nat/forward-address-family', { host: OUTER, guestHas: BOTH.slice(1) }],
  ['nat/forward-loopback', { host: { family: 'ipv4', address: '127.9.9.9' } }],
  ['nat/forward-loopback', { host: { family: 'ipv6', address: '::1' } }],
])('%s is found', (code, written) => {
  expect(ofForwards(written)).toEqual([code]);
});

const V4 = placed({ family: 'ipv4', low: '192.0.2.7', high: '192.0.2.7' } as const);
const V6 = placed({ family: 'ipv6', low: '2001:db8::7', high: '2001:db8::7' } as const);

test('a source is one a family, and of a family whose guests are translated', () => {
  expect(codes({ source: [V4, V6] })).toEqual([]);
  expect(codes({ source: [V4, V4] })).toEqual(['nat/source-twice']);
  expect(codes({ source: [V6] }, [SAMPLE_IPV4])).toEqual(['nat/source-family']);
  expect(codes({ source: [V6], ipv6: placed('routed' as const) })).toEqual(['nat/source-family']);
});

test('a source inside the network is refused: nothing would come back to it', () => {
  const inside = placed({ family: 'ipv4', low: '10.8.255.250', high: '10.9.0.5' } as const);
  expect(codes({ source: [inside] })).toEqual(['nat/source-inside']);
});
