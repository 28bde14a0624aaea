/** The words for values of fields. */

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

/** ICMP codes by name (IANA); what a code means depends on the type, most of these on `destination-unreachable`. */
export const ICMP_CODES = {
  'network-unreachable': 0,
  'host-unreachable': 1,
  'protocol-unreachable': 2,
  'port-unreachable': 3,
  'fragmentation-needed': 4,
  'network-prohibited': 9,
  'host-prohibited': 10,
  'admin-prohibited': 13,
} as const satisfies Readonly<Record<string, number>>;

/** ICMPv6 codes by name (IANA), all of `destination-unreachable`. */
export const ICMPV6_CODES = {
  'no-route': 0,
  'admin-prohibited': 1,
  'beyond-scope': 2,
  'address-unreachable': 3,
  'port-unreachable': 4,
  'policy-failed': 5,
  'reject-route': 6,
} as const satisfies Readonly<Record<string, number>>;

/** IGMP types by name (RFC 1112, RFC 2236, RFC 3376). */
export const IGMP_TYPES = {
  query: 0x11,
  'v1-report': 0x12,
  'v2-report': 0x16,
  leave: 0x17,
  'v3-report': 0x22,
} as const satisfies Readonly<Record<string, number>>;

/** TCP options by name (IANA TCP option kinds). */
export const TCP_OPTIONS = {
  mss: 2,
  'window-scale': 3,
  'sack-permitted': 4,
  sack: 5,
  timestamp: 8,
  md5: 19,
  mptcp: 30,
  'fast-open': 34,
} as const satisfies Readonly<Record<string, number>>;

/** BPDU types and flags (IEEE 802.1D-2004 9.3). */
export const STP_TYPES = { configuration: 0, rapid: 2, 'topology-change': 0x80 } as const;
export const STP_FLAGS = {
  'topology-change': 1,
  proposal: 2,
  learning: 0x10,
  forwarding: 0x20,
  agreement: 0x40,
  acknowledgment: 0x80,
} as const;
export const DIRECTIONS = { original: 0, reply: 1 } as const;

export const ARP_OPERATIONS = {
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
export const TCP_FLAGS = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 };
export const ECN = { 'not-ect': 0, ect1: 1, ect0: 2, ce: 3 };
export const DSCP = {
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
export const STATES = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 };
