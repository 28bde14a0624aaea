/**
 * Lines and columns of a text: the only place where offsets become positions for people.
 *
 * In: a text and UTF-16 offsets. Out: 1-based lines and 1-based columns in UTF-16 code units (what editors and SARIF's
 * `utf16CodeUnits` count). Guaranteed: offsets outside the text are clamped; a line ends at `\n` or `\r\n`.
 */

/** Where the lines of a text start; made once per text. */
export interface LineIndex {
  readonly text: string;
  /** UTF-16 offset of each line's first character, ascending; never empty. */
  readonly starts: readonly number[];
}

/** 1-based line, 1-based column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the lines of a text. An empty text has one empty line. */
export function indexLines(text: string): LineIndex {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { text, starts };
}

/** Position of an offset; an offset inside a line's terminator counts as the end of that line. */
export function positionAt(index: LineIndex, offset: number): Position {
  const clamped = Math.min(Math.max(0, offset), index.text.length);
  let low = 0;
  let high = index.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((index.starts[middle] ?? 0) <= clamped) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: clamped - (index.starts[low] ?? 0) + 1 };
}

/** Offset of a line's first character; the text's length for a line after the last. */
export function lineStart(index: LineIndex, line: number): number {
  return index.starts[line - 1] ?? index.text.length;
}

/** Offset after a line's last character, its terminator not included. */
export function lineEnd(index: LineIndex, line: number): number {
  const next = index.starts[line];
  if (next === undefined) return index.text.length;
  return index.text[next - 2] === '\r' ? next - 2 : next - 1;
}
