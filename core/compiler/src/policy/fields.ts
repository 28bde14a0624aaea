/**
 * Every field of the language, with its type and the header that must be there.
 *
 * A field that is added here needs an expression in the lowering and a reader in the interpreters; tests hold both.
 */
import type { Field, FieldType, Header } from './field.ts';
import {
  ARP_OPERATIONS,
  DIRECTIONS,
  DSCP,
  ECN,
  ETHERTYPES,
  ICMP_CODES,
  ICMP_TYPES,
  ICMPV6_CODES,
  ICMPV6_TYPES,
  IGMP_TYPES,
  PROTOCOLS,
  STATES,
  STP_FLAGS,
  STP_TYPES,
  TCP_FLAGS,
  TCP_OPTIONS,
} from './field-names.ts';

export * from './field-names.ts';

const MAC: FieldType = { kind: 'mac' };
const IPV4: FieldType = { kind: 'ipv4' };
const IPV6: FieldType = { kind: 'ipv6' };
const FLAG: FieldType = { kind: 'flag' };

const number = (bits: number, names?: Readonly<Record<string, number>>): FieldType => ({
  kind: 'number',
  bits,
  ...(names && { names }),
});

const port = (protocol: Header & ('tcp' | 'udp' | 'udplite' | 'sctp' | 'dccp')): readonly Field[] => [
  { id: `${protocol}.source`, header: protocol, type: number(16), doc: 'source port' },
  { id: `${protocol}.destination`, header: protocol, type: number(16), doc: 'destination port' },
];

const stp = (id: string, bits: number, doc: string, names?: Readonly<Record<string, number>>): Field => ({
  id: `stp.${id}`,
  header: 'stp',
  type: number(bits, names),
  doc,
});

const flag = (id: string, header: Header, doc: string): Field => ({ id, header, type: FLAG, doc });

const tcpOption = (name: string, kind: number): Field =>
  flag(`tcp.option.${name}`, 'tcp', `the TCP header has an option of kind ${kind}`);

