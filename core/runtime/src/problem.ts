/**
 * What can be wrong with a host or with what is asked of it. In: the facts. Out: coded problems that people can act on.
 * Guaranteed: codes are permanent; messages are one line in lower case; nothing here throws.
 */

/**
 * The closed list of codes, and what each is about. Those up to `runtime/bad-state` are found before anything is
 * changed; `runtime/step-failed` and those below are not.
 */
export const hostProblemTitles = {
  'runtime/not-root': 'the command needs root',
  'runtime/missing-command': 'a program that is not installed',
  'runtime/missing-namespace': 'a network namespace that is not there',
  'runtime/busy': 'another run of Weir is changing this host',
  'runtime/bad-name': 'a name that the host cannot use',
  'runtime/unsafe-text': 'a text in a topology that no command may get',
  'runtime/bad-sysctl': 'a kernel setting that is not one of the network',
  'runtime/missing-sysctl': 'a kernel setting that this kernel lacks',
  'runtime/sysctl-conflict': 'networks that want different kernel settings',
  'runtime/device-used-twice': 'a device with two roles',
  'runtime/missing-uplink': 'an uplink that does not exist',
  'runtime/uplink-has-addresses': 'an uplink that the host is reached by',
  'runtime/device-in-use': 'a device that another bridge has',
  'runtime/not-a-bridge': 'a device that is there and is no bridge',
  'runtime/foreign-bridge': 'a bridge of somebody else that does not fit',
  'runtime/not-our-vlan': 'a VLAN device of somebody else that does not fit',
  'runtime/too-many-ports': 'more ports than a Linux bridge takes',
  'runtime/foreign-table': 'a document that touches tables of others',
  'runtime/ruleset-refused': 'nft refused the ruleset',
  'runtime/service-refused': 'dnsmasq refused its settings',
  'runtime/bad-state': 'a record of earlier changes that cannot be read',
  'runtime/step-failed': 'a change of the host that failed',
  'runtime/undo-failed': 'a change of the host that cannot be taken back',
  'runtime/leftover': 'something of Weir that could not be removed',
} as const;

/** One of the codes. */
export type HostProblemCode = keyof typeof hostProblemTitles;

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
