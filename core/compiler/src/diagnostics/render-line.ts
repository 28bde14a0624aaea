/**
 * One source line as it is printed, and where a marked part of it stands in terminal columns.
 *
 * In: a line's text and the offsets of the mark within it. Out: printable text (tabs expanded, control characters
 * visible, cut around the mark when long) and the columns of the mark. Guaranteed: both agree cell by cell.
 */
import { isUnsafe, makeVisible, widthOf, widthOfText } from './render-visible.ts';

/** A printed line and the part of it to underline. */
export interface PrintedLine {
  readonly text: string;
  /** Columns before the mark. */
  readonly indent: number;
  /** Columns of the mark, at least 1. */
  readonly width: number;
}

const TAB = 4;
/** Longest source text printed on one line, in UTF-16 code units; longer lines are cut around the mark. */
const LONGEST = 160;
const BEFORE = 60;

/** True when a line is too long to be printed whole. */
export function isLong(line: string): boolean {
  return line.length > LONGEST;
}

interface Cut {
  readonly text: string;
  readonly offset: number;
  readonly head: string;
  readonly tail: string;
}

/** Never between the halves of a surrogate pair. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

function cut(line: string, from: number): Cut {
  if (!isLong(line)) return { text: line, offset: 0, head: '', tail: '' };
  const start = boundary(line, Math.max(0, Math.min(from - BEFORE, line.length - LONGEST)));
  const end = boundary(line, Math.min(line.length, start + LONGEST));
  return {
    text: line.slice(start, end),
    offset: start,
    head: start > 0 ? '…' : '',
    tail: end < line.length ? '…' : '',
  };
}

/** Prints `line` with the mark `[from, to)` (offsets in the line; an empty mark is one column wide). */
export function printLine(line: string, from: number, to: number): PrintedLine {
  const part = cut(line, from);
  let text = part.head;
  let column = widthOfText(text);
  let offset = part.offset;
  let indent: number | undefined;
  let end: number | undefined;
  for (const character of part.text) {
    if (indent === undefined && offset + character.length > from) indent = column;
    if (end === undefined && offset >= to) end = column;
    const shown = printed(character, column);
    text += shown;
    column += widthOfText(shown);
    offset += character.length;
  }
  const start = indent ?? column;
  return { text: `${text}${part.tail}`, indent: start, width: Math.max(1, (end ?? column) - start) };
}

function printed(character: string, column: number): string {
  if (character === '\t') return ' '.repeat(TAB - (column % TAB));
  if (isUnsafe(character)) return makeVisible(character);
  return widthOf(character) === 0 && column === 0 ? ` ${character}` : character;
}
