/** Addresses of networks as numbers. */
import { parseIpv4, parseIpv6 } from '@weir/nftables-json';
import type { NetworkPolicy, ValueRange } from '@weir/compiler';
import type { Family } from '@weir/plugin';
import { normalRanges } from '../space/ranges.ts';

/** Undefined for what is no address of the family. */
export const parseAddress = (family: Family, text: string): bigint | undefined =>
  family === 'ipv4' ? parseIpv4(text) : parseIpv6(text);

/** The subnets of a network. */
export function networkRanges({ view }: Pick<NetworkPolicy, 'view'>, family: Family): readonly ValueRange[] {
  const ranges = view.subnets.flatMap((subnet): readonly ValueRange[] => {
    const address = subnet.family === family ? parseAddress(family, subnet.address) : undefined;
    if (address === undefined) return [];
    const free = BigInt((family === 'ipv4' ? 32 : 128) - subnet.length);
    const low = (address >> free) << free;
    return [{ low, high: low + (1n << free) - 1n }];
  });
  return normalRanges(ranges);
}
