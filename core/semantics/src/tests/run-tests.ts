/**
 * The tests of a policy, run: what every expected flow gets.
 *
 * In: a policy and its tests. Out: results in the same order, and how often each rule was asked, matched and decided.
 * Guaranteed: pure; it is the policy's meaning that is tested, not what a target can say of it (a reject that a target
 * can only drop is a reject here).
 */
import type { FlowExpectation, FlowTest, Policy } from '@weir/compiler';
import { type FlowAnswer, type FlowOutcome, travelIn, type TravelOptions } from '../journey/travel.ts';
import { siteOf } from '../journey/site.ts';
import { coverageOf, type Covered } from './coverage.ts';

export interface ExpectationResult {
  readonly expectation: FlowExpectation;
  readonly passed: boolean;
  readonly outcome: FlowOutcome;
  /** The packets of the flow that did not get what was expected; empty when it passed. */
  readonly failed: readonly FlowAnswer[];
}

export interface TestResult {
  readonly test: FlowTest;
  readonly passed: boolean;
  readonly expectations: readonly ExpectationResult[];
}

export interface TestRun {
  readonly passed: boolean;
  readonly results: readonly TestResult[];
  /** Every rule and default of the policy and its networks, in the order of files, those of networks last. */
  readonly coverage: readonly Covered[];
}

type Asked = Pick<ExpectationResult, 'outcome' | 'failed'>;

/**
 * Runs the tests. Answers are not followed unless `options.replies` asks for it; of failed expectations the steps say why
 * rules missed.
 */
export function runTests(
  policy: Policy,
  tests: readonly FlowTest[],
  options: Omit<TravelOptions, 'explain'> = {},
): TestRun {
  const site = siteOf(policy);
  const results = tests.map((test): TestResult => {
    const expectations = test.expectations.map((expectation) => {
      const ask = (explain: boolean): Asked => {
        const outcome = travelIn(site, expectation.flow, { replies: false, ...options, explain });
        return { outcome, failed: outcome.answers.filter((answer) => !isAsExpected(answer, expectation)) };
      };
      const quick = ask(false);
      // Why rules missed is only of interest where something failed.
      return { expectation, passed: quick.failed.length === 0, ...(quick.failed.length === 0 ? quick : ask(true)) };
    });
    return { test, passed: expectations.every(({ passed }) => passed), expectations };
  });
  const outcomes = results.flatMap(({ expectations }) => expectations.map(({ outcome }) => outcome));
  return { passed: results.every(({ passed }) => passed), results, coverage: coverageOf(policy, outcomes) };
}

/** `reject` alone takes any answer to the sender. */
export function isAsExpected(answer: FlowAnswer, { verdict, rejectWith }: FlowExpectation): boolean {
  return answer.verdict === verdict && (rejectWith === undefined || answer.rejectWith === rejectWith);
}
