/**
 * A test run for people: a line for each test, and of every flow that got something else each hop and who decided.
 */
import type { ExpectationResult, MutantResult, PolicyStatement, TestResult } from '@weir/semantics';
import { makeVisible } from '@weir/compiler';
import { counted } from './counted.ts';
import { journeyText, packetWords, type JourneyTextOptions } from './journey-text.ts';
import { countDecided, countFlows, slipWords, type TestReport } from './test-report.ts';

/** The whole report. */
export function testText(report: TestReport, options: JourneyTextOptions): string {
  const { run, coverage, mutants, mutantsNeedPassing } = report;
  if (run.results.length === 0) return 'there is no `test` in these files; nothing was tested\n';
  const tests = run.results.map((result) => testLines(result, options)).join('');
  return [
    tests,
    closing(report),
    ...(coverage ? [coverageText(coverage, options)] : []),
    ...(mutants ? [mutantsText(mutants, options)] : []),
    ...(mutantsNeedPassing ? ['\nno change was tried: the tests must pass first\n'] : []),
  ].join('');
}

function testLines({ test, passed, expectations }: TestResult, options: JourneyTextOptions): string {
  const { paint, lines } = options;
  const title = `${paint.strong(makeVisible(test.title))} (${counted(expectations.length, 'flow')})`;
  const head = passed ? `ok    ${title}\n` : `FAIL  ${title}  ${paint.place(lines.place(test.span))}\n`;
  return (
    head +
    expectations
      .filter((one) => !one.passed)
      .map((one) => failureText(one, options))
      .join('')
  );
}

/** How many packets of one flow are shown. */
const PACKETS = 2;

function failureText({ expectation, failed, outcome }: ExpectationResult, options: JourneyTextOptions): string {
  const { lines, paint } = options;
  const { verdict, rejectWith, flow, span } = expectation;
  const wanted = rejectWith === undefined ? verdict : `${verdict} with ${rejectWith}`;
  const some = failed.length < outcome.answers.length ? ` (${failed.length} of ${outcome.answers.length} packets)` : '';
  const packets = failed.slice(0, PACKETS).map((answer) => {
    const got = answer.rejectWith === undefined ? answer.verdict : `${answer.verdict} with ${answer.rejectWith}`;
    return `    expected ${wanted}, got ${got}: ${packetWords(answer)}\n${journeyText(answer.journey, options)}`;
  });
  const more = failed.length > PACKETS ? `    … and ${failed.length - PACKETS} more packets\n` : '';
  return `\n  ${paint.place(lines.place(span))}  ${makeVisible(flow.text)}${some}\n${packets.join('')}${more}\n`;
}

function closing({ run }: TestReport): string {
  const passed = run.results.filter((one) => one.passed).length;
  const { passed: right, all } = countFlows(run);
  const failed = run.results.length - passed;
  return `\n${passed} passed, ${failed} failed; ${right} of ${counted(all, 'flow')} as expected\n`;
}

function coverageText(coverage: readonly PolicyStatement[], { lines, paint }: JourneyTextOptions): string {
  const { decided, all, percent } = countDecided(coverage);
  const left = coverage.filter((one) => one.decided === 0);
  const rows = left.map((one) => {
    const what = one.asked === 0 ? 'never asked  ' : 'never decided';
    return `  ${what}  ${paint.place(lines.place(one.origin.span))}  ${statementWords(one, lines.text(one.origin.span))}\n`;
  });
  return `\ncoverage: ${decided} of ${counted(all, 'rule')} and defaults decided some flow (${percent.toFixed(1)} %)\n${rows.join('')}`;
}

/** WHY: a default that nobody wrote has the place of its item's name. */
function statementWords({ kind, direction, origin }: PolicyStatement, text: string | undefined): string {
  if (origin.statement === 0) return `the ${direction} default of ${origin.item} that is not written (drop)`;
  return kind === 'default' ? `${text ?? ''} (${direction})` : (text ?? origin.item);
}

function mutantsText(mutants: readonly MutantResult[], { lines, paint, policy }: JourneyTextOptions): string {
  const left = mutants.filter(({ noticedBy }) => noticedBy === undefined);
  const noticed = mutants.length - left.length;
  const percent = mutants.length === 0 ? 100 : (100 * noticed) / mutants.length;
  const rows = left.map((result) => {
    const { origin } = result.mutant.statement;
    const never = result.isAsked ? '' : ', and no flow comes to it';
    const place = paint.place(lines.place(origin.span));
    return `  no test notices  ${place}  ${slipWords(result, policy)}${never}: ${statementWords(result.mutant.statement, lines.text(origin.span))}\n`;
  });
  return `\nchanges: ${noticed} of ${mutants.length} are noticed by some test (${percent.toFixed(1)} %)\n${rows.join('')}`;
}
