import type { NetworkPolicy, Policy, Port } from '@weir/compiler';
import { formatAddress } from '@weir/plugin';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PORT } from '../testing/sample.ts';
import { representatives } from './mentioned.ts';
import { firstFree, isIn, numberOf, prefixOf } from './ranges.ts';
import { bridgeAddresses, hostAddressFor, isOnLink, isSegment, isServed, routeTo, type Site, siteOf } from './site.ts';

const span = { file: 'a.weir', start: 0, end: 0 };
const one = (address: string) => ({ low: numberOf(address), high: numberOf(address) });
const ANY = { low: 0n, high: 0xffffffffn };

interface Net {
  readonly subnet?: string;
  readonly host?: string;
  readonly uplink?: string;
}

function network(name: string, { subnet, host, uplink }: Net): NetworkPolicy {
  const [address = '', length = ''] = (subnet ?? '').split('/');
  const gateway = formatAddress({ family: 'ipv4', value: numberOf(address || '0.0.0.0') + 1n });
  const subnets =
    subnet === undefined ? [] : [{ family: 'ipv4' as const, address, length: Number(length), gateway, span }];
  const addresses = host === undefined ? [] : [{ family: 'ipv4' as const, address: host, length: Number(length) }];
  return {
    view: { name, bridge: `br-${name}`, subnets, ports: [], reaches: [], isolatePorts: false, settings: {}, span },
    mode: 'any',
    plugin: 'any',
    attachment: 'bridge-port',
    topology: {
      bridge: { name: `br-${name}`, addresses, uplinks: uplink === undefined ? [] : [{ device: uplink }] },
      sysctls: [],
      elsewhere: [],
    },
    rules: [],
    guarantees: [],
  };
}

const port = (ifname: string, of: string, ipv4: Port['ipv4']): Port => ({ ...PORT, ifname, network: of, ipv4 });

const NETWORKS = [
  network('served', { subnet: '10.0.0.0/24', host: '10.0.0.1' }),
  network('segment', { subnet: '203.0.113.0/24', uplink: 'eth0' }),
  network('bare', { uplink: 'eth1' }),
];
const PORTS = [
  port('a', 'served', [one('10.0.0.2'), { low: numberOf('10.0.0.64'), high: numberOf('10.0.0.79') }]),
  port('b', 'served', [ANY]),
  port('c', 'segment', [one('203.0.113.5'), one('198.18.9.9')]),
  port('d', 'bare', [ANY]),
  port('e', 'served', [one('10.77.0.1')]),
];
const POLICY: Policy = {
  ports: PORTS,
  profiles: [],
  sets: [],
  networks: NETWORKS,
  hostAddresses: { ipv4: [one('198.51.100.1')], ipv6: [] },
};
const site = siteOf(POLICY);
const text = (value: bigint | undefined): string | undefined =>
  value === undefined ? undefined : formatAddress({ family: 'ipv4', value });
const portAt = (index: number, of: Site = site): Port => {
  const found = of.policy.ports[index];
  if (found === undefined) throw new Error('no such port');
  return found;
};

test('the world is nobody that is declared, and no address that a rule names', () => {
  expect(text(site.world.ipv4)).toBe('198.51.100.2');
  const named: Policy = {
    ...POLICY,
    profiles: [
      {
        name: 'p',
        attachment: 'bridge-port',
        stateful: false,
        own: { ipv4: { single: true, ranges: false }, ipv6: { single: false, ranges: false } },
        filters: [
          {
            name: 'f',
            stateful: false,
            out: {
              nodes: [],
              default: { verdict: { kind: 'drop' }, options: {}, origin: { span, item: 'f', statement: 0 } },
            },
            in: {
              nodes: [
                {
                  kind: 'rule',
                  verdict: { kind: 'drop' },
                  options: {},
                  origin: { span, item: 'f', statement: 1 },
                  match: {
                    kind: 'test',
                    field: 'ip.source',
                    negated: true,
                    operand: { kind: 'values', ranges: [prefixOf({ address: '198.51.100.0', length: 24 })] },
                  },
                },
              ],
              default: { verdict: { kind: 'drop' }, options: {}, origin: { span, item: 'f', statement: 0 } },
            },
          },
        ],
      },
    ],
  };
  expect(text(siteOf(named).world.ipv4)).toBe('192.0.2.1');
});

