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

/** What is in `a` and not in `b`; both in normal form. */
export function subtract(a: readonly ValueRange[], b: readonly ValueRange[]): readonly ValueRange[] {
  let rest = [...a];
  for (const cut of b) {
    rest = rest.flatMap((range) => {
      if (cut.high < range.low || cut.low > range.high) return [range];
      return [
        ...(range.low < cut.low ? [{ low: range.low, high: cut.low - 1n }] : []),
        ...(range.high > cut.high ? [{ low: cut.high + 1n, high: range.high }] : []),
      ];
    });
  }
  return rest;
}

/** What is in both; both in normal form. */
export function intersection(a: readonly ValueRange[], b: readonly ValueRange[]): readonly ValueRange[] {
  return a.flatMap((x) =>
    b.flatMap((y) => {
      const low = x.low > y.low ? x.low : y.low;
      const high = x.high < y.high ? x.high : y.high;
      return low <= high ? [{ low, high }] : [];
    }),
  );
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
