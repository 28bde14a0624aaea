/** Random functions over small universes, as diagrams and as tables, for tests of the engine. */
import fc from 'fast-check';
import { NOTHING } from './diagrams.ts';
import type { Diagram, Diagrams } from './diagrams.ts';

export type Leaf = string;

/** A rule: where each given level is in its interval, the value holds. */
export interface Rule {
  readonly intervals: readonly (readonly [number, number] | undefined)[];
  readonly value: Leaf;
}

/** Sizes of a universe of at most some thousand points. */
export const sizesArbitrary = fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 4 });

/** Rules over a universe. */
export const rulesArbitrary = (sizes: readonly number[], most = 8): fc.Arbitrary<readonly Rule[]> =>
  fc.array(
    fc.record({
      intervals: fc.tuple(
        ...sizes.map((size) =>
          fc.option(
            fc
              .tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 0, max: size - 1 }))
              .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
            { nil: undefined },
          ),
        ),
      ),
      value: fc.constantFrom('accept', 'drop', 'log'),
    }),
    { maxLength: most },
  );

export const universe = fc
  .tuple(sizesArbitrary, fc.nat())
  .chain(([sizes]) => fc.tuple(fc.constant(sizes), rulesArbitrary(sizes), rulesArbitrary(sizes)));

/** Every point of a universe. */
export function* points(sizes: readonly number[]): Generator<readonly number[]> {
  const [size, ...rest] = sizes;
  if (size === undefined) yield [];
  else for (let rank = 0; rank < size; rank += 1) for (const others of points(rest)) yield [rank, ...others];
}

const holds = ({ intervals }: Rule, point: readonly number[]): boolean =>
  intervals.every(
    (one, level) => one === undefined || (one[0] <= (point[level] ?? 0) && (point[level] ?? 0) <= one[1]),
  );

/** What the first rule that holds says, by trying one after another. */
export const firstMatch = (rules: readonly Rule[], point: readonly number[]): Leaf | undefined =>
  rules.find((rule) => holds(rule, point))?.value;

/** The set of a rule. */
export function ruleSet(diagrams: Diagrams<Leaf>, { intervals }: Rule): Diagram {
  return intervals.reduce<Diagram>(
    (set, one, level) =>
      one === undefined ? set : diagrams.where(set, diagrams.among(level, [{ low: one[0], high: one[1] }])),
    1,
  );
}

/** The same as a diagram. */
export function firstMatchDiagram(diagrams: Diagrams<Leaf>, rules: readonly Rule[]): Diagram {
  return rules.reduce<Diagram>(
    (so, rule) => diagrams.orElse(so, diagrams.where(ruleSet(diagrams, rule), diagrams.value(rule.value, rule.value))),
    NOTHING,
  );
}

/** The value that a diagram gives a point. */
export const valueAt = (diagrams: Diagrams<Leaf>, diagram: Diagram, point: readonly number[]): Leaf | undefined => {
  const leaf = diagrams.at(diagram, (level) => point[level] ?? 0);
  return leaf === NOTHING ? undefined : (diagrams.valueOf(leaf) ?? 'everything');
};
