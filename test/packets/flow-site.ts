// Many generated stateful policies on one host: guests of every mode, each with filters of its own. In: a seed. Out: the rule file, the lab, and who is
// who. Guarantees: pure; the same seed gives the same site; every rule is one that the compiler takes, and every guest has a filter that follows connections.
import { chance } from '../agreement/probes.ts';
import type { LabSpec } from '../kernel/lab.ts';
import { FAR, GATEWAYS, LAB_SPEC, LAN, type SiteGuest, siteNetworks } from './site.ts';

/** Ports on which every station listens, by TCP and UDP. */
export const OPEN_PORTS = [8000, 8001, 8002, 8003] as const;
/** Ports on which nobody does: what gets through is refused by the far end. */
export const CLOSED_PORTS = [7999, 8004] as const;

const NETWORKS = [
  { network: 'natted', letter: 'n', number: 1, guests: 4 },
  { network: 'routed', letter: 'r', number: 2, guests: 6 },
  { network: 'closed', letter: 'c', number: 3, guests: 3 },
  { network: 'wire', letter: 'w', number: 4, guests: 2 },
] as const;

/** The guests. WHY: `n1` and `n2` are named by the forwards of the site. */
export const FLOW_GUESTS: readonly SiteGuest[] = NETWORKS.flatMap(({ network, letter, number, guests }) =>
  Array.from({ length: guests }, (_, index) => ({
    name: `${letter}${index + 1}`,
    network,
    ifname: `v${letter}${index + 1}`,
    mac: `52:54:00:00:0${number}:1${index + 1}`,
    ipv4: `10.${number}.0.${11 + index}`,
    ipv6: `fd0${number}::${11 + index}`,
  })),
);

type Chance = () => number;
const pick = <T>(values: readonly T[], random: Chance): T => {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
};
const often = (likelihood: number, text: () => string, random: Chance): string => (random() < likelihood ? text() : '');

const NAMES = `
addresses friends = { 10.2.0.12-10.2.0.13, 10.1.0.0/28, fd02::12-fd02::13, fd01::/64, ${FAR.ipv4} }
addresses farther = { ${FAR.ipv4}, ${FAR.ipv6}, ${LAN.ipv4}, not 10.2.0.0/16 }
ports     doors = { 8000, 8002-8003 }
service   twofold = { tcp 8001, udp 8001 }
service   mixed-bag = { tcp 8002-8004, icmp type echo-request, icmpv6 type echo-request }
`;

const SUBJECTS = [
  ...OPEN_PORTS.flatMap((port) => [`tcp port ${port}`, `udp port ${port}`]),
  'tcp port 8001-8002',
  'udp port { 8000, 8003 }',
  'tcp port doors',
  'tcp, udp',
  'twofold',
  'mixed-bag',
  'icmp type echo-request',
  'icmpv6 type echo-request',
  'icmp, icmpv6',
  'tcp from port 1024-65535 to any port 8000-8002',
  `tcp port ${CLOSED_PORTS[1]}`,
  `udp port ${CLOSED_PORTS[0]}-8001`,
  'ipv4',
  '',
];
const ENDS = [
  ...FLOW_GUESTS.filter((_, at) => at % 2 === 0).map(({ name }) => `guest(${name})`),
  ...NETWORKS.map(({ network }) => `network(${network})`),
  'world',
  'gateway',
  'host',
  'friends',
  'farther',
  'not friends',
  'guests(role = odd)',
  'self.network.subnets',
  '10.2.0.12/31',
  '{ 10.2.0.11, fd02::11, world }',
];
const CONDITIONS = [
  'connection.state == new',
  'connection.state != invalid',
  'connection.state in { new, invalid }',
  'connection.state not in { established, related }',
  'tcp.source >= 1024',
  'ip.ttl > 1',
  'not (ip6.hop-limit > 64)',
  'packet.protocol != 17',
];

function ruleText(direction: 'in' | 'out', random: Chance): string {
  const subject = pick(SUBJECTS, random);
  const isTcp = subject.startsWith('tcp ');
  const refused = isTcp && random() < 0.5 ? 'reject with tcp-reset' : 'reject';
  const verdict = pick(['accept', 'accept', 'accept', 'accept', 'drop', refused, 'return'], random);
  const side = direction === 'in' ? 'from' : 'to';
  const end = subject.includes(' to ') ? '' : often(0.45, () => ` ${side} ${pick(ENDS, random)}`, random);
  const where = often(0.2, () => ` where ${pick(CONDITIONS, random)}`, random);
  const option = often(0.15, () => pick([' count', ' log "flow"', ' count seen'], random), random);
  return `${direction} ${verdict}${subject === '' ? '' : ` ${subject}`}${end}${where}${option}`;
}

function filterText(name: string, random: Chance): string {
  const rules = Array.from({ length: 4 + Math.floor(random() * 4) }, () =>
    ruleText(random() < 0.5 ? 'in' : 'out', random),
  );
  const lines = [
    ...new Set(rules),
    // What follows the connection, whatever the dice said.
    `in accept tcp port 8003 from ${pick(ENDS, random)}`,
    `default out ${pick(['accept', 'reject', 'drop'], random)}`,
    `default in ${pick(['drop', 'drop', 'accept', 'reject'], random)}`,
  ];
  return `filter ${name} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** The rule file: a filter for each guest, and for every third one a second. */
export function flowSite(seed: number): string {
  const random = chance(seed);
  const filters = FLOW_GUESTS.map(({ name }) => filterText(`of-${name}`, random));
  const second = filterText('second', random);
  const guests = FLOW_GUESTS.map(
    (one, at) => `guest ${one.name} {
  labels { role = ${at % 2 === 0 ? 'even' : 'odd'} }
  interface ${one.ifname} {
    network ${one.network}
    mac     ${one.mac}
    address ${one.ipv4}, ${one.ipv6}
    filter  of-${one.name}${at % 3 === 2 ? ', second' : ''}
  }
}
`,
  );
  return [siteNetworks(), NAMES, ...filters, second, ...guests].join('\n');
}

const gatewaysOf = (network: SiteGuest['network']): readonly string[] =>
  network === 'wire' ? [] : [GATEWAYS[network].ipv4, GATEWAYS[network].ipv6];

/** The namespaces: the guests, and the stations outside as in the other packet tests. */
export const FLOW_LAB: LabSpec = {
  ...LAB_SPEC,
  guests: FLOW_GUESTS.map((one) => ({
    name: one.name,
    interface: one.ifname,
    mac: one.mac,
    addresses: [`${one.ipv4}/24`, `${one.ipv6}/64`],
    gateways: gatewaysOf(one.network),
  })),
};
