/**
 * Which slips the tests of a policy would notice.
 *
 * In: a policy, its tests as they ran (all passed), and mutants. Out: for each mutant, one after the other, the first
 * expectation that fails with it. Guaranteed: only flows that asked the changed statement are followed again; no other
 * flow can tell the difference.
 */
import type { FlowExpectation, Policy } from '@weir/compiler';
import { siteOf, type Site } from '../journey/site.ts';
import type { Hop, Journey } from '../journey/journey.ts';
import { type FlowOutcome, travelIn } from '../journey/travel.ts';
import { type ExpectationResult, isAsExpected, type TestRun } from '../tests/run-tests.ts';
import type { PolicyMutant, PolicyStatement } from './policy-mutants.ts';

export interface MutantResult {
  readonly mutant: PolicyMutant;
  /** The first expectation that fails; absent when no test notices. */
  readonly noticedBy?: FlowExpectation;
  /** Whether any flow of the tests came to the statement at all. */
  readonly isAsked: boolean;
}

/** Runs the mutants. Yields as it goes, so that a caller can show how far it is. */
export function* mutationRun(policy: Policy, run: TestRun, mutants: Iterable<PolicyMutant>): Generator<MutantResult> {
  const { mentioned } = siteOf(policy);
  const asked = askedStatements(run.results.flatMap(({ expectations }) => expectations));
  for (const mutant of mutants) {
    const { statement } = mutant;
    const concerned = asked.get(keyOf(statement.kind, statement)) ?? [];
    const noticedBy = concerned.length === 0 ? undefined : firstFailure(mutant, mentioned, concerned);
    yield { mutant, isAsked: concerned.length > 0, ...(noticedBy && { noticedBy }) };
  }
}

/** WHY: the same packets are asked about as before; a policy that says less would tell fewer of them apart. */
function firstFailure(
  mutant: PolicyMutant,
  mentioned: Site['mentioned'],
  expectations: readonly FlowExpectation[],
): FlowExpectation | undefined {
  const site: Site = { ...siteOf(mutant.make()), mentioned };
  return expectations.find((expectation) => {
    const { answers } = travelIn(site, expectation.flow, { replies: false });
    return !answers.every((answer) => isAsExpected(answer, expectation));
  });
}

type Place = Pick<PolicyStatement, 'stage' | 'direction' | 'origin'>;

const keyOf = (kind: 'rule' | 'default', { stage, direction, origin: { span, statement } }: Place): string =>
  JSON.stringify([kind, stage, direction, span.file, span.start, span.end, statement]);

/** The expectations whose flows came to each statement, on any way that was tried. */
function askedStatements(results: readonly ExpectationResult[]): ReadonlyMap<string, readonly FlowExpectation[]> {
  const asked = new Map<string, Set<FlowExpectation>>();
  for (const { expectation, outcome } of results) {
    for (const hop of hopsOf(outcome)) {
      if (hop.kind !== 'port') continue;
      for (const step of hop.trace) {
        const kind = step.outcome === 'default' ? 'default' : 'rule';
        const key = keyOf(kind, { ...step, direction: hop.direction });
        asked.set(key, (asked.get(key) ?? new Set()).add(expectation));
      }
    }
  }
  return new Map([...asked].map(([key, found]) => [key, [...found]]));
}

function hopsOf({ answers }: FlowOutcome): readonly Hop[] {
  const inJourney = ({ hops, deliveries = [] }: Journey): readonly Hop[] => [...hops, ...deliveries];
  return answers.flatMap(({ journey, others }) => [journey, ...others].flatMap(inJourney));
}
