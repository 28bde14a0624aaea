// Conditions over every field that a frame alone decides, as rule text. The values come from small pools, so that rules meet frames and each other.
import { FIELDS, fieldOf } from '@weir/compiler';
import type { Field } from '@weir/compiler';
import fc from 'fast-check';

/** Addresses, ports and MACs that generated rules and frames share. */
export const IPV4 = [
  '10.9.0.1',
  '10.9.1.1',
  '10.9.1.2',
  '10.9.2.9',
  '192.0.2.7',
  '198.51.100.255',
  '224.0.0.1',
  '255.255.255.255',
  '0.0.0.0',
];
export const IPV6 = [
  'fd09::1',
  'fd09::1:1',
  'fd09::1:2',
  'fd09:0:0:2::9',
  '2001:db8::7',
  'ff02::1',
  'ff02::1:2',
  'fe80::5054:ff:fe09:1',
  '::',
];
export const MACS = [
  '52:54:00:09:00:01',
  '52:54:00:09:00:02',
  '52:54:00:09:00:ff',
  '02:00:00:00:00:01',
  'ff:ff:ff:ff:ff:ff',
  '01:00:5e:00:00:01',
];
export const PORTS = [0, 1, 22, 53, 67, 68, 80, 443, 546, 547, 1024, 65535];

const one = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const set = (member: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.uniqueArray(member, { minLength: 1, maxLength: 4 }).map((members) => `{ ${members.join(', ')} }`);

const v4 = fc.oneof(
  one(IPV4),
  one(['10.9.0.0/16', '10.9.1.0/24', '10.9.1.0/31', '192.0.2.0-192.0.2.10', '0.0.0.0/1', '10.9.1.1-10.9.2.9']),
);
const v6 = fc.oneof(
  one(IPV6),
  one(['fd09::/48', 'fd09::1:0/112', 'fe80::/10', 'ff00::/8', 'fd09::1:1-fd09::1:8', '2001:db8::/33']),
);

/** Addresses of one family: a value, a set, with exceptions, or what is the port's own. */
export const addresses = (family: 'ipv4' | 'ipv6'): fc.Arbitrary<string> => {
  const member: fc.Arbitrary<string> = family === 'ipv4' ? v4 : v6;
  return fc.oneof(
    { weight: 3, arbitrary: member },
    { weight: 3, arbitrary: set(member) },
    { weight: 1, arbitrary: fc.tuple(member, member).map(([a, b]) => `{ ${a}, not ${b} }`) },
    { weight: 2, arbitrary: fc.constant('self.addresses') },
    { weight: 2, arbitrary: one(['mixed', 'four', 'six', 'guests(tier = web)', 'network(dmz)']) },
  );
};

/** A number of so many bits as rule text: small, large and everywhere between. */
const numberOf = (bits: number): fc.Arbitrary<bigint> => {
  const max = (1n << BigInt(bits)) - 1n;
  return fc.oneof(
    fc.bigInt({ min: 0n, max }),
    fc.constantFrom(
      ...[0n, 1n, 2n, 6n, 17n, 58n, 64n, 255n, max - 1n, max].filter((value) => value >= 0n && value <= max),
    ),
  );
};

const interval = (bits: number): fc.Arbitrary<string> =>
  fc.tuple(numberOf(bits), numberOf(bits)).map(([a, b]) => (a < b ? `${a}-${b}` : b < a ? `${b}-${a}` : `${a}`));

/** A comparison of a number, with a mask in places. `hinted`: values that mean something in the field. */
function compareNumber(field: string, bits: number, hinted: readonly bigint[] = []): fc.Arbitrary<string> {
  const value = hinted.length === 0 ? numberOf(bits) : fc.oneof(one(hinted), numberOf(bits));
  const max = (1n << BigInt(bits)) - 1n;
  const inner = fc.bigInt({ min: max > 1n ? 1n : 0n, max: max > 1n ? max - 1n : max });
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(one(['==', '!=']), value).map(([op, v]) => `${field} ${op} ${v}`) },
    { weight: 2, arbitrary: fc.tuple(one(['<', '<=', '>', '>=']), inner).map(([op, v]) => `${field} ${op} ${v}`) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(one(['in', 'not in']), set(fc.oneof(value.map(String), interval(bits))))
        .map(([op, v]) => `${field} ${op} ${v}`),
    },
    {
      weight: bits > 48 ? 0 : 2,
      arbitrary: fc
        .tuple(one(['==', '!=']), inner, value)
        .map(([op, mask, v]) => `${field} & 0x${(mask || 1n).toString(16)} ${op} ${v & (mask || 1n)}`),
    },
  );
}

function compareAddress(field: string, family: 'ipv4' | 'ipv6'): fc.Arbitrary<string> {
  const op = one(['==', '!=', 'in', 'not in']);
  const [order, masks] =
    family === 'ipv4'
      ? [IPV4.slice(0, 7), ['0.0.255.1 == 0.0.1.1', '255.0.0.3 != 10.0.0.1', '255.255.0.0 == 10.9.0.0']]
      : [IPV6.slice(0, 8), ['ffff::3 == fd09::1', '::ff != ::1', 'ffff:ffff:: == fd09::']];
  // WHY: nft 1.0.6 and the field of neighbour discovery's target, which it has no name for, take no mask.
  const isNamed = field.startsWith('ip') || field.startsWith('arp');
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(op, addresses(family)).map(([o, value]) => `${field} ${o} ${value}`) },
    { weight: 1, arbitrary: fc.tuple(one(['<', '<=', '>', '>=']), one(order)).map(([o, v]) => `${field} ${o} ${v}`) },
    { weight: isNamed ? 1 : 0, arbitrary: one(masks).map((mask) => `${field} & ${mask}`) },
  );
}

