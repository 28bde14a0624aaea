/** What the contract kit finds. */

export interface Finding {
  /** The rule of the contract that does not hold, e.g. `undeclared-hook`. */
  readonly rule: string;
  /** Where: the plugin, mode, setting, or sample network. */
  readonly where: string;
  readonly message: string;
}

/** Makes findings for one place. */
export function findingsAt(where: string): (rule: string, message: string) => Finding {
  return (rule, message) => ({ rule, where, message });
}
