/**
 * The check of jumps at the end of a transaction. In: a table. Out: a refusal when a base chain leads into a circle or too deep.
 * WHY: Linux asks this of what a base chain can reach, elements of verdict maps included, and keeps 16 chains on its stack.
 */
import { Refusal } from './error.ts';
import type { ChainState, TableState } from './state.ts';

const STACK = 16;

/** An edge of the graph of chains. */
interface Edge {
  readonly target: string;
  readonly sequence: number;
}

/** What lies below a chain. */
interface Below {
  /** Chains on the longest way down, this one included. */
  readonly height: number;
  /** The latest command that made a part of that way. */
  readonly sequence: number;
}

/** Refuses circles and depth. */
export function checkJumps(table: TableState, now: number): void {
  const known = new Map<string, Below>();
  const maps = new Map<string, readonly Edge[]>();
  const edgesOf = (chain: ChainState): readonly Edge[] =>
    chain.rules.flatMap((rule) => [
      ...rule.compiled.targets.map((target) => ({ target, sequence: rule.sequence })),
      ...rule.compiled.sets.flatMap((name) =>
        mapEdges(table, name, now, maps).map((edge) => ({ ...edge, sequence: Math.max(edge.sequence, rule.sequence) })),
      ),
    ]);
  const below = (name: string, path: readonly string[], sequence: number): Below => {
    if (path.includes(name)) throw new Refusal('jump-cycle', `chain \`${name}\` leads back to itself`, sequence);
    const found = known.get(name);
    if (found !== undefined) return found;
    const chain = table.chains.get(name);
    let deepest: Below = { height: 1, sequence: 0 };
    for (const edge of chain === undefined ? [] : edgesOf(chain)) {
      const next = below(edge.target, [...path, name], Math.max(sequence, edge.sequence));
      if (next.height + 1 > deepest.height)
        deepest = { height: next.height + 1, sequence: Math.max(next.sequence, edge.sequence) };
    }
    known.set(name, deepest);
    return deepest;
  };
  for (const [name, chain] of table.chains) {
    if (chain.body.hook === undefined) continue;
    const { height, sequence } = below(name, [], 0);
    if (height > STACK)
      throw new Refusal('jump-depth', `chain \`${name}\` leads more than ${STACK} chains deep`, sequence);
  }
}

function mapEdges(table: TableState, name: string, now: number, cache: Map<string, readonly Edge[]>): readonly Edge[] {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const set = table.sets.get(name);
  const targets = new Map<string, number>();
  for (const element of set?.isVerdict === true ? set.elements.all(now) : []) {
    if (element.data?.kind === 'verdict' && 'target' in element.data.verdict) {
      const { target } = element.data.verdict;
      targets.set(target, Math.max(targets.get(target) ?? 0, element.sequence ?? 0));
    }
  }
  const edges = [...targets].map(([target, sequence]) => ({ target, sequence }));
  cache.set(name, edges);
  return edges;
}
