/**
 * Decision diagrams over ranks: partial functions from points to values. One manager for one comparison; discard it then.
 *
 * A point gives each level a rank from 0 to its size less one. A diagram gives a point a value, or nothing. A set of points
 * is a diagram whose only value is {@link EVERYTHING}. Guaranteed: canonical, so that equal functions are the same number;
 * whatever would pass the budget throws `TooComplexError`.
 */
import { DEFAULT_BUDGET, TooComplexError } from './budget.ts';
import { LEAF_LEVEL, NodeTable } from './node-table.ts';
import { PairTable } from './pair-table.ts';

/** A diagram of one manager. Those of two managers do not go together. */
export type Diagram = number;

/** No value anywhere: as a set, the empty one. */
export const NOTHING: Diagram = 0;
/** The value of sets, everywhere: as a set, all points. */
export const EVERYTHING: Diagram = 1;

/** Ranks from `low` to `high`, both included. */
export interface Ranks {
  readonly low: number;
  readonly high: number;
}

/** Descents that the budget allows for each of its nodes. */
const STEPS_PER_NODE = 4;

type Operation = 'where' | 'orElse' | 'except';

/** A manager. `T` is what leaves hold beside {@link EVERYTHING}. */
export class Diagrams<T = never> {
  /** Sizes of the levels, from the root on. */
  readonly sizes: readonly number[];
  readonly #nodes: NodeTable;
  readonly #budget: number;
  /** Descents so far: WHY: work can be endless even where all of it ends in few nodes. */
  #steps = 0;
  readonly #leaves = new Map<string, Diagram>();
  readonly #values = new Map<Diagram, T>();
  readonly #tables = { where: new PairTable(), orElse: new PairTable(), except: new PairTable() };

  constructor(sizes: readonly number[], budget = DEFAULT_BUDGET) {
    this.sizes = sizes;
    this.#budget = budget;
    this.#nodes = new NodeTable(budget);
    this.#nodes.leaf();
    this.#nodes.leaf();
  }

  /** Nodes made so far. */
  get nodeCount(): number {
    return this.#nodes.count;
  }

  /** The diagram that has this value everywhere. Values are the same exactly when their keys are. */
  value(key: string, value: T): Diagram {
    const known = this.#leaves.get(key);
    if (known !== undefined) return known;
    const leaf = this.#nodes.leaf();
    this.#leaves.set(key, leaf);
    this.#values.set(leaf, value);
    return leaf;
  }

  /** The value of a leaf; undefined for {@link NOTHING}, {@link EVERYTHING} and inner nodes. */
  valueOf(leaf: Diagram): T | undefined {
    return this.#values.get(leaf);
  }

  isLeaf(diagram: Diagram): boolean {
    return this.#nodes.level(diagram) === LEAF_LEVEL;
  }

  /** True when every point has a value. */
  isTotal(diagram: Diagram): boolean {
    return this.#nodes.isTotal(diagram);
  }

  /** The level that a diagram asks first; larger than any level for leaves. */
  level(diagram: Diagram): number {
    return this.#nodes.level(diagram);
  }

