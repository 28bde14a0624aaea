/**
 * A set of packets as few boxes that people can read. In: a set, and what boxes may reach into. Out: boxes with a list of
 * intervals for each level that matters. Guaranteed: they cover the set, and reach into nothing else than was allowed; `isWhole`
 * is false when there were too many of them.
 */
import { coverSet } from '../engine/box.ts';
import type { Box } from '../engine/box.ts';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram, Ranks } from '../engine/diagrams.ts';
import type { Space, Subject } from '../space/space.ts';

/** Levels that are not there may have any rank. Intervals are sorted, disjoint, and not adjacent. */
export type FlowBox = ReadonlyMap<number, readonly Ranks[]>;

export interface FlowBoxes {
  readonly boxes: readonly FlowBox[];
  readonly isWhole: boolean;
}

/** Finds the boxes. */
export function flowBoxes(space: Space, set: Diagram, open: Diagram, limit: number): FlowBoxes {
  const { diagrams, subjects } = space;
  const order = subjects.map((_, level) => level).toSorted((a, b) => rankOf(subjects[a]) - rankOf(subjects[b]));
  const { boxes, rest } = coverSet(diagrams, set, { order, limit, within: diagrams.orElse(set, open) });
  return { boxes: mergedBoxes(boxes.map(listed)), isWhole: rest === NOTHING };
}

/** The set of a box. */
export function flowBoxSet(space: Space, box: FlowBox): Diagram {
  return [...box].reduce<Diagram>(
    (sum, [level, ranks]) => space.diagrams.where(sum, space.diagrams.among(level, ranks)),
    EVERYTHING,
  );
}

/** The box with the types of frames that the set has, where it asks for any: a box may reach into types that cannot be. */
export function withTypesOf(space: Space, box: FlowBox, set: Diagram): FlowBox {
  const level = space.subjects.findIndex(
    (one) => one.kind === 'bits' && one.piece.strip === 'link' && one.piece.offset === 96 && one.piece.bits === 16,
  );
  if (!box.has(level) || space.diagrams.level(set) !== level) return box;
  const ranks = space.diagrams.edges(set).flatMap(({ ranks: one, to }) => (to === NOTHING ? [] : [one]));
  return new Map(box).set(level, unionOf(ranks));
}

const listed = (box: Box): FlowBox => new Map([...box].map(([level, ranks]) => [level, [ranks]]));

/** What is rather left open: what nobody speaks of comes first, what everybody speaks of last. */
function rankOf(subject: Subject | undefined): number {
  if (subject === undefined) return 0;
  if (subject.kind === 'fact') return subject.fact.kind === 'oracle' ? 6 : subject.fact.kind === 'own' ? 4 : 5;
  const { strip, offset } = subject.piece;
  switch (strip) {
    case 'link':
      return offset === 96 ? 40 : 3;
    case 'protocol':
      return 39;
    case 'state':
      return 38;
    case 'icmp':
      return offset === 0 ? 37 : 20;
    case 'upper':
      return offset === 16 ? 36 : offset === 0 ? 25 : 10;
    case 'ip4':
      return offset === 128 ? 31 : offset === 96 ? 30 : 9;
    case 'ip6':
      return offset === 192 ? 31 : offset === 64 ? 30 : 9;
    default:
      return 1;
  }
}

/** Boxes that differ at one level only become one. */
function mergedBoxes(boxes: readonly FlowBox[]): readonly FlowBox[] {
  const list = [...boxes];
  for (let again = true; again;) {
    again = false;
    for (let at = 0; at < list.length; at += 1) {
      for (let other = list.length - 1; other > at; other -= 1) {
        const [a, b] = [list[at], list[other]];
        const joined = a && b && joinedBox(a, b);
        if (joined === undefined) continue;
        list[at] = joined;
        list.splice(other, 1);
        again = true;
      }
    }
  }
  return list;
}

function joinedBox(a: FlowBox, b: FlowBox): FlowBox | undefined {
  if (a.size !== b.size) return undefined;
  let differing: number | undefined;
  for (const [level, ranks] of a) {
    const others = b.get(level);
    if (others === undefined) return undefined;
    if (sameRanks(ranks, others)) continue;
    if (differing !== undefined) return undefined;
    differing = level;
  }
  if (differing === undefined) return a;
  const joined = new Map(a);
  joined.set(differing, unionOf([...(a.get(differing) ?? []), ...(b.get(differing) ?? [])]));
  return joined;
}

const sameRanks = (a: readonly Ranks[], b: readonly Ranks[]): boolean =>
  a.length === b.length && a.every(({ low, high }, at) => low === b[at]?.low && high === b[at]?.high);

function unionOf(ranks: readonly Ranks[]): readonly Ranks[] {
  const found: Ranks[] = [];
  for (const one of ranks.toSorted((a, b) => a.low - b.low)) {
    const last = found.at(-1);
    if (last !== undefined && one.low <= last.high + 1)
      found[found.length - 1] = { low: last.low, high: Math.max(last.high, one.high) };
    else found.push(one);
  }
  return found;
}
