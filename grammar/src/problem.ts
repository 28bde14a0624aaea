/**
 * What the parser reports: one problem per place it could not read, in order of appearance.
 *
 * In: nothing (types only). Guaranteed: codes are permanent and never reused.
 */
import type { SyntaxCode } from './codes.ts';
import type { Located } from './tree.ts';

/** A syntax problem. The compiler turns it into a diagnostic with the same code, place and words. */
export interface SyntaxProblem extends Located {
  readonly code: SyntaxCode;
  /** Lower case, one line, no full stop. */
  readonly message: string;
  /** What could have stood there, in the operator's words, sorted and without repeats; empty where nothing is known. */
  readonly expected: readonly string[];
  readonly help?: string;
}
