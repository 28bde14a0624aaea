/**
 * What rendering needs besides the diagnostics: the texts of the files and how file ids are shown.
 *
 * In: texts by file id. Out: line indexes, made once per file, and printable places. Guaranteed: a file whose text is
 * not known still has a name, only no lines.
 */
import type { Diagnostic, Severity, Span } from '@weir/plugin';
import { indexLines, positionAt, type LineIndex, type Position } from './line-index.ts';

/** Texts and names of the files that diagnostics may point into. */
export interface DiagnosticSources {
  /** By file id. */
  readonly texts: ReadonlyMap<string, string>;
  /** How a file id is written for the reader (default: as it is). */
  readonly pathOf?: (file: string) => string;
}

/** Looks files up while rendering. */
export interface SourceView {
  path(file: string): string;
  index(file: string): LineIndex | undefined;
  text(span: Span): string | undefined;
}

/** A span for people and tools: `undefined` positions where the file's text is not known. */
export interface Place {
  readonly file: string;
  readonly start?: Position;
  readonly end?: Position;
}

/** Prepares look-ups; each file is indexed at most once. */
export function viewSources(sources: DiagnosticSources): SourceView {
  const indexes = new Map<string, LineIndex>();
  const index = (file: string): LineIndex | undefined => {
    const known = indexes.get(file);
    if (known) return known;
    const text = sources.texts.get(file);
    if (text === undefined) return undefined;
    const made = indexLines(text);
    indexes.set(file, made);
    return made;
  };
  return {
    path: (file) => sources.pathOf?.(file) ?? file,
    index,
    text: (span) => sources.texts.get(span.file)?.slice(span.start, span.end),
  };
}

/** Where a span starts and ends, in words of the reader. */
export function placeOf(view: SourceView, span: Span): Place {
  const index = view.index(span.file);
  if (!index) return { file: view.path(span.file) };
  return { file: view.path(span.file), start: positionAt(index, span.start), end: positionAt(index, span.end) };
}

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compare(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.span?.file ?? '', b.span?.file ?? '') ||
    (a.span?.start ?? 0) - (b.span?.start ?? 0) ||
    (a.span?.end ?? 0) - (b.span?.end ?? 0) ||
    ORDER[a.severity] - ORDER[b.severity] ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

/** The order in which every format lists diagnostics: those without a place, then by file, offset, severity and code. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].toSorted(compare);
}

/** How many there are of each severity. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): Readonly<Record<Severity, number>> {
  const count = (severity: Severity): number => diagnostics.filter((d) => d.severity === severity).length;
  return { error: count('error'), warning: count('warning'), info: count('info') };
}
