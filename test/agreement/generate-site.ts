// Sites as fast-check arbitraries: many ports of one bridge, each with a guard and filters of its own. Every filter is stateless, so that a frame
// alone decides. A rule may say something impossible; the compiler's diagnostics tell which, and the caller leaves those out.
import fc from 'fast-check';
import { addresses, condition, IPV4, IPV6, PORTS } from './generate-condition.ts';
import type { List, Site, SitePort } from './site.ts';

const one = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const maybe = (weight: number, text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight, arbitrary: text }, { weight: 10 - weight, arbitrary: fc.constant('') });

/** Sets and services that generated rules name. */
const ITEMS = [
  `addresses mixed = { ${IPV4[1]}, 192.0.2.0/24, fd09::1:0/112, ${IPV6[4]}, not 192.0.2.7 }`,
  `addresses four = { 10.9.0.0/16, not 10.9.1.2 }`,
  `addresses six = { fe80::/10, ff02::/16, fd09::1:1 }`,
  'ports doors = { 22, 80, 443-600 }',
  'service web = { tcp 80, tcp 443, udp 443 }',
  'service odd = { udp 67 from 68, icmp type 8, icmpv6 type 128, sctp 1-1024 }',
];

/** WHY: port 0 cannot be written; it means "any" to sockets and stands in no packet that anybody answers. */
const WRITTEN_PORTS = PORTS.filter((number) => number > 0);

const end: fc.Arbitrary<string> = fc.oneof(
  addresses('ipv4'),
  addresses('ipv6'),
  one([
    'any',
    'not mixed',
    'not four',
    'mixed',
    'gateway',
    'network(lan)',
    'self',
    'world',
    'host',
    '{ 10.9.1.1, fd09::1:1 }',
    'not { 10.9.1.0/24, fd09::/64 }',
  ]),
);
const portValue: fc.Arbitrary<string> = fc.oneof(
  one(WRITTEN_PORTS).map(String),
  fc.constant('doors'),
  fc
    .tuple(one(WRITTEN_PORTS), one(WRITTEN_PORTS))
    .map(([a, b]) => (a < b ? `${a}-${b}` : a > b ? `${b}-${a}` : `${a}`)),
  fc.tuple(one(WRITTEN_PORTS), one(WRITTEN_PORTS)).map(([a, b]) => (a === b ? `${a}` : `{ ${a}, ${b} }`)),
);

/** Subjects, with the clauses that only they take. */
const subjects = (of: 'guard' | 'filter'): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          one(['tcp', 'udp', 'tcp, udp', 'sctp', 'udplite', 'dccp']),
          maybe(
            6,
            portValue.map((p) => ` port ${p}`),
          ),
        )
        .map((p) => p.join('')),
    },
    {
      weight: 2,
      arbitrary: one(['icmp', 'icmpv6', 'icmp, icmpv6', 'igmp', 'esp', 'ah', 'gre', '47', '0', '59', '6', 'vrrp']),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          one(['icmp', 'icmpv6']),
          one(['0', '8', '128', '{ 133-137 }', '135', '136']),
          maybe(2, fc.constant(' code 0')),
        )
        .map(([p, t, c]) => `${p} type ${t}${c}`),
    },
    { weight: 2, arbitrary: one(['web', 'odd', 'web, odd']) },
    {
      weight: of === 'guard' ? 5 : 1,
      arbitrary: one(
        of === 'guard'
          ? ['arp', 'rarp', 'ipv4', 'ipv6', 'vlan', 'stp', 'lldp', '0x88b5', 'ipv4, ipv6', 'arp, ipv4']
          : ['ipv4', 'ipv6'],
      ),
    },
  );

