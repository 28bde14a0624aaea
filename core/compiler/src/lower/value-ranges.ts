/** Lists of inclusive ranges as the lowering asks about them; sorted, disjoint and not adjacent like every operand. */
import type { ValueRange } from '../policy/match.ts';
import { full, one, subtract } from '../values/ranges.ts';

/** The values of `bits` bits that are not in the list. */
export function complementRanges(ranges: readonly ValueRange[], bits: number): readonly ValueRange[] {
  return subtract([full(bits)], ranges);
}

/** The list of single values; given in order, none next to another. */
export function singles(...values: readonly number[]): readonly ValueRange[] {
  return values.map((value) => one(BigInt(value)));
}

/** True when both lists hold the same values. */
export function sameRanges(a: readonly ValueRange[], b: readonly ValueRange[]): boolean {
  return a.length === b.length && a.every((range, i) => range.low === b[i]?.low && range.high === b[i]?.high);
}

/** The prefix length of a range that is a whole prefix of an address of `bits` bits; undefined for other ranges. */
export function prefixLength({ low, high }: ValueRange, bits: number): number | undefined {
  const size = high - low + 1n;
  if ((size & (size - 1n)) !== 0n || low % size !== 0n) return undefined;
  return bits - (size.toString(2).length - 1);
}

/** The prefixes that make up a range, in order. */
export function prefixesOf({ low, high }: ValueRange): readonly ValueRange[] {
  const found: ValueRange[] = [];
  for (let start = low; start <= high;) {
    // The largest power of two that starts here and does not end beyond the range.
    const room = 1n << BigInt((high - start + 1n).toString(2).length - 1);
    const aligned = start & -start;
    const size = start === 0n || aligned > room ? room : aligned;
    found.push({ low: start, high: start + size - 1n });
    start += size;
  }
  return found;
}
