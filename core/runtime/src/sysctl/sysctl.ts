/**
 * Reads and writes kernel settings through `/proc/sys`.
 * WHY: `/proc/sys/net` shows the namespace of the process that opens it, so a process inside the namespace does it; and
 * sysctl(8) cannot name devices with dots in every version.
 */
import type { Runner } from '../command/runner.ts';
import { hostProblem, StepError } from '../problem.ts';

const READ =
  'for path; do [ -r "/proc/sys/$path" ] || continue; printf "%s\\t" "$path"; head -n 1 "/proc/sys/$path"; done';
const WRITE = 'printf "%s\\n" "$2" > "/proc/sys/$1"';

/** The values that there are, by path. Paths that do not exist are left out. */
export async function readSysctls(runner: Runner, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map();
  const { code, stdout, stderr } = await runner.run('sh', ['-c', READ, 'sh', ...paths]);
  if (code !== 0) {
    throw new StepError(hostProblem('runtime/step-failed', 'kernel settings cannot be read', { detail: stderr }));
  }
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line): [string, string] => {
      const tab = line.indexOf('\t');
      return [line.slice(0, tab), line.slice(tab + 1)];
    }),
  );
}

/** Sets one value. */
export async function writeSysctl(runner: Runner, path: string, value: string): Promise<void> {
  const { code, stderr } = await runner.run('sh', ['-c', WRITE, 'sh', path, value]);
  if (code === 0) return;
  throw new StepError(hostProblem('runtime/step-failed', `\`${path}\` cannot be set to ${value}`, { detail: stderr }));
}
