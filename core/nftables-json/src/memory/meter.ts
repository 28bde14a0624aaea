/**
 * Meters: a statement for each key that packets have, kept by the rule itself. In: the body. Out: a step. WHY: nft turns a meter into a set
 * that comes and goes with its rule; a key that no longer fits into it ends the rule (Linux nft_dynset).
 */
import type { Statement, StatementBodies } from '../types/statement.ts';
import { Refusal } from './error.ts';
import { arrivalOf, atomsOf } from './lookup.ts';
import { compileRead } from './read.ts';
import type { Step } from './run.ts';
import type { Scope } from './scope.ts';
import type { Stateful } from './stateful.ts';
import { pass } from './stateful.ts';

const DEFAULT_SIZE = 65_535;

export function compileMeter(
  body: StatementBodies['meter'],
  scope: Scope,
  stateOf: (statement: Statement) => Stateful | undefined,
): Step {
  const read = compileRead(body.key, scope);
  const kept = new Map<string, Stateful>();
  if (stateOf(body.stmt) === undefined) throw new Refusal('wrong-type', 'a meter keeps a statement that remembers');
  return (run) => {
    const atoms = atomsOf(read, run);
    if (atoms === undefined) return 'break';
    const key = atoms.map(String).join(' ');
    const known = kept.get(key);
    if (known === undefined && kept.size >= (body.size ?? DEFAULT_SIZE)) return 'break';
    const state = known ?? stateOf(body.stmt);
    if (state === undefined) return 'break';
    kept.set(key, state);
    return pass(state, arrivalOf(run)) ? 'next' : 'break';
  };
}
