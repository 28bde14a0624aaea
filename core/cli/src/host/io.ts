/**
 * What the command line is given by its surroundings: streams, working directory, environment.
 *
 * In: nothing (types and one predicate). Guaranteed: commands reach the outside through this and the disk only, so a
 * test can hold all of it in its hand.
 */

/** One output stream. */
export interface Output {
  write(text: string): void;
  /** A person is looking: colours and progress make sense. */
  readonly isTTY: boolean;
}

/** The surroundings of one run. */
export interface CliIo {
  /** Results only. */
  readonly stdout: Output;
  /** Logs, progress, usage errors, and findings where stdout carries a document. */
  readonly stderr: Output;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether to colour what goes to `output`: `FORCE_COLOR`, then `NO_COLOR`, then whether it is a terminal. */
export function wantsColour(output: Output, env: CliIo['env']): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  // WHY: no-color.org: present and not empty, whatever the value.
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return output.isTTY && env['TERM'] !== 'dumb';
}
