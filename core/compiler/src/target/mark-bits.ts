/** The mark bits that Weir uses unless a project chooses others, and whether a choice is possible. */
import type { MarkBits } from './target.ts';

/**
 * High bits, away from the low ones that container networks and routing daemons use (0x4000, 0x8000, fwmarks).
 * Documented; a project may choose others.
 */
export const DEFAULT_MARKS: MarkBits = {
  established: 0x0100_0000,
  invalid: 0x0200_0000,
  stack: 0x0400_0000,
  answer: 0x0800_0000,
};

/** All bits together. */
export function allMarks(marks: MarkBits): number {
  return (marks.established | marks.invalid | marks.stack | marks.answer) >>> 0;
}

/** True when every mark is exactly one bit of 32 and no two are the same. */
export function areMarksUsable(marks: MarkBits): boolean {
  const bits = [marks.established, marks.invalid, marks.stack, marks.answer];
  const isOneBit = (bit: number): boolean =>
    Number.isInteger(bit) && bit > 0 && bit <= 0x8000_0000 && Number.isInteger(Math.log2(bit));
  return bits.every(isOneBit) && new Set(bits).size === bits.length;
}
