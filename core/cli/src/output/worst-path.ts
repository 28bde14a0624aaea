/**
 * How many rules the unluckiest packet meets on one hook.
 *
 * In: the whole ruleset. Out: the largest number of rules from a base chain to a verdict, through every jump, goto and
 * verdict map. Guaranteed: an upper bound; no more than the rules there are times the depth of jumps.
 */
import type { NftDocument } from '@weir/nftables-json';
import { isRecord } from '../project/find-package.ts';

interface Step {
  readonly jumps: readonly string[];
  readonly gotos: readonly string[];
}

interface Graph {
  readonly bases: Set<string>;
  /** Rules by chain, in order. */
  readonly chains: Map<string, Step[]>;
  /** Verdicts of map elements by map. */
  readonly maps: Map<string, Step[]>;
}

/** The number of rules. */
export function worstPath(ruleset: NftDocument): number {
  const graph: Graph = { bases: new Set(), chains: new Map(), maps: new Map() };
  const commands: readonly unknown[] = ruleset.nftables;
  for (const command of commands) if (isRecord(command) && isRecord(command['add'])) note(graph, command['add']);
  const known = new Map<string, number>();
  return Math.max(0, ...[...graph.bases].map((chain) => longest(graph, chain, known)));
}

function note(graph: Graph, added: Readonly<Record<string, unknown>>): void {
  const { chain, rule, map, element } = added;
  if (isRecord(chain) && 'hook' in chain) graph.bases.add(key(chain, 'name'));
  if (isRecord(rule)) push(graph.chains, key(rule, 'chain'), targets(rule, rule['expr']));
  if (isRecord(map)) push(graph.maps, key(map, 'name'), targets(map, map['elem']));
  if (isRecord(element)) push(graph.maps, key(element, 'name'), targets(element, element['elem']));
}

function key(object: Readonly<Record<string, unknown>>, name: string): string {
  return place(object, String(object[name]));
}

function place(object: Readonly<Record<string, unknown>>, name: string): string {
  return `${String(object['family'])} ${String(object['table'])} ${name}`;
}

function push(into: Map<string, Step[]>, name: string, step: Step): void {
  const steps = into.get(name);
  if (steps) steps.push(step);
  else into.set(name, [step]);
}

/** Chains and maps that stand anywhere in a value; maps are asked by name (`@map`) and count as gotos and jumps. */
function targets(owner: Readonly<Record<string, unknown>>, value: unknown): Step {
  const jumps: string[] = [];
  const gotos: string[] = [];
  const walk = (inner: unknown): void => {
    if (Array.isArray(inner)) inner.forEach(walk);
    if (!isRecord(inner)) return;
    for (const [word, part] of Object.entries(inner)) {
      if (word === 'jump' && isRecord(part)) jumps.push(key({ ...owner, ...part }, 'target'));
      else if (word === 'goto' && isRecord(part)) gotos.push(key({ ...owner, ...part }, 'target'));
      else if (word === 'data' && typeof part === 'string' && part.startsWith('@')) jumps.push(place(owner, part));
      else walk(part);
    }
  };
  walk(value);
  return { jumps, gotos };
}

function longest(graph: Graph, chain: string, known: Map<string, number>): number {
  const before = known.get(chain);
  if (before !== undefined) return before;
  // INVARIANT: nft refuses chains that jump in a circle; a circle here ends with what is known so far.
  known.set(chain, 0);
  const most = (names: readonly string[]): number => Math.max(0, ...names.map((name) => longest(graph, name, known)));
  let met = 0;
  let worst = 0;
  for (const step of graph.chains.get(chain) ?? []) {
    const { jumps, gotos } = throughMaps(graph, step);
    worst = Math.max(worst, met + 1 + most(gotos));
    met += 1 + most(jumps);
  }
  const result = Math.max(worst, met);
  known.set(chain, result);
  return result;
}

function throughMaps(graph: Graph, step: Step): Step {
  const maps = step.jumps.filter((name) => name.includes(' @'));
  const inMaps = maps.flatMap((name) => graph.maps.get(name.replace(' @', ' ')) ?? []);
  return {
    jumps: distinct([...step.jumps.filter((name) => !maps.includes(name)), ...inMaps.flatMap((inner) => inner.jumps)]),
    gotos: distinct([...step.gotos, ...inMaps.flatMap((inner) => inner.gotos)]),
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
