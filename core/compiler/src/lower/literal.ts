/**
 * Values as nftables writes them: integers become addresses, MACs, names or numbers by the field's type.
 *
 * In: sorted, disjoint ranges. Out: the right side of a comparison, or set elements. Guaranteed: addresses are
 * canonical, and a range that is a whole prefix is written as one.
 */
import { anonSet, type Expression, prefix, range } from '@weir/nftables-json';
import type { FieldType } from '../policy/field.ts';
import type { ValueRange } from '../policy/match.ts';
import { formatIpv4, formatIpv6, formatMac } from '../values/format.ts';

/** How many bits a value of this type has. */
export function bitsOf(type: FieldType): number {
  switch (type.kind) {
    case 'mac':
      return 48;
    case 'ipv4':
      return 32;
    case 'ipv6':
      return 128;
    case 'number':
      return type.bits;
    case 'flag':
      return 1;
    case 'ifname':
      return 128;
    default:
      return type satisfies never;
  }
}

/** One value. Numbers above 53 bits are not representable and become hexadecimal text. */
export function literal(value: bigint, type: FieldType): string | number {
  switch (type.kind) {
    case 'mac':
      return formatMac(value);
    case 'ipv4':
      return formatIpv4(value);
    case 'ipv6':
      return formatIpv6(value);
    default:
      return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : `0x${value.toString(16)}`;
  }
}

/** The prefix length of a range that is a whole prefix of `bits`-wide values; undefined for any other, single values too. */
export function prefixLength(item: ValueRange, bits: number): number | undefined {
  const size = item.high - item.low + 1n;
  if (size <= 1n || (size & (size - 1n)) !== 0n || (item.low & (size - 1n)) !== 0n) return undefined;
  return bits - (size.toString(2).length - 1);
}

/** One range as a set element or the right side of a comparison. */
export function rangeLiteral(item: ValueRange, type: FieldType): Expression {
  if (item.low === item.high) return literal(item.low, type);
  const bits = bitsOf(type);
  const length = type.kind === 'ipv4' || type.kind === 'ipv6' ? prefixLength(item, bits) : undefined;
  if (length !== undefined && length > 0) return prefix(String(literal(item.low, type)), length);
  return range(literal(item.low, type), literal(item.high, type));
}

/** The right side of a comparison with any of `ranges`. */
export function rangesLiteral(ranges: readonly ValueRange[], type: FieldType): Expression {
  const only = ranges[0];
  if (ranges.length === 1 && only !== undefined) return rangeLiteral(only, type);
  return anonSet(ranges.map((item) => rangeLiteral(item, type)));
}

/** Everything that a value of `bits` bits can be. */
export function everything(bits: number): ValueRange {
  return { low: 0n, high: (1n << BigInt(bits)) - 1n };
}

/** The values of `bits` bits outside sorted, disjoint `ranges`. */
export function complement(ranges: readonly ValueRange[], bits: number): readonly ValueRange[] {
  const rest: ValueRange[] = [];
  let next = 0n;
  for (const item of ranges) {
    if (item.low > next) rest.push({ low: next, high: item.low - 1n });
    next = item.high + 1n;
  }
  const last = everything(bits).high;
  if (next <= last) rest.push({ low: next, high: last });
  return rest;
}

/** What two sorted, disjoint lists share. */
export function intersect(a: readonly ValueRange[], b: readonly ValueRange[]): readonly ValueRange[] {
  const shared: ValueRange[] = [];
  for (const x of a) {
    for (const y of b) {
      const low = x.low > y.low ? x.low : y.low;
      const high = x.high < y.high ? x.high : y.high;
      if (low <= high) shared.push({ low, high });
    }
  }
  return shared;
}
