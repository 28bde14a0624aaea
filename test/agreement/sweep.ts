// Every construct of a frame's policy by itself: one guard or filter for each, in which little else decides. In: nothing but the field table. Out: themes,
// and sites that hold some of them on a port each. Guarantees: pure; the same themes in the same order.
import { ETHERTYPES, type Field, fieldOf, FIELDS, PROTOCOLS } from '@weir/compiler';
import { macOf } from './generate-site.ts';
import type { List, Site, SitePort } from './site.ts';

/** Lines of one guard or filter, asked in these directions. */
export interface Theme {
  readonly of: 'guard' | 'filter';
  readonly lines: readonly string[];
  readonly directions: readonly ('in' | 'out')[];
}

const theme = (of: Theme['of'], direction: 'in' | 'out' | 'inout', ...lines: readonly string[]): Theme => ({
  of,
  lines,
  directions: direction === 'inout' ? ['in', 'out'] : [direction],
});

/** Two values of each kind that base frames have, and one between or beyond. */
const ADDRESSES = { ipv4: ['10.9.1.1', '10.9.2.9', '192.0.2.7'], ipv6: ['fd09::1:1', 'fd09:0:0:2::9', '2001:db8::7'] };
const MACS = ['52:54:00:09:00:01', '52:54:00:09:00:ff', '02:00:00:00:00:01'];

function addressConditions(
  field: string,
  [a = '', b = '', c = '']: readonly string[],
  mask: string,
): readonly string[] {
  return [
    `${field} == ${a}`,
    `${field} != ${a}`,
    `${field} in { ${a}, ${c} }`,
    `${field} in ${a}-${b}`,
    `${field} & ${mask} == ${a}`,
  ];
}

const macConditions = (field: string): readonly string[] => [
  ...addressConditions(field, MACS, 'ff:ff:ff:ff:ff:ff').slice(0, 4),
  `${field} & 00:00:00:00:00:0f == 00:00:00:00:00:01`,
];

/** A value in the middle of what base frames hold; probes go to it and beside it. */
const MIDDLE: Readonly<Record<string, bigint>> = {
  'ether.type': 0x0806n,
  'vlan.type': 0x0800n,
  'arp.protocol-type': 0x0800n,
  'ip.protocol': 17n,
  'ip6.protocol': 17n,
  'packet.protocol': 17n,
  'icmp.type': 8n,
  'igmp.type': 0x16n,
  'ip.header-length': 5n,
  'ip6.routing-type': 2n,
  'arp.hardware-length': 6n,
  'arp.protocol-length': 4n,
  'icmpv6.type': 135n,
  'packet.type': 2n,
  'packet.length': 48n,
  'ip.length': 52n,
  'ip6.length': 32n,
  'ip.ecn': 1n,
  'ip6.ecn': 1n,
};

function numberConditions(field: string, bits: number): readonly string[] {
  const max = (1n << BigInt(bits)) - 1n;
  const value = MIDDLE[field] ?? ((max >> 1n) & 0x1234n || 1n);
  const mask = bits < 4 ? max - 1n || 1n : max & ~2n;
  return [
    `${field} == ${value}`,
    `${field} != ${value}`,
    ...(bits === 1 ? [] : [`${field} in { ${value}, ${value >= 2n ? value - 2n : value + 2n} }`]),
    ...(bits === 1 ? [] : [`${field} >= ${value}`]),
    ...(bits === 1 ? [] : [`${field} & 0x${mask.toString(16)} == ${value & mask}`]),
  ];
}

