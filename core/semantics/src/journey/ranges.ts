/** Ranges of addresses, as far as journeys need them: membership, and the first free address of a block. */
import type { ValueRange } from '@weir/compiler';
import { parseAddress, prefixBounds, type AddressBlock, type Family } from '@weir/plugin';

export const FAMILY_BITS = { ipv4: 32, ipv6: 128 } as const;
export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

export function isIn(ranges: readonly ValueRange[], value: bigint): boolean {
  return ranges.some(({ low, high }) => low <= value && value <= high);
}

/** INVARIANT: views, topologies and rules hold canonical addresses only. */
export function numberOf(address: string): bigint {
  const found = parseAddress(address);
  if (found === undefined) throw new Error(`\`${address}\` is no address`);
  return found.value;
}

export function prefixOf(prefix: { readonly address: string; readonly length: number }): ValueRange {
  const found = prefixBounds(prefix);
  if (found === undefined) throw new Error(`\`${prefix.address}/${prefix.length}\` is no prefix`);
  return { low: found.low, high: found.high };
}

export function rangesOfBlocks(family: Family, blocks: readonly AddressBlock[]): readonly ValueRange[] {
  return blocks
    .filter((block) => parseAddress(block.kind === 'prefix' ? block.address : block.low)?.family === family)
    .map((block) =>
      block.kind === 'prefix' ? prefixOf(block) : { low: numberOf(block.low), high: numberOf(block.high) },
    );
}

/** The values of a block that lie in none of the ranges, from the lowest on. */
export function* freeValues(block: ValueRange, taken: readonly ValueRange[]): Generator<bigint, undefined> {
  const sorted = taken.toSorted((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  let at = 0;
  for (let value = block.low; value <= block.high;) {
    let next = sorted[at];
    while (next !== undefined && next.high < value) next = sorted[++at];
    if (next !== undefined && next.low <= value) value = next.high + 1n;
    else yield value++;
  }
  return undefined;
}

/** The first value of a block that lies in none of the ranges. */
export function firstFree(block: ValueRange, taken: readonly ValueRange[]): bigint | undefined {
  return freeValues(block, taken).next().value;
}
