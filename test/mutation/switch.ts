// The switch of all mutants: what instrumented sources ask at every place that has one. In: one mutant at a time, or none. Out: which mutants were
// reached, and an error where a mutant is passed so often that it must be in an endless loop. The names are those that Stryker's instrumenter writes.

let active: string | undefined;
let passed = 0;
let limit = Infinity;
let reached: Map<string, number> | undefined = new Map();

/** Thrown where an active mutant was passed more often than allowed. */
export class EndlessLoop extends Error {}

/** Called in front of every place with mutants, with their numbers. */
export function stryCov_9fa48(...mutants: readonly string[]): void {
  if (reached === undefined) return;
  for (const mutant of mutants) reached.set(mutant, (reached.get(mutant) ?? 0) + 1);
}

/** True where that mutant is to run. */
export function stryMutAct_9fa48(mutant: string): boolean {
  if (mutant !== active) return false;
  passed += 1;
  if (passed > limit) throw new EndlessLoop(`mutant ${mutant} was passed ${limit} times`);
  return true;
}

/** What was reached since the last call, and how often each; counting goes on when `again`. */
export function takeReached(again: boolean): ReadonlyMap<string, number> {
  const taken = reached ?? new Map<string, number>();
  reached = again ? new Map() : undefined;
  return taken;
}

/** Switches a mutant on, to be passed so often; without one, the sources are as written. */
export function activate(mutant?: string, most = Infinity): void {
  active = mutant;
  passed = 0;
  limit = most;
}
