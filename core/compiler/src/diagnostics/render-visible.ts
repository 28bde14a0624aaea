/**
 * Text that is safe and honest to print: nothing in it steers a terminal or hides what it says.
 *
 * In: any text (file names, source lines, messages with the operator's words). Out: the same text with control
 * characters, direction overrides, invisible characters and lone surrogates replaced by visible signs.
 */

/** C0, DEL, C1, line and paragraph separators, direction marks and overrides, zero-width characters, lone surrogates. */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e0fff}]/gu;

/** True when {@link makeVisible} would change the character. */
export function isUnsafe(character: string): boolean {
  UNSAFE.lastIndex = 0;
  return UNSAFE.test(character);
}

function sign(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** Replaces every character that would not be seen: ESC becomes `␛`, U+202E becomes `<U+202E>`, a newline `␊`. */
export function makeVisible(text: string): string {
  return text.replace(UNSAFE, sign);
}

/** As {@link makeVisible}, but newlines stay (for help texts of several lines). */
export function makeLinesVisible(text: string): string {
  return text.split('\n').map(makeVisible).join('\n');
}

// WHY: Unicode UAX #11 classes W and F, as ranges; terminals draw these in two columns.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23f3],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2753, 0x2755],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Columns of a terminal that one code point takes: 0 for combining marks, 2 for wide characters, else 1. */
export function widthOf(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/[\p{Mn}\p{Me}]/u.test(character)) return 0;
  return WIDE.some(([low, high]) => code >= low && code <= high) ? 2 : 1;
}

/** Columns that a visible text takes. */
export function widthOfText(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}
