/** Failed expectations as diagnostics, for the formats that show findings beside lines. */
import type { Diagnostic, Label } from '@weir/plugin';
import { defineDiagnostic } from '@weir/plugin';
import type { ExpectationResult } from '@weir/semantics';
import { deciderOf, placeWords } from './hop-words.ts';
import type { TestReport } from './test-report.ts';

export const unexpectedVerdict = defineDiagnostic<{
  expected: string;
  got: string;
  flow: string;
  labels: readonly Label[];
}>(
  { code: 'test/unexpected-verdict', severity: 'error', title: 'a test whose flow got another verdict' },
  ({ expected, got, flow, labels }) => ({
    message: `expected \`${expected}\`, got \`${got}\`: ${flow}`,
    labels,
    help: 'ask `weir explain` for the same flow to see every rule on its way',
  }),
);

export const nothingTested = defineDiagnostic<object>(
  { code: 'test/nothing-tested', severity: 'error', title: 'a test run without a test' },
  () => ({
    message: 'there is no `test` in these files',
    help: 'write one beside the rules: `test "what must hold" { accept tcp world -> web1 port 443 }`',
  }),
);

/** Every diagnostic declared here. */
export const testRunDiagnostics = [unexpectedVerdict, nothingTested] as const;

/** The failures of a run; one diagnostic each. */
export function testDiagnostics({ run }: TestReport): readonly Diagnostic[] {
  if (run.results.length === 0) return [nothingTested(undefined, {})];
  const failed = run.results.flatMap(({ expectations }) => expectations).filter(({ passed }) => !passed);
  return failed.map(failure);
}

function failure({ expectation, failed }: ExpectationResult): Diagnostic {
  const [first] = failed;
  const { verdict, rejectWith, flow, span } = expectation;
  const expected = rejectWith === undefined ? verdict : `${verdict} with ${rejectWith}`;
  const got = first === undefined ? verdict : first.rejectWith ? `reject with ${first.rejectWith}` : first.verdict;
  const last = first?.journey.hops.at(-1);
  const decider = last && deciderOf(last);
  const labels =
    last && decider?.span
      ? [{ span: decider.span, text: `decided here, at ${placeWords(last)}: ${decider.words}` }]
      : [];
  return unexpectedVerdict(span, { expected, got, flow: flow.text, labels });
}
