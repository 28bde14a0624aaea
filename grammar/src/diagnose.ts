/**
 * From text that could not be read to one problem that says where and what was expected.
 *
 * In: a hole and the parser's complaint about it. Out: one {@link SyntaxProblem}. Guaranteed: its place lies inside the
 * hole (or at its very end).
 */
import { listed, readExpectations, type Expected, type RawExpectation } from './expectations.ts';
import { advise, type Place } from './advice.ts';
import { habit } from './habits.ts';
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
  const blamed = blamedBefore(text, at, hole.start, word);
  const place = blamed ?? { start: at, end: at + word.length, text: word };
  const help = (blamed && habit(blamed.text)) ?? advise(placeOf(text, at, word, expected, hole));
  return {
    code: 'syntax/unexpected',
    start: place.start,
    end: place.end,
    message: blamed ? `\`${blamed.text}\` is no word of a rule` : messageFor(place.text, expected),
    expected: blamed ? [] : expected.labels,
    ...(help !== undefined && { help }),
  };
}

const LINE_SEEN = 300;

function placeOf(text: string, at: number, word: string, expected: Expected, hole: Located): Place {
  const line = lineBefore(text, at, hole.start);
  return {
    word,
    before: /[^\s,;{}()]*$/.exec(line.trimEnd().slice(-MAX_SHOWN))?.[0] ?? '',
    line,
    rest: restOf(text, at, word === '' ? at + MAX_SHOWN : Math.min(hole.end, at + LINE_SEEN), word === ''),
    expected,
    isFirst: hole.start === at,
  };
}

/** The line up to `at`, as far as it is looked at. */
function lineBefore(text: string, at: number, start: number): string {
  const seen = text.slice(Math.max(start, at - LINE_SEEN), at);
  return seen.slice(Math.max(seen.lastIndexOf('\n'), seen.lastIndexOf('\r')) + 1);
}

function restOf(text: string, at: number, end: number, isLineEnd: boolean): string {
  const seen = text.slice(at, end);
  const stop = isLineEnd ? -1 : seen.search(/[\r\n]/);
  return stop === -1 ? seen : seen.slice(0, stop);
}

/**
 * `accept dport 22` fails at 22, because `dport` could have been a service: a habit that stands where services do is the
 * mistake. Behind `from`, `port` and the like it may be a name.
 */
function blamedBefore(
  text: string,
  at: number,
  start: number,
  word: string,
): (Located & { readonly text: string }) | undefined {
  const line = lineBefore(text, at, start).slice(-MAX_SHOWN * 2);
  const from = at - line.length;
  const found = /(?:^|[\s,])(?:accept|drop|reject|return|pass|,)[ \t]+([A-Za-z][A-Za-z0-9-]*)[ \t]*$/.exec(line);
  const blamed = found?.[1];
  if (found === null || blamed === undefined || habit(blamed) === undefined) return undefined;
  if (habit(word) !== undefined && !/^(proto|protocol|meta|source|destination|state|ct)$/.test(blamed))
    return undefined;
  const begin = from + found.index + found[0].lastIndexOf(blamed);
  return { start: begin, end: begin + blamed.length, text: blamed };
}

function messageFor(word: string, { labels }: Expected): string {
  const found =
    word === '' ? 'the line ends' : `\`${word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word}\``;
  if (labels.length === 0 || labels.length > MAX_LISTED)
    return word === '' ? 'the line ends too early' : `${found} cannot stand here`;
  return word === '' ? `${found} where ${listed(labels)} is expected` : `expected ${listed(labels)}, found ${found}`;
}

/** The word or sign at an offset, empty at the end of the hole. */
function wordAt(text: string, at: number, end: number): string {
  const rest = text.slice(at, Math.min(end, at + 200));
  return /^(?:\/\*|"[^"\r\n]*"?|->|[A-Za-z0-9_.:/'-]+|&&|\|\||={1,3}|[<>!]=?|[^\s])/.exec(rest)?.[0] ?? '';
}
