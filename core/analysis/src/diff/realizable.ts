/**
 * Which packets of a space a given port can see: its own addresses are facts in the space and bits in a packet, and for a real
 * port the two hang together. In: a set and a port. Out: the packets of the set that the port can have. Guaranteed: leaves out
 * only what no packet at that port is; ports that see the same get the same key.
 */
import type { Port, ValueRange } from '@weir/compiler';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram, Ranks } from '../engine/diagrams.ts';
import { ownRanges } from '../space/own.ts';
import type { Space } from '../space/space.ts';

interface OwnLevel {
  readonly level: number;
  readonly own: 'mac' | 'ipv4' | 'ipv6';
  /** The level of the same bits. */
  readonly bits: number | undefined;
  /** Facts about the same bits: lists that they may be in. */
  readonly lists: readonly number[];
}

/** The levels that some set asks about. */
export function levelsIn(space: Space, sets: readonly Diagram[]): ReadonlySet<number> {
  const [levels, seen] = [new Set<number>(), new Set<Diagram>()];
  const walk = (node: Diagram): void => {
    if (seen.has(node) || space.diagrams.isLeaf(node)) return;
    seen.add(node);
    levels.add(space.diagrams.level(node));
    for (const { to } of space.diagrams.edges(node)) walk(to);
  };
  for (const set of sets) walk(set);
  return levels;
}

export interface Realizable {
  /** Equal for ports that see the same packets of the set. */
  readonly key: string;
  readonly set: Diagram;
}

/** Looks at ports through the levels that a set asks about. */
export function realizableFor(space: Space, set: Diagram): (port: Port) => Realizable {
  const asked = levelsIn(space, [set]);
  const owns = ownLevels(space, asked);
  const known = new Map<string, Realizable>();
  return (port) => {
    const limits = owns.map((own) => limitsOf(space, own, port));
    const key = JSON.stringify(limits);
    const found = known.get(key);
    if (found !== undefined) return found;
    const { diagrams } = space;
    const all = limits.reduce<Diagram>((sum, limit, at) => {
      const own = owns[at];
      return own === undefined ? sum : diagrams.where(sum, limitSet(space, own, limit));
    }, EVERYTHING);
    const made = { key, set: diagrams.where(set, all) };
    known.set(key, made);
    return made;
  };
}

function ownLevels(space: Space, asked: ReadonlySet<number>): readonly OwnLevel[] {
  return [...asked]
    .toSorted((a, b) => a - b)
    .flatMap((level): readonly OwnLevel[] => {
      const subject = space.subjects[level];
      if (subject?.kind !== 'fact' || subject.fact.own === undefined || subject.fact.own.part.kind !== 'all') return [];
      const { own, piece } = subject.fact.own;
      const bits = space.subjects.findIndex(
        (one) =>
          one.kind === 'bits' &&
          one.piece.strip === piece.strip &&
          one.piece.offset === piece.offset &&
          one.piece.bits === piece.bits,
      );
      const where = ` ${piece.strip}:${piece.offset}+${piece.bits} &`;
      const lists = [...asked].filter((other) => {
        const fact = space.subjects[other];
        return fact?.kind === 'fact' && fact.fact.kind === 'member' && fact.fact.key.includes(where);
      });
      return [{ level, own, bits: bits >= 0 && asked.has(bits) ? bits : undefined, lists }];
    });
}

interface Limit {
  readonly hasAny: boolean;
  /** Ranks of the bits that some own address has; ranks that have other values too. */
  readonly inside: readonly Ranks[];
  readonly outside: readonly Ranks[];
  /** Of each list: whether an own address can be in it, or outside of it. */
  readonly lists: readonly (readonly [canBeIn: boolean, canBeOut: boolean])[];
}

function limitsOf(space: Space, { own, bits, lists }: OwnLevel, port: Port): Limit {
  const ranges = ownRanges(port, own);
  return {
    hasAny: ranges.length > 0,
    ...(bits === undefined ? { inside: [], outside: [] } : ranksOf(space, bits, ranges)),
    lists: lists.map((level) => {
      const subject = space.subjects[level];
      const holds = subject?.kind === 'fact' ? subject.fact.holds : undefined;
      if (holds === undefined) return [true, true] as const;
      // A longer range may be in a list with a part of it.
      if (ranges.some(({ low, high }) => low !== high)) return [true, true] as const;
      const isIn = ranges.map(({ low }) => holds({ port, value: () => low }));
      return [isIn.includes(true), isIn.includes(false)] as const;
    }),
  };
}

function ranksOf(space: Space, level: number, ranges: readonly ValueRange[]): Pick<Limit, 'inside' | 'outside'> {
  const size = space.diagrams.sizes[level] ?? 1;
  const [inside, outside]: [Ranks[], Ranks[]] = [[], []];
  for (let rank = 0; rank < size; rank += 1) {
    const values = space.valuesAt(level, rank, rank);
    const common = ranges.filter(({ low, high }) => low <= values.high && values.low <= high);
    const isWhole = common.some(({ low, high }) => low <= values.low && values.high <= high);
    if (common.length > 0) add(inside, rank);
    if (!isWhole) add(outside, rank);
  }
  return { inside, outside };
}

function add(ranks: Ranks[], rank: number): void {
  const last = ranks.at(-1);
  if (last !== undefined && last.high + 1 === rank) ranks[ranks.length - 1] = { low: last.low, high: rank };
  else ranks.push({ low: rank, high: rank });
}

function limitSet(space: Space, { level, bits, lists }: OwnLevel, limit: Limit): Diagram {
  const { diagrams } = space;
  const isOwn = diagrams.among(level, [{ low: 1, high: 1 }]);
  const listed = lists.reduce<Diagram>((sum, list, at) => {
    const [canBeIn, canBeOut] = limit.lists[at] ?? [true, true];
    const isIn = diagrams.among(list, [{ low: 1, high: 1 }]);
    if (canBeIn && canBeOut) return sum;
    return diagrams.where(sum, canBeIn ? isIn : canBeOut ? diagrams.not(isIn) : NOTHING);
  }, EVERYTHING);
  const inside = bits === undefined ? EVERYTHING : diagrams.among(bits, limit.inside);
  const outside = bits === undefined ? EVERYTHING : diagrams.among(bits, limit.outside);
  const own = limit.hasAny ? diagrams.where(inside, listed) : NOTHING;
  return diagrams.either(isOwn, own, outside);
}
