/**
 * What a run has done and how each of it is taken back. Guaranteed: taking back goes in reverse order and goes on after
 * a failure, so that as much as can be is undone, and every failure is told.
 */
import { hostProblem, StepError, type HostProblem } from '../problem.ts';

interface Entry {
  readonly what: string;
  readonly undo: () => Promise<readonly HostProblem[]>;
}

/** The journal of one run. */
export class Journal {
  readonly #entries: Entry[] = [];

  /** Notes something done. `undo` returns what it could not take back. */
  note(what: string, undo: () => Promise<readonly HostProblem[]>): void {
    this.#entries.push({ what, undo });
  }

  /** Takes everything back, last first. Returns what could not be. */
  async undo(): Promise<readonly HostProblem[]> {
    const problems: HostProblem[] = [];
    for (const { what, undo } of this.#entries.splice(0).toReversed()) {
      try {
        problems.push(...(await undo()));
      } catch (error) {
        if (!(error instanceof StepError)) throw error;
        const detail = error.problem.detail ?? error.problem.message;
        problems.push(hostProblem('runtime/undo-failed', `${what} cannot be taken back`, { detail }));
      }
    }
    return problems;
  }
}
