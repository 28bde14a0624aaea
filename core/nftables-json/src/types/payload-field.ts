/** Header fields that a payload expression can name, with their place in the header: protocol -> field -> type, offset and length in bits. */
import type { NftVersion } from '../version.ts';
import type { DataType, OpenDataType } from './datatype.ts';

/** One header field. */
export interface PayloadFieldInfo {
  /** Type of the value. */
  readonly type: DataType | OpenDataType;
  /** Bits from the start of the protocol's own header, network order. */
  readonly offset: number;
  /** Width in bits. */
  readonly length: number;
  /** First release whose JSON knows the field; absent when all do. */
  readonly since?: NftVersion;
}

const field = (type: PayloadFieldInfo['type'], offset: number, length: number, since?: NftVersion): PayloadFieldInfo =>
  since === undefined ? { type, offset, length } : { type, offset, length, since };

const ports = { sport: field('inet_service', 0, 16), dport: field('inet_service', 16, 16) } as const;

/** All named header fields. */
export const PAYLOAD_FIELDS = {
  ether: { daddr: field('ether_addr', 0, 48), saddr: field('ether_addr', 48, 48), type: field('ether_type', 96, 16) },
  vlan: {
    pcp: field('integer', 0, 3),
    dei: field('integer', 3, 1),
    cfi: field('integer', 3, 1),
    id: field('integer', 4, 12),
    type: field('ether_type', 16, 16),
  },
  arp: {
    htype: field('integer', 0, 16),
    ptype: field('ether_type', 16, 16),
    hlen: field('integer', 32, 8),
    plen: field('integer', 40, 8),
    operation: field('arp_op', 48, 16),
    'saddr ether': field('ether_addr', 64, 48),
    'saddr ip': field('ipv4_addr', 112, 32),
    'daddr ether': field('ether_addr', 144, 48),
    'daddr ip': field('ipv4_addr', 192, 32),
  },
  ip: {
    version: field('integer', 0, 4),
    hdrlength: field('integer', 4, 4),
    dscp: field('dscp', 8, 6),
    ecn: field('ecn', 14, 2),
    length: field('integer', 16, 16),
    id: field('integer', 32, 16),
    'frag-off': field('integer', 48, 16),
    ttl: field('integer', 64, 8),
    protocol: field('inet_proto', 72, 8),
    checksum: field('integer', 80, 16),
    saddr: field('ipv4_addr', 96, 32),
    daddr: field('ipv4_addr', 128, 32),
  },
  icmp: {
    type: field('icmp_type', 0, 8),
    code: field('icmp_code', 8, 8),
    checksum: field('integer', 16, 16),
    id: field('integer', 32, 16),
    sequence: field('integer', 48, 16),
    gateway: field('integer', 32, 32),
    mtu: field('integer', 48, 16),
  },
  igmp: {
    type: field('igmp_type', 0, 8),
    mrt: field('integer', 8, 8),
    checksum: field('integer', 16, 16),
    // WHY: nft takes a number here and no address (1.0.6, tried).
    group: field('integer', 32, 32),
  },
  ip6: {
    version: field('integer', 0, 4),
    dscp: field('dscp', 4, 6),
    ecn: field('ecn', 10, 2),
    flowlabel: field('integer', 12, 20),
    length: field('integer', 32, 16),
    nexthdr: field('inet_proto', 48, 8),
    hoplimit: field('integer', 56, 8),
    saddr: field('ipv6_addr', 64, 128),
    daddr: field('ipv6_addr', 192, 128),
  },
  icmpv6: {
    type: field('icmpv6_type', 0, 8),
    code: field('icmpv6_code', 8, 8),
    checksum: field('integer', 16, 16),
    'parameter-problem': field('integer', 32, 32),
    mtu: field('integer', 32, 32),
    id: field('integer', 32, 16),
    sequence: field('integer', 48, 16),
    'max-delay': field('integer', 32, 16),
    taddr: field('ipv6_addr', 64, 128, '1.1.3'),
    daddr: field('ipv6_addr', 192, 128, '1.1.3'),
  },
  ah: {
    nexthdr: field('inet_proto', 0, 8),
    hdrlength: field('integer', 8, 8),
    reserved: field('integer', 16, 16),
    spi: field('integer', 32, 32),
    sequence: field('integer', 64, 32),
  },
  esp: { spi: field('integer', 0, 32), sequence: field('integer', 32, 32) },
  comp: { nexthdr: field('inet_proto', 0, 8), flags: field('integer', 8, 8), cpi: field('integer', 16, 16) },
  udp: { ...ports, length: field('integer', 32, 16), checksum: field('integer', 48, 16) },
  udplite: { ...ports, csumcov: field('integer', 32, 16), checksum: field('integer', 48, 16) },
  tcp: {
    ...ports,
    sequence: field('integer', 32, 32),
    ackseq: field('integer', 64, 32),
    doff: field('integer', 96, 4),
    reserved: field('integer', 100, 4),
    flags: field('tcp_flag', 104, 8),
    window: field('integer', 112, 16),
    checksum: field('integer', 128, 16),
    urgptr: field('integer', 144, 16),
  },
  dccp: { ...ports, type: field('dccp_pkttype', 67, 4) },
  sctp: { ...ports, vtag: field('integer', 32, 32), checksum: field('integer', 64, 32) },
  th: { ...ports },
  gre: {
    flags: field('integer', 0, 5, '1.1.3'),
    version: field('integer', 13, 3, '1.1.3'),
    protocol: field('ether_type', 16, 16, '1.1.3'),
  },
  vxlan: { flags: field('integer', 0, 8, '1.1.3'), vni: field('integer', 32, 24, '1.1.3') },
  geneve: { type: field('ether_type', 16, 16, '1.1.3'), vni: field('integer', 32, 24, '1.1.3') },
} as const satisfies Readonly<Record<string, Readonly<Record<string, PayloadFieldInfo>>>>;

/** A protocol whose header fields have names. `th` is whichever transport header has ports. */
export type PayloadProtocol = keyof typeof PAYLOAD_FIELDS;
/** The field names of one protocol. */
export type PayloadField<P extends PayloadProtocol> = keyof (typeof PAYLOAD_FIELDS)[P] & string;

/** What is known of `protocol field`; undefined when nft has no such field. */
export function payloadFieldInfo(protocol: string, name: string): PayloadFieldInfo | undefined {
  if (!Object.hasOwn(PAYLOAD_FIELDS, protocol)) return undefined;
  const fields: Readonly<Record<string, PayloadFieldInfo>> = PAYLOAD_FIELDS[protocol as PayloadProtocol];
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Where the bits of a raw payload expression are counted from: link, network or transport header, or its payload. */
export const PAYLOAD_BASES = ['ll', 'nh', 'th', 'ih'] as const;
/** Base of a raw payload expression. */
export type PayloadBase = (typeof PAYLOAD_BASES)[number];

/** Encapsulations that an inner payload expression can look into (nft 1.0.8, kernel 6.2). */
export const TUNNEL_PROTOCOLS = ['vxlan', 'geneve', 'gre', 'gretap'] as const;
/** An encapsulation with inner headers. */
export type TunnelProtocol = (typeof TUNNEL_PROTOCOLS)[number];
