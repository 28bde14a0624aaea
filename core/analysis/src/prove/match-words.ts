/** Matches made of values: what the proofs ask in the language's own terms. */
import type { Match, ValueRange } from '@weir/compiler';
import { parseAddress, prefixBounds } from '@weir/plugin';
import type { AddressBlock, Family } from '@weir/plugin';

export const FAMILIES = ['ipv4', 'ipv6'] as const;

export type ByFamily<T> = Readonly<Record<Family, T>>;

export const values = (field: string, ranges: readonly ValueRange[], negated = false): Match => ({
  kind: 'test',
  field,
  negated,
  operand: { kind: 'values', ranges },
});

export const one = (value: bigint | number): ValueRange => ({ low: BigInt(value), high: BigInt(value) });
export const all = (...of: readonly Match[]): Match => ({ kind: 'all', of });
export const any = (...of: readonly Match[]): Match => ({ kind: 'any', of });
export const not = (of: Match): Match => ({ kind: 'not', of });

const FIELDS = {
  ipv4: { source: 'ip.source', destination: 'ip.destination', type: 0x0800 },
  ipv6: { source: 'ip6.source', destination: 'ip6.destination', type: 0x86dd },
} as const;

/** One end has one of the addresses; of a family without any, no packet does. */
export function endAmong(side: 'source' | 'destination', ranges: ByFamily<readonly ValueRange[]>): Match {
  return any(...FAMILIES.map((family) => values(FIELDS[family][side], ranges[family])));
}

/** One end has an address of the family that is, or `negated` is not, one of these. */
export const addressMatch = (
  side: 'source' | 'destination',
  family: Family,
  ranges: readonly ValueRange[],
  negated = false,
): Match => values(FIELDS[family][side], ranges, negated);

export const familyMatch = (family: Family): Match => values('ether.type', [one(FIELDS[family].type)]);

export function rangesOf(blocks: readonly AddressBlock[]): readonly ValueRange[] {
  return blocks.flatMap((block): readonly ValueRange[] => {
    const found = block.kind === 'prefix' ? prefixBounds(block) : boundsOf(block.low, block.high);
    return found === undefined ? [] : [{ low: found.low, high: found.high }];
  });
}

function boundsOf(low: string, high: string): ValueRange | undefined {
  const [from, to] = [parseAddress(low), parseAddress(high)];
  return from && to && { low: from.value, high: to.value };
}

export const addressOf = (text: string): ValueRange[] => {
  const found = parseAddress(text);
  return found === undefined ? [] : [one(found.value)];
};
