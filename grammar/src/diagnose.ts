/**
 * From text that could not be read to one problem that says where and what was expected.
 *
 * In: a hole and the parser's complaint about it. Out: one {@link SyntaxProblem}. Guaranteed: its place lies inside the
 * hole (or at its very end).
 */
import { listed, readExpectations, type Expected, type RawExpectation } from './expectations.ts';
import { habit, nearest, shapeHint } from './hints.ts';
import type { SyntaxProblem } from './problem.ts';
import type { Located } from './tree.ts';

/** The parser's complaint; `at` is an offset into the file. */
export interface Complaint {
  readonly at: number;
  readonly expected: readonly RawExpectation[];
}

const MAX_LISTED = 5;
const MAX_SHOWN = 40;

/** The problem of one hole. */
export function diagnose(text: string, hole: Located, complaint: Complaint | undefined): SyntaxProblem {
  const at = Math.min(complaint?.at ?? hole.start, hole.end);
  const expected = readExpectations(complaint?.expected ?? []);
  const word = wordAt(text, at, hole.end);
  const before = wordBefore(text, at, hole.start);
  // `accept dport 22` fails at 22, because `dport` could have been a service: the habit before it is the mistake.
  const blamed = before !== undefined && isPlainHabit(before.text) && habit(word) === undefined ? before : undefined;
  const place = blamed ?? { start: at, end: at + word.length, text: word };
  const help = (blamed && habit(blamed.text)) ?? helpFor(text, place, expected, hole);
  return {
    code: 'syntax/unexpected',
    start: place.start,
    end: place.end,
    message: blamed ? `\`${blamed.text}\` is no word of a rule` : messageFor(place.text, expected),
    expected: blamed ? [] : expected.labels,
    ...(help !== undefined && { help }),
  };
}

function messageFor(word: string, { labels }: Expected): string {
  const found =
    word === '' ? 'the line ends' : `\`${word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word}\``;
  if (labels.length === 0 || labels.length > MAX_LISTED)
    return word === '' ? 'the line ends too early' : `${found} cannot stand here`;
  return word === '' ? `${found} where ${listed(labels)} is expected` : `expected ${listed(labels)}, found ${found}`;
}

function helpFor(
  text: string,
  place: Located & { readonly text: string },
  expected: Expected,
  hole: Located,
): string | undefined {
  const { text: word } = place;
  if (word === '')
    return expected.labels.includes('`{`') && /^\s*\{/.test(text.slice(place.start, place.start + MAX_SHOWN))
      ? 'the `{` stands on the same line'
      : undefined;
  const near = /^[A-Za-z]/.test(word) && !expected.words.includes(word) ? nearest(word, expected.words) : undefined;
  const known = shapeHint(word) ?? (wantsHabit(word, text, place) ? habit(word) : undefined);
  if (known !== undefined) return known;
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (hole.start === place.start && RULE_WORDS.has(word) && expected.labels.includes('an item'))
    return 'rules stand inside a `filter` or `guard`';
  if (/^\d+(-\d+)?$/.test(word) && expected.words.includes('port')) return `write \`port ${word}\``;
  if (word === ',' && expected.labels.includes('end of line')) return 'several values stand in braces: `{ a, b }`';
  return undefined;
}

const RULE_WORDS = new Set(['in', 'out', 'inout', 'accept', 'drop', 'reject', 'return', 'pass', 'default', 'use']);

/** `=` is a habit only inside a condition. */
function wantsHabit(word: string, text: string, place: Located): boolean {
  if (word !== '=') return true;
  return /\bwhere\b[^\r\n]*$/.test(text.slice(Math.max(0, place.start - 200), place.start));
}

/** Words that could have been read as a name, so that the parser complains only after them. */
function isPlainHabit(word: string): boolean {
  return /^[a-z]+$/i.test(word) && habit(word) !== undefined;
}

/** The word or sign at an offset, empty at the end of the hole. */
function wordAt(text: string, at: number, end: number): string {
  const rest = text.slice(at, Math.min(end, at + 200));
  return /^(?:"[^"\r\n]*"?|->|[A-Za-z0-9_.:/'-]+|&&|\|\||[<>=!]=?|[^\s])/.exec(rest)?.[0] ?? '';
}

function wordBefore(text: string, at: number, start: number): (Located & { readonly text: string }) | undefined {
  const found = /([A-Za-z]+)[ \t]+$/.exec(text.slice(Math.max(start, at - 60), at));
  if (found?.[1] === undefined) return undefined;
  const from = Math.max(start, at - 60) + found.index;
  return { start: from, end: from + found[1].length, text: found[1] };
}
