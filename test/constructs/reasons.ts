// Why some constructs are checked by no kernel. In: nothing. Out: reasons by construct. Guarantees: a test fails for a reason that is none any more.

/** By construct. */
export const REASONS: ReadonlyMap<string, string> = new Map([]);
