/** The data types that a set or map can be declared with, and how wide they are in a key. */

/** What is known of a data type: its width in a key. `bits` 0 means that the type alone has no fixed width. */
export interface DataTypeInfo {
  /** Width in bits; every component of a concatenation is padded to 32 bits. */
  readonly bits: number;
}

/** Data types by the name that a set declaration uses. */
export const DATA_TYPES = {
  ipv4_addr: { bits: 32 },
  ipv6_addr: { bits: 128 },
  ether_addr: { bits: 48 },
  ether_type: { bits: 16 },
  inet_proto: { bits: 8 },
  inet_service: { bits: 16 },
  ifname: { bits: 128 },
  iface_index: { bits: 32 },
  iface_type: { bits: 16 },
  mark: { bits: 32 },
  ct_state: { bits: 32 },
  ct_dir: { bits: 8 },
  ct_status: { bits: 32 },
  ct_label: { bits: 128 },
  ct_event: { bits: 32 },
  icmp_type: { bits: 8 },
  icmp_code: { bits: 8 },
  icmpv6_type: { bits: 8 },
  icmpv6_code: { bits: 8 },
  icmpx_code: { bits: 8 },
  igmp_type: { bits: 8 },
  dccp_pkttype: { bits: 4 },
  tcp_flag: { bits: 8 },
  pkt_type: { bits: 8 },
  nf_proto: { bits: 8 },
  arp_op: { bits: 16 },
  dscp: { bits: 6 },
  ecn: { bits: 2 },
  fib_addrtype: { bits: 32 },
  uid: { bits: 32 },
  gid: { bits: 32 },
  realm: { bits: 32 },
  classid: { bits: 32 },
  devgroup: { bits: 32 },
  mh_type: { bits: 8 },
  time: { bits: 64 },
  day: { bits: 8 },
  hour: { bits: 32 },
  cgroupsv2: { bits: 64 },
  boolean: { bits: 1 },
} as const satisfies Readonly<Record<string, DataTypeInfo>>;

/** A data type that a set declaration can name. `integer`, `string` and `bitmask` have no width: only `typeof` can declare them. */
export type DataType = keyof typeof DATA_TYPES;

/** Types of expressions that no set can be declared with by name. */
export type OpenDataType = 'integer' | 'string' | 'bitmask';

/** True for the name of a data type. */
export function isDataType(name: string): name is DataType {
  return Object.hasOwn(DATA_TYPES, name);
}

/** Stateful objects that the data side of an object map can name (helpers and synproxy since nft 1.1.0). */
export const OBJECT_MAP_TYPES = [
  'counter',
  'quota',
  'limit',
  'secmark',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'synproxy',
] as const;
/** The kind of object an object map gives. */
export type ObjectMapType = (typeof OBJECT_MAP_TYPES)[number];
