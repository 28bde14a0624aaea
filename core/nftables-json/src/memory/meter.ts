/**
 * Meters: a set of a rule's own, in which each key has a statement that remembers. In: a meter and the scope of its rule. Out: a step.
 * WHY: nft makes a dynamic set of it (tried with 1.0.6): a new key is added while there is room, and the key's statement says whether the
 * rule goes on.
 */
import type { StatementBodies } from '../types/statement.ts';
import { learnedElement } from './element.ts';
import { ElementStore } from './element-store.ts';
import { Refusal } from './error.ts';
import { arrivalOf, atomsOf } from './lookup.ts';
import { printKey } from './print.ts';
import { compileRead } from './read.ts';
import type { Step } from './run.ts';
import type { Scope } from './scope.ts';
import type { Stateful } from './stateful.ts';
import { pass } from './stateful.ts';

const DEFAULT_SIZE = 65535;

/** Compiles a meter; `begin` gives its statement's state for a new key at that time. */
export function compileMeter(
  body: StatementBodies['meter'],
  scope: Scope,
  begin: (now: number) => Stateful | undefined,
): Step {
  const key = typeof body.key === 'object' && 'elem' in body.key ? body.key.elem.val : body.key;
  const read = compileRead(key, scope);
  if (begin(0) === undefined) throw new Refusal('wrong-type', 'a meter needs a statement that remembers');
  const elements = new ElementStore();
  return (run) => {
    const atoms = atomsOf(read, run);
    if (atoms === undefined) return 'break';
    const spans = atoms.map((atom) => ({ kind: 'span', low: atom, high: atom }) as const);
    let element = elements.get(spans, run.now);
    if (element === undefined) {
      if (elements.size >= (body.size ?? DEFAULT_SIZE)) return 'break';
      const state = begin(run.now);
      const how = { timeout: undefined, stateful: state === undefined ? [] : [state], now: run.now };
      element = learnedElement(atoms, printKey(atoms, read.types), how);
      elements.put(element);
    }
    const arrival = arrivalOf(run);
    return element.stateful.every((state) => pass(state, arrival)) ? 'next' : 'break';
  };
}
