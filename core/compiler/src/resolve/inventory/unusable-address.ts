/**
 * Addresses that no station can have.
 *
 * In: a range of one family. Out: what it is, in words that end a sentence "it is …"; undefined where some of it can be
 * an address of a guest. Guaranteed: a range that only touches such addresses (`0.0.0.0/0` of a router) is let through.
 */
import { defineDiagnostic, type Family } from '@weir/plugin';
import type { ValueRange } from '../../policy/match.ts';
import { addressBits, parseAddress } from '../../values/address.ts';
import { prefixRange } from '../../values/ranges.ts';

export const unusableAddress = defineDiagnostic<{ text: string; what: string; why: string }>(
  { code: 'inventory/unusable-address', severity: 'error', title: 'an address that no guest or subnet can have' },
  ({ text, what, why }) => ({ message: `\`${text}\` cannot be ${what}: it is ${why}` }),
);

type Block = readonly [family: Family, address: string, length: number, why: string];

/** RFC 1122 3.2.1.3, RFC 1112 4, RFC 4291 2.5.2, 2.5.3 and 2.7. */
const BLOCKS: readonly Block[] = [
  ['ipv4', '0.0.0.0', 8, 'of "this network"'],
  ['ipv4', '127.0.0.0', 8, 'a loopback address'],
  ['ipv4', '224.0.0.0', 4, 'a multicast address'],
  ['ipv4', '240.0.0.0', 4, 'reserved'],
  ['ipv6', '::', 128, 'the unspecified address'],
  ['ipv6', '::1', 128, 'the loopback address'],
  ['ipv6', 'ff00::', 8, 'a multicast address'],
];

const UNUSABLE = BLOCKS.map(([family, address, length, why]) => ({
  family,
  why,
  ...prefixRange(parseAddress(family, address) ?? 0n, length, addressBits(family)),
}));

/** Why nothing in the range can be the address of a station. */
export function whyUnusable(family: Family, { low, high }: ValueRange): string | undefined {
  return UNUSABLE.find((block) => block.family === family && block.low <= low && high <= block.high)?.why;
}
