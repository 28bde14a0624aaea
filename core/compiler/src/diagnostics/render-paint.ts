/**
 * Colours of rendered diagnostics, as functions.
 *
 * In: whether colours are wanted. Out: painters; without colours they return their text unchanged.
 */
import type { Severity } from '@weir/plugin';

/** Painters for the parts of a rendered diagnostic. */
export interface Paint {
  heading(severity: Severity, text: string): string;
  strong(text: string): string;
  gutter(text: string): string;
  primary(text: string): string;
  secondary(text: string): string;
}

const same = (text: string): string => text;
// WHY: ECMA-48 8.3.117 (SGR): 1 bold, 31 red, 33 yellow, 34 blue, 36 cyan, 0 reset.
const sgr =
  (codes: string) =>
  (text: string): string =>
    `\u001b[${codes}m${text}\u001b[0m`;

const PLAIN: Paint = { heading: (_, text) => text, strong: same, gutter: same, primary: same, secondary: same };

const HEADINGS: Readonly<Record<Severity, (text: string) => string>> = {
  error: sgr('1;31'),
  warning: sgr('1;33'),
  info: sgr('1;36'),
};

const COLOURED: Paint = {
  heading: (severity, text) => HEADINGS[severity](text),
  strong: sgr('1'),
  gutter: sgr('34'),
  primary: sgr('31'),
  secondary: sgr('36'),
};

/** The painters. */
export function paintFor(colour: boolean): Paint {
  return colour ? COLOURED : PLAIN;
}
