/**
 * Where bits stand. A strip is a row of bits that exists for one kind of frame, so that headers which exclude each other
 * do not cut each other's fields to pieces; the same bits of one kind of frame are always the same bits of one strip.
 */

/** Rows of bits of the frame, and facts about it that are told as numbers. */
export type Strip =
  /** The Ethernet header: 112 bits. */
  | 'link'
  /** Behind the Ethernet header, by what its type says: ARP and RARP, IPv4, IPv6, a VLAN tag and what follows, others. */
  | 'arp'
  | 'ip4'
  | 'ip6'
  | 'tag'
  | 'other'
  /** Behind the first VLAN tag, as a kernel that took the tag off sees it. Kept apart from `tag`. */
  | 'inner'
  /** The upper layer: of ICMP and ICMPv6, and of everything else. */
  | 'icmp'
  | 'upper'
  /** What stands behind the IP header of a later fragment, where some reads look for the upper layer. */
  | 'shadow'
  /** Upper-layer protocol; 256 where there is none. */
  | 'protocol'
  /** Bytes of the upper layer plus 1; 0 where it does not start in this packet. */
  | 'transport'
  /** Bytes behind the IP header of a later fragment. */
  | 'shadow-length'
  /** Bytes behind the link header and the first VLAN tag. */
  | 'length'
  /** The packet has an IPv6 extension header of this kind. */
  | 'fragment'
  | 'hop-by-hop'
  | 'routing'
  | 'destination-options'
  /** Type of the IPv6 routing header; 256 where there is none. */
  | 'routing-type'
  /** State of the connection as bits of the kernel; 0 where nobody follows connections. */
  | 'state'
  /** Of the connection: 0 original, 1 reply. */
  | 'direction'
  | 'connection-mark'
  | 'mark'
  | 'packet-type';

/** Bits of strips that hold one number. */
export const NUMBER_BITS = {
  protocol: 9,
  transport: 17,
  'shadow-length': 17,
  length: 32,
  fragment: 1,
  'hop-by-hop': 1,
  routing: 1,
  'destination-options': 1,
  'routing-type': 9,
  state: 7,
  direction: 1,
  'connection-mark': 32,
  mark: 32,
  'packet-type': 8,
} as const satisfies Partial<Record<Strip, number>>;

/** The value of `protocol` that says that there is none. */
export const NO_PROTOCOL = 256;

/** The value of `routing-type` that says that there is none. */
export const NO_ROUTING = 256;

/** Bits of one strip. */
export interface Piece {
  readonly strip: Strip;
  readonly offset: number;
  readonly bits: number;
}

/** Bits in the Ethernet header. */
export const LINK_BITS = 112;

/** Strips in the order in which they are asked; within a strip the bits named here come first, the rest by offset. */
const ORDER: readonly (readonly [Strip, readonly number[]])[] = [
  ['link', [96]],
  ['protocol', []],
  ['transport', []],
  ['state', []],
  ['mark', []],
  ['tag', []],
  ['fragment', []],
  ['hop-by-hop', []],
  ['routing', []],
  ['destination-options', []],
  ['routing-type', []],
  ['direction', []],
  ['connection-mark', []],
  ['upper', [16, 104, 0]],
  ['icmp', []],
  ['packet-type', []],
  ['arp', [48]],
  ['ip4', [128, 96]],
  ['ip6', [192, 64]],
  ['other', []],
  ['inner', []],
  ['length', []],
  ['shadow-length', []],
  ['shadow', []],
];

const PLACES = new Map(ORDER.map(([strip, first], at) => [strip, { at, first }] as const));
const STEP = 1_000_000;
/** Where the MAC addresses come, which stand in the same strip as the type that is asked first of all. */
const MACS = (ORDER.findIndex(([strip]) => strip === 'ip6') + 0.5) * STEP;

/** A number that is smaller for what is asked earlier. WHY: what tells frames apart most comes first, wide addresses late. */
export function orderOf({ strip, offset }: Piece): number {
  if (strip === 'link' && offset < 96) return MACS + offset;
  const { at, first } = PLACES.get(strip) ?? { at: ORDER.length, first: [] };
  const place = first.indexOf(offset);
  return at * STEP + (place === -1 ? 1000 + offset : place);
}

/** Where yes-or-no facts come: before addresses. */
export const FACT_ORDER = (ORDER.findIndex(([strip]) => strip === 'packet-type') + 0.5) * STEP;
/** Where answers of limits and the like come: last. */
export const ORACLE_ORDER = ORDER.length * STEP;
