/** Keys of `meta`: facts about a packet that are not in its headers. */
import type { NftVersion } from '../version.ts';
import type { DataType, OpenDataType } from './datatype.ts';
import type { Family } from './family.ts';

/** One meta key. */
export interface MetaKeyInfo {
  /** Type of the value. */
  readonly type: DataType | OpenDataType;
  /** First release whose JSON knows the key; absent when all do. */
  readonly since?: NftVersion;
  /** True when a mangle statement can set it. */
  readonly settable?: true;
  /** The only family in which the kernel gives it. */
  readonly only?: Family;
}

/** All meta keys. `secpath` is the old name of `ipsec`; `ibriport` and `obriport` are old names of `ibrname` and `obrname`. */
export const META_KEYS = {
  length: { type: 'integer' },
  protocol: { type: 'ether_type' },
  nfproto: { type: 'nf_proto' },
  l4proto: { type: 'inet_proto' },
  priority: { type: 'classid', settable: true },
  mark: { type: 'mark', settable: true },
  iif: { type: 'iface_index' },
  iifname: { type: 'ifname' },
  iiftype: { type: 'iface_type' },
  oif: { type: 'iface_index' },
  oifname: { type: 'ifname' },
  oiftype: { type: 'iface_type' },
  skuid: { type: 'uid' },
  skgid: { type: 'gid' },
  nftrace: { type: 'boolean', settable: true },
  rtclassid: { type: 'realm' },
  ibrname: { type: 'ifname', only: 'bridge' },
  obrname: { type: 'ifname', only: 'bridge' },
  ibriport: { type: 'ifname', only: 'bridge' },
  obriport: { type: 'ifname', only: 'bridge' },
  pkttype: { type: 'pkt_type', settable: true },
  cpu: { type: 'integer' },
  iifgroup: { type: 'devgroup' },
  oifgroup: { type: 'devgroup' },
  cgroup: { type: 'integer' },
  random: { type: 'integer' },
  ipsec: { type: 'boolean' },
  secpath: { type: 'boolean' },
  iifkind: { type: 'ifname' },
  oifkind: { type: 'ifname' },
  ibrpvid: { type: 'integer', only: 'bridge' },
  ibrvproto: { type: 'ether_type', only: 'bridge' },
  time: { type: 'time' },
  day: { type: 'day' },
  hour: { type: 'hour' },
  secmark: { type: 'integer', settable: true },
  sdif: { type: 'iface_index' },
  sdifname: { type: 'ifname' },
  broute: { type: 'boolean', since: '1.1.3', settable: true, only: 'bridge' },
  ibrhwaddr: { type: 'ether_addr', since: '1.1.6', only: 'bridge' },
} as const satisfies Readonly<Record<string, MetaKeyInfo>>;

/** A meta key. */
export type MetaKey = keyof typeof META_KEYS;

/** What is known of a meta key; undefined when nft has no such key. */
export function metaKeyInfo(key: string): MetaKeyInfo | undefined {
  return Object.hasOwn(META_KEYS, key) ? META_KEYS[key as MetaKey] : undefined;
}
