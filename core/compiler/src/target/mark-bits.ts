/**
 * The packet mark bits that Weir takes unless a project says otherwise, and the check of any choice of bits.
 *
 * In: mark bits. Out: diagnostics. Guaranteed: without one, the bits are distinct bits of the 32-bit mark, so that
 * setting or testing one never touches another, nor any bit that somebody else uses.
 */
import { defineDiagnostic, type Diagnostic } from '@weir/plugin';
import type { MarkBits } from './target.ts';

/**
 * Bits 24 to 27. Low bits are what people and orchestrators mark with (routing tables, traffic classes, 0x4000 and
 * 0x8000 of Kubernetes); the highest are left free for signed readers.
 */
export const DEFAULT_MARKS: MarkBits = {
  established: 0x0100_0000,
  invalid: 0x0200_0000,
  stack: 0x0400_0000,
  answer: 0x0800_0000,
};

/** Names of the bits, in order. */
export const MARK_NAMES = ['established', 'invalid', 'stack', 'answer'] as const satisfies readonly (keyof MarkBits)[];

const notOneBit = defineDiagnostic<{ readonly name: string; readonly value: number }>(
  { code: 'target/mark-not-one-bit', severity: 'error', title: 'a mark of the project that is not one bit' },
  ({ name, value }) => ({
    message: `the mark \`${name}\` is \`${value}\`, which is not exactly one bit of the 32-bit packet mark`,
    help: 'choose a power of two from 0x1 to 0x80000000',
  }),
);

const sharedBit = defineDiagnostic<{ readonly name: string; readonly other: string }>(
  { code: 'target/shared-mark-bit', severity: 'error', title: 'two marks of the project on one bit' },
  ({ name, other }) => ({
    message: `the marks \`${other}\` and \`${name}\` are the same bit`,
    help: 'give each mark a bit of its own that nothing else on the host uses',
  }),
);

/** Every diagnostic of the choice of bits. */
export const markDiagnostics = [notOneBit, sharedBit] as const;

/** Checks that each mark is exactly one bit of 32 and that no two are the same. */
export function checkMarks(marks: MarkBits): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const owners = new Map<number, string>();
  for (const name of MARK_NAMES) {
    const value = marks[name];
    const other = owners.get(value);
    if (!isOneBit(value)) diagnostics.push(notOneBit(undefined, { name, value }));
    else if (other !== undefined) diagnostics.push(sharedBit(undefined, { name, other }));
    else owners.set(value, name);
  }
  return diagnostics;
}

/** WHY: not by `value & (value - 1)`, because JavaScript's `&` is signed and would pass values above 32 bits. */
function isOneBit(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 2 ** 31 && Number.isInteger(Math.log2(value));
}

/** All bits together. */
export function allMarks(marks: MarkBits): number {
  return (marks.established | marks.invalid | marks.stack | marks.answer) >>> 0;
}
