/** A place in a rule file: the shape every diagnostic and every provenance uses. */

/** Half-open UTF-16 offsets `[start, end)` into `file`. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}
