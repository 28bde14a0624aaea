/** Keys of `ct`: what connection tracking knows about the packet's connection. */
import type { DataType, OpenDataType } from './datatype.ts';

/** One conntrack key. */
export interface CtKeyInfo {
  /** Type of the value; addresses written without a family take the one of the table. */
  readonly type: DataType | OpenDataType;
  /** Whether `dir` (original or reply) is refused, allowed or needed. */
  readonly dir: 'none' | 'optional' | 'required';
  /** True when a mangle statement can set it. */
  readonly settable?: true;
}

/** All conntrack keys. Counting connections is the `ct count` statement, not a key. */
export const CT_KEYS = {
  state: { type: 'ct_state', dir: 'none' },
  direction: { type: 'ct_dir', dir: 'none' },
  status: { type: 'ct_status', dir: 'none' },
  mark: { type: 'mark', dir: 'none', settable: true },
  expiration: { type: 'time', dir: 'none' },
  helper: { type: 'string', dir: 'none' },
  label: { type: 'ct_label', dir: 'none', settable: true },
  event: { type: 'ct_event', dir: 'none', settable: true },
  secmark: { type: 'integer', dir: 'none', settable: true },
  id: { type: 'integer', dir: 'none' },
  l3proto: { type: 'nf_proto', dir: 'optional' },
  protocol: { type: 'inet_proto', dir: 'optional' },
  bytes: { type: 'integer', dir: 'optional' },
  packets: { type: 'integer', dir: 'optional' },
  avgpkt: { type: 'integer', dir: 'optional' },
  zone: { type: 'integer', dir: 'optional', settable: true },
  saddr: { type: 'bitmask', dir: 'required' },
  daddr: { type: 'bitmask', dir: 'required' },
  'proto-src': { type: 'inet_service', dir: 'required' },
  'proto-dst': { type: 'inet_service', dir: 'required' },
  'ip saddr': { type: 'ipv4_addr', dir: 'required' },
  'ip daddr': { type: 'ipv4_addr', dir: 'required' },
  'ip6 saddr': { type: 'ipv6_addr', dir: 'required' },
  'ip6 daddr': { type: 'ipv6_addr', dir: 'required' },
} as const satisfies Readonly<Record<string, CtKeyInfo>>;

/** A conntrack key. */
export type CtKey = keyof typeof CT_KEYS;

/** What is known of a conntrack key; undefined when nft has no such key. */
export function ctKeyInfo(key: string): CtKeyInfo | undefined {
  return Object.hasOwn(CT_KEYS, key) ? CT_KEYS[key as CtKey] : undefined;
}

/** Directions of a connection. */
export const CT_DIRECTIONS = ['original', 'reply'] as const;
/** A direction of a connection. */
export type CtDirection = (typeof CT_DIRECTIONS)[number];

/** Connection states by name with their bits. */
export const CT_STATES = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;
/** A connection state. */
export type CtState = keyof typeof CT_STATES;

/** Connection status bits by name. */
export const CT_STATUSES = {
  expected: 1,
  'seen-reply': 2,
  assured: 4,
  confirmed: 8,
  snat: 16,
  dnat: 32,
  dying: 512,
} as const;
/** A connection status. */
export type CtStatus = keyof typeof CT_STATUSES;
