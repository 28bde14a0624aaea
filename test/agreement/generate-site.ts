// Sites as fast-check arbitraries: many ports of one bridge, each with a guard and filters of its own. Filters are stateless unless asked for, so that
// a frame alone decides. A rule may say something impossible; the compiler's diagnostics tell which, and the caller leaves those out.
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
    'guests(tier = web)',
    'not guests(tier = db)',
    'guest(g-vnet1)',
    'network(dmz)',
    'not network(lan)',
    'self.network.subnets',
    'self.network.gateway',
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

/** What a list's rules may say beside the common. */
interface Terms {
  readonly of: 'guard' | 'filter';
  /** The list has the parameters `who`, and in filters `gates` and `what`. */
  readonly hasParams: boolean;
  readonly isStateful: boolean;
}

const PARAMS = {
  guard: '(who: addresses = four)',
  filter: '(who: addresses = mixed, gates: ports = { 22, 80 }, what: service = web)',
} as const;

/** A name with arguments, or without. WHY: every other list has parameters, so that the number tells. */
const call = (of: 'guard' | 'filter', index: number): fc.Arbitrary<string> => {
  const values = ['', '(who = six)', '(who = { 10.9.1.1, fd09::/48 })', '(who = 198.51.100.255)'];
  const more = ['(gates = doors, what = odd)', '(who = four, gates = { 443-600 })', '(gates = 53)'];
  const name = `${of}${index}`;
  if (index % 2 === 0) return fc.constant(name);
  return one(of === 'guard' ? values : [...values, ...more]).map((args) => name + args);
};

/** Subjects, with the clauses that only they take. */
const subjects = ({ of, hasParams }: Terms): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: hasParams && of === 'filter' ? 4 : 0,
      arbitrary: one(['what', 'tcp port gates', 'udp port gates', 'tcp, udp port { gates, 53 }']),
    },
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

const LINK_OPTIONS = [' count', ' count seen', ' log', ' log "guard"'];
const OPTIONS = [
  ' count',
  ' count hits',
  ' log',
  ' log "filter: x" level warn',
  ' log "grouped" group 3',
  ' mark 5',
  ' mark 0x1f',
  ' dscp ef',
  ' limit 100000/second burst 60000',
  ' limit over 100000/second burst 60000',
  ' limit 2000 mbytes/second',
  ' limit over 2000 mbytes/second burst 100 mbytes',
  ' quota 1000000 mbytes',
  ' quota over 1000000 mbytes',
];
/** WHY: connections are counted only where the kernel tracks them in the bridge. */
const COUNTED = [' connections over 50', ' connections over 50 per source'];

const REFUSALS = ['', ' with admin-prohibited', ' with host-unreachable', ' with no-route', ' with tcp-reset'].map(
  (how) => `reject${how}`,
);

function rule(terms: Terms): fc.Arbitrary<string> {
  const { of, hasParams, isStateful } = terms;
  const verdicts =
    of === 'guard'
      ? one(['accept', 'drop', 'pass', 'pass', 'return'])
      : fc.oneof({ weight: 4, arbitrary: one(['accept', 'accept', 'drop', 'return']) }, one(REFUSALS));
  const options = of === 'guard' ? LINK_OPTIONS : [...OPTIONS, ...(isStateful ? COUNTED : [])];
  const ends = hasParams ? fc.oneof({ weight: 2, arbitrary: end }, one(['who', 'not who'])) : end;
  const source = fc
    .tuple(
      ends,
      maybe(
        2,
        portValue.map((p) => ` port ${p}`),
      ),
    )
    .map(([e, p]) => ` from ${e}${p}`);
  return fc
    .tuple(
      one(['in', 'out', 'inout']),
      verdicts,
      subjects(terms),
      maybe(3, source),
      maybe(
        3,
        ends.map((e) => ` to ${e}`),
      ),
      maybe(
        6,
        condition(of, isStateful).map((c) => ` where ${c}`),
      ),
      maybe(2, one(options)),
      maybe(isStateful ? 4 : 10, fc.constant(' stateless')),
    )
    .map(([direction, verdict, subject, from, to, where, option, stateless]) => {
      const last = of === 'filter' && verdict === 'accept' ? stateless : '';
      return `${direction} ${verdict}${subject === '' ? '' : ` ${subject}`}${from}${to}${where}${option}${last}`;
    });
}

const defaults = ({ of, isStateful }: Terms): fc.Arbitrary<readonly string[]> => {
  const ofFilter = ['drop', 'reject', 'drop log "last"', 'drop count', ...(isStateful ? ['accept'] : [])];
  const verdicts = one(of === 'guard' ? ['drop', 'pass', 'pass', 'accept'] : ofFilter);
  return fc
    .tuple(
      ...['in', 'out'].map((way) =>
        maybe(
          7,
          verdicts.map((v) => `default ${way} ${v}`),
        ),
      ),
    )
    .map((lines) => lines.filter((line) => line !== ''));
};

/** Lists by number; one uses only lists before it, so that there is no circle. */
function list(kind: 'guard' | 'filter', index: number, isStateful: boolean): fc.Arbitrary<List> {
  const terms: Terms = { of: kind, hasParams: index % 2 === 1, isStateful };
  const use =
    index === 0
      ? rule(terms)
      : fc.integer({ min: 0, max: index - 1 }).chain((other) => call(kind, other).map((name) => `use ${name}`));
  const line = fc.oneof({ weight: 7, arbitrary: rule(terms) }, { weight: 1, arbitrary: use });
  // WHY: a filter that accepts nothing by default hides whatever stands behind it.
  const open = isStateful ? one(['inout accept', 'inout accept stateless']) : fc.constant('inout accept stateless');
  const tail = kind === 'filter' ? maybe(7, open) : fc.constant('');
  return fc
    .tuple(fc.uniqueArray(line, { minLength: 1, maxLength: 6 }), tail, defaults(terms))
    .map(([lines, last, ends]) => ({
      kind,
      name: `${kind}${index}`,
      ...(terms.hasParams && { params: PARAMS[kind] }),
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
    labels: one(['tier = web', 'tier = db', 'tier = none']),
    guard: fc.oneof(
      { weight: 8, arbitrary: numbers.chain((number) => call('guard', number)) },
      { weight: 1, arbitrary: fc.constant('clean-traffic') },
      { weight: 3, arbitrary: fc.constant('none') },
    ),
    filters: fc.uniqueArray(
      numbers.chain((number) => call('filter', number)),
      { minLength: 0, maxLength: 3, selector: (value) => value.split('(')[0] },
    ),
  });
}

/** How sites are made. */
export interface Flavour {
  /** Filters follow connections, and ask for their state. */
  readonly isStateful: boolean;
}

/** A site with so many ports, vnet1 to vnetN, and as many guards and filters. */
export const site = (ports: number, { isStateful }: Flavour = { isStateful: false }): fc.Arbitrary<Site> =>
  fc
    .tuple(
      fc.tuple(...Array.from({ length: ports }, (_, index) => list('guard', index, isStateful))),
      fc.tuple(...Array.from({ length: ports }, (_, index) => list('filter', index, isStateful))),
      fc.tuple(...Array.from({ length: ports }, (_, index) => port(index + 1, ports))),
    )
    .map(([guards, filters, all]) => ({ items: ITEMS, lists: [...guards, ...filters], ports: all }));
