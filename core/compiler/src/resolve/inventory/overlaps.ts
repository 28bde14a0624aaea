/**
 * Ranges that overlap, found in one sweep (n log n), never by comparing each with each.
 *
 * In: ranges in the order of the files, and whose each is. Out: for each range that meets one of another owner, one such
 * pair. Guaranteed: every range that overlaps an earlier-starting one of another owner is in a pair.
 */
import type { ValueRange } from '../../policy/match.ts';

export interface Overlap<T> {
  /** The one that stands first in the files. */
  readonly first: T;
  readonly second: T;
}

interface Placed<T> {
  readonly range: T;
  readonly index: number;
}

export function findOverlaps<T extends ValueRange>(
  ranges: readonly T[],
  ownerOf: (range: T) => unknown,
): readonly Overlap<T>[] {
  const sorted = ranges
    .map((range, index): Placed<T> => ({ range, index }))
    .toSorted((a, b) => (a.range.low < b.range.low ? -1 : a.range.low > b.range.low ? 1 : a.index - b.index));
  const found: Overlap<T>[] = [];
  let widest: Placed<T> | undefined;
  /** The one that goes furthest among those of other owners than `widest`. */
  let other: Placed<T> | undefined;
  for (const next of sorted) {
    const owner = ownerOf(next.range);
    const met = widest && ownerOf(widest.range) !== owner ? widest : other;
    if (met && met.range.high >= next.range.low) found.push(inOrder(met, next));
    const sameOwner = widest !== undefined && ownerOf(widest.range) === owner;
    if (!widest || next.range.high > widest.range.high) {
      if (!sameOwner) other = widest;
      widest = next;
    } else if (!sameOwner && (!other || next.range.high > other.range.high)) other = next;
  }
  return found;
}

function inOrder<T>(a: Placed<T>, b: Placed<T>): Overlap<T> {
  return a.index < b.index ? { first: a.range, second: b.range } : { first: b.range, second: a.range };
}
