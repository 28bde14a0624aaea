import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withinBudget } from './budget.ts';
import { coverSet, boxSet, findBox } from './box.ts';
import { countPoints, isWithin, oneEach } from './count.ts';
import { Diagrams, EVERYTHING, NOTHING } from './diagrams.ts';
import { firstMatch, firstMatchDiagram, points, ruleSet, universe, valueAt } from './testing.ts';
import type { Leaf, Rule } from './testing.ts';

const RUNS = Number(process.env['WEIR_ANALYSIS_RUNS'] ?? 300);

const holdsFor = (law: (sizes: number[], a: readonly Rule[], b: readonly Rule[]) => void): void =>
  fc.assert(
    fc.property(universe, ([sizes, a, b]) => law(sizes, a, b)),
    { numRuns: RUNS },
  );

test('a diagram gives every point what trying the rules one after another gives', () =>
  holdsFor((sizes, rules) => {
    const diagrams = new Diagrams<Leaf>(sizes);
    const diagram = firstMatchDiagram(diagrams, rules);
    for (const point of points(sizes)) expect(valueAt(diagrams, diagram, point)).toBe(firstMatch(rules, point));
  }));

test('two diagrams are the same number exactly when they say the same of every point', () =>
  holdsFor((sizes, a, b) => {
    const diagrams = new Diagrams<Leaf>(sizes);
    const isEqual = [...points(sizes)].every((point) => firstMatch(a, point) === firstMatch(b, point));
    expect(firstMatchDiagram(diagrams, a) === firstMatchDiagram(diagrams, b)).toBe(isEqual);
  }));

test('sets obey the laws of boolean algebra', () =>
  holdsFor((sizes, a, b) => {
    const diagrams = new Diagrams<Leaf>(sizes);
    const [x, y] = [a, b].map((rules) =>
      rules.reduce<number>((set, rule) => diagrams.orElse(set, ruleSet(diagrams, rule)), NOTHING),
    ) as [number, number];
    expect(diagrams.where(x, y)).toBe(diagrams.where(y, x));
    expect(diagrams.orElse(x, y)).toBe(diagrams.orElse(y, x));
    expect(diagrams.not(diagrams.orElse(x, y))).toBe(diagrams.where(diagrams.not(x), diagrams.not(y)));
    expect(diagrams.except(x, y)).toBe(diagrams.where(x, diagrams.not(y)));
    expect(diagrams.not(diagrams.not(x))).toBe(x);
    expect(diagrams.orElse(x, diagrams.not(x))).toBe(EVERYTHING);
    expect(diagrams.where(x, diagrams.not(x))).toBe(NOTHING);
    expect(diagrams.either(x, y, diagrams.not(y))).toBe(
      diagrams.not(diagrams.orElse(diagrams.except(x, y), diagrams.except(y, x))),
    );
    expect(isWithin(diagrams, diagrams.where(x, y), x)).toBe(true);
  }));

test('counts are exact', () =>
  holdsFor((sizes, rules) => {
    const diagrams = new Diagrams<Leaf>(sizes);
    const diagram = firstMatchDiagram(diagrams, rules);
    const tried = [...points(sizes)].filter((point) => firstMatch(rules, point) !== undefined).length;
    expect(countPoints(diagrams, diagram, oneEach)).toBe(BigInt(tried));
  }));

test('a witness has a value, and there is one exactly where some point has one', () =>
  holdsFor((sizes, rules) => {
    const diagrams = new Diagrams<Leaf>(sizes);
    const diagram = firstMatchDiagram(diagrams, rules);
    const box = findBox(diagrams, diagram);
    expect(box === undefined).toBe(rules.length === 0);
    if (box === undefined) return;
    const point = sizes.map((_, level) => box.get(level)?.low ?? 0);
    expect(valueAt(diagrams, diagram, point)).toBe(firstMatch(rules, point));
    expect(firstMatch(rules, point)).toBeDefined();
  }));

test('the boxes of a cover are the set, no more and no less, and none can grow', () =>
  holdsFor((sizes, rules) => {
    const diagrams = new Diagrams<Leaf>(sizes);
    const set = diagrams.domain(firstMatchDiagram(diagrams, rules));
    const { boxes, rest } = coverSet(diagrams, set, { order: [1, 0] });
    expect(rest).toBe(NOTHING);
    const covered = boxes.reduce((sum, box) => diagrams.orElse(sum, boxSet(diagrams, box)), NOTHING);
    expect(covered).toBe(set);
    for (const box of boxes) {
      for (const [level, { low, high }] of box) {
        for (const wider of [
          { low: low - 1, high },
          { low, high: high + 1 },
        ]) {
          if (wider.low < 0 || wider.high >= (sizes[level] ?? 0)) continue;
          expect(isWithin(diagrams, boxSet(diagrams, new Map(box).set(level, wider)), set)).toBe(false);
        }
      }
    }
  }));

test('pairs of values tell exactly where two functions differ, and a function differs from itself nowhere', () =>
  holdsFor((sizes, a, b) => {
    const diagrams = new Diagrams<Leaf>(sizes);
    const [x, y] = [firstMatchDiagram(diagrams, a), firstMatchDiagram(diagrams, b)];
    const differ = (one: number, other: number): number => (one === other ? NOTHING : EVERYTHING);
    const difference = diagrams.zip(x, y, differ);
    expect(diagrams.zip(y, x, differ)).toBe(difference);
    expect(diagrams.zip(x, x, differ)).toBe(NOTHING);
    for (const point of points(sizes)) {
      expect(valueAt(diagrams, difference, point) !== undefined).toBe(firstMatch(a, point) !== firstMatch(b, point));
    }
  }));

test('values are mapped and picked leaf by leaf', () => {
  const diagrams = new Diagrams<Leaf>([4, 4]);
  const [yes, no] = [diagrams.value('yes', 'yes'), diagrams.value('no', 'no')];
  const low = diagrams.among(0, [{ low: 0, high: 1 }]);
  const both = diagrams.either(low, yes, no);
  expect(diagrams.leaves(both)).toEqual([yes, no]);
  expect(diagrams.whereLeaf(both, yes)).toBe(low);
  expect(diagrams.map(both, () => yes)).toBe(yes);
  expect(diagrams.isTotal(both)).toBe(true);
  expect(diagrams.isTotal(low)).toBe(false);
});

test('work beyond the budget ends in its own answer', () => {
  const levels = 24;
  const work = (): number => {
    const diagrams = new Diagrams<Leaf>(
      Array.from({ length: levels }, () => 2),
      2000,
    );
    // Equal halves that are asked far from each other: the size of every diagram of it is exponential.
    let set: number = EVERYTHING;
    for (let level = 0; level < levels / 2; level += 1) {
      const [a, b] = [level, level + levels / 2].map((one) => diagrams.among(one, [{ low: 1, high: 1 }])) as [
        number,
        number,
      ];
      set = diagrams.where(set, diagrams.either(a, b, diagrams.not(b)));
    }
    return set;
  };
  expect(withinBudget(work)).toEqual({ kind: 'too-complex', budget: 2000 });
  expect(withinBudget(() => 7)).toEqual({ kind: 'done', value: 7 });
});
