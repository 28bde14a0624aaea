/**
 * Places of rules for people: the file as the reader types it, the line, and what stands there.
 *
 * In: the texts of a project. Out: look-ups. Guaranteed: a rule that is written over several lines is shown in one.
 */
import { indexLines, makeVisible, positionAt, type LineIndex } from '@weir/compiler';
import type { Span } from '@weir/plugin';
import type { FindingsContext } from './print-findings.ts';

export interface SourceLines {
  /** `policy.weir:12:3`; the name alone of a file whose text is not known. */
  place(span: Span): string;
  file(span: Span): string;
  /** 1-based; undefined without a text. */
  line(span: Span): number | undefined;
  /** The characters of the span on one line; undefined without a text. */
  text(span: Span): string | undefined;
}

export function sourceLines({ texts, pathOf }: FindingsContext): SourceLines {
  const indexes = new Map<string, LineIndex>();
  const indexOf = (file: string): LineIndex | undefined => {
    const text = texts.get(file);
    const index = indexes.get(file) ?? (text === undefined ? undefined : indexLines(text));
    if (index !== undefined) indexes.set(file, index);
    return index;
  };
  const positionOf = (span: Span): ReturnType<typeof positionAt> | undefined => {
    const index = indexOf(span.file);
    return index && positionAt(index, span.start);
  };
  return {
    file: (span) => makeVisible(pathOf(span.file)),
    place(span) {
      const at = positionOf(span);
      const file = makeVisible(pathOf(span.file));
      return at === undefined ? file : `${file}:${at.line}:${at.column}`;
    },
    line: (span) => positionOf(span)?.line,
    text(span) {
      const text = texts.get(span.file)?.slice(span.start, span.end);
      return text === undefined ? undefined : makeVisible(text.replaceAll(/\s*(?:#.*)?\r?\n\s*/g, ' ').trim());
    },
  };
}
