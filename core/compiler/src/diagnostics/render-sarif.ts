/**
 * Diagnostics as a SARIF 2.1.0 log (OASIS standard), for code-scanning services.
 *
 * In: diagnostics, the files' texts, the tool's version. Out: one log with one run, as plain data. Guaranteed: rules
 * are sorted, columns are declared as UTF-16 code units, file names are valid relative URI references.
 */
import type { Diagnostic, Edit, Severity, Span } from '@weir/plugin';
import { placeOf, sortDiagnostics, viewSources, type DiagnosticSources, type SourceView } from './render-sources.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** What the log says about its maker. */
export interface SarifOptions extends DiagnosticSources {
  readonly version: string;
  /** What codes are about, by code; a rule whose code is not here has its id alone. */
  readonly titles?: ReadonlyMap<string, string>;
}

/** The log as plain data. */
export function diagnosticsToSarif(diagnostics: readonly Diagnostic[], options: SarifOptions): object {
  const view = viewSources(options);
  const rules = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].toSorted();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'weir', version: options.version, rules: rules.map((id) => ruleOf(id, options.titles)) },
        },
        columnKind: 'utf16CodeUnits',
        results: sortDiagnostics(diagnostics).map((diagnostic) => result(diagnostic, rules, view)),
      },
    ],
  };
}

function ruleOf(id: string, titles: SarifOptions['titles']): object {
  const text = titles?.get(id);
  return { id, ...(text !== undefined && { shortDescription: { text } }) };
}

function result(diagnostic: Diagnostic, rules: readonly string[], view: SourceView): object {
  const { span, labels = [], help, fix = [] } = diagnostic;
  return {
    ruleId: diagnostic.code,
    ruleIndex: rules.indexOf(diagnostic.code),
    level: LEVELS[diagnostic.severity],
    message: { text: help === undefined ? diagnostic.message : `${diagnostic.message}\n${help}` },
    ...(span && { locations: [{ physicalLocation: physical(view, span) }] }),
    ...(labels.length > 0 && {
      relatedLocations: labels.map((label, id) => ({
        id,
        physicalLocation: physical(view, label.span),
        message: { text: label.text },
      })),
    }),
    ...(fix.length > 0 && { fixes: [{ artifactChanges: changes(fix, view) }] }),
  };
}

function changes(fix: readonly Edit[], view: SourceView): readonly object[] {
  const files = [...new Set(fix.map((edit) => edit.span.file))].toSorted();
  return files.map((file) => ({
    artifactLocation: { uri: uriOf(view.path(file)) },
    replacements: fix
      .filter((edit) => edit.span.file === file)
      .map((edit) => ({
        deletedRegion: region(view, edit.span) ?? { charOffset: edit.span.start, charLength: 0 },
        insertedContent: { text: edit.text },
      })),
  }));
}

function physical(view: SourceView, span: Span): object {
  const where = region(view, span);
  return { artifactLocation: { uri: uriOf(view.path(span.file)) }, ...(where && { region: where }) };
}

function region(view: SourceView, span: Span): object | undefined {
  const { start, end } = placeOf(view, span);
  if (!start || !end) return undefined;
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

// WHY: RFC 3986 4.2: a relative reference; every character outside the unreserved set is escaped within its segment.
function uriOf(path: string): string {
  return path
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}
