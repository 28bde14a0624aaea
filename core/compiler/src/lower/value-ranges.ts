/** Arithmetic on sorted, disjoint lists of inclusive ranges, as far as the lowering needs it. */
import type { ValueRange } from '../policy/match.ts';

/** What is in both lists. */
export function intersectRanges(a: readonly ValueRange[], b: readonly ValueRange[]): readonly ValueRange[] {
  const found: ValueRange[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [x, y] = [a[i], b[j]];
    if (x === undefined || y === undefined) break;
    const low = x.low > y.low ? x.low : y.low;
    const high = x.high < y.high ? x.high : y.high;
    if (low <= high) found.push({ low, high });
    if (x.high < y.high) i += 1;
    else j += 1;
  }
  return found;
}

/** The values of `bits` bits that are not in the list. */
export function complementRanges(ranges: readonly ValueRange[], bits: number): readonly ValueRange[] {
  const found: ValueRange[] = [];
  let next = 0n;
  for (const { low, high } of ranges) {
    if (low > next) found.push({ low: next, high: low - 1n });
    next = high + 1n;
  }
  const last = (1n << BigInt(bits)) - 1n;
  if (next <= last) found.push({ low: next, high: last });
  return found;
}

/** Everything that is in any of the lists, sorted, with touching ranges joined. */
export function uniteRanges(lists: readonly (readonly ValueRange[])[]): readonly ValueRange[] {
  const sorted = lists.flat().toSorted((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  const found: ValueRange[] = [];
  for (const range of sorted) {
    const last = found.at(-1);
    if (last !== undefined && range.low <= last.high + 1n) {
      found[found.length - 1] = { low: last.low, high: range.high > last.high ? range.high : last.high };
    } else found.push(range);
  }
  return found;
}

/** The list of single values. */
export function singles(...values: readonly number[]): readonly ValueRange[] {
  return values.map((value) => ({ low: BigInt(value), high: BigInt(value) }));
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
