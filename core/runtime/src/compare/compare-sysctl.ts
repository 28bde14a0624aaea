/** Kernel settings against the host: which to write, and which to put back because no plan wants them any more. */
import type { SysctlStep } from '../plan/step.ts';
import type { Action } from '../report.ts';
import type { HostState } from '../state/state.ts';

/** A setting to write, with the value before. `before` is undefined where the device that has it is not made yet. */
export interface SysctlChange {
  readonly action: Action;
  readonly path: string;
  readonly value: string;
  readonly before: string | undefined;
}

/** What comparing settings found. */
export interface SysctlFindings {
  readonly settled: readonly Action[];
  readonly write: readonly SysctlChange[];
  readonly restore: readonly SysctlChange[];
}

/** `net/ipv4/conf/br0/forwarding` has one device in it; the rest of the path is fixed. */
export function deviceOfPath(path: string): string | undefined {
  return /^net\/(?:ipv4|ipv6)\/(?:conf|neigh)\/([^/]+)\//.exec(path)?.[1];
}

/** Puts back what is recorded; a value that somebody else changed since is left as it is. */
export function restoreSysctl(
  entry: HostState['sysctls'][number],
  current: ReadonlyMap<string, string>,
): SysctlFindings {
  const { path, previous, value } = entry;
  const now = current.get(path);
  const action: Action = { subject: 'sysctl', name: path, result: 'removed', text: `${path} back to ${previous}` };
  if (now === undefined || now === previous) return { settled: [], write: [], restore: [] };
  if (now === value) return { settled: [], write: [], restore: [{ action, path, value: previous, before: now }] };
  const text = `${path} is ${now}, not the ${value} that Weir wrote; not put back to ${previous}`;
  return { settled: [{ ...action, result: 'left', text }], write: [], restore: [] };
}

function wanted(step: SysctlStep, current: ReadonlyMap<string, string>): SysctlFindings {
  const { path, value, why, network } = step;
  const before = current.get(path);
  const text = `${path} = ${value} (${why})`;
  const action: Action = {
    subject: 'sysctl',
    name: path,
    ...(network !== undefined && { network }),
    result: 'done',
    text,
  };
  if (before === value) return { settled: [{ ...action, result: 'kept' }], write: [], restore: [] };
  return { settled: [], write: [{ action, path, value, before }], restore: [] };
}

/** Wanted settings against current values. */
export function compareSysctls(
  steps: readonly SysctlStep[],
  current: ReadonlyMap<string, string>,
  state: HostState,
): SysctlFindings {
  const paths = new Set(steps.map((step) => step.path));
  const parts = [
    ...steps.map((step) => wanted(step, current)),
    ...state.sysctls
      .filter((entry) => !paths.has(entry.path))
      .toReversed()
      .map((entry) => restoreSysctl(entry, current)),
  ];
  return {
    settled: parts.flatMap((part) => part.settled),
    write: parts.flatMap((part) => part.write),
    restore: parts.flatMap((part) => part.restore),
  };
}
