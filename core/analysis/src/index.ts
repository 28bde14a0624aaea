/** Exact questions about packets: decision diagrams, and what they say about policies and rulesets. */
export { DEFAULT_BUDGET, TooComplexError, withinBudget } from './engine/budget.ts';
export type { Bounded } from './engine/budget.ts';
export { boxSet, coverSet, findBox } from './engine/box.ts';
export type { Box, Cover, Preference } from './engine/box.ts';
export { countPoints, isWithin, oneEach } from './engine/count.ts';
export type { Weight } from './engine/count.ts';
export { Diagrams, EVERYTHING, NOTHING } from './engine/diagrams.ts';
export type { Diagram, Ranks } from './engine/diagrams.ts';
