/**
 * The nodes of diagrams, each made once. In: a level, and intervals with the node that each leads to. Out: a number.
 *
 * INVARIANT: two numbers are equal exactly when the functions are. A node's intervals cover 0 to the size of its level less
 * one in ascending order, neighbours lead to different nodes, and every node leads to deeper levels only.
 */
import { TooComplexError } from './budget.ts';
import { mix } from './pair-table.ts';

/** The level of leaves, below all others. */
export const LEAF_LEVEL = 0x7fff_ffff;

const START = 1 << 9;

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

export class NodeTable {
  readonly #budget: number;
  #levels = new Int32Array(START);
  /** Where a node's edges start; those of the next node end them. For leaves unused. */
  #starts = new Int32Array(START + 1);
  #uppers = new Int32Array(START * 2);
  #children = new Int32Array(START * 2);
  /** 1 where no way leads to node 0. */
  #total = new Uint8Array(START);
  #slots = new Int32Array(START * 4).fill(-1);
  #count = 0;
  #edges = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  /** How many nodes there are. */
  get count(): number {
    return this.#count;
  }

  /** A new leaf. The first one made, node 0, is the one that {@link isTotal} asks about. */
  leaf(): number {
    return this.#append(LEAF_LEVEL, this.#count === 0 ? 0 : 1);
  }

  level(node: number): number {
    return this.#levels[node] ?? LEAF_LEVEL;
  }

  /** True when no packet leads to node 0. */
  isTotal(node: number): boolean {
    return this.#total[node] === 1;
  }

  /** Index of a node's first edge. */
  first(node: number): number {
    return this.#starts[node] ?? 0;
  }

  /** Index behind a node's last edge. */
  end(node: number): number {
    return this.#starts[node + 1] ?? 0;
  }

  /** The last value of an edge's interval. */
  upper(edge: number): number {
    return this.#uppers[edge] ?? 0;
  }

  child(edge: number): number {
    return this.#children[edge] ?? 0;
  }

  /** The node with these intervals. The lists are changed: neighbours that lead to one node are joined. */
  make(level: number, uppers: number[], children: number[]): number {
    let kept = 0;
    for (let at = 0; at < uppers.length; at += 1) {
      const child = children[at] ?? 0;
      if (kept > 0 && children[kept - 1] === child) kept -= 1;
      uppers[kept] = uppers[at] ?? 0;
      children[kept] = child;
      kept += 1;
    }
    if (kept === 1) return children[0] ?? 0;
    let hash = level;
    for (let at = 0; at < kept; at += 1) hash = mix(hash ^ (uppers[at] ?? 0), children[at] ?? 0);
    let slot = hash & (this.#slots.length - 1);
    for (let found = this.#slots[slot] ?? -1; found !== -1; found = this.#slots[slot] ?? -1) {
      if (this.#isNode(found, level, kept, uppers, children)) return found;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    return this.#add(slot, level, kept, uppers, children);
  }

  #isNode(node: number, level: number, count: number, uppers: number[], children: number[]): boolean {
    const first = this.first(node);
    if (this.#levels[node] !== level || this.end(node) - first !== count) return false;
    for (let at = 0; at < count; at += 1) {
      if (this.#uppers[first + at] !== uppers[at] || this.#children[first + at] !== children[at]) return false;
    }
    return true;
  }

  #add(slot: number, level: number, count: number, uppers: number[], children: number[]): number {
    while (this.#edges + count > this.#uppers.length) {
      this.#uppers = grown(this.#uppers);
      this.#children = grown(this.#children);
    }
    let total = 1;
    for (let at = 0; at < count; at += 1) {
      const child = children[at] ?? 0;
      this.#uppers[this.#edges + at] = uppers[at] ?? 0;
      this.#children[this.#edges + at] = child;
      if (this.#total[child] !== 1) total = 0;
    }
    this.#edges += count;
    const node = this.#append(level, total);
    this.#slots[slot] = node;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return node;
  }

  #append(level: number, total: number): number {
    const node = this.#count;
    if (node >= this.#budget) throw new TooComplexError(this.#budget);
    if (node + 1 >= this.#levels.length) this.#growNodes();
    this.#levels[node] = level;
    this.#total[node] = total;
    this.#starts[node + 1] = this.#edges;
    this.#count = node + 1;
    return node;
  }

  #growNodes(): void {
    this.#levels = grown(this.#levels);
    this.#starts = grown(this.#starts);
    const total = new Uint8Array(this.#total.length * 2);
    total.set(this.#total);
    this.#total = total;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1);
    for (let node = 0; node < this.#count; node += 1) {
      const level = this.#levels[node] ?? LEAF_LEVEL;
      if (level === LEAF_LEVEL) continue;
      let hash = level;
      const end = this.end(node);
      for (let edge = this.first(node); edge < end; edge += 1)
        hash = mix(hash ^ (this.#uppers[edge] ?? 0), this.#children[edge] ?? 0);
      let slot = hash & (slots.length - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = node;
    }
    this.#slots = slots;
  }
}
