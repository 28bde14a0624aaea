/**
 * Characters that no rule file may hold, and what to write instead.
 *
 * In: text and an offset. Out: a problem or nothing. Guaranteed: outside text and comments only printable ASCII, tabs
 * and line breaks pass; inside them everything but control characters and marks that turn the reading direction.
 */
import type { SyntaxProblem } from './problem.ts';

/** Outside text and comments: is this UTF-16 unit neither printable ASCII nor blank? */
export function isStrange(unit: number): boolean {
  return unit > 0x7e || (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d);
}

/**
 * Marks that make text read differently from what it says (Unicode TR 36, CVE-2021-42574), and control characters.
 */
function isHidden(unit: number): boolean {
  const bidi = (unit >= 0x202a && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069);
  return bidi || (unit < 0x20 && unit !== 0x09) || (unit >= 0x7f && unit <= 0x9f) || unit === 0x2028 || unit === 0x2029;
}

const INSTEAD: ReadonlyMap<number, string> = new Map([
  [0x00, 'the file holds NUL bytes: is it UTF-8 text? (UTF-16 is not read)'],
  [0xa0, 'this is a no-break space: replace it with an ordinary one'],
  [0x2018, 'write text in straight double quotes: "…"'],
  [0x2019, 'write text in straight double quotes: "…"'],
  [0x201c, 'write text in straight double quotes: "…"'],
  [0x201d, 'write text in straight double quotes: "…"'],
  [0x2013, 'this is a dash: write ranges with a hyphen, `80-90`'],
  [0x2014, 'this is a dash: write ranges with a hyphen, `80-90`'],
  [0x2192, 'write the arrow as `->`'],
  [0x2026, 'write every member out; there is no `…`'],
  [0x2260, 'write `!=`'],
  [0x2264, 'write `<=`'],
  [0x2265, 'write `>=`'],
  [0xfeff, 'a byte-order mark is allowed only at the very start of a file'],
]);

/** The problem of the run of forbidden characters at `at`, or nothing. `where` says which characters are forbidden. */
export function strangeProblem(text: string, at: number, where: 'code' | 'quoted'): SyntaxProblem | undefined {
  const unit = text.charCodeAt(at);
  if (where === 'quoted' ? !isHidden(unit) : !isStrange(unit)) return undefined;
  const end = where === 'quoted' ? at + 1 : endOfRun(text, at);
  const help =
    INSTEAD.get(unit) ??
    (where === 'code' ? 'names are made of `A-Z a-z 0-9 _ -`; other letters stand in text and comments' : undefined);
  return {
    code: 'syntax/bad-character',
    start: at,
    end,
    message: `${shown(text, at)} cannot stand ${where === 'code' ? 'here' : 'in text or comments'}`,
    expected: [],
    ...(help !== undefined && { help }),
  };
}

function endOfRun(text: string, at: number): number {
  let end = at;
  while (end < text.length && isStrange(text.charCodeAt(end))) end += 1;
  return end;
}

/** The character for a message: visible ones in backticks, all with their code point. */
function shown(text: string, at: number): string {
  const point = text.codePointAt(at) ?? 0;
  const hex = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  const visible = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(String.fromCodePoint(point));
  return visible ? `the character \`${String.fromCodePoint(point)}\` (${hex})` : `the character ${hex}`;
}
