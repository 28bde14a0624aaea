/** The bits that are asked about, cut where questions begin and end. In: questions. Out: segments, each one level. */
import type { ValueRange } from '@weir/compiler';
import type { Piece, Strip } from './strip.ts';
import { valueTree } from './value-tree.ts';
import type { Part, ValueTree } from './value-tree.ts';

/** A question about bits. */
export interface Asked {
  readonly pieces: readonly Piece[];
  readonly ranges: readonly ValueRange[];
  readonly mask: bigint | undefined;
}

export const widthOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { bits }) => sum + bits, 0);

/** The cuts of a question in each strip: its ends, and where its mask changes. */
function cutsOf({ pieces, mask }: Asked): readonly (readonly [Strip, number])[] {
  const cuts: (readonly [Strip, number])[] = [];
  let rest = widthOf(pieces);
  for (const { strip, offset, bits } of pieces) {
    cuts.push([strip, offset], [strip, offset + bits]);
    if (mask !== undefined) {
      const bitAt = (at: number): bigint => (mask >> BigInt(rest - 1 - at)) & 1n;
      for (let at = 1; at < bits; at += 1) if (bitAt(at) !== bitAt(at - 1)) cuts.push([strip, offset + at]);
    }
    rest -= bits;
  }
  return cuts;
}

/** The segments that some question reads. */
export function segmentsOf(asked: readonly Asked[]): readonly Piece[] {
  const cuts = new Map<Strip, Set<number>>();
  for (const one of asked) {
    for (const [strip, at] of cutsOf(one)) {
      const known = cuts.get(strip);
      if (known === undefined) cuts.set(strip, new Set([at]));
      else known.add(at);
    }
  }
  const read = new Map<Strip, Map<number, number>>();
  const sorted = new Map([...cuts].map(([strip, set]) => [strip, [...set].toSorted((a, b) => a - b)] as const));
  for (const { pieces } of asked) {
    for (const { strip, offset, bits } of pieces) {
      const ends = sorted.get(strip) ?? [];
      const found = read.get(strip) ?? new Map<number, number>();
      for (let at = ends.indexOf(offset); at + 1 < ends.length && (ends[at + 1] ?? 0) <= offset + bits; at += 1)
        found.set(ends[at] ?? 0, (ends[at + 1] ?? 0) - (ends[at] ?? 0));
      read.set(strip, found);
    }
  }
  return [...read].flatMap(([strip, found]) => [...found].map(([offset, bits]) => ({ strip, offset, bits })));
}

/** Finds the levels of bits. */
export type LevelOf = (strip: Strip, offset: number) => { readonly level: number; readonly bits: number } | undefined;

/** The parts of a question, from its highest bit on. */
export function partsOf(pieces: readonly Piece[], mask: bigint | undefined, levelOf: LevelOf): readonly Part[] {
  const parts: Part[] = [];
  let rest = widthOf(pieces);
  for (const { strip, offset, bits } of pieces) {
    for (let at = 0; at < bits;) {
      const segment = levelOf(strip, offset + at);
      if (segment === undefined) throw new Error(`nobody planned bit ${offset + at} of ${strip}`);
      const isRead = mask === undefined || ((mask >> BigInt(rest - 1)) & 1n) === 1n;
      parts.push({ bits: segment.bits, level: isRead ? segment.level : undefined });
      at += segment.bits;
      rest -= segment.bits;
    }
  }
  return parts;
}

/** Every range of values of a level that a question tells apart. */
export function askedRanges(asked: Asked, levelOf: LevelOf, note: (level: number, range: ValueRange) => void): void {
  const parts = partsOf(asked.pieces, asked.mask, levelOf);
  const walk = (tree: ValueTree): void => {
    if (typeof tree === 'boolean') return;
    for (const { range, to } of tree.choices) {
      note(tree.level, range);
      walk(to);
    }
  };
  for (const range of asked.ranges) walk(valueTree(parts, range));
}
