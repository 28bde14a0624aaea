/** A test run in every format that `weir test` prints. */
import { jsonText, renderDiagnostics, type Policy } from '@weir/compiler';
import { VERSION } from '../version.ts';
import type { Paint } from './paint.ts';
import type { FindingsContext } from './print-findings.ts';
import type { SourceLines } from './source-lines.ts';
import { testDiagnostics } from './test-diagnostics.ts';
import { testJson } from './test-json.ts';
import { testJunit } from './test-junit.ts';
import type { TestReport } from './test-report.ts';
import { testText } from './test-text.ts';

export const TEST_FORMATS = ['text', 'json', 'junit', 'github', 'sarif'] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

export interface TestRendering {
  readonly project: FindingsContext;
  readonly policy: Pick<Policy, 'sets'>;
  readonly lines: SourceLines;
  readonly paint: Paint;
}

/** The report as text that ends with a newline. */
export function renderTestReport(report: TestReport, format: TestFormat, rendering: TestRendering): string {
  switch (format) {
    case 'text':
      return testText(report, { ...rendering, missed: 'telling' });
    case 'json':
      return jsonText(testJson(report, rendering));
    case 'junit':
      return testJunit(report, rendering);
    case 'github':
    case 'sarif': {
      const { texts, pathOf } = rendering.project;
      return renderDiagnostics(testDiagnostics(report), { format, colour: false, version: VERSION, texts, pathOf });
    }
    default:
      return format satisfies never;
  }
}