  /** The intervals of a node's level and where they lead. */
  edges(diagram: Diagram): readonly { readonly ranks: Ranks; readonly to: Diagram }[] {
    const found: { ranks: Ranks; to: Diagram }[] = [];
    let low = 0;
    for (let edge = this.#nodes.first(diagram); edge < this.#nodes.end(diagram); edge += 1) {
      const high = this.#nodes.upper(edge);
      found.push({ ranks: { low, high }, to: this.#nodes.child(edge) });
      low = high + 1;
    }
    return found;
  }

  /** The points whose rank at a level is in one of the intervals: sorted, disjoint, inside of the level. */
  among(level: number, ranks: readonly Ranks[]): Diagram {
    return this.choose(
      level,
      ranks.map((one) => ({ ranks: one, to: EVERYTHING })),
    );
  }

  /** For each interval of a level a diagram of deeper levels; nothing elsewhere. Sorted, disjoint, inside of the level. */
  choose(level: number, choices: readonly { readonly ranks: Ranks; readonly to: Diagram }[]): Diagram {
    const [uppers, children]: [number[], number[]] = [[], []];
    let next = 0;
    for (const { ranks, to } of choices) {
      if (ranks.low > next) {
        uppers.push(ranks.low - 1);
        children.push(NOTHING);
      }
      uppers.push(ranks.high);
      children.push(to);
      next = ranks.high + 1;
    }
    const size = this.sizes[level] ?? 0;
    if (next < size) {
      uppers.push(size - 1);
      children.push(NOTHING);
    }
    return this.#nodes.make(level, uppers, children);
  }

  /** What `diagram` says where `set` holds, nothing elsewhere. Of two sets: both. */
  where(set: Diagram, diagram: Diagram): Diagram {
    return this.#merge('where', set, diagram);
  }

  /** What the first says, and where it says nothing, what the second says. Of two sets: either. */
  orElse(first: Diagram, second: Diagram): Diagram {
    return this.#merge('orElse', first, second);
  }

  /** What `diagram` says where `set` does not hold. Of two sets: the first without the second. */
  except(diagram: Diagram, set: Diagram): Diagram {
    return this.#merge('except', diagram, set);
  }

  /** All points but those of a set. */
  not(set: Diagram): Diagram {
    return this.except(EVERYTHING, set);
  }

  /** `yes` where the set holds, else `no`. */
  either(set: Diagram, yes: Diagram, no: Diagram): Diagram {
    return this.orElse(this.where(set, yes), this.except(no, set));
  }

  /** The points that have a value. */
  domain(diagram: Diagram): Diagram {
    return this.map(diagram, () => EVERYTHING);
  }

  /** Another diagram in place of each leaf but {@link NOTHING}; it must be a leaf itself, {@link NOTHING} included. */
  map(diagram: Diagram, change: (leaf: Diagram) => Diagram): Diagram {
    const done = new Map<Diagram, Diagram>([[NOTHING, NOTHING]]);
    const walk = (node: Diagram): Diagram => {
      const known = done.get(node);
      if (known !== undefined) return known;
      const made = this.isLeaf(node) ? change(node) : this.#rebuild(node, walk);
      done.set(node, made);
      return made;
    };
    return walk(diagram);
  }

  #rebuild(node: Diagram, walk: (child: Diagram) => Diagram): Diagram {
    const [uppers, children]: [number[], number[]] = [[], []];
    for (let edge = this.#nodes.first(node); edge < this.#nodes.end(node); edge += 1) {
      uppers.push(this.#nodes.upper(edge));
      children.push(walk(this.#nodes.child(edge)));
    }
    return this.#nodes.make(this.#nodes.level(node), uppers, children);
  }

  /** A leaf for every pair of leaves that some point has, {@link NOTHING} included. */
  zip(a: Diagram, b: Diagram, join: (a: Diagram, b: Diagram) => Diagram): Diagram {
    const done = new PairTable();
    const walk = (x: Diagram, y: Diagram): Diagram => {
      const known = done.get(x, y);
      if (known !== -1) return known;
      const made = this.isLeaf(x) && this.isLeaf(y) ? join(x, y) : this.#both(x, y, walk);
      done.set(x, y, made);
      return made;
    };
    return walk(a, b);
  }

  /** The leaves that some point has, without {@link NOTHING}, in the order of their making. */
  leaves(diagram: Diagram): readonly Diagram[] {
    const [seen, found] = [new Set<Diagram>(), new Set<Diagram>()];
    const walk = (node: Diagram): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (!this.isLeaf(node)) for (const { to } of this.edges(node)) walk(to);
      else if (node !== NOTHING) found.add(node);
    };
    walk(diagram);
    return [...found].toSorted((a, b) => a - b);
  }

  /** The points that have this leaf. */
  whereLeaf(diagram: Diagram, leaf: Diagram): Diagram {
    return this.map(diagram, (one) => (one === leaf ? EVERYTHING : NOTHING));
  }

  /** The leaf of a point, given by the rank of each level. */
  at(diagram: Diagram, rankOf: (level: number) => number): Diagram {
    let node = diagram;
    while (!this.isLeaf(node)) {
      const rank = rankOf(this.#nodes.level(node));
      let edge = this.#nodes.first(node);
      while (this.#nodes.upper(edge) < rank) edge += 1;
      node = this.#nodes.child(edge);
    }
    return node;
  }

  #merge(operation: Operation, a: Diagram, b: Diagram): Diagram {
    const early = this.#early(operation, a, b);
    if (early !== -1) return early;
    const table = this.#tables[operation];
    const known = table.get(a, b);
    if (known !== -1) return known;
    const made = this.#both(a, b, (x, y) => this.#merge(operation, x, y));
    table.set(a, b, made);
    return made;
  }

  /** The answer where it needs no descent; -1 elsewhere. */
  #early(operation: Operation, a: Diagram, b: Diagram): number {
    if (operation === 'orElse') {
      if (a === NOTHING || a === b) return b;
      return b === NOTHING || this.#nodes.isTotal(a) ? a : -1;
    }
    if (operation === 'where') {
      if (a === NOTHING || b === NOTHING) return NOTHING;
      return a === EVERYTHING ? b : -1;
    }
    if (a === NOTHING || b === EVERYTHING) return NOTHING;
    return b === NOTHING ? a : -1;
  }

  /** One descent: the intervals of both nodes at the upper of their levels. */
  #both(a: Diagram, b: Diagram, next: (a: Diagram, b: Diagram) => Diagram): Diagram {
    const nodes = this.#nodes;
    this.#steps += 1;
    if (this.#steps > this.#budget * STEPS_PER_NODE) throw new TooComplexError(this.#budget);
    const [levelA, levelB] = [nodes.level(a), nodes.level(b)];
    const level = Math.min(levelA, levelB);
    const [uppers, children]: [number[], number[]] = [[], []];
    let [edgeA, edgeB] = [nodes.first(a), nodes.first(b)];
    const last = (this.sizes[level] ?? 0) - 1;
    for (let upper = -1; upper < last;) {
      const upperA = levelA === level ? nodes.upper(edgeA) : last;
      const upperB = levelB === level ? nodes.upper(edgeB) : last;
      upper = Math.min(upperA, upperB);
      uppers.push(upper);
      children.push(next(levelA === level ? nodes.child(edgeA) : a, levelB === level ? nodes.child(edgeB) : b));
      if (upperA === upper) edgeA += 1;
      if (upperB === upper) edgeB += 1;
    }
    return nodes.make(level, uppers, children);
  }
}
