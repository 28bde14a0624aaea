/**
 * Which packets a read finds something in, and of which it holds. In: a read, what is asked of its bits, what is known of the
 * packets so far. Out: a set. WHY: where a header is absent the kernel reads nothing, and the rule ends, negated or not.
 */
import type { ValueRange } from '@weir/compiler';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import type { Effects } from '../outcome.ts';
import { tcpOptionFact } from '../space/bit-facts.ts';
import { trackedSet } from '../space/bounds.ts';
import { FRAME_KINDS, UPPER_KINDS, typesOfKind } from '../space/headers.ts';
import type { Condition, FrameKind, Headers, UpperKind } from '../space/headers.ts';
import { clipRanges, isAmong, normalRanges, otherRanges } from '../space/ranges.ts';
import { NO_ROUTING, NUMBER_BITS } from '../space/strip.ts';
import type { Piece } from '../space/strip.ts';
import { UnreadableError } from '../unreadable.ts';
import { isShort } from './read.ts';
import type { Read } from './read.ts';

/** What is known of the packets that come to a rule: whatever else is read of them would be read for nothing. */
export interface Known {
  readonly kinds: readonly FrameKind[];
  readonly uppers: readonly UpperKind[];
  /** Some may be later fragments, whose upper layer stands elsewhere. */
  readonly later: boolean;
  readonly isInet: boolean;
}

/** Nothing is known. */
export const nothingKnown = (isInet: boolean, later: boolean): Known => ({
  kinds: FRAME_KINDS,
  uppers: UPPER_KINDS,
  later,
  isInet,
});

/** The bits are read, and the condition holds of them. */
export function bitsSet(
  headers: Headers,
  read: Extract<Read, { readonly kind: 'bits' }>,
  condition: Condition,
  known: Known,
): Diagram {
  const { base, offset, bits } = read;
  if (base === 'link') return headers.link(offset, bits, condition, known.kinds);
  if (base === 'network') return headers.network(offset, bits, condition, known.kinds);
  const there = headers.upper(offset, bits, condition, known.uppers);
  return isShort(read) && known.later ? headers.any([there, laterSet(headers, read, condition, known)]) : there;
}

/**
 * WHY: for aligned values of up to four bytes the kernel (6.18) reads behind the IPv4 header of later fragments too, and in IPv6
 * from the start of the IPv6 header.
 */
function laterSet(
  headers: Headers,
  { offset, bits }: Extract<Read, { readonly kind: 'bits' }>,
  condition: Condition,
  { kinds }: Known,
): Diagram {
  const { diagrams } = headers.terms;
  const isLater = headers.all(headers.hasProtocol(), diagrams.not(headers.hasUpper(0)));
  const four = kinds.filter((kind) => kind === 'ip4' || kind === 'tag').map((kind) => headers.kind(kind));
  const bytes = BigInt(Math.ceil((offset + bits) / 8));
  const behind = headers.terms.bits({ strip: 'shadow-length', offset: 0, bits: 17 }, [{ low: bytes, high: 0x1ffffn }]);
  const six = kinds.includes('ip6') ? headers.network(offset, bits, condition, ['ip6']) : NOTHING;
  return headers.all(
    isLater,
    headers.any([headers.all(headers.any(four), behind, condition([{ strip: 'shadow', offset, bits }])), six]),
  );
}

/** The number read is, or is not, in the ranges; nothing where there is no such number. `mark`: what was done to the mark. */
export function testSet(
  headers: Headers,
  read: Read,
  asked: readonly ValueRange[],
  negated: boolean,
  known: Known,
  mark: Effects['mark'],
): Diagram {
  const { terms } = headers;
  const ranges = normalRanges(asked);
  const turned = (set: Diagram): Diagram => (negated ? terms.diagrams.not(set) : set);
  switch (read.kind) {
    case 'bits':
      return bitsSet(headers, read, (pieces) => turned(terms.join(pieces, ranges, read.mask)), known);
    case 'protocol':
      return headers.all(headers.hasProtocol(), turned(number(headers, read, clipRanges(ranges, 8))));
    case 'routing-type':
      return headers.all(
        number(headers, { ...read, mask: undefined }, [{ low: 0n, high: BigInt(NO_ROUTING) - 1n }]),
        turned(number(headers, read, clipRanges(ranges, 8))),
      );
    case 'direction':
    case 'connection-mark':
      return headers.all(trackedSet(headers), turned(number(headers, read, ranges)));
    case 'length':
    case 'fragment':
    case 'hop-by-hop':
    case 'routing':
    case 'destination-options':
    case 'state':
    case 'packet-type':
      return turned(number(headers, read, ranges));
    case 'tcp-option': {
      const has = headers.all(headers.hasUpper(0), terms.fact(tcpOptionFact(read.option)));
      const holds = (value: bigint): boolean => isAmong(value, ranges) !== negated;
      return headers.any([...(holds(1n) ? [has] : []), ...(holds(0n) ? [terms.diagrams.not(has)] : [])]);
    }
    case 'mark':
      return turned(markRanges(headers, ranges, read.mask, mark));
    case 'network-type':
      return headers.any(known.kinds.map((kind) => networkType(headers, kind, ranges, negated)));
    case 'family':
      return familySet(headers, ranges, negated, known);
    case 'priority':
    case 'device':
      throw new UnreadableError(`a comparison of ${read.kind} with values`);
    default:
      return read satisfies never;
  }
}