function conditionsOf({ id, type }: Field): readonly string[] {
  switch (type.kind) {
    case 'flag':
      return [id];
    case 'mac':
      return macConditions(id);
    case 'ipv4':
      return addressConditions(id, ADDRESSES.ipv4, '255.255.255.253');
    case 'ipv6':
      return addressConditions(id, ADDRESSES.ipv6, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffd');
    case 'number':
      return numberConditions(id, type.bits);
    case 'ifname':
      return [];
    default:
      return type satisfies never;
  }
}

/** WHY: the state of a connection is not of the frame, and nobody else marks packets here. */
const OF_A_FRAME = [...FIELDS.values(), ...['tcp.option.77'].flatMap((id) => fieldOf(id) ?? [])].filter(
  ({ header, id }) => header !== 'connection' && id !== 'packet.mark',
);

const FIELD_THEMES = OF_A_FRAME.flatMap((field) =>
  conditionsOf(field).map((condition) => theme('guard', 'out', `out accept where ${condition}`)),
);

const PAYLOAD_THEMES = ['link, 96, 16', 'network, 72, 8', 'transport, 16, 16'].flatMap((where, at) =>
  numberConditions(`payload(${where})`, at === 1 ? 8 : 16).map((condition) =>
    theme('guard', 'out', `out accept where ${condition}`),
  ),
);

const ENDS = [
  '10.9.1.1',
  '10.9.1.0/24',
  '10.9.1.1-10.9.2.9',
  '{ 10.9.1.1, fd09::1:1 }',
  'fd09::1:0/112',
  'any',
  'not mixed',
  'self',
  'world',
  'gateway',
  'host',
  'network(lan)',
  'guest(g-vnet3)',
  'guests(side = left)',
  'mixed',
];
const END_THEMES = ENDS.flatMap((end) =>
  ['from', 'to'].map((side) => theme('filter', 'out', `out accept ${side} ${end} stateless`)),
);

const SUBJECTS = [...Object.keys(ETHERTYPES).filter((name) => !name.startsWith('vlan-')), 'stp', '0x88b5'].map(
  (subject) => theme('guard', 'out', `out accept ${subject}`),
);
const PROTOCOL_SUBJECTS = [
  ...Object.keys(PROTOCOLS),
  '47',
  'web',
  'odd',
  'tcp, udp',
  'icmp type 8',
  'icmpv6 type 135',
  'igmp type v2-report',
  'icmp code 0',
  'icmpv6 type 128 code 0',
  'tcp port 443',
  'udp port 400-500',
  'tcp port { 22, 443 }',
  'udp port doors',
  'udp from port 1024',
  'tcp to any port 443',
].map((subject) => theme('filter', 'out', `out accept ${subject} stateless`));

const WAYS = ['in', 'out', 'inout'] as const;
const GUARD_VERDICTS = WAYS.flatMap((way) => [
  theme('guard', way, `${way} accept udp`),
  theme('guard', way, `${way} pass udp`),
  theme('guard', way, `${way} drop udp`, 'inout accept'),
  theme('guard', way, `${way} return udp`, 'inout accept'),
]);
const FILTER_VERDICTS = WAYS.flatMap((way) => [
  theme('filter', way, `${way} accept udp stateless`),
  theme('filter', way, `${way} drop udp`, 'inout accept stateless'),
  theme('filter', way, `${way} return udp`, 'inout accept stateless'),
  ...['port-unreachable', 'admin-prohibited', 'host-unreachable', 'no-route'].map((answer) =>
    theme('filter', way, `${way} reject with ${answer} udp`, 'inout accept stateless'),
  ),
  theme('filter', way, `${way} reject with tcp-reset tcp`, 'inout accept stateless'),
]);
const DEFAULTS = (['in', 'out'] as const).flatMap((way) => [
  ...['accept', 'pass'].map((word) => theme('guard', way, 'inout drop udp', `default ${way} ${word}`)),
  theme('guard', way, 'inout accept udp', `default ${way} drop`),
  // A filter's default that accepts is stateful; the stateful tests have it.
  ...[
    'drop',
    ...['port-unreachable', 'admin-prohibited', 'host-unreachable', 'no-route'].map(
      (answer) => `reject with ${answer}`,
    ),
  ].map((word) => theme('filter', way, 'inout accept udp stateless', `default ${way} ${word}`)),
]);
const BLOCKS = [
  theme('guard', 'inout', 'use used-guard', 'inout accept ipv6'),
  theme('filter', 'inout', 'use used-filter', 'inout accept tcp stateless'),
];
const OPTIONS = [
  theme('guard', 'out', 'out accept udp count'),
  theme('guard', 'out', 'out accept udp log "sweep" level info'),
  theme('filter', 'out', 'out accept udp count by-name stateless'),
  theme('filter', 'out', 'out accept udp log group 7 stateless'),
  theme('filter', 'out', 'out accept udp log "sweep" at most 5/minute burst 2 stateless'),
  theme('filter', 'out', 'out accept udp mark 0x7 stateless'),
  theme('filter', 'out', 'default out drop log count', 'out accept udp stateless'),
  theme('filter', 'out', 'out accept udp log "sweep" at most 5/minute burst 2 stateless'),
  theme('guard', 'out', 'out accept where udp.source < 2000 or not tcp.option.mss log at most 1/second'),
  theme('filter', 'out', 'default out drop log at most 1/hour', 'out return tcp', 'out accept udp stateless'),
  theme('filter', 'out', '@staged out drop udp', 'out accept udp, tcp stateless'),
  theme('guard', 'out', '@staged out accept where udp.source < 2000 or not tcp.option.mss', 'out accept tcp'),
  theme('filter', 'out', 'out accept stateless where (ip.ttl > 3 and not (udp.source == 1024)) or tcp.source == 1024'),
];

/** Everything that a frame alone decides. */
export const THEMES: readonly Theme[] = [
  ...FIELD_THEMES,
  ...PAYLOAD_THEMES,
  ...END_THEMES,
  ...SUBJECTS,
  ...PROTOCOL_SUBJECTS,
  ...GUARD_VERDICTS,
  ...FILTER_VERDICTS,
  ...DEFAULTS,
  ...BLOCKS,
  ...OPTIONS,
];

const ITEMS = [
  'addresses mixed = { 10.9.1.1, 192.0.2.0/24, fd09::1:0/112 }',
  'ports doors = { 22, 443-600 }',
  'service web = { tcp 80, tcp 443, udp 443 }',
  'service odd = { udp 443 from 1024, icmp type 8, icmpv6 type 128 }',
  'host { address 192.0.2.7, 2001:db8::7 }',
];
const USED: readonly List[] = [
  { kind: 'guard', name: 'used-guard', lines: ['inout return arp', 'inout drop udp', 'inout accept arp'] },
  { kind: 'filter', name: 'used-filter', lines: ['inout return ipv6', 'inout drop tcp', 'inout accept udp stateless'] },
];

/** The site that has these themes on ports vnet1 and following. */
export function sweepSite(themes: readonly Theme[]): Site {
  const lists = themes.map(({ of, lines }, index): List => ({ kind: of, name: `theme${index + 1}`, lines }));
  const ports = themes.map(({ of }, index): SitePort => {
    const number = index + 1;
    return {
      ifname: `vnet${number}`,
      mac: macOf(number),
      address: `10.9.1.${number}, fd09::1:${number.toString(16)}`,
      guard: of === 'guard' ? `theme${number}` : 'none',
      filters: of === 'filter' ? [`theme${number}`] : [],
      labels: number % 2 === 1 ? 'side = left' : 'side = right',
    };
  });
  return { items: ITEMS, lists: [...USED, ...lists], ports };
}
