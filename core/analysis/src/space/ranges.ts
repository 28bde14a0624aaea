/** Lists of inclusive ranges of numbers. Normal: sorted, disjoint, not adjacent. */
import type { ValueRange } from '@weir/compiler';

const FULL: ValueRange[] = [];

/** All values of so many bits. */
export function fullRange(bits: number): ValueRange {
  const known = FULL[bits];
  if (known !== undefined) return known;
  const made = { low: 0n, high: (1n << BigInt(bits)) - 1n };
  FULL[bits] = made;
  return made;
}

/** The list of single numbers, normal. */
export const valuesOf = (...values: readonly number[]): readonly ValueRange[] =>
  normalRanges(values.map((value) => ({ low: BigInt(value), high: BigInt(value) })));

/** The normal list of the same numbers. */
export function normalRanges(ranges: readonly ValueRange[]): readonly ValueRange[] {
  const sorted = ranges.toSorted((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  const found: ValueRange[] = [];
  for (const one of sorted) {
    const last = found.at(-1);
    if (last === undefined || one.low > last.high + 1n) found.push(one);
    else if (one.high > last.high) found[found.length - 1] = { low: last.low, high: one.high };
  }
  return found;
}

/** The numbers of so many bits that a normal list has not. */
export function otherRanges(ranges: readonly ValueRange[], bits: number): readonly ValueRange[] {
  const found: ValueRange[] = [];
  let next = 0n;
  for (const { low, high } of ranges) {
    if (low > next) found.push({ low: next, high: low - 1n });
    next = high + 1n;
  }
  const { high } = fullRange(bits);
  if (next <= high) found.push({ low: next, high });
  return found;
}

/** The numbers of a normal list that fit in so many bits. */
export function clipRanges(ranges: readonly ValueRange[], bits: number): readonly ValueRange[] {
  const { high: most } = fullRange(bits);
  const last = ranges.at(-1);
  if (last === undefined || last.high <= most) return ranges;
  return ranges.flatMap(({ low, high }) => (low > most ? [] : [{ low, high: high > most ? most : high }]));
}

/** True when two normal lists have the same numbers. */
export const sameRanges = (a: readonly ValueRange[], b: readonly ValueRange[]): boolean =>
  a.length === b.length && a.every(({ low, high }, at) => low === b[at]?.low && high === b[at]?.high);

/** True when a normal list has every number of so many bits. */
export const isFull = (ranges: readonly ValueRange[], bits: number): boolean => sameRanges(ranges, [fullRange(bits)]);

/** Text that is equal for equal lists. */
export const rangesKey = (ranges: readonly ValueRange[]): string =>
  ranges
    .map(({ low, high }) => (low === high ? low.toString(16) : `${low.toString(16)}-${high.toString(16)}`))
    .join(' ');

/** True when a list has the number. */
export const isAmong = (value: bigint, ranges: readonly ValueRange[]): boolean =>
  ranges.some(({ low, high }) => low <= value && value <= high);

/** The prefixes that make up a range of numbers of so many bits: from the lowest on, each as large as can be. */
export function prefixesOf(
  range: ValueRange,
  bits: number,
): readonly { readonly value: bigint; readonly length: number }[] {
  const found: { value: bigint; length: number }[] = [];
  for (let at = range.low; at <= range.high;) {
    let free = 0;
    while (free < bits && (at >> BigInt(free)) % 2n === 0n && at + (2n << BigInt(free)) - 1n <= range.high) free += 1;
    found.push({ value: at, length: bits - free });
    at += 1n << BigInt(free);
  }
  return found;
}
