/** Something that the analysis does not understand; nothing is said of what it stands in. */
export class UnreadableError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'UnreadableError';
  }
}
