/**
 * Diagnostics as workflow commands, which GitHub's runners show beside the changed lines.
 *
 * In: diagnostics and the files' texts. Out: one `::error …::…` line each. Guaranteed: nothing in a message, file name
 * or source text can end a command or start another.
 */
import type { Diagnostic, Severity } from '@weir/plugin';
import { placeOf, sortDiagnostics, viewSources, type DiagnosticSources, type SourceView } from './render-sources.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

// WHY: the runner decodes exactly these in data, and `:` and `,` in properties as well (actions/toolkit, command.ts).
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** One command a line. */
export function renderGithub(diagnostics: readonly Diagnostic[], sources: DiagnosticSources): string {
  const view = viewSources(sources);
  return sortDiagnostics(diagnostics)
    .map((diagnostic) => `::${COMMANDS[diagnostic.severity]} ${properties(diagnostic, view)}::${words(diagnostic)}\n`)
    .join('');
}

function properties(diagnostic: Diagnostic, view: SourceView): string {
  const place = diagnostic.span && placeOf(view, diagnostic.span);
  // WHY: an annotation may name columns only when it starts and ends on one line.
  const columns = place?.start?.line === place?.end?.line;
  const entries: readonly (readonly [string, string | number | undefined])[] = [
    ['file', place?.file],
    ['line', place?.start?.line],
    ['endLine', place?.end?.line],
    ['col', columns ? place?.start?.column : undefined],
    ['endColumn', columns ? place?.end?.column : undefined],
    ['title', diagnostic.code],
  ];
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
    .join(',');
}

function words(diagnostic: Diagnostic): string {
  const help = diagnostic.help === undefined ? '' : `\n${diagnostic.help}`;
  return escapeData(`${diagnostic.message}${help}`);
}
