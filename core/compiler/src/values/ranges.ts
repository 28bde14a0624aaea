/**
 * Sets of integers as sorted, disjoint, non-adjacent inclusive ranges: the algebra under addresses, ports and MACs.
 */
import type { ValueRange } from '../policy/match.ts';

/** Any ranges, brought into normal form: sorted, overlapping and touching ones joined. */
export function normalise(ranges: readonly ValueRange[]): readonly ValueRange[] {
  if (ranges.length < 2) return ranges;
  const sorted = [...ranges].sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  const joined: ValueRange[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && next.low <= last.high + 1n) {
      if (next.high > last.high) joined[joined.length - 1] = { low: last.low, high: next.high };
    } else joined.push(next);
  }
  return joined;
}

/** What is in `a` and not in `b`; both in normal form. Linear in the number of ranges. */
export function subtract(a: readonly ValueRange[], b: readonly ValueRange[]): readonly ValueRange[] {
  const rest: ValueRange[] = [];
  let next = 0;
  for (const { low, high } of a) {
    let from = low;
    for (let cut = b[next]; cut !== undefined && cut.high < low; cut = b[next]) next += 1;
    for (let at = next; from <= high; at += 1) {
      const cut = b[at];
      if (cut === undefined || cut.low > high) {
        rest.push({ low: from, high });
        break;
      }
      if (cut.low > from) rest.push({ low: from, high: cut.low - 1n });
      from = cut.high + 1n;
      if (from <= high) next = at + 1;
    }
  }
  return rest;
}

/** What is in both; both in normal form. Linear in the number of ranges. */
export function intersection(a: readonly ValueRange[], b: readonly ValueRange[]): readonly ValueRange[] {
  const shared: ValueRange[] = [];
  for (let i = 0, j = 0; ;) {
    const [x, y] = [a[i], b[j]];
    if (x === undefined || y === undefined) return shared;
    const low = x.low > y.low ? x.low : y.low;
    const high = x.high < y.high ? x.high : y.high;
    if (low <= high) shared.push({ low, high });
    if (x.high < y.high) i += 1;
    else j += 1;
  }
}

/** Every value of `bits` bits. */
export function full(bits: number): ValueRange {
  return { low: 0n, high: (1n << BigInt(bits)) - 1n };
}

export function one(value: bigint): ValueRange {
  return { low: value, high: value };
}

export function isSingle(range: ValueRange): boolean {
  return range.low === range.high;
}

export function contains(ranges: readonly ValueRange[], value: bigint): boolean {
  return ranges.some((range) => range.low <= value && value <= range.high);
}

/** The values that the first `length` of `bits` bits of `address` allow. */
export function prefixRange(address: bigint, length: number, bits: number): ValueRange {
  const host = (1n << BigInt(bits - length)) - 1n;
  const low = address & ~host;
  return { low, high: low | host };
}
