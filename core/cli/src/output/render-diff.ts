/** A comparison in every format that `weir diff` prints. */
import { jsonText, renderDiagnostics } from '@weir/compiler';
import { shippedCodes } from '../codes/shipped-codes.ts';
import { VERSION } from '../version.ts';
import { diffDiagnostics } from './diff-diagnostics.ts';
import { diffJson } from './diff-json.ts';
import type { DiffReport } from './diff-report.ts';
import { diffText } from './diff-text.ts';
import type { Paint } from './paint.ts';
import type { FindingsContext } from './print-findings.ts';

export const DIFF_FORMATS = ['text', 'json', 'github', 'sarif'] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** The report as text that ends with a newline. `project`: the new side. */
export function renderDiff(
  report: DiffReport,
  format: DiffFormat,
  { project, paint }: { readonly project: FindingsContext; readonly paint: Paint },
): string {
  switch (format) {
    case 'text':
      return diffText(report, paint);
    case 'json':
      return jsonText(diffJson(report));
    case 'github':
    case 'sarif': {
      const titles = new Map(shippedCodes().map(({ code, title }) => [code, title]));
      const { texts, pathOf } = project;
      return renderDiagnostics(diffDiagnostics(report), {
        format,
        colour: false,
        version: VERSION,
        titles,
        texts,
        pathOf,
      });
    }
    default:
      return format satisfies never;
  }
}
