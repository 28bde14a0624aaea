/** Boxes: an interval for each level that matters. In: a set. Out: some box of it, and few largest boxes that cover it. */
import { EVERYTHING, NOTHING } from './diagrams.ts';
import type { Diagram, Diagrams, Ranks } from './diagrams.ts';

/** Levels that are not there may have any rank. */
export type Box = ReadonlyMap<number, Ranks>;

/** Which of the intervals that lead somewhere is taken; the first unless given. */
export type Preference = (level: number, intervals: readonly Ranks[]) => number;

const first: Preference = () => 0;

/** A box of points that all have the same value; undefined when no point has one. */
export function findBox<T>(diagrams: Diagrams<T>, set: Diagram, prefer: Preference = first): Box | undefined {
  if (set === NOTHING) return undefined;
  const box = new Map<number, Ranks>();
  for (let node = set; !diagrams.isLeaf(node);) {
    const ways = diagrams.edges(node).filter(({ to }) => to !== NOTHING);
    const level = diagrams.level(node);
    const chosen =
      ways[
        prefer(
          level,
          ways.map(({ ranks }) => ranks),
        )
      ] ?? ways[0];
    // INVARIANT: a node that is not NOTHING leads to another such node.
    if (chosen === undefined) throw new Error('a diagram leads nowhere');
    box.set(level, chosen.ranks);
    node = chosen.to;
  }
  return box;
}

/** The set of a box. */
export function boxSet<T>(diagrams: Diagrams<T>, box: Box): Diagram {
  let set: Diagram = EVERYTHING;
  for (const [level, ranks] of [...box].toSorted(([a], [b]) => b - a))
    set = diagrams.choose(level, [{ ranks, to: set }]);
  return set;
}

/** A cover of a set by boxes. */
export interface Cover {
  /** Each is inside of the set, and none can be made longer at any level. They may overlap. */
  readonly boxes: readonly Box[];
  /** The points that no box has: empty unless the limit was reached. */
  readonly rest: Diagram;
}

/**
 * Covers a set by largest boxes, greedily. `order`: levels in the order in which boxes are made longer; what comes first is
 * rather left open. Levels that are missing come last. `within`: a larger set that boxes may reach into; each then has some
 * point of the set itself, and is inside of the larger one.
 */
export function coverSet<T>(
  diagrams: Diagrams<T>,
  set: Diagram,
  options: {
    readonly order?: readonly number[];
    readonly limit?: number;
    readonly prefer?: Preference;
    readonly within?: Diagram;
  } = {},
): Cover {
  const { order = [], limit = 64, prefer, within = set } = options;
  const boxes: Box[] = [];
  let rest = set;
  while (rest !== NOTHING && boxes.length < limit) {
    const found = findBox(diagrams, rest, prefer);
    if (found === undefined) break;
    const box = enlarge(diagrams, within, found, order);
    boxes.push(box);
    rest = diagrams.except(rest, boxSet(diagrams, box));
  }
  return { boxes, rest };
}

function enlarge<T>(diagrams: Diagrams<T>, set: Diagram, box: Box, order: readonly number[]): Box {
  const large = new Map(box);
  const levels = [...order.filter((level) => box.has(level)), ...[...box.keys()].filter((one) => !order.includes(one))];
  for (const level of levels) {
    const from = large.get(level);
    if (from === undefined) continue;
    const longest = longestInterval(diagrams, set, large, level, from);
    if (longest.low === 0 && longest.high === (diagrams.sizes[level] ?? 1) - 1) large.delete(level);
    else large.set(level, longest);
  }
  return large;
}

/** The longest interval around `from` that the box can have at a level and stay inside of the set. */
function longestInterval<T>(diagrams: Diagrams<T>, set: Diagram, box: Box, level: number, from: Ranks): Ranks {
  const fitting = fittingRanks(diagrams, set, box, level);
  let { low, high } = from;
  for (const ranks of fitting) if (ranks.low <= low && low <= ranks.high) low = ranks.low;
  for (const ranks of fitting) if (ranks.low <= high && high <= ranks.high) high = ranks.high;
  return { low, high };
}

/** The ranks of a level with which every point of the box, whatever it had there, is in the set: sorted, not adjacent. */
function fittingRanks<T>(diagrams: Diagrams<T>, set: Diagram, box: Box, level: number): readonly Ranks[] {
  const all: readonly Ranks[] = [{ low: 0, high: (diagrams.sizes[level] ?? 1) - 1 }];
  const whole = new Map<Diagram, boolean>();
  const inBox = (node: Diagram): readonly { readonly ranks: Ranks; readonly to: Diagram }[] => {
    const limits = box.get(diagrams.level(node));
    const edges = diagrams.edges(node);
    return limits === undefined
      ? edges
      : edges.filter(({ ranks }) => ranks.low <= limits.high && limits.low <= ranks.high);
  };
  /** True when all of the box below is in the set. */
  const holds = (node: Diagram): boolean => {
    if (diagrams.isLeaf(node)) return node !== NOTHING;
    const known = whole.get(node);
    if (known !== undefined) return known;
    const answer = inBox(node).every(({ to }) => holds(to));
    whole.set(node, answer);
    return answer;
  };
  const done = new Map<Diagram, readonly Ranks[]>();
  const walk = (node: Diagram): readonly Ranks[] => {
    if (diagrams.level(node) > level) return holds(node) ? all : [];
    const known = done.get(node);
    if (known !== undefined) return known;
    const found =
      diagrams.level(node) === level
        ? joined(diagrams.edges(node).flatMap(({ ranks, to }) => (holds(to) ? [ranks] : [])))
        : inBox(node)
            .map(({ to }) => walk(to))
            .reduce(common, all);
    done.set(node, found);
    return found;
  };
  return walk(set);
}

function joined(ranks: readonly Ranks[]): readonly Ranks[] {
  const found: Ranks[] = [];
  for (const one of ranks) {
    const last = found.at(-1);
    if (last !== undefined && last.high + 1 === one.low) found[found.length - 1] = { low: last.low, high: one.high };
    else found.push(one);
  }
  return found;
}

function common(a: readonly Ranks[], b: readonly Ranks[]): readonly Ranks[] {
  return a.flatMap((x) =>
    b.flatMap((y) => {
      const [low, high] = [Math.max(x.low, y.low), Math.min(x.high, y.high)];
      return low <= high ? [{ low, high }] : [];
    }),
  );
}
