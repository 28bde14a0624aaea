/**
 * Headers in terms of strips: which kinds of frames there are, and where the bits of each base stand in them.
 *
 * A kind is told by the frame's own EtherType. In tagged frames `network` is what follows the first tag, as it is for a kernel
 * that took the tag off; the language itself never reads there.
 */
import type { ValueRange } from '@weir/compiler';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { otherRanges, valuesOf } from './ranges.ts';
import { LINK_BITS, NO_PROTOCOL } from './strip.ts';
import type { Piece, Strip } from './strip.ts';
import type { Terms } from './terms.ts';

export type FrameKind = 'arp' | 'ip4' | 'ip6' | 'tag' | 'other';

export const FRAME_KINDS: readonly FrameKind[] = ['arp', 'ip4', 'ip6', 'tag', 'other'];
export const IP_KINDS: readonly FrameKind[] = ['ip4', 'ip6'];

/** ARP and RARP; IPv4; IPv6; 802.1Q and 802.1ad. */
const TYPES: Readonly<Record<Exclude<FrameKind, 'other'>, readonly ValueRange[]>> = {
  arp: valuesOf(0x0806, 0x8035),
  ip4: valuesOf(0x0800),
  ip6: valuesOf(0x86dd),
  tag: valuesOf(0x8100, 0x88a8),
};
const OTHERS = otherRanges(valuesOf(0x0806, 0x8035, 0x0800, 0x86dd, 0x8100, 0x88a8), 16);

/** The EtherTypes of a kind. */
export const typesOfKind = (kind: FrameKind): readonly ValueRange[] => (kind === 'other' ? OTHERS : TYPES[kind]);

/** What is asked of bits, wherever they stand. */
export type Condition = (pieces: readonly Piece[]) => Diagram;

/** Upper layers: those of ICMP and ICMPv6 stand in a strip of their own. */
export type UpperKind = 'icmp' | 'upper';
export const UPPER_KINDS: readonly UpperKind[] = ['icmp', 'upper'];
const ICMP = valuesOf(1, 58);
const TYPE: Piece = { strip: 'link', offset: 96, bits: 16 };
const TAG_BITS = 32;

const bytesTo = (end: number): number => Math.ceil(end / 8);

export class Headers {
  readonly terms: Terms;
  readonly #known = new Map<string, Diagram>();

  constructor(terms: Terms) {
    this.terms = terms;
  }

  /** What is asked again and again is found once. */
  #once(key: string, find: () => Diagram): Diagram {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = find();
    this.#known.set(key, found);
    return found;
  }

  /** The union of sets. */
  any(sets: readonly Diagram[]): Diagram {
    return sets.reduce((sum, one) => this.terms.diagrams.orElse(sum, one), NOTHING);
  }

  /** What all sets have. */
  all(...sets: readonly Diagram[]): Diagram {
    return sets.reduce((sum, one) => this.terms.diagrams.where(sum, one), EVERYTHING);
  }

  /** The frame's own EtherType, or 802.3 length. */
  type(ranges: readonly ValueRange[]): Diagram {
    return this.terms.bits(TYPE, ranges);
  }

  kind(kind: FrameKind): Diagram {
    return this.#once(kind, () => this.type(typesOfKind(kind)));
  }

  ip(): Diagram {
    return this.#once('ip', () => this.any(IP_KINDS.map((kind) => this.kind(kind))));
  }

  /** The upper-layer protocol is known and one of these. */
  protocol(ranges: readonly ValueRange[]): Diagram {
    return this.terms.bits({ strip: 'protocol', offset: 0, bits: 9 }, ranges);
  }

  hasProtocol(): Diagram {
    return this.#once('protocol', () => this.protocol([{ low: 0n, high: BigInt(NO_PROTOCOL) - 1n }]));
  }

  /** The protocol is known and of the kind. */
  upperKind(kind: UpperKind): Diagram {
    return this.#once(`kind ${kind}`, () => this.protocol(kind === 'icmp' ? ICMP : otherRanges(ICMP, 8)));
  }

  /** The upper layer starts in this packet and has that many bytes. */
  hasUpper(bytes: number): Diagram {
    return this.#once(`upper ${bytes}`, () => this.#atLeast('transport', 17, BigInt(bytes) + 1n));
  }

  /** That many bytes follow the link header and the first tag. */
  hasBytes(bytes: number): Diagram {
    if (bytes <= 0) return EVERYTHING;
    return this.#once(`bytes ${bytes}`, () => this.#atLeast('length', 32, BigInt(bytes)));
  }

  #atLeast(strip: Strip, bits: number, low: bigint): Diagram {
    return this.terms.bits({ strip, offset: 0, bits }, [{ low, high: (1n << BigInt(bits)) - 1n }]);
  }

  /** Bits from the start of the frame on. */
  link(offset: number, bits: number, condition: Condition, kinds: readonly FrameKind[] = FRAME_KINDS): Diagram {
    const end = offset + bits;
    if (end <= LINK_BITS) return condition([{ strip: 'link', offset, bits }]);
    const first: readonly Piece[] = offset < LINK_BITS ? [{ strip: 'link', offset, bits: LINK_BITS - offset }] : [];
    const from = Math.max(0, offset - LINK_BITS);
    return this.any(
      kinds.map((kind) => {
        // WHY: the tag itself is always there; frames that are cut off inside of it are none of this space.
        const behind = end - LINK_BITS - (kind === 'tag' ? TAG_BITS : 0);
        const rest: Piece = { strip: kind, offset: from, bits: end - LINK_BITS - from };
        return this.all(this.kind(kind), this.hasBytes(bytesTo(behind)), condition([...first, rest]));
      }),
    );
  }

  /** Bits from the start of the network header on. */
  network(offset: number, bits: number, condition: Condition, kinds: readonly FrameKind[]): Diagram {
    const there = this.hasBytes(bytesTo(offset + bits));
    return this.any(
      kinds.map((kind) =>
        this.all(this.kind(kind), there, condition([{ strip: kind === 'tag' ? 'inner' : kind, offset, bits }])),
      ),
    );
  }

  /** Bits from the start of the upper layer on. */
  upper(offset: number, bits: number, condition: Condition, kinds: readonly UpperKind[] = UPPER_KINDS): Diagram {
    const there = this.hasUpper(bytesTo(offset + bits));
    return this.any(
      kinds.map((kind) => this.all(this.upperKind(kind), there, condition([{ strip: kind, offset, bits }]))),
    );
  }
}

/** The kind of upper layer of a protocol. */
export const upperKindOf = (protocol: number): UpperKind => (protocol === 1 || protocol === 58 ? 'icmp' : 'upper');
