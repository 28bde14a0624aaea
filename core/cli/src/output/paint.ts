/** Colours of verdicts and places, for terminals only. In: whether to colour. Out: painters; plain ones change nothing. */

export interface Paint {
  /** `accept`, `drop`, `reject` or `mixed`, padded to one width. */
  verdict(verdict: string): string;
  strong(text: string): string;
  place(text: string): string;
  quiet(text: string): string;
}

// WHY: ECMA-48 8.3.117 (SGR): 1 bold, 2 faint, 31 red, 32 green, 33 yellow, 36 cyan, 0 reset.
const sgr =
  (codes: string) =>
  (text: string): string =>
    `\u001b[${codes}m${text}\u001b[0m`;
const same = (text: string): string => text;

const VERDICTS: Readonly<Record<string, (text: string) => string>> = {
  accept: sgr('32'),
  drop: sgr('31'),
  reject: sgr('31'),
  mixed: sgr('33'),
};

/** WHY: `accept` and `reject` are the longest. */
const WIDTH = 6;

export function paintFor(colour: boolean): Paint {
  const padded = (verdict: string): string => verdict.padEnd(WIDTH);
  if (!colour) return { verdict: padded, strong: same, place: same, quiet: same };
  return {
    verdict: (verdict) => (VERDICTS[verdict] ?? same)(padded(verdict)),
    strong: sgr('1'),
    place: sgr('36'),
    quiet: sgr('2'),
  };
}
