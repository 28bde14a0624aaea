/**
 * A port's own addresses as facts. The port stays a symbol: "the bits are among the port's own addresses" is a fact that
 * holds or not, whatever the bits are. WHY that is sound: every real port gives every such fact some value, so what holds
 * for all values holds for every port; nothing is assumed of an address but what the elements of the sets were checked for.
 */
import type { Port, SelfFact, ValueRange } from '@weir/compiler';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { isAmong, prefixesOf } from './ranges.ts';
import type { Piece } from './strip.ts';
import type { Fact, Terms } from './terms.ts';

export type OwnKind = Exclude<SelfFact, 'ifname'>;

/** The port has a prefix of length 0 in a slot: everything is its own. */
export const everythingFact = (own: OwnKind, slot: Slot): Fact => ({
  kind: 'port',
  key: `everything ${own} ${slot.number}`,
  label: `the port owns every ${own} address`,
  holds: ({ port }) => slotsOf(port, own).some(({ length, number }) => length === 0 && number === slot.number),
});

/** A prefix that ports have: its length, and its number among those of that length. */
export interface Slot {
  readonly length: number;
  readonly number: number;
}

/** A slot, and whether every port in question has it. */
export interface SharedSlot extends Slot {
  readonly isShared: boolean;
}

/** What is known of bits: they are own; own as a single address or in a longer range; a word of them is that of a slot. */
export type OwnPart =
  | { readonly kind: 'all' | 'single' | 'ranges' }
  | { readonly kind: 'word'; readonly slot: Slot; readonly word: number };

const partKey = (part: OwnPart): string =>
  part.kind === 'word' ? `word ${part.slot.length} ${part.slot.number} ${part.word}` : part.kind;

function ownFact(own: OwnKind, piece: Piece, part: OwnPart): Fact {
  const { strip, offset, bits } = piece;
  const where = `${strip} ${offset} ${bits}`;
  const detail = part.kind === 'all' ? '' : ` (${partKey(part)})`;
  const label = `${strip} bits ${offset} to ${offset + bits - 1} are the port's own ${own}${detail}`;
  return {
    key: `own ${own} ${where} ${partKey(part)}`,
    label,
    kind: 'own',
    own: { own, piece, part },
    holds: holdsOf(own, piece, part),
  };
}

export const OWN_BITS: Readonly<Record<OwnKind, number>> = { mac: 48, ipv4: 32, ipv6: 128 };

type Addresses = Pick<Port, OwnKind>;

/** A port's own addresses of a kind. */
export const ownRanges = (port: Addresses, own: OwnKind): readonly ValueRange[] =>
  own === 'mac' ? [{ low: port.mac, high: port.mac }] : port[own];

/** The prefixes of a port's own addresses, numbered among those of their length. */
export function slotsOf(port: Addresses, own: OwnKind): readonly (Slot & { readonly value: bigint })[] {
  const counts = new Map<number, number>();
  return ownRanges(port, own).flatMap((range) =>
    prefixesOf(range, OWN_BITS[own]).map(({ value, length }) => {
      const number = (counts.get(length) ?? 0) + 1;
      counts.set(length, number);
      return { value, length, number };
    }),
  );
}

/** The bits of a word that count, of 32. */
export const wordMask = (own: OwnKind, length: number, word: number): bigint => {
  const bits = own === 'mac' ? 32 : Math.min(32, length - word * 32);
  return (0xffff_ffffn << BigInt(32 - bits)) & 0xffff_ffffn;
};

/** The 32 bits from an offset on of a number. */
export const wordAt = (own: OwnKind, value: bigint, offset: number): bigint =>
  (value >> BigInt(OWN_BITS[own] - offset - 32)) & 0xffff_ffffn;

function holdsOf(own: OwnKind, piece: Piece, part: OwnPart): NonNullable<Fact['holds']> {
  if (part.kind === 'word') {
    const { slot, word } = part;
    const offset = slotWords(own, slot.length)[word] ?? 0;
    const mask = wordMask(own, slot.length, word);
    return ({ port, value }) =>
      slotsOf(port, own).some(
        (one) =>
          one.length === slot.length &&
          one.number === slot.number &&
          (wordAt(own, value([piece]), offset) & mask) === (wordAt(own, one.value, offset) & mask),
      );
  }
  const fits = ({ low, high }: ValueRange): boolean =>
    part.kind === 'all' || (low === high) === (part.kind === 'single');
  return ({ port, value }) => isAmong(value([piece]), ownRanges(port, own).filter(fits));
}

/** Offsets of the 32-bit words in which an address of a slot is compared. A MAC's two words overlap. */
export function slotWords(own: OwnKind, length: number): readonly number[] {
  return own === 'mac' ? [0, 16] : Array.from({ length: Math.ceil(length / 32) }, (_, word) => word * 32);
}

interface Use {
  readonly own: OwnKind;
  readonly piece: Piece;
  readonly parts: Map<string, OwnPart>;
}

/** The facts about own addresses that a comparison asks, and how they hang together. */
export class OwnFacts {
  readonly #uses = new Map<string, Use>();
  readonly #slots: Readonly<Record<OwnKind, readonly SharedSlot[]>>;

  /** `slots`: those that the ports in question have. */
  constructor(slots: Readonly<Record<OwnKind, readonly SharedSlot[]>>) {
    this.#slots = slots;
  }

  /** The bits are own, as far as the part says. */
  ask(terms: Terms, own: OwnKind, piece: Piece, part: OwnPart): Diagram {
    const key = `${own} ${piece.strip} ${piece.offset} ${piece.bits}`;
    const use = this.#uses.get(key) ?? { own, piece, parts: new Map<string, OwnPart>() };
    this.#uses.set(key, use);
    use.parts.set(partKey(part), part);
    return terms.fact(ownFact(own, piece, part));
  }

  /** What must hold between the facts: own is single or in a range, and own is all words of one slot. */
  bounds(terms: Terms): Diagram {
    const { diagrams } = terms;
    return [...this.#uses.values()].reduce((sum, use) => diagrams.where(sum, this.#boundsOf(terms, use)), EVERYTHING);
  }

  #boundsOf(terms: Terms, { own, piece, parts }: Use): Diagram {
    const { diagrams } = terms;
    const has = (part: OwnPart): Diagram => terms.fact(ownFact(own, piece, part));
    const all = has({ kind: 'all' });
    const isAll = (other: Diagram): Diagram => diagrams.either(all, other, diagrams.not(other));
    const slots = this.#slots[own];
    // Where no port has such an address, none is its own; where all own every one, all are.
    const isEvery = slots.some(({ length, isShared }) => length === 0 && isShared);
    let bounds: Diagram = slots.length === 0 ? diagrams.not(all) : isEvery ? all : EVERYTHING;
    if (parts.has('single') || parts.has('ranges'))
      bounds = diagrams.where(bounds, isAll(diagrams.orElse(has({ kind: 'single' }), has({ kind: 'ranges' }))));
    if ([...parts.values()].some(({ kind }) => kind === 'word')) {
      const words = slots.map(({ isShared, ...slot }) =>
        slot.length === 0
          ? isShared
            ? EVERYTHING
            : terms.fact(everythingFact(own, slot))
          : slotWords(own, slot.length).reduce<Diagram>(
              (sum, _, word) => diagrams.where(sum, has({ kind: 'word', slot, word })),
              EVERYTHING,
            ),
      );
      bounds = diagrams.where(bounds, isAll(words.reduce((sum, one) => diagrams.orElse(sum, one), NOTHING)));
    }
    return bounds;
  }
}
