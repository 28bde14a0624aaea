/** What the writer check reports. */

/** Codes of all problems; permanent. */
export const PROBLEM_CODES = [
  'wrong-type',
  'missing-property',
  'unknown-property',
  'not-one-key',
  'unknown-word',
  'out-of-range',
  'not-an-integer',
  'needs-version',
  'output-only',
  'half-base-chain',
  'wrong-hook',
  'wrong-family',
  'needs-device',
  'bad-name',
  'keyword-name',
  'bad-text',
  'too-long',
  'set-reference',
  'wildcard',
  'constant-name',
  'not-canonical',
  'empty-list',
  'wrong-context',
  'wrong-operator',
  'exact-flag-list',
  'reversed-range',
  'host-bits',
  'key-too-wide',
  'wrong-components',
  'needs-interval',
  'needs-timeout',
  'duplicate-key',
  'overlapping-intervals',
  'after-verdict',
  'flag-conflict',
  'unknown-reference',
] as const;

/** The code of a problem. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** One thing in a document that nft would refuse, misread or silently ignore. */
export interface Problem {
  /** Keys and indexes from the root of the document to the node. */
  readonly path: readonly (string | number)[];
  /** The same path as a JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly code: ProblemCode;
  /** One line, lower case, no final period. */
  readonly message: string;
}

/** A path as a JSON pointer (RFC 6901). */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
