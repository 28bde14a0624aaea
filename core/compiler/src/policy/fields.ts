/**
 * Every field of the language, with its type and the header that must be there.
 *
 * A field that is added here needs an expression in the lowering and a reader in the interpreters; tests hold both.
 */
import type { Field, FieldType, Header } from './field.ts';

const MAC: FieldType = { kind: 'mac' };
const IPV4: FieldType = { kind: 'ipv4' };
const IPV6: FieldType = { kind: 'ipv6' };
const FLAG: FieldType = { kind: 'flag' };

const number = (bits: number, names?: Readonly<Record<string, number>>): FieldType => ({
  kind: 'number',
  bits,
  ...(names && { names }),
});

/** EtherTypes by name (IEEE registry). */
export const ETHERTYPES = {
  ipv4: 0x0800,
  arp: 0x0806,
  rarp: 0x8035,
  vlan: 0x8100,
  ipv6: 0x86dd,
  'vlan-ad': 0x88a8,
  lldp: 0x88cc,
} as const satisfies Readonly<Record<string, number>>;

/** Upper-layer protocols by name (IANA protocol numbers). */
export const PROTOCOLS = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  ospf: 89,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
} as const satisfies Readonly<Record<string, number>>;

/** ICMP types by name (IANA). */
export const ICMP_TYPES = {
  'echo-reply': 0,
  'destination-unreachable': 3,
  'source-quench': 4,
  redirect: 5,
  'echo-request': 8,
  'router-advertisement': 9,
  'router-solicitation': 10,
  'time-exceeded': 11,
  'parameter-problem': 12,
  'timestamp-request': 13,
  'timestamp-reply': 14,
} as const satisfies Readonly<Record<string, number>>;

/** ICMPv6 types by name (IANA). */
export const ICMPV6_TYPES = {
  'destination-unreachable': 1,
  'packet-too-big': 2,
  'time-exceeded': 3,
  'parameter-problem': 4,
  'echo-request': 128,
  'echo-reply': 129,
  'mld-query': 130,
  'mld-report': 131,
  'mld-done': 132,
  'router-solicitation': 133,
  'router-advertisement': 134,
  'neighbor-solicitation': 135,
  'neighbor-advertisement': 136,
  redirect: 137,
  'router-renumbering': 138,
  'mld2-report': 143,
} as const satisfies Readonly<Record<string, number>>;

const ARP_OPERATIONS = {
  request: 1,
  reply: 2,
  'request-reverse': 3,
  'reply-reverse': 4,
  'drarp-request': 5,
  'drarp-reply': 6,
  'drarp-error': 7,
  'inarp-request': 8,
  nak: 10,
};
const TCP_FLAGS = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 };
const ECN = { 'not-ect': 0, ect1: 1, ect0: 2, ce: 3 };
const DSCP = {
  cs0: 0,
  cs1: 8,
  af11: 10,
  af12: 12,
  af13: 14,
  cs2: 16,
  af21: 18,
  af22: 20,
  af23: 22,
  cs3: 24,
  af31: 26,
  af32: 28,
  af33: 30,
  cs4: 32,
  af41: 34,
  af42: 36,
  af43: 38,
  cs5: 40,
  ef: 46,
  cs6: 48,
  cs7: 56,
};
/** WHY: the bits of `ct state` in the kernel (NF_CT_STATE_BIT); one of them is set for any packet. */
const STATES = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 };

const port = (protocol: Header & ('tcp' | 'udp' | 'udplite' | 'sctp' | 'dccp')): readonly Field[] => [
  { id: `${protocol}.source`, header: protocol, type: number(16), doc: 'source port' },
  { id: `${protocol}.destination`, header: protocol, type: number(16), doc: 'destination port' },
];

const stp = (id: string, bits: number, doc: string): Field => ({
  id: `stp.${id}`,
  header: 'stp',
  type: number(bits),
  doc,
});

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
  { id: 'vlan.type', header: 'vlan', type: number(16, ETHERTYPES), doc: 'EtherType behind the tag' },
  { id: 'arp.operation', header: 'arp', type: number(16, ARP_OPERATIONS), doc: 'ARP or RARP operation' },
  { id: 'arp.hardware-type', header: 'arp', type: number(16, { ethernet: 1 }), doc: 'kind of hardware address' },
  { id: 'arp.protocol-type', header: 'arp', type: number(16, ETHERTYPES), doc: 'kind of protocol address' },
  { id: 'arp.sender-mac', header: 'arp', type: MAC, doc: "the sender's hardware address" },
  { id: 'arp.sender-ip', header: 'arp', type: IPV4, doc: "the sender's address" },
  { id: 'arp.target-mac', header: 'arp', type: MAC, doc: "the target's hardware address" },
  { id: 'arp.target-ip', header: 'arp', type: IPV4, doc: "the target's address" },
  { id: 'ip.source', header: 'ipv4', type: IPV4, doc: 'IPv4 source address' },
  { id: 'ip.destination', header: 'ipv4', type: IPV4, doc: 'IPv4 destination address' },
  { id: 'ip.protocol', header: 'ipv4', type: number(8, PROTOCOLS), doc: 'upper-layer protocol' },
  { id: 'ip.dscp', header: 'ipv4', type: number(6, DSCP), doc: 'differentiated services code point' },
  { id: 'ip.ecn', header: 'ipv4', type: number(2, ECN), doc: 'explicit congestion notification' },
  { id: 'ip.ttl', header: 'ipv4', type: number(8), doc: 'time to live' },
  { id: 'ip.length', header: 'ipv4', type: number(16), doc: 'total length in bytes' },
  { id: 'ip.fragment', header: 'ipv4', type: FLAG, doc: 'the packet is a fragment, the first one included' },
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
  {
    id: 'packet.protocol',
    header: 'ip',
    type: number(8, PROTOCOLS),
    doc: 'upper-layer protocol of IPv4 and IPv6, behind all extension headers',
  },
  ...port('tcp'),
  { id: 'tcp.flags', header: 'tcp', type: number(8, TCP_FLAGS), doc: 'TCP flags' },
  ...port('udp'),
  ...port('udplite'),
  ...port('sctp'),
  ...port('dccp'),
  { id: 'icmp.type', header: 'icmp', type: number(8, ICMP_TYPES), doc: 'ICMP type' },
  { id: 'icmp.code', header: 'icmp', type: number(8), doc: 'ICMP code' },
  { id: 'icmpv6.type', header: 'icmpv6', type: number(8, ICMPV6_TYPES), doc: 'ICMPv6 type' },
  { id: 'icmpv6.code', header: 'icmpv6', type: number(8), doc: 'ICMPv6 code' },
  { id: 'icmpv6.target', header: 'nd', type: IPV6, doc: 'target of a neighbour discovery message' },
  stp('protocol', 16, 'BPDU protocol identifier'),
  stp('version', 8, 'BPDU version'),
  stp('type', 8, 'BPDU type'),
  stp('flags', 8, 'BPDU flags'),
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
  { id: 'packet.mark', header: 'packet', type: number(32), doc: "the packet's mark on the host" },
  {
    id: 'packet.type',
    header: 'packet',
    type: number(8, { host: 0, broadcast: 1, multicast: 2, other: 3 }),
    doc: 'whom the frame is addressed to, as the kernel saw it',
  },
  { id: 'packet.length', header: 'packet', type: number(32), doc: 'length of the packet in bytes' },
];

/** The fields by id. */
export const FIELDS: ReadonlyMap<string, Field> = new Map(TABLE.map((field) => [field.id, field]));
