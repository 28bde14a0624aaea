/** Facts about bits that levels would tell badly: options that stand anywhere, and bits that are compared with each other. */
import type { Piece } from './strip.ts';
import type { Fact } from './terms.ts';

/** The TCP header has an option of that kind, as the kernel's walk finds it. */
export const tcpOptionFact = (kind: number): Fact => ({
  kind: 'option',
  key: `tcp option ${kind}`,
  label: `the TCP header has an option of kind ${kind}`,
});

const placeOf = ({ strip, offset, bits }: Piece): string => `${strip} ${offset}+${bits}`;

/** Two pieces hold the same bits. */
export const equalFact = (a: Piece, b: Piece): Fact => ({
  kind: 'member',
  key: `equal ${placeOf(a)} ${placeOf(b)}`,
  label: `${placeOf(a)} equals ${placeOf(b)}`,
  holds: ({ value }) => value([a]) === value([b]),
});
