/** How many points a set has. In: a set, and how many values each rank of each level stands for. Out: the exact number. */
import { EVERYTHING, NOTHING } from './diagrams.ts';
import type { Diagram, Diagrams, Ranks } from './diagrams.ts';

/** How many values the ranks of an interval of a level stand for. */
export type Weight = (level: number, ranks: Ranks) => bigint;

/** The number of points that have a value. */
export function countPoints<T>(diagrams: Diagrams<T>, set: Diagram, weight: Weight): bigint {
  const { sizes } = diagrams;
  /** Values of the levels from `from` to `to`, without the latter. */
  const skipped = (from: number, to: number): bigint => {
    let product = 1n;
    for (let level = from; level < to; level += 1) product *= weight(level, { low: 0, high: (sizes[level] ?? 1) - 1 });
    return product;
  };
  const levelOf = (node: Diagram): number => Math.min(diagrams.level(node), sizes.length);
  const done = new Map<Diagram, bigint>();
  const below = (node: Diagram): bigint => {
    if (node === NOTHING) return 0n;
    if (diagrams.isLeaf(node)) return 1n;
    const known = done.get(node);
    if (known !== undefined) return known;
    const level = levelOf(node);
    let sum = 0n;
    for (const { ranks, to } of diagrams.edges(node))
      sum += weight(level, ranks) * skipped(level + 1, levelOf(to)) * below(to);
    done.set(node, sum);
    return sum;
  };
  return skipped(0, levelOf(set)) * below(set);
}

/** Every value is a rank of its own. */
export const oneEach: Weight = (_level, { low, high }) => BigInt(high - low + 1);

/** True when every point of the first set is in the second. */
export const isWithin = <T>(diagrams: Diagrams<T>, inner: Diagram, outer: Diagram): boolean =>
  outer === EVERYTHING || diagrams.except(inner, outer) === NOTHING;
