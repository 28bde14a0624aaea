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

/** The first value of a block that lies in none of the ranges. */
export function firstFree(block: ValueRange, taken: readonly ValueRange[]): bigint | undefined {
  let value = block.low;
  for (;;) {
    const held = taken.find(({ low, high }) => low <= value && value <= high);
    if (held === undefined) return value <= block.high ? value : undefined;
    value = held.high + 1n;
    if (value > block.high) return undefined;
  }
}
