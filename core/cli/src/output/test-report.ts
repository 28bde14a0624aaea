/** What a test run came to, before it is printed. */
import type { Policy } from '@weir/compiler';
import { matchWords, type MutantResult, type PolicyStatement, type TestRun } from '@weir/semantics';

export interface TestReport {
  readonly run: TestRun;
  /** The statements of the named files with how often they decided; absent when nobody asked. */
  readonly coverage?: readonly PolicyStatement[];
  /** Absent when nobody asked, or when the tests fail as they are. */
  readonly mutants?: readonly MutantResult[];
  /** Changes were asked for, and could not be tried because tests fail as they are. */
  readonly mutantsNeedPassing: boolean;
}

/** How many statements decided some flow. */
export function countDecided(coverage: readonly PolicyStatement[]): {
  readonly decided: number;
  readonly all: number;
  /** 100 where there is nothing to decide. */
  readonly percent: number;
} {
  const decided = coverage.filter((one) => one.decided > 0).length;
  const all = coverage.length;
  return { decided, all, percent: all === 0 ? 100 : (100 * decided) / all };
}

/** How many flows of all tests there are, and how many got what was expected. */
export function countFlows({ results }: TestRun): { readonly passed: number; readonly all: number } {
  const flows = results.flatMap(({ expectations }) => expectations);
  return { passed: flows.filter(({ passed }) => passed).length, all: flows.length };
}

/** What was changed, in a few words. */
export function slipWords(
  { mutant: { slip, condition, statement } }: MutantResult,
  policy: Pick<Policy, 'sets'>,
): string {
  const { direction, kind } = statement;
  if (slip === 'flipped') return `the ${direction} ${kind} says the opposite`;
  if (slip === 'dropped') return `the ${direction} rule is not there`;
  return `the ${direction} rule does not ask for ${condition === undefined ? 'something' : matchWords(condition, policy)}`;
}
