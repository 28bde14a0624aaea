/**
 * A test run as JUnit XML: a `testsuite` for each `test` item, a `testcase` for each flow.
 *
 * Guaranteed: no clock and no host name, so equal runs give equal bytes; no character that XML 1.0 forbids.
 */
import type { ExpectationResult, TestResult } from '@weir/semantics';
import { journeyText, packetWords } from './journey-text.ts';
import { paintFor } from './paint.ts';
import type { TestRendering } from './render-tests.ts';
import type { TestReport } from './test-report.ts';

/** The report as XML. */
export function testJunit({ run }: TestReport, rendering: TestRendering): string {
  const flows = run.results.flatMap(({ expectations }) => expectations);
  const failures = flows.filter(({ passed }) => !passed).length;
  const suites = run.results.map((result) => suite(result, rendering)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="weir" tests="${flows.length}" failures="${failures}" errors="0">\n${suites}</testsuites>\n`;
}

function suite({ test, expectations }: TestResult, rendering: TestRendering): string {
  const { lines } = rendering;
  const failures = expectations.filter(({ passed }) => !passed).length;
  const cases = expectations.map((one) => testCase(one, rendering)).join('');
  const file = escape(lines.file(test.span));
  return `  <testsuite name="${escape(test.title)}" file="${file}" tests="${expectations.length}" failures="${failures}" errors="0">\n${cases}  </testsuite>\n`;
}

function testCase({ expectation, passed, failed, outcome }: ExpectationResult, rendering: TestRendering): string {
  const { lines } = rendering;
  const { verdict, flow, span } = expectation;
  const line = lines.line(span);
  const place = `classname="${escape(lines.file(span))}"${line === undefined ? '' : ` line="${line}"`}`;
  const head = `    <testcase name="${escape(`${verdict} ${flow.text}`)}" ${place}`;
  if (passed) return `${head}/>\n`;
  const [first] = failed;
  const options = { ...rendering, paint: paintFor(false), missed: 'telling' } as const;
  const body = first === undefined ? '' : `${packetWords(first)}\n${journeyText(first.journey, options)}`;
  const message = escape(`expected ${verdict}, got ${outcome.verdict}`);
  return `${head}>\n      <failure message="${message}" type="unexpected-verdict">${escape(body)}</failure>\n    </testcase>\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** WHY: XML 1.0 (2.2) has no way to write control characters, U+FFFE and U+FFFF. */
function escape(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
    .replaceAll(
      // oxlint-disable-next-line no-control-regex
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g,
      '\ufffd',
    );
}
