// What a broken compiler might do, as changes of what its passes hand on: mutants-of-policies.ts and mutants-of-layouts.ts. In: a policy or a layout. Out:
// for each kind all places where it can be applied, with the changed value. Guarantees: nothing given is changed; a place is changed alone.

/** One place and the value that is wrong there. */
export interface Mutant<T> {
  /** What was done to what, for people. */
  readonly at: string;
  /** The chain of the rule that was changed and its number in it, for layouts. */
  readonly rule?: readonly [chain: string, index: number];
  make(): T;
}

/** All places of a kind. */
export type Mutation<T> = (value: T) => readonly Mutant<T>[];

/** The list without one of its members. */
export const without = <T>(list: readonly T[], at: number): readonly T[] => list.filter((_, index) => index !== at);