function compareMac(field: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.tuple(one(['==', '!=']), fc.oneof(one(MACS), fc.constant('self.mac'))).map(([op, v]) => `${field} ${op} ${v}`),
    fc.tuple(one(['in', 'not in']), set(one(MACS))).map(([op, v]) => `${field} ${op} ${v}`),
    fc
      .tuple(one(['==', '!=']), one(['00:00:00:00:00:00', '01:00:00:00:00:00']))
      .map(([op, v]) => `${field} & 01:00:00:00:00:00 ${op} ${v}`),
    fc
      .tuple(one(['==', '!=']), one(['52:54:00:00:00:02', '52:54:00:00:00:01', '02:00:00:00:00:00']))
      .map(([op, v]) => `${field} & ff:ff:00:00:00:03 ${op} ${v}`),
    fc.tuple(one(['<', '>=']), one(MACS.slice(0, 3))).map(([op, v]) => `${field} ${op} ${v}`),
  );
}

const HINTS: Readonly<Record<string, readonly bigint[]>> = {
  'ether.type': [0x0800n, 0x86ddn, 0x0806n, 0x8035n, 0x8100n, 0x88a8n, 0x88b5n],
  'vlan.type': [0x0800n, 0x86ddn, 0x8100n, 0x0806n],
  'vlan.id': [0n, 1n, 5n, 4095n],
  'arp.protocol-type': [0x0800n, 0x0806n],
  'ip.protocol': [1n, 2n, 6n, 17n, 51n, 132n, 136n],
  'ip6.protocol': [6n, 17n, 58n, 51n, 59n, 132n],
  'packet.protocol': [1n, 6n, 17n, 33n, 58n, 132n],
  'icmpv6.type': [128n, 133n, 134n, 135n, 136n, 137n],
  'icmp.type': [0n, 8n, 3n],
  'igmp.type': [0x16n],
  'gre.protocol': [22n, 80n],
  'ip.header-length': [5n, 6n],
  'arp.hardware-length': [6n],
  'arp.protocol-length': [4n],
  'ip6.routing-type': [0n, 2n],
  'packet.length': [28n, 40n, 48n, 60n],
  'ip.length': [28n, 40n],
};

function comparison(field: Field): fc.Arbitrary<string> {
  const { id, type } = field;
  switch (type.kind) {
    case 'flag':
      return fc.constant(id);
    case 'mac':
      return compareMac(id);
    case 'ipv4':
    case 'ipv6':
      return compareAddress(id, type.kind);
    case 'number':
      return /\.(source|destination)$/.test(id)
        ? compareNumber(id, 16, PORTS.map(BigInt))
        : compareNumber(id, type.bits, HINTS[id] ?? Object.values(type.names ?? {}).map(BigInt));
    case 'ifname':
      throw new Error(`no values for ${id}`);
    default:
      return type satisfies never;
  }
}

/** WHY: connection.state is a matter of the host and not of the frame. */
const TESTED = [...FIELDS.values()]
  .filter((field) => field.header !== 'connection' && !field.id.startsWith('tcp.option'))
  .concat(['tcp.option.mss', 'tcp.option.timestamp', 'tcp.option.77'].flatMap((id) => fieldOf(id) ?? []));
const LINK = new Set(['vlan', 'arp', 'stp']);
const IP_FIELDS = TESTED.filter((field) => !LINK.has(field.header));

const raw: fc.Arbitrary<string> = fc
  .tuple(
    one(['link', 'network', 'transport']),
    fc.integer({ min: 0, max: 40 }),
    fc.boolean(),
    one([1, 3, 8, 12, 16, 24, 32, 48, 64, 128]),
  )
  .chain(([base, at, isOdd, bits]) => {
    const offset = isOdd && bits < 8 ? at * 8 + 3 : at * 8;
    return compareNumber(
      `payload(${base}, ${offset}, ${bits})`,
      bits,
      [0n, 1n, 0x45n, 0x60n].filter((v) => v < 1n << BigInt(bits)),
    );
  });

/** WHY: `related` alone, and `untracked`, cannot be told from marks; the compiler refuses them there. */
const state: fc.Arbitrary<string> = fc.oneof(
  one(['==', '!=']).chain((op) => one(['new', 'invalid']).map((word) => `connection.state ${op} ${word}`)),
  one(['in', 'not in']).chain((op) =>
    one([
      'established, related',
      'new, invalid',
      'new, established, related',
      'invalid, untracked',
      'new, untracked',
      'related',
    ]).map((words) => `connection.state ${op} { ${words} }`),
  ),
);

/** A condition for guards or for filters; `stateful` ones also ask for the state of connections. */
export const condition = (of: 'guard' | 'filter', isStateful = false): fc.Arbitrary<string> => {
  const fields = of === 'guard' ? TESTED : IP_FIELDS;
  const leaf = fc.oneof(
    { weight: 12, arbitrary: one(fields).chain(comparison) },
    { weight: 1, arbitrary: raw },
    { weight: isStateful && of === 'filter' ? 3 : 0, arbitrary: state },
  );
  return fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 4, arbitrary: leaf },
      { weight: 1, arbitrary: fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} and ${b})`) },
      { weight: 1, arbitrary: fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} or ${b})`) },
      { weight: 1, arbitrary: tie('tree').map((a) => `not (${a})`) },
    ),
  })).tree;
};
