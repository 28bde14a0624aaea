/**
 * Every way to render diagnostics, from one value.
 *
 * In: diagnostics, the files' texts, a format. Out: text for standard output. Guaranteed: every format lists the same
 * diagnostics in the same order.
 */
import type { Diagnostic } from '@weir/plugin';
import { renderGithub } from './render-github.ts';
import { diagnosticsToJson, jsonText, type JsonDiagnostic } from './render-json.ts';
import { diagnosticsToSarif } from './render-sarif.ts';
import { countDiagnostics, type DiagnosticSources } from './render-sources.ts';
import { renderText } from './render-text.ts';

/** The formats that diagnostics can be printed in. */
export const DIAGNOSTIC_FORMATS = ['text', 'json', 'github', 'sarif'] as const;
/** One of {@link DIAGNOSTIC_FORMATS}. */
export type DiagnosticFormat = (typeof DIAGNOSTIC_FORMATS)[number];

/** What rendering depends on. */
export interface RenderOptions extends DiagnosticSources {
  readonly format: DiagnosticFormat;
  readonly colour: boolean;
  /** Version of the tool, for formats that name it. */
  readonly version: string;
  /** What codes are about, by code, for formats that describe them. */
  readonly titles?: ReadonlyMap<string, string>;
}

/** The document of `--format json`; its schema is published with the command. */
export interface JsonReport {
  /** Version of this format. */
  readonly format: 1;
  readonly errors: number;
  readonly warnings: number;
  readonly diagnostics: readonly JsonDiagnostic[];
}

/** The report of `--format json` as data. */
export function diagnosticsReport(diagnostics: readonly Diagnostic[], sources: DiagnosticSources): JsonReport {
  const { error, warning } = countDiagnostics(diagnostics);
  return { format: 1, errors: error, warnings: warning, diagnostics: diagnosticsToJson(diagnostics, sources) };
}

/** Renders in the wanted format. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  switch (options.format) {
    case 'text':
      return renderText(diagnostics, options);
    case 'json':
      return jsonText(diagnosticsReport(diagnostics, options));
    case 'github':
      return renderGithub(diagnostics, options);
    case 'sarif':
      return jsonText(diagnosticsToSarif(diagnostics, options));
    default:
      return options.format satisfies never;
  }
}
