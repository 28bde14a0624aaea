/**
 * Addresses in the operator's names. In: two policies. Out: for a list of ranges its name: a set's label, a guest, a network, a
 * gateway, `world`, or prefixes. Guaranteed: a name is used for exactly its addresses.
 */
import { formatAddress } from '@weir/compiler';
import type { Policy, ValueRange } from '@weir/compiler';
import { otherRanges, normalRanges, prefixesOf, rangesKey } from '../space/ranges.ts';
import { networkRanges, parseAddress } from './network-ranges.ts';

export type AddressFamily = 'ipv4' | 'ipv6';

export interface AddressNames {
  /** The words for a list, and whether they say what it has not. */
  of(family: AddressFamily, ranges: readonly ValueRange[]): string;
}

const BITS = { ipv4: 32, ipv6: 128 } as const;
/** How many members of a list are written out. */
const SHOWN = 4;

/** Names of the newer policy win. */
export function addressNames(policies: readonly Policy[]): AddressNames {
  const names = { ipv4: new Map<string, string>(), ipv6: new Map<string, string>() };
  for (const policy of policies) for (const family of ['ipv4', 'ipv6'] as const) collect(policy, family, names[family]);
  const wordsOf = (family: AddressFamily, ranges: readonly ValueRange[]): string | undefined => {
    const known = names[family].get(rangesKey(ranges));
    if (known !== undefined) return known;
    const others = names[family].get(rangesKey(otherRanges(ranges, BITS[family])));
    return others === undefined ? undefined : others.startsWith('not ') ? others.slice(4) : `not ${others}`;
  };
  return {
    of(family, ranges) {
      const known = wordsOf(family, ranges);
      if (known !== undefined) return known;
      const others = otherRanges(ranges, BITS[family]);
      // What a list leaves out is shorter to say where it is nearly everything.
      const isMost = others.length > 0 && others.length < ranges.length;
      const members = (isMost ? others : ranges).flatMap((range) => rangeWords(family, range, names[family]));
      const text = listWords(members);
      return isMost ? `not ${text}` : text;
    },
  };
}

/** One of them, or a list in braces. */
export function listWords(members: readonly string[]): string {
  const [only = ''] = members;
  if (members.length <= 1) return only;
  const left = members.length - SHOWN;
  return left > 1 ? `{ ${members.slice(0, SHOWN).join(', ')}, … ${left} more }` : `{ ${members.join(', ')} }`;
}

function rangeWords(family: AddressFamily, range: ValueRange, names: ReadonlyMap<string, string>): readonly string[] {
  const known = names.get(rangesKey([range]));
  if (known !== undefined) return [known];
  const text = (value: bigint): string => formatAddress(family, value);
  if (range.low === range.high) return [text(range.low)];
  const prefixes = prefixesOf(range, BITS[family]);
  return prefixes.length <= 2
    ? prefixes.map(({ value, length }) => (length === BITS[family] ? text(value) : `${text(value)}/${length}`))
    : [`${text(range.low)}-${text(range.high)}`];
}

function collect(policy: Policy, family: AddressFamily, names: Map<string, string>): void {
  const note = (ranges: readonly ValueRange[], word: string): void => {
    if (ranges.length === 0) return;
    const key = rangesKey(normalRanges(ranges));
    if (!names.has(key)) names.set(key, word);
  };
  const several = new Set<string>();
  const seen = new Set<string>();
  for (const { guest } of policy.ports) (seen.has(guest) ? several : seen).add(guest);
  for (const set of policy.sets)
    if (set.type === family) note([...set.ranges, ...set.contributed.flatMap(({ ranges }) => ranges)], set.label);
  for (const port of policy.ports) {
    const word = several.has(port.guest) ? `${port.guest}.${port.ifname}` : port.guest;
    // A guest that may have any address has no address of its own.
    const own = port[family];
    if (own.some(({ low, high }) => high - low === (1n << BigInt(BITS[family])) - 1n)) continue;
    note(own, word);
    for (const range of own) note([range], word);
  }
  for (const network of policy.networks) {
    const own = networkRanges(network, family);
    note(own, `network(${network.view.name})`);
    for (const subnet of network.view.subnets) {
      const gateway = subnet.family === family ? parseAddress(family, subnet.gateway) : undefined;
      if (gateway !== undefined) note([{ low: gateway, high: gateway }], `gateway of ${network.view.name}`);
    }
  }
  const inside = policy.networks.flatMap((network) => networkRanges(network, family));
  note(otherRanges(normalRanges(inside), BITS[family]), 'world');
  note(policy.hostAddresses[family], 'host');
}
