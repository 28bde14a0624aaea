/** How a run ends: the exit codes, and the error that means "used wrongly". */

/** 0 fine; 1 findings; 2 wrong usage; 3 a fault of Weir itself. */
export const EXIT = { fine: 0, findings: 1, usage: 2, fault: 3 } as const;
/** One of the codes in {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was used wrongly; ends the run with {@link EXIT.usage} and the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly help: string | undefined;

  constructor(message: string, help?: string) {
    super(message);
    this.help = help;
  }
}
