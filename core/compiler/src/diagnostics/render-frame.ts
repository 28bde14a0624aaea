/**
 * The code frame: source lines of one file with marks under them.
 *
 * In: a file's line index and marks (offsets, what to say). Out: printable rows with line numbers. Guaranteed: every
 * mark is shown at its first line and, when it spans several, at its last; lines in order, gaps shown as `...`.
 */
import { lineEnd, lineStart, positionAt, type LineIndex } from './line-index.ts';
import { isLong, printLine } from './render-line.ts';
import { makeVisible } from './render-visible.ts';
import type { Paint } from './render-paint.ts';

/** A marked part of a file. Offsets are UTF-16, half-open. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly primary: boolean;
  readonly text: string;
}

interface Fragment {
  readonly line: number;
  /** Offsets within the line. */
  readonly from: number;
  readonly to: number;
  readonly primary: boolean;
  readonly text: string;
}

function fragmentsOf(index: LineIndex, mark: Mark): readonly Fragment[] {
  const first = positionAt(index, mark.start);
  // WHY: a span may end just after a newline; its last character is then the one before.
  const last = positionAt(index, Math.max(mark.start, mark.end - 1));
  const piece = (line: number, start: number, end: number, text: string): Fragment => {
    const origin = lineStart(index, line);
    const stop = lineEnd(index, line);
    const from = Math.min(start, stop) - origin;
    return { line, from, to: Math.max(from, Math.min(end, stop) - origin), primary: mark.primary, text };
  };
  if (first.line === last.line) return [piece(first.line, mark.start, mark.end, mark.text)];
  const lastLine = index.text.slice(lineStart(index, last.line), lineEnd(index, last.line));
  const indent = lastLine.length - lastLine.trimStart().length;
  return [
    piece(first.line, mark.start, lineEnd(index, first.line), ''),
    piece(last.line, lineStart(index, last.line) + indent, mark.end, mark.text),
  ];
}

function inOrder(a: Fragment, b: Fragment): number {
  return a.line - b.line || Number(b.primary) - Number(a.primary) || a.from - b.from || a.to - b.to;
}

/** Rows of the frame of one file, `gutter` columns of line numbers wide. */
export function renderFrame(index: LineIndex, marks: readonly Mark[], gutter: number, paint: Paint): readonly string[] {
  const fragments = marks.flatMap((mark) => fragmentsOf(index, mark)).toSorted(inOrder);
  const rows: string[] = [];
  let before: number | undefined;
  let shown: string | undefined;
  for (const fragment of fragments) {
    const text = index.text.slice(lineStart(index, fragment.line), lineEnd(index, fragment.line));
    const printed = printLine(text, fragment.from, fragment.to);
    if (before !== undefined && fragment.line > before + 1) rows.push(paint.gutter('...'));
    if (fragment.line !== before || (isLong(text) && printed.text !== shown)) {
      rows.push(row(paint.gutter(`${String(fragment.line).padStart(gutter)} |`), printed.text));
    }
    before = fragment.line;
    shown = printed.text;
    rows.push(row(paint.gutter(`${' '.repeat(gutter)} |`), underline(fragment, printed.indent, printed.width, paint)));
  }
  return rows;
}

function row(gutter: string, text: string): string {
  return text.trim() === '' ? gutter : `${gutter} ${text.trimEnd()}`;
}

function underline(fragment: Fragment, indent: number, width: number, paint: Paint): string {
  const carets = (fragment.primary ? '^' : '-').repeat(width);
  const words = fragment.text === '' ? carets : `${carets} ${makeVisible(fragment.text)}`;
  return `${' '.repeat(indent)}${fragment.primary ? paint.primary(words) : paint.secondary(words)}`;
}

/** Digits of the highest line number that the marks need. */
export function gutterWidth(index: LineIndex, marks: readonly Mark[]): number {
  const lines = marks.map((mark) => positionAt(index, Math.max(mark.start, mark.end - 1)).line);
  return String(Math.max(1, ...lines)).length;
}
