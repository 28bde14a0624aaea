/**
 * Sets of facts about ports, keyed by device: what `self.mac` and `self.addresses` are looked up in.
 *
 * In: which of them rules use. Out: the sets, and the elements that one port adds. Guaranteed: a port adds elements
 * only; single addresses are in hash sets, prefixes and ranges in interval sets of their own.
 */
import { concat, type Expression, type KeyType, meta, rawPayload } from '@weir/nftables-json';
import type { Port } from '../policy/policy.ts';
import type { FieldType } from '../policy/field.ts';
import type { ValueRange } from '../policy/match.ts';
import type { SetLayout } from './layout.ts';
import { literal, rangeLiteral } from './literal.ts';

/** The sets of own facts, by purpose. */
export const OWN = {
  mac: 'self-mac',
  /** The MAC as 48 raw bits, to compare with bits inside a message. */
  macBits: 'self-mac-bits',
  /** WHY: nft 1.0.6 cannot declare a set of raw bits in JSON, so the first and last four octets are kept as words. */
  macHead: 'self-mac-head',
  macTail: 'self-mac-tail',
  ipv4: 'self-ip4',
  ipv4Ranges: 'self-ip4-net',
  ipv6: 'self-ip6',
  ipv6Ranges: 'self-ip6-net',
} as const;

export type OwnSet = keyof typeof OWN;

/** Which sets of own facts are looked up. */
export type OwnUse = Set<OwnSet>;

const KEY_TYPES: Readonly<Record<OwnSet, KeyType>> = {
  mac: ['ifname', 'ether_addr'],
  macBits: { typeof: concat(meta('iifname'), rawPayload('th', 208, 48)) },
  macHead: ['ifname', 'classid'],
  macTail: ['ifname', 'classid'],
  ipv4: ['ifname', 'ipv4_addr'],
  ipv4Ranges: ['ifname', 'ipv4_addr'],
  ipv6: ['ifname', 'ipv6_addr'],
  ipv6Ranges: ['ifname', 'ipv6_addr'],
};

/** The declarations of the sets in use, in a fixed order. */
export function ownSets(use: OwnUse, prefix: string): readonly SetLayout[] {
  return (Object.keys(OWN) as OwnSet[])
    .filter((set) => use.has(set))
    .map((set) => ({
      name: prefix + OWN[set],
      type: KEY_TYPES[set],
      interval: set === 'ipv4Ranges' || set === 'ipv6Ranges',
      dynamic: false,
      elements: [],
    }));
}

/**
 * Four octets as the number that the kernel compares when they are copied from a packet into `meta priority`.
 * WHY: nft 1.0.6 copies the bytes without turning them round (`payload load => meta set priority`, no byteorder step),
 * and the key of the set is in host order: little-endian on every machine that Debian 12 runs guests on but s390x.
 */
function word(mac: bigint, octet: number): number {
  const at = (index: number): number => Number((mac >> BigInt(8 * (5 - index))) & 0xffn);
  return at(octet) + at(octet + 1) * 0x100 + at(octet + 2) * 0x10000 + at(octet + 3) * 0x1000000;
}

const IPV4: FieldType = { kind: 'ipv4' };
const IPV6: FieldType = { kind: 'ipv6' };
const MAC: FieldType = { kind: 'mac' };

const isSingle = (range: ValueRange): boolean => range.low === range.high;

function values(port: Port, set: OwnSet): readonly Expression[] {
  switch (set) {
    case 'mac':
      return [literal(port.mac, MAC)];
    case 'macBits':
      return [Number(port.mac)];
    case 'macHead':
      return [word(port.mac, 0)];
    case 'macTail':
      return [word(port.mac, 2)];
    case 'ipv4':
      return port.ipv4.filter(isSingle).map((range) => literal(range.low, IPV4));
    case 'ipv4Ranges':
      return port.ipv4.filter((range) => !isSingle(range)).map((range) => rangeLiteral(range, IPV4));
    case 'ipv6':
      return port.ipv6.filter(isSingle).map((range) => literal(range.low, IPV6));
    case 'ipv6Ranges':
      return port.ipv6.filter((range) => !isSingle(range)).map((range) => rangeLiteral(range, IPV6));
    default:
      return set satisfies never;
  }
}

/** The elements of one port in one set. */
export function ownElements(port: Port, set: OwnSet): readonly Expression[] {
  return values(port, set).map((value) => concat(port.ifname, value));
}
