// The rule file of the options: what a rule does or asks besides its match, each on a UDP port of its own. In: whether the kernel counts the connections of
// bridged packets. Out: the file and the lab. Guarantees: pure.
import type { LabSpec } from '../kernel/lab.ts';

/** The guest that sends, and the one that gets. */
export const SENDER = { name: 'a', ifname: 'vnet1', mac: '52:54:00:00:08:01', ipv4: '10.8.0.11', ipv6: 'fd08::11' };
export const RECEIVER = { name: 'b', ifname: 'vnet2', mac: '52:54:00:00:08:02', ipv4: '10.8.0.12', ipv6: 'fd08::12' };
export const GATEWAY = { ipv4: '10.8.0.1', ipv6: 'fd08::1' };

/** Bytes of every IP packet that is sent here. */
export const PACKET_BYTES = 500;

/** A rule that says no after so many packets of {@link PACKET_BYTES}; rates are such that nothing comes back within a test. */
export interface Bounded {
  readonly port: number;
  readonly lines: readonly string[];
  readonly passes: number;
  /** The rule matches what is too much, rather than what is not. */
  readonly isOver: boolean;
}

const accepts = (port: number, option: string, passes: number): Bounded => ({
  port,
  passes,
  isOver: false,
  lines: [`out accept udp port ${port} ${option} stateless`],
});
const drops = (port: number, option: string, passes: number): Bounded => ({
  port,
  passes,
  isOver: true,
  lines: [`out drop udp port ${port} ${option}`, `out accept udp port ${port} stateless`],
});

/** WHY: a bucket of bytes holds its burst and one unit of its rate (nft_limit); a quota is used up by the packet that reaches it. */
export const BOUNDED: readonly Bounded[] = [
  accepts(100, 'limit 1/hour burst 3', 3),
  drops(101, 'limit over 1/hour burst 3', 3),
  accepts(102, 'limit 1 kbytes/hour burst 1', 4),
  drops(103, 'limit over 1 kbytes/hour burst 1', 4),
  accepts(104, 'quota 1 kbytes', 2),
  drops(105, 'quota over 1 kbytes', 2),
];

/** Conditions on the mark that the sender's rule gives (7), and whether they hold for it; all others meet a packet without a mark as well. */
export const MARKS: readonly (readonly [port: number, condition: string])[] = [
  [110, 'packet.mark == 7'],
  [111, 'packet.mark != 7'],
  [112, 'packet.mark in { 7, 9 }'],
  [113, 'packet.mark >= 7'],
  [114, 'packet.mark & 0x3 == 3'],
];
/** The same ports and a hundred more are sent without a mark. */
export const UNMARKED = 100;

/** A port of the sender that takes what nobody has marked. */
export const OWN_BITS = 130;

/** Conditions on the state of a connection in forms that nobody writes by chance; who asks first is let in by each that holds for `new`. */
export const STATES: readonly (readonly [port: number, condition: string, isIn: boolean])[] = [
  [301, 'connection.state >= 8', true],
  [302, 'connection.state < 8', false],
  [303, 'connection.state & 8 == 8', true],
  [304, 'connection.state & 9 == 1', false],
  [305, 'connection.state & 6 == 0', true],
];

/** Rules of a guest whose filter follows no connections: the first packet is let in, and nothing behind it. */
export const ASKED: readonly (readonly [port: number, lines: readonly string[]])[] = [
  [311, ['in drop tcp port 311 where connection.state in { established, related }']],
  [312, ['in drop tcp port 312 where connection.state != new']],
  [313, ['in accept tcp port 313 stateless where connection.state == new', 'in drop tcp port 313']],
];

/** TCP ports of the receiver: three connections in all, and two from each source. */
export const COUNTED = { inAll: 201, perSource: 202 } as const;

const COUNTED_LINES = [
  `in drop tcp port ${COUNTED.inAll} connections over 3 where connection.state == new`,
  `in accept tcp port ${COUNTED.inAll}`,
  `in drop tcp port ${COUNTED.perSource} connections over 2 per source where connection.state == new`,
  `in accept tcp port ${COUNTED.perSource}`,
];

const guestText = (guest: typeof SENDER, filters: string): string => `guest ${guest.name} {
  interface ${guest.ifname} { network closed; mac ${guest.mac}; address ${guest.ipv4}, ${guest.ipv6}; filter ${filters} }
}
`;

/** The rule file. */
export function optionSite(countsConnections: boolean): string {
  const marked = MARKS.map(([port]) => port);
  const lines = (of: readonly string[]): string => of.map((line) => `  ${line}\n`).join('');
  return `network closed {
  mode isolated
  bridge br0
  subnet 10.8.0.0/24
  subnet fd08::/64
}
filter sending {
${lines([
  ...BOUNDED.flatMap((one) => one.lines),
  `out accept udp port ${marked[0]}-${marked.at(-1)} mark 7 stateless`,
  `out accept udp port ${(marked[0] ?? 0) + UNMARKED}-${(marked.at(-1) ?? 0) + UNMARKED} stateless`,
  'out accept udp port 120 dscp ef stateless',
  'out accept udp port 121 stateless',
  // The host's packets carry a bit of ours where some rule answers, an established connection's where the state is carried.
  `in accept udp port ${OWN_BITS} stateless where packet.mark == 0`,
  `out accept udp from port ${OWN_BITS} stateless`,
  'out reject udp port 199',
  ...ASKED.flatMap(([, rules]) => rules),
  'out accept tcp stateless',
  'in accept tcp stateless',
])}}
filter receiving {
${lines([
  ...BOUNDED.map(({ port }) => `in accept udp port ${port} stateless`),
  ...MARKS.map(
    ([port, condition]) => `in accept udp port { ${port}, ${port + UNMARKED} } stateless where ${condition}`,
  ),
  'in accept udp port 120-121 stateless where ip.dscp == ef or ip6.dscp == ef',
  ...STATES.map(([port, condition]) => `in accept tcp port ${port} where ${condition}`),
  ...(countsConnections ? COUNTED_LINES : []),
])}}
${guestText(SENDER, 'sending')}${guestText(RECEIVER, 'receiving')}`;
}

/** The two guests. */
export const OPTION_LAB: LabSpec = {
  guests: [SENDER, RECEIVER].map(({ name, ifname, mac, ipv4, ipv6 }) => ({
    name,
    interface: ifname,
    mac,
    addresses: [`${ipv4}/24`, `${ipv6}/64`],
    gateways: [GATEWAY.ipv4, GATEWAY.ipv6],
  })),
};