function rule(of: 'guard' | 'filter'): fc.Arbitrary<string> {
  const verdicts =
    of === 'guard' ? ['accept', 'drop', 'pass', 'pass', 'return'] : ['accept', 'accept', 'drop', 'reject', 'return'];
  return fc
    .tuple(
      one(['in', 'out', 'inout']),
      one(verdicts),
      subjects(of),
      maybe(
        3,
        end.map((e) => ` from ${e}`),
      ),
      maybe(
        3,
        end.map((e) => ` to ${e}`),
      ),
      maybe(
        6,
        condition(of).map((c) => ` where ${c}`),
      ),
      maybe(
        1,
        one([
          ' count',
          ...(of === 'filter' ? [' limit 100000/second burst 60000', ' limit over 100000/second burst 60000'] : []),
        ]),
      ),
    )
    .map(([direction, verdict, subject, from, to, where, option]) => {
      const stateless = of === 'filter' && verdict === 'accept' ? ' stateless' : '';
      return `${direction} ${verdict}${subject === '' ? '' : ` ${subject}`}${from}${to}${where}${option}${stateless}`;
    });
}

const defaults = (of: 'guard' | 'filter'): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(
      ...['in', 'out'].map((way) =>
        maybe(
          7,
          one(of === 'guard' ? ['drop', 'pass', 'pass', 'accept'] : ['drop', 'reject']).map(
            (v) => `default ${way} ${v}`,
          ),
        ),
      ),
    )
    .map((lines) => lines.filter((line) => line !== ''));

/** Lists by number; one uses only lists before it, so that there is no circle. */
function list(kind: 'guard' | 'filter', index: number): fc.Arbitrary<List> {
  const use = index === 0 ? rule(kind) : fc.integer({ min: 0, max: index - 1 }).map((other) => `use ${kind}${other}`);
  const line = fc.oneof({ weight: 7, arbitrary: rule(kind) }, { weight: 1, arbitrary: use });
  // WHY: a filter that accepts nothing by default hides whatever stands behind it.
  const tail = kind === 'filter' ? maybe(7, fc.constant('inout accept stateless')) : fc.constant('');
  return fc
    .tuple(fc.uniqueArray(line, { minLength: 1, maxLength: 6 }), tail, defaults(kind))
    .map(([lines, last, ends]) => ({
      kind,
      name: `${kind}${index}`,
      lines: [...lines, ...(last === '' ? [] : [last]), ...ends],
    }));
}

const ADDRESSES = (index: number): readonly string[] => {
  const four = `10.9.1.${index}`;
  const six = `fd09::1:${index.toString(16)}`;
  return [
    four,
    `${four}, ${six}`,
    six,
    `${four}, 10.9.${index + 2}.0/24, ${six}`,
    `${four}, ${six}, fd09:0:0:${(index + 2).toString(16)}::/64`,
    `10.9.${index + 2}.5-10.9.${index + 2}.9, ${six}`,
  ];
};

/** MAC of the port by that number, from 1. */
export const macOf = (index: number): string => `52:54:00:09:00:${index.toString(16).padStart(2, '0')}`;

function port(index: number, count: number): fc.Arbitrary<SitePort> {
  const numbers = fc.integer({ min: 0, max: count - 1 });
  return fc.record({
    ifname: fc.constant(`vnet${index}`),
    mac: fc.constant(macOf(index)),
    address: one(ADDRESSES(index)),
    guard: fc.oneof(
      { weight: 8, arbitrary: numbers.map((number) => `guard${number}`) },
      { weight: 1, arbitrary: fc.constant('clean-traffic') },
      { weight: 3, arbitrary: fc.constant('none') },
    ),
    filters: fc.uniqueArray(
      numbers.map((number) => `filter${number}`),
      { minLength: 0, maxLength: 3 },
    ),
  });
}

/** A site with so many ports, vnet1 to vnetN, and as many guards and filters. */
export const site = (ports: number): fc.Arbitrary<Site> =>
  fc
    .tuple(
      fc.tuple(...Array.from({ length: ports }, (_, index) => list('guard', index))),
      fc.tuple(...Array.from({ length: ports }, (_, index) => list('filter', index))),
      fc.tuple(...Array.from({ length: ports }, (_, index) => port(index + 1, ports))),
    )
    .map(([guards, filters, all]) => ({ items: ITEMS, lists: [...guards, ...filters], ports: all }));
