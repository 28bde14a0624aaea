/**
 * Lookups: is the key in the set, what does the map give. In: the set expression of a match, `vmap`, `map`. Out: a function of the packet.
 * Named sets are looked up when a packet comes, so that later transactions and packets count.
 */
import type { Expression, ExpressionBodies } from '../types/expression.ts';
import type { ValueTypes } from '../value/value-type.ts';
import type { Atom } from './atom.ts';
import type { Element } from './element-store.ts';
import { ElementStore } from './element-store.ts';
import { readElement } from './element.ts';
import { Refusal } from './error.ts';
import type { Read } from './read.ts';
import { compileRead } from './read.ts';
import type { Run, StepResult } from './run.ts';
import type { Scope } from './scope.ts';
import type { SetState } from './state.ts';
import type { Arrival } from './stateful.ts';
import { pass } from './stateful.ts';

/** The atoms of a key; undefined when the packet lacks one. */
export function atomsOf(read: Read, run: Run): readonly Atom[] | undefined {
  const atoms: Atom[] = [];
  for (const load of read.loads) {
    const atom = load(run);
    if (atom === undefined) return undefined;
    atoms.push(atom);
  }
  return atoms;
}

/** What stateful statements see of a packet. */
export function arrivalOf(run: Run): Arrival {
  return { now: run.now, length: run.layers.length, connections: run.input.ct?.count };
}

/** Finds the element for the atoms of a packet. */
export type Find = (atoms: readonly Atom[], run: Run) => Element | undefined;

/** A set that stands in the rule itself. */
export function anonymousSet(
  members: readonly Expression[],
  key: ValueTypes,
  data: ValueTypes | 'verdict' | undefined,
): { readonly find: Find; readonly elements: readonly Element[] } {
  const store = new ElementStore();
  const shape = {
    name: 'the set in the rule',
    key,
    isMap: data !== undefined,
    isVerdict: data === 'verdict',
    data: data === 'verdict' ? undefined : data,
    allowsIntervals: true,
    timeout: undefined,
    stateful: () => [],
  };
  for (const member of members) {
    const element = readElement(member, shape, 0, undefined);
    const known = store.get(element.key, 0);
    if (known !== undefined && known.dataText !== element.dataText)
      throw new Refusal('duplicate-key', `${JSON.stringify(element.written)} stands twice in the map of a rule`);
    store.refuseOverlap(element.key, 0, shape.name);
    store.put(element);
  }
  return { find: (atoms, run) => store.find(atoms, run.now), elements: store.all(0) };
}

/** The set that `@name` names in the scope, with the right kind and key. */
export function namedSet(reference: string, kind: 'set' | 'map', key: ValueTypes, scope: Scope): SetState {
  const name = reference.slice(1);
  const set = scope.table.sets.get(name);
  if (set === undefined)
    throw new Refusal('unknown-set', `there is no set \`${name}\` in \`${scope.table.body.name}\``);
  if (set.kind !== kind) throw new Refusal('wrong-type', `\`${name}\` is a ${set.kind}, not a ${kind}`);
  refuseOtherTypes(key, set.key, name);
  scope.sets.push(name);
  return set;
}

/** WHY: nft compares types by name, so a raw field and a named one of the same width do not go together; widths of names follow from them. */
export function refuseOtherTypes(read: ValueTypes, declared: ValueTypes, name: string): void {
  const isAlike =
    read.length === declared.length &&
    read.every(({ type, bits }, index) => {
      const other = declared[index];
      return other !== undefined && type === other.type && (type !== 'integer' || bits === other.bits);
    });
  if (isAlike) return;
  const text = (types: ValueTypes): string => types.map(({ type }) => type).join(' . ');
  throw new Refusal('wrong-type', `\`${name}\` has keys \`${text(declared)}\`, the rule reads \`${text(read)}\``);
}

function findNamed(set: SetState): Find {
  const { name } = set.body;
  return (atoms, run) => {
    const element = run.table.sets.get(name)?.elements.find(atoms, run.now);
    // WHY: a lookup runs the statements that the element carries, and a rate that is used up ends the rule (Linux nft_lookup).
    if (element === undefined || element.stateful.length === 0) return element;
    const arrival = arrivalOf(run);
    return element.stateful.every((state) => pass(state, arrival)) ? element : undefined;
  };
}

/** A lookup of membership: of `{"set": […]}` or `@name`. */
export function compileMembership(set: Expression, read: Read, scope: Scope): Find {
  if (typeof set === 'string') return findNamed(namedSet(set, 'set', read.types, scope));
  if (typeof set === 'object' && 'set' in set) return anonymousSet(set.set, read.types, undefined).find;
  throw new Refusal('wrong-type', 'a lookup needs a set');
}

/** A lookup in a map whose data has these types, or gives verdicts. */
export function compileMap(
  body: ExpressionBodies['map'],
  data: ValueTypes | 'verdict',
  scope: Scope,
): (run: Run) => Element | undefined {
  const read = compileRead(body.key, scope);
  const find = compileMapFind(body.data, read, data, scope);
  return (run) => {
    const atoms = atomsOf(read, run);
    return atoms === undefined ? undefined : find(atoms, run);
  };
}

function compileMapFind(map: Expression, read: Read, data: ValueTypes | 'verdict', scope: Scope): Find {
  if (typeof map === 'string') {
    const set = namedSet(map, 'map', read.types, scope);
    const isFitting = data === 'verdict' ? set.isVerdict : !set.isVerdict && set.data?.length === data.length;
    if (!isFitting) throw new Refusal('wrong-type', `\`${map}\` gives something else than is needed here`);
    return findNamed(set);
  }
  if (typeof map !== 'object' || !('set' in map)) throw new Refusal('wrong-type', 'a lookup needs a map');
  const { find, elements } = anonymousSet(map.set, read.types, data);
  for (const { data: given } of elements) {
    if (given?.kind === 'verdict' && 'target' in given.verdict) scope.targets.push(given.verdict.target);
  }
  return find;
}

/** A verdict map as a step. */
export function compileVmap(body: ExpressionBodies['map'], scope: Scope): (run: Run) => StepResult {
  const find = compileMap(body, 'verdict', scope);
  return (run) => {
    const data = find(run)?.data;
    if (data?.kind !== 'verdict') return 'break';
    return data.verdict.kind === 'continue' ? 'next' : data.verdict;
  };
}
