/**
 * Runs device changes through one `ip -batch`, however many. In: changes. Out: nothing, or a `StepError` that names the
 * change that failed; what was done until then is in the journal, a half-done change included.
 */
import type { LinkChange } from '../compare/change.ts';
import type { Runner } from '../command/runner.ts';
import { hostProblem, StepError, type HostProblem } from '../problem.ts';
import type { Journal } from './journal.ts';

interface Line {
  readonly text: string;
  readonly change: number;
  readonly first: boolean;
}

function linesOf(changes: readonly LinkChange[]): readonly Line[] {
  return changes.flatMap(({ lines }, change) => lines.map((text, index) => ({ text, change, first: index === 0 })));
}

/** Line numbers from 0 that `ip -batch` names as failed. */
function failedLines(stderr: string): readonly number[] {
  return [...stderr.matchAll(/^Command failed -:(\d+)$/gm)].map((match) => Number(match[1]) - 1);
}

function batch(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Takes changes back. `half`: the last of them was done in part, so that some of its lines have nothing to take back. */
async function undoChanges(
  runner: Runner,
  changes: readonly LinkChange[],
  half: boolean,
): Promise<readonly HostProblem[]> {
  const whole = half ? changes.slice(0, -1) : changes;
  if (half) await runner.run('ip', ['-force', '-batch', '-'], batch(changes.at(-1)?.undo ?? []));
  const lines = whole.toReversed().flatMap((change) => change.undo);
  if (lines.length === 0) return [];
  const { code, stderr } = await runner.run('ip', ['-force', '-batch', '-'], batch(lines));
  if (code === 0) return [];
  const failed = failedLines(stderr).map((line) => `ip ${lines[line] ?? ''}`);
  const detail = [...failed, stderr.trim()].join('\n');
  return [hostProblem('runtime/undo-failed', 'changes of devices cannot all be taken back', { detail })];
}

/** Makes the changes. Returns when all are made. */
export async function runLinkChanges(runner: Runner, changes: readonly LinkChange[], journal: Journal): Promise<void> {
  const lines = linesOf(changes);
  if (lines.length === 0) return;
  const { code, stderr } = await runner.run('ip', ['-batch', '-'], batch(lines.map((line) => line.text)));
  if (code === 0) {
    journal.note('devices', () => undoChanges(runner, changes, false));
    return;
  }
  const at = failedLines(stderr)[0];
  const line = at === undefined ? undefined : lines[at];
  // Without a line number (killed by the time limit) any of the lines may have run.
  const reached = line === undefined ? changes.length : line.change + (line.first ? 0 : 1);
  const half = line === undefined || !line.first;
  if (reached > 0) journal.note('devices', () => undoChanges(runner, changes.slice(0, reached), half));
  const what = line === undefined ? 'devices cannot be changed' : `cannot make ${changes[line.change]?.action.text}`;
  const detail = line === undefined ? stderr : `ip ${line.text}\n${stderr.trim()}`;
  throw new StepError(hostProblem('runtime/step-failed', what, { detail }));
}