const TABLE: readonly Field[] = [
  { id: 'ether.source', header: 'frame', type: MAC, doc: 'source hardware address' },
  { id: 'ether.destination', header: 'frame', type: MAC, doc: 'destination hardware address' },
  {
    id: 'ether.type',
    header: 'frame',
    type: number(16, ETHERTYPES),
    doc: 'EtherType of the frame itself, or the length of an 802.3 frame',
  },
  { id: 'vlan.id', header: 'vlan', type: number(12), doc: 'VLAN of an 802.1Q tag' },
  { id: 'vlan.priority', header: 'vlan', type: number(3), doc: 'priority of an 802.1Q tag' },
  flag('vlan.dei', 'vlan', 'an 802.1Q tag says that the frame may be dropped first'),
  { id: 'vlan.type', header: 'vlan', type: number(16, ETHERTYPES), doc: 'EtherType behind the tag' },
  { id: 'arp.operation', header: 'arp', type: number(16, ARP_OPERATIONS), doc: 'ARP or RARP operation' },
  { id: 'arp.hardware-type', header: 'arp', type: number(16, { ethernet: 1 }), doc: 'kind of hardware address' },
  { id: 'arp.protocol-type', header: 'arp', type: number(16, ETHERTYPES), doc: 'kind of protocol address' },
  { id: 'arp.hardware-length', header: 'arp', type: number(8), doc: 'bytes of a hardware address' },
  { id: 'arp.protocol-length', header: 'arp', type: number(8), doc: 'bytes of a protocol address' },
  { id: 'arp.sender-mac', header: 'arp', type: MAC, doc: "the sender's hardware address" },
  { id: 'arp.sender-ip', header: 'arp', type: IPV4, doc: "the sender's address" },
  { id: 'arp.target-mac', header: 'arp', type: MAC, doc: "the target's hardware address" },
  { id: 'arp.target-ip', header: 'arp', type: IPV4, doc: "the target's address" },
  flag('arp.gratuitous', 'arp', "the sender's and the target's address are the same"),
  { id: 'ip.source', header: 'ipv4', type: IPV4, doc: 'IPv4 source address' },
  { id: 'ip.destination', header: 'ipv4', type: IPV4, doc: 'IPv4 destination address' },
  { id: 'ip.protocol', header: 'ipv4', type: number(8, PROTOCOLS), doc: 'upper-layer protocol' },
  { id: 'ip.dscp', header: 'ipv4', type: number(6, DSCP), doc: 'differentiated services code point' },
  { id: 'ip.ecn', header: 'ipv4', type: number(2, ECN), doc: 'explicit congestion notification' },
  { id: 'ip.ttl', header: 'ipv4', type: number(8), doc: 'time to live' },
  { id: 'ip.length', header: 'ipv4', type: number(16), doc: 'total length in bytes' },
  { id: 'ip.fragment', header: 'ipv4', type: FLAG, doc: 'the packet is a fragment, the first one included' },
  flag('ip.dont-fragment', 'ipv4', 'nobody on the way may cut the packet into fragments'),
  { id: 'ip.id', header: 'ipv4', type: number(16), doc: 'identification' },
  {
    id: 'ip.header-length',
    header: 'ipv4',
    type: number(4),
    doc: 'length of the header in units of 4 bytes; there are options when it is above 5',
  },
  { id: 'ip6.source', header: 'ipv6', type: IPV6, doc: 'IPv6 source address' },
  { id: 'ip6.destination', header: 'ipv6', type: IPV6, doc: 'IPv6 destination address' },
  {
    id: 'ip6.protocol',
    header: 'ipv6',
    type: number(8, PROTOCOLS),
    doc: 'upper-layer protocol, behind all extension headers',
  },
  { id: 'ip6.dscp', header: 'ipv6', type: number(6, DSCP), doc: 'differentiated services code point' },
  { id: 'ip6.ecn', header: 'ipv6', type: number(2, ECN), doc: 'explicit congestion notification' },
  { id: 'ip6.hop-limit', header: 'ipv6', type: number(8), doc: 'hop limit' },
  { id: 'ip6.flow-label', header: 'ipv6', type: number(20), doc: 'flow label' },
  { id: 'ip6.length', header: 'ipv6', type: number(16), doc: 'payload length in bytes, extension headers included' },
  { id: 'ip6.fragment', header: 'ipv6', type: FLAG, doc: 'the packet has a fragment header' },
  flag('ip6.hop-by-hop', 'ipv6', 'the packet has hop-by-hop options'),
  flag('ip6.routing', 'ipv6', 'the packet has a routing header'),
  flag('ip6.destination-options', 'ipv6', 'the packet has destination options'),
  { id: 'ip6.routing-type', header: 'ipv6', type: number(8), doc: 'type of the routing header, where there is one' },
  {
    id: 'packet.protocol',
    header: 'ip',
    type: number(8, PROTOCOLS),
    doc: 'upper-layer protocol of IPv4 and IPv6, behind all extension headers',
  },
  ...port('tcp'),
  { id: 'tcp.flags', header: 'tcp', type: number(8, TCP_FLAGS), doc: 'TCP flags' },
  ...Object.entries(TCP_OPTIONS).map(([name, kind]) => tcpOption(name, kind)),
  ...port('udp'),
  ...port('udplite'),
  ...port('sctp'),
  ...port('dccp'),
  { id: 'icmp.type', header: 'icmp', type: number(8, ICMP_TYPES), doc: 'ICMP type' },
  { id: 'icmp.code', header: 'icmp', type: number(8, ICMP_CODES), doc: 'ICMP code' },
  { id: 'icmpv6.type', header: 'icmpv6', type: number(8, ICMPV6_TYPES), doc: 'ICMPv6 type' },
  { id: 'icmpv6.code', header: 'icmpv6', type: number(8, ICMPV6_CODES), doc: 'ICMPv6 code' },
  { id: 'icmpv6.target', header: 'nd', type: IPV6, doc: 'target of a neighbour discovery message' },
  {
    id: 'icmpv6.link-address',
    header: 'nd-link',
    type: MAC,
    doc: 'link-layer address in the first option of a neighbour discovery message',
  },
  { id: 'icmpv6.group', header: 'mld', type: IPV6, doc: 'group of an MLD query, version 1 report or done message' },
  { id: 'igmp.type', header: 'igmp', type: number(8, IGMP_TYPES), doc: 'IGMP type' },
  { id: 'igmp.group', header: 'igmp', type: IPV4, doc: 'group of an IGMP message before version 3, or of a query' },
  { id: 'esp.spi', header: 'esp', type: number(32), doc: 'security parameters index of ESP' },
  { id: 'ah.spi', header: 'ah', type: number(32), doc: 'security parameters index of AH' },
  { id: 'gre.protocol', header: 'gre', type: number(16, ETHERTYPES), doc: 'what a GRE packet carries, by EtherType' },
  stp('protocol', 16, 'BPDU protocol identifier'),
  stp('version', 8, 'BPDU version'),
  stp('type', 8, 'BPDU type', STP_TYPES),
  stp('flags', 8, 'BPDU flags', STP_FLAGS),
  stp('root-priority', 16, 'priority of the root bridge'),
  { id: 'stp.root-mac', header: 'stp', type: MAC, doc: 'address of the root bridge' },
  stp('root-cost', 32, 'cost of the path to the root bridge'),
  stp('bridge-priority', 16, 'priority of the sending bridge'),
  { id: 'stp.bridge-mac', header: 'stp', type: MAC, doc: 'address of the sending bridge' },
  stp('port', 16, 'port of the sending bridge'),
  stp('message-age', 16, 'age of the message, in 1/256 seconds'),
  stp('max-age', 16, 'maximum age, in 1/256 seconds'),
  stp('hello-time', 16, 'hello time, in 1/256 seconds'),
  stp('forward-delay', 16, 'forward delay, in 1/256 seconds'),
  { id: 'connection.state', header: 'connection', type: number(8, STATES), doc: 'state of the connection' },
  {
    id: 'connection.direction',
    header: 'connection',
    type: number(1, DIRECTIONS),
    doc: 'whether the packet goes the way of the one that opened the connection',
  },
  { id: 'connection.mark', header: 'connection', type: number(32), doc: "the connection's mark on the host" },
  { id: 'packet.mark', header: 'packet', type: number(32), doc: "the packet's mark on the host" },
  {
    id: 'packet.type',
    header: 'packet',
    type: number(8, { host: 0, broadcast: 1, multicast: 2, other: 3 }),
    doc: 'whom the frame is addressed to, as the kernel saw it',
  },
  { id: 'packet.length', header: 'packet', type: number(32), doc: 'length of the packet in bytes' },
];

