/**
 * A change to the host's devices, as lines for `ip -batch`, with the lines that take it back. The result of comparing a
 * step with the host is a list of these, sorted into the moments of a run.
 */
import type { HostProblem } from '../problem.ts';
import type { Action } from '../report.ts';
import type { HostState } from '../state/state.ts';

/** Lines that belong together. */
export interface LinkChange {
  /** What to report when it is done. */
  readonly action: Action;
  readonly lines: readonly string[];
  /** Takes back all of `lines`, also after only some of them. In the order to run them. */
  readonly undo: readonly string[];
  /** What the record must say once it is done. */
  readonly record?: Partial<Pick<HostState, 'addresses' | 'ports'>>;
}

/**
 * What comparing found. `before`: must happen before the new ruleset stands (ports that leave). `devices`: made down
 * before it. `after`: once it stands. `last`: when everything else has worked.
 */
export interface Findings {
  readonly problems: readonly HostProblem[];
  readonly settled: readonly Action[];
  readonly before: readonly LinkChange[];
  readonly devices: readonly LinkChange[];
  readonly after: readonly LinkChange[];
  readonly last: readonly LinkChange[];
}

/** Nothing found. */
export const NO_FINDINGS: Findings = { problems: [], settled: [], before: [], devices: [], after: [], last: [] };

/** Findings with some members set. */
export function findings(some: Partial<Findings>): Findings {
  return { ...NO_FINDINGS, ...some };
}

/** All findings in one. */
export function joinFindings(parts: readonly Findings[]): Findings {
  return {
    problems: parts.flatMap((part) => part.problems),
    settled: parts.flatMap((part) => part.settled),
    before: parts.flatMap((part) => part.before),
    devices: parts.flatMap((part) => part.devices),
    after: parts.flatMap((part) => part.after),
    last: parts.flatMap((part) => part.last),
  };
}
