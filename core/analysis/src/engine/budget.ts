/** The limit on work: a question that would take too many nodes is given up, never left hanging. */

/** Nodes that one comparison may make. At about 60 bytes each, some 120 MB and a few seconds. */
export const DEFAULT_BUDGET = 2_000_000;

/** Thrown inside the engine when a budget is used up; {@link withinBudget} turns it into a value. */
export class TooComplexError extends Error {
  readonly budget: number;

  constructor(budget: number) {
    super(`more than ${budget} nodes`);
    this.name = 'TooComplexError';
    this.budget = budget;
  }
}

/** What came of work on a budget. */
export type Bounded<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'too-complex'; readonly budget: number };

/** Runs work; `too-complex` when it used its budget up. */
export function withinBudget<T>(work: () => T): Bounded<T> {
  try {
    return { kind: 'done', value: work() };
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
    return { kind: 'too-complex', budget: error.budget };
  }
}
