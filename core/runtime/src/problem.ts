/**
 * What can be wrong with a host or with what is asked of it. In: the facts. Out: coded problems that people can act on.
 * Guaranteed: codes are permanent; messages are one line in lower case; nothing here throws.
 */

/** The closed list of codes. The first group is found before anything is changed; `step-failed` and below are not. */
export type HostProblemCode =
  | 'runtime/not-root'
  | 'runtime/missing-command'
  | 'runtime/missing-namespace'
  | 'runtime/busy'
  | 'runtime/bad-name'
  | 'runtime/unsafe-text'
  | 'runtime/bad-sysctl'
  | 'runtime/missing-sysctl'
  | 'runtime/sysctl-conflict'
  | 'runtime/device-used-twice'
  | 'runtime/missing-uplink'
  | 'runtime/uplink-has-addresses'
  | 'runtime/device-in-use'
  | 'runtime/not-a-bridge'
  | 'runtime/foreign-bridge'
  | 'runtime/not-our-vlan'
  | 'runtime/too-many-ports'
  | 'runtime/foreign-table'
  | 'runtime/ruleset-refused'
  | 'runtime/service-refused'
  | 'runtime/bad-state'
  | 'runtime/step-failed'
  | 'runtime/undo-failed'
  | 'runtime/leftover';

/** A problem of the host, for people and programs. */
export interface HostProblem {
  readonly code: HostProblemCode;
  /** What is wrong: one line, names in backticks. */
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
  /** What the command that failed said, several lines at most. */
  readonly detail?: string;
}

/** Builds a problem without `undefined` members. */
export function hostProblem(
  code: HostProblemCode,
  message: string,
  more: Omit<HostProblem, 'code' | 'message'> = {},
): HostProblem {
  return { code, message, ...more };
}

/** Carries a problem out of a step; caught by the journal's owner, never seen by callers of the package. */
export class StepError extends Error {
  readonly problem: HostProblem;
  constructor(problem: HostProblem) {
    super(problem.message);
    this.name = 'StepError';
    this.problem = problem;
  }
}