function number(
  { terms }: Headers,
  { kind, mask }: { readonly kind: keyof typeof NUMBER_BITS; readonly mask: bigint | undefined },
  ranges: readonly ValueRange[],
): Diagram {
  return terms.bits({ strip: kind, offset: 0, bits: NUMBER_BITS[kind] }, ranges, mask);
}

/** The mark as it has become: some of its bits as they came, the others known. */
function markRanges(
  { terms }: Headers,
  ranges: readonly ValueRange[],
  mask: bigint | undefined,
  change: Effects['mark'],
): Diagram {
  const piece: Piece = { strip: 'mark', offset: 0, bits: 32 };
  if (change === undefined) return terms.bits(piece, ranges, mask);
  const read = mask ?? 0xffff_ffffn;
  const [kept, set] = [read & BigInt(change.keep), read & BigInt(change.set)];
  if (kept === 0n) return isAmong(set, ranges) ? EVERYTHING : NOTHING;
  // The known bits are none of those that are kept, so they are a summand.
  const rest = ranges.flatMap(({ low, high }) =>
    high < set ? [] : [{ low: low < set ? 0n : low - set, high: high - set }],
  );
  return terms.bits(piece, rest, kept);
}

/** The type behind the first tag. WHY: nft asks for it with `meta protocol`. */
function networkType(headers: Headers, kind: FrameKind, ranges: readonly ValueRange[], negated: boolean): Diagram {
  const { terms } = headers;
  if (ranges.some(({ low }) => low < 0x600n)) throw new UnreadableError('`meta protocol` of frames without a type');
  const turned = (set: Diagram): Diagram => (negated ? terms.diagrams.not(set) : set);
  const has = kind === 'tag' ? terms.bits({ strip: 'tag', offset: 16, bits: 16 }, ranges) : headers.type(ranges);
  return headers.all(headers.kind(kind), turned(has));
}

const FAMILIES = [
  [2n, 'ip4'],
  [10n, 'ip6'],
] as const;
const BRIDGE = 7n;

function familySet(headers: Headers, ranges: readonly ValueRange[], negated: boolean, { isInet }: Known): Diagram {
  const holds = (family: bigint): boolean => isAmong(family, ranges) !== negated;
  if (!isInet) return holds(BRIDGE) ? EVERYTHING : NOTHING;
  return headers.any(FAMILIES.filter(([family]) => holds(family)).map(([, kind]) => headers.kind(kind)));
}

/** What is known once a test of these packets has held. */
export function knownAfter(known: Known, read: Read, asked: readonly ValueRange[], negated: boolean): Known {
  if (read.kind === 'bits' && read.base === 'upper') return isShort(read) ? known : { ...known, later: false };
  if (negated) {
    if (isType(read)) return { ...known, kinds: kindsOf(known, otherRanges(normalRanges(asked), 16)) };
    return known;
  }
  if (isType(read)) return { ...known, kinds: kindsOf(known, asked) };
  if (read.kind === 'network-type')
    return { ...known, kinds: known.kinds.filter((kind) => kind === 'tag' || kindsOf(known, asked).includes(kind)) };
  if (read.kind === 'protocol' && read.mask === undefined) {
    const isIcmp = ({ low, high }: ValueRange): boolean => low === high && (low === 1n || low === 58n);
    const uppers: readonly UpperKind[] = asked.every(isIcmp)
      ? ['icmp']
      : [1n, 58n].some((icmp) => isAmong(icmp, asked))
        ? UPPER_KINDS
        : ['upper'];
    return { ...known, uppers: known.uppers.filter((one) => uppers.includes(one)) };
  }
  return known;
}

const isType = (read: Read): boolean =>
  read.kind === 'bits' && read.base === 'link' && read.offset === 96 && read.bits === 16 && read.mask === undefined;

const kindsOf = ({ kinds }: Known, asked: readonly ValueRange[]): readonly FrameKind[] =>
  kinds.filter((kind) =>
    typesOfKind(kind).some(({ low, high }) => asked.some((one) => one.low <= high && low <= one.high)),
  );

/** What is known of the packets of a set. */
export function knownOf(headers: Headers, known: Known, set: Diagram): Known {
  const { diagrams } = headers.terms;
  const isSome = (part: Diagram): boolean => diagrams.where(part, set) !== NOTHING;
  const icmp = headers.upperKind('icmp');
  const starts = headers.hasUpper(0);
  return {
    ...known,
    kinds: known.kinds.filter((kind) => isSome(headers.kind(kind))),
    uppers: known.uppers.filter((one) => isSome(headers.all(starts, one === 'icmp' ? icmp : diagrams.not(icmp)))),
    later: known.later && isSome(headers.all(headers.hasProtocol(), diagrams.not(starts))),
  };
}