/** The fields by id, but for TCP options that have no name. */
export const FIELDS: ReadonlyMap<string, Field> = new Map(TABLE.map((field) => [field.id, field]));

/** TCP option kinds with a length, which are all but padding. */
const TCP_OPTION = /^tcp\.option\.([1-9][0-9]{0,2})$/;

/**
 * The kind that a field `tcp.option.NAME` or `tcp.option.KIND` is about; undefined for all other fields. Kinds are 2–255:
 * 0 and 1 only fill up the header.
 */
export function tcpOptionKind(id: string): number | undefined {
  const name = id.slice('tcp.option.'.length);
  if (id.startsWith('tcp.option.') && Object.hasOwn(TCP_OPTIONS, name)) {
    return TCP_OPTIONS[name as keyof typeof TCP_OPTIONS];
  }
  const kind = Number(TCP_OPTION.exec(id)?.[1]);
  return kind >= 2 && kind <= 255 ? kind : undefined;
}

/** The field of this id: one of {@link FIELDS}, or a TCP option by its number (`tcp.option.77`). */
export function fieldOf(id: string): Field | undefined {
  const known = FIELDS.get(id);
  if (known !== undefined) return known;
  const kind = tcpOptionKind(id);
  return kind === undefined ? undefined : tcpOption(String(kind), kind);
}
