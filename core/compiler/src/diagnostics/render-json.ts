/**
 * Diagnostics as data for tools.
 *
 * In: diagnostics and the files' texts. Out: plain values with every key always present (absent things are `null` or
 * empty lists). Lines and columns are 1-based; columns count UTF-16 code units; ends are exclusive.
 */
import type { Diagnostic, Severity, Span } from '@weir/plugin';
import { placeOf, sortDiagnostics, viewSources, type DiagnosticSources, type SourceView } from './render-sources.ts';

/** A place in a file. Positions are `null` when the file's text could not be read. */
export interface JsonPlace {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
}

/** One diagnostic; without a place its place members are `null`. */
export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly labels: readonly (JsonPlace & { readonly text: string })[];
  readonly help: string | null;
  /** Replacing each place by its text mends the problem. */
  readonly fix: readonly (JsonPlace & { readonly text: string })[];
}

/** The diagnostics as plain data, sorted. */
export function diagnosticsToJson(
  diagnostics: readonly Diagnostic[],
  sources: DiagnosticSources,
): readonly JsonDiagnostic[] {
  const view = viewSources(sources);
  return sortDiagnostics(diagnostics).map((diagnostic) => ({
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...place(view, diagnostic.span),
    labels: (diagnostic.labels ?? []).map((label) => ({ ...place(view, label.span), text: label.text })),
    help: diagnostic.help ?? null,
    fix: (diagnostic.fix ?? []).map((edit) => ({ ...place(view, edit.span), text: edit.text })),
  }));
}

function place(view: SourceView, span: Span | undefined): JsonPlace {
  const found = span && placeOf(view, span);
  return {
    file: found?.file ?? null,
    line: found?.start?.line ?? null,
    column: found?.start?.column ?? null,
    endLine: found?.end?.line ?? null,
    endColumn: found?.end?.column ?? null,
  };
}

/**
 * JSON text, indented, with a closing newline. Characters that could steer a terminal are escaped, which changes no value.
 */
export function jsonText(value: unknown): string {
  const escaped = JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}
