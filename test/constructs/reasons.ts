// Why some constructs are checked by no kernel. In: nothing. Out: reasons by construct. Guarantees: a test fails for a reason that is none any more.

/** By construct. */
export const REASONS: ReadonlyMap<string, string> = new Map([
  ['from any', 'leaves nothing out, so that no frame can miss it'],
  ...['connection.direction', 'connection.mark'].flatMap((field) =>
    ['equal', 'negated', 'set', 'range', 'mask'].map(
      (form) =>
        [
          `field ${field} ${form}`,
          'loads in every kernel; nobody sends the two ways of a connection at it yet',
        ] as const,
    ),
  ),
]);
