/**
 * Sets that rules look up by name: what the files declare, and what ports contribute.
 *
 * Guaranteed: single values are in a hash set; as soon as there are ranges they are in an interval set of their own
 * when the set also has ports' members, and the whole set is an interval set when the files alone fill it.
 */
import type { DataType } from '@weir/nftables-json';
import type { FieldType } from '../policy/field.ts';
import type { ValueRange } from '../policy/match.ts';
import type { NamedSet } from '../policy/policy.ts';
import type { SetLayout } from './layout.ts';
import { rangeLiteral } from './literal.ts';

const KEY_TYPES: Readonly<Record<NamedSet['type'], DataType>> = {
  ipv4: 'ipv4_addr',
  ipv6: 'ipv6_addr',
  mac: 'ether_addr',
  port: 'inet_service',
};

const FIELD_TYPES: Readonly<Record<NamedSet['type'], FieldType>> = {
  ipv4: { kind: 'ipv4' },
  ipv6: { kind: 'ipv6' },
  mac: { kind: 'mac' },
  port: { kind: 'number', bits: 16 },
};

const isSingle = (range: ValueRange): boolean => range.low === range.high;

interface Parts {
  /** Name of the hash set, when it exists. */
  readonly single?: string;
  /** Name of the interval set, when it exists. */
  readonly ranges?: string;
}

function parts(set: NamedSet): Parts {
  const contributed = set.contributed.flatMap((c) => c.ranges);
  const hasRanges = [...set.ranges, ...contributed].some((range) => !isSingle(range));
  if (set.contributed.length === 0) return hasRanges ? { ranges: set.id } : { single: set.id };
  return { single: set.id, ...(hasRanges && { ranges: `${set.id}-net` }) };
}

/** Names of the nftables sets that together are the policy's set. */
export function namedSetNames(sets: ReadonlyMap<string, NamedSet>, id: string): readonly string[] {
  const set = sets.get(id);
  if (set === undefined) throw new Error(`the policy looks up an unknown set ${id}`);
  const { single, ranges } = parts(set);
  return [...(single === undefined ? [] : [single]), ...(ranges === undefined ? [] : [ranges])];
}

/** The declarations of one set of the policy, with the members that the files give it. */
export function namedSetLayouts(set: NamedSet): readonly SetLayout[] {
  const type = FIELD_TYPES[set.type];
  const { single, ranges } = parts(set);
  const layout = (name: string, interval: boolean, members: readonly ValueRange[]): SetLayout => ({
    name,
    type: KEY_TYPES[set.type],
    interval,
    dynamic: false,
    elements: members.map((member) => rangeLiteral(member, type)),
  });
  if (single === undefined && ranges !== undefined) return [layout(ranges, true, set.ranges)];
  return [
    ...(single === undefined ? [] : [layout(single, false, set.ranges.filter(isSingle))]),
    ...(ranges === undefined
      ? []
      : [
          layout(
            ranges,
            true,
            set.ranges.filter((range) => !isSingle(range)),
          ),
        ]),
  ];
}

/** What one port contributes to a set, by the nftables set that takes it. */
export function contributions(
  set: NamedSet,
): ReadonlyMap<string, readonly { readonly set: string; readonly elements: readonly (string | object)[] }[]> {
  const type = FIELD_TYPES[set.type];
  const { single, ranges } = parts(set);
  return new Map(
    set.contributed.map(({ ifname, ranges: members }) => {
      const of = (name: string | undefined, chosen: readonly ValueRange[]) =>
        name === undefined || chosen.length === 0
          ? []
          : [{ set: name, elements: chosen.map((member) => rangeLiteral(member, type) as string | object) }];
      return [
        ifname,
        [
          ...of(single, members.filter(isSingle)),
          ...of(
            ranges,
            members.filter((range) => !isSingle(range)),
          ),
        ],
      ] as const;
    }),
  );
}