test('the outer address of the host is the declared one, else one that stands for it', () => {
  expect(text(site.outer.ipv4)).toBe('198.51.100.1');
  const bare = siteOf({ ...POLICY, hostAddresses: { ipv4: [], ipv6: [] } });
  expect(bare.outer.ipv4).not.toBe(bare.world.ipv4);
  expect(isIn(bare.host.ipv4, bare.outer.ipv4)).toBe(true);
});

test('a port is asked about by its lowest address inside its network, `any` by one that nobody else has', () => {
  expect(POLICY.ports.map((_, index) => text(site.addressOf(portAt(index), 'ipv4')))).toEqual([
    '10.0.0.2',
    '10.0.0.3',
    '203.0.113.5',
    '192.168.0.1',
    '10.77.0.1',
  ]);
  expect(site.addressOf(portAt(0), 'ipv6')).toBeUndefined();
});

test('an address has the owner that lists it', () => {
  const owner = (address: string): string | undefined => site.ownerOf('ipv4', numberOf(address))?.ifname;
  expect(['10.0.0.2', '10.0.0.70', '10.0.0.3', '198.18.9.9', '10.0.0.80'].map(owner)).toEqual([
    'a',
    'a',
    'b',
    'c',
    undefined,
  ]);
});

test('the host routes to networks on which it has an address, and to what their guests have besides', () => {
  const route = (address: string): string | undefined => routeTo(site, 'ipv4', numberOf(address))?.view.name;
  expect(['10.0.0.99', '10.77.0.1', '203.0.113.5', '8.8.8.8'].map(route)).toEqual([
    'served',
    'served',
    undefined,
    undefined,
  ]);
});

test('a network is served, a segment, or neither, by what its bridge has', () => {
  const facts = NETWORKS.map((of) => [isServed(of, 'ipv4'), isSegment(of), bridgeAddresses(of, 'ipv4').length]);
  expect(facts).toEqual([
    [true, false, 1],
    [false, true, 0],
    [false, true, 0],
  ]);
  const on = (index: number, address: string): boolean | undefined =>
    NETWORKS[index] && isOnLink(NETWORKS[index], 'ipv4', numberOf(address));
  expect([on(0, '10.0.0.200'), on(0, '10.0.1.1'), on(2, '10.0.0.1'), on(2, '169.254.1.1')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test('the host shows its address on the bridge there, and the outer one elsewhere', () => {
  expect(text(hostAddressFor(site, NETWORKS[0], 'ipv4'))).toBe('10.0.0.1');
  expect(text(hostAddressFor(site, NETWORKS[1], 'ipv4'))).toBe('198.51.100.1');
  expect(text(hostAddressFor(site, undefined, 'ipv4'))).toBe('198.51.100.1');
});

const small = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6 }))
  .map(([low, more]) => ({ low: BigInt(low), high: BigInt(low + more) }));

test('the first free value is in the block, in no taken range, and every lower one is taken', () => {
  fc.assert(
    fc.property(small, fc.array(small), (block, taken) => {
      const found = firstFree(block, taken);
      for (let value = block.low; value <= block.high; value++) {
        if (value === found) return true;
        if (!isIn(taken, value)) return false;
      }
      return found === undefined;
    }),
  );
});

test('every value of a range is in the same bounds as one that is asked about', () => {
  fc.assert(
    fc.property(fc.array(small, { minLength: 1 }), fc.array(small), (ranges, bounds) => {
      const asked = representatives(ranges, bounds);
      const inBounds = (value: bigint): string => bounds.map((bound) => isIn([bound], value)).join();
      for (const range of ranges) {
        for (let value = range.low; value <= range.high; value++) {
          const stands = asked.some((one) => isIn(ranges, one) && inBounds(one) === inBounds(value));
          if (!stands) return false;
        }
      }
      return asked.every((value) => isIn(ranges, value));
    }),
  );
});
