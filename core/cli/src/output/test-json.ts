/** A test run for tools, as `schema/test-result.schema.json` describes it. Absent things are `null` or empty lists. */
import type { ExpectationResult, MutantResult, PolicyStatement, TestResult } from '@weir/semantics';
import { flowJson, type JsonFlow } from './journey-json.ts';
import type { TestRendering } from './render-tests.ts';
import { countDecided, slipWords, type TestReport } from './test-report.ts';

interface JsonPlace {
  readonly file: string;
  readonly line: number | null;
}

interface JsonExpectation extends JsonPlace {
  readonly passed: boolean;
  readonly expected: string;
  readonly rejectWith: string | null;
  readonly flow: string;
  readonly got: string;
  /** Of a failure: the flow as it was followed. */
  readonly outcome: JsonFlow | null;
}

export interface JsonTestReport {
  readonly format: 1;
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly (JsonPlace & {
    readonly title: string;
    readonly passed: boolean;
    readonly expectations: readonly JsonExpectation[];
  })[];
  readonly coverage: {
    readonly decided: number;
    readonly all: number;
    readonly percent: number;
    readonly statements: readonly (JsonPlace & {
      readonly kind: 'rule' | 'default';
      readonly direction: 'in' | 'out';
      readonly text: string | null;
      readonly asked: number;
      readonly matched: number;
      readonly decided: number;
    })[];
  } | null;
  readonly mutants: {
    readonly noticed: number;
    readonly all: number;
    readonly unnoticed: readonly (JsonPlace & {
      readonly slip: string;
      readonly direction: 'in' | 'out';
      readonly words: string;
      readonly text: string | null;
      readonly asked: boolean;
    })[];
  } | null;
}

/** The report as data. */
export function testJson(report: TestReport, rendering: TestRendering): JsonTestReport {
  const { run, coverage, mutants } = report;
  const passed = run.results.filter((one) => one.passed).length;
  return {
    format: 1,
    passed,
    failed: run.results.length - passed,
    tests: run.results.map((result) => resultJson(result, rendering)),
    coverage: coverage ? coverageJson(coverage, rendering) : null,
    mutants: mutants ? mutantsJson(mutants, rendering) : null,
  };
}

function resultJson(
  { test, passed, expectations }: TestResult,
  rendering: TestRendering,
): JsonTestReport['tests'][number] {
  const { lines } = rendering;
  return {
    title: test.title,
    passed,
    file: lines.file(test.span),
    line: lines.line(test.span) ?? null,
    expectations: expectations.map((one) => expectationJson(one, rendering)),
  };
}

function expectationJson(
  { expectation, passed, outcome }: ExpectationResult,
  rendering: TestRendering,
): JsonExpectation {
  const { lines } = rendering;
  return {
    passed,
    expected: expectation.verdict,
    rejectWith: expectation.rejectWith ?? null,
    flow: expectation.flow.text,
    got: outcome.verdict,
    file: lines.file(expectation.span),
    line: lines.line(expectation.span) ?? null,
    outcome: passed ? null : flowJson(outcome, rendering),
  };
}

function coverageJson(
  coverage: readonly PolicyStatement[],
  { lines }: TestRendering,
): NonNullable<JsonTestReport['coverage']> {
  const statements = coverage.map(({ kind, direction, origin, asked, matched, decided }) => ({
    kind,
    direction,
    file: lines.file(origin.span),
    line: lines.line(origin.span) ?? null,
    text: lines.text(origin.span) ?? null,
    asked,
    matched,
    decided,
  }));
  return { ...countDecided(coverage), statements };
}

function mutantsJson(
  mutants: readonly MutantResult[],
  { lines, policy }: TestRendering,
): NonNullable<JsonTestReport['mutants']> {
  const left = mutants.filter(({ noticedBy }) => noticedBy === undefined);
  return {
    noticed: mutants.length - left.length,
    all: mutants.length,
    unnoticed: left.map((result) => {
      const { origin, direction } = result.mutant.statement;
      return {
        slip: result.mutant.slip,
        direction,
        words: slipWords(result, policy),
        file: lines.file(origin.span),
        line: lines.line(origin.span) ?? null,
        text: lines.text(origin.span) ?? null,
        asked: result.isAsked,
      };
    }),
  };
}
