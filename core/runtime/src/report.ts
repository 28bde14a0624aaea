/**
 * What a run did, as data: JSON-serialisable, in the order in which it happened. Text for people is made from the same
 * value. Guaranteed: no clock, no process ids, stable order for the same host.
 */
import type { HostProblem } from './problem.ts';
import type { ElsewhereRoute } from '@weir/plugin';

/** What an action is about. */
export type ActionSubject = 'bridge' | 'vlan' | 'sysctl' | 'address' | 'uplink' | 'port' | 'ruleset' | 'service';

/**
 * `done`: changed by this run. `kept`: found as it should be. `absent`: a guest's device that does not exist yet (its
 * hypervisor attaches it). `removed`: taken away. `undone`: changed and then taken back. `left`: not ours, or changed
 * by someone else since, so not touched.
 */
export type ActionResult = 'done' | 'kept' | 'absent' | 'removed' | 'undone' | 'left';

/** One thing that the run looked at. */
export interface Action {
  readonly subject: ActionSubject;
  /** Device, sysctl path, network of a service, or table. */
  readonly name: string;
  /** The network that wants it, if one does. */
  readonly network?: string;
  readonly result: ActionResult;
  /** A line for people. */
  readonly text: string;
}

/**
 * `applied`: the host is as asked. `refused`: nothing was changed. `undone`: a step failed and everything this run had
 * changed was taken back. `partly-undone`: a step failed and so did taking something back; `problems` says what.
 */
export type ApplyOutcome = 'applied' | 'refused' | 'undone' | 'partly-undone';

/** What must be configured on other machines for a network to work. */
export interface ElsewhereNote {
  readonly network: string;
  readonly route: ElsewhereRoute;
}

/** The result of `applyHost`. */
export interface ApplyReport {
  readonly format: 1;
  readonly outcome: ApplyOutcome;
  /** Whether the topology was changed; replacing the ruleset alone does not count. */
  readonly changed: boolean;
  readonly actions: readonly Action[];
  readonly problems: readonly HostProblem[];
  readonly elsewhere: readonly ElsewhereNote[];
}

/** `removed`: nothing of ours is left. `refused`: nothing was changed. `partly-removed`: see `problems`. */
export type RemoveOutcome = 'removed' | 'refused' | 'partly-removed';

/** The result of `removeHost`. */
export interface RemoveReport {
  readonly format: 1;
  readonly outcome: RemoveOutcome;
  /** Whether anything of ours was found. */
  readonly changed: boolean;
  readonly actions: readonly Action[];
  readonly problems: readonly HostProblem[];
}

/** Names listed in full before the rest is counted. */
const LISTED = 12;

function summarise(actions: readonly Action[], result: ActionResult): readonly string[] {
  const chosen = actions.filter((action) => action.result === result);
  const lines = chosen.slice(0, LISTED).map((action) => `${result.padEnd(7)} ${action.text}`);
  return chosen.length > LISTED ? [...lines, `${result.padEnd(7)} … and ${chosen.length - LISTED} more`] : lines;
}

function problemLines(problem: HostProblem): readonly string[] {
  const detail = (problem.detail ?? '').trim();
  return [
    `error[${problem.code}]: ${problem.message}`,
    ...(detail === '' ? [] : detail.split('\n').map((line) => `  | ${line}`)),
    ...(problem.help === undefined ? [] : [`  help: ${problem.help}`]),
  ];
}

function routeLine(note: ElsewhereNote): string {
  const via = note.route.via === undefined ? 'through this host' : `via ${note.route.via}`;
  return `elsewhere: network ${note.network} needs a route to ${note.route.prefix} ${via} on the outside router`;
}

/** A report in lines for people: what was done, what was found right, what is absent, what is wrong. */
export function formatReport(report: ApplyReport | RemoveReport): readonly string[] {
  const { actions } = report;
  const kept = actions.filter((action) => action.result === 'kept').length;
  return [
    ...summarise(actions, 'done'),
    ...summarise(actions, 'removed'),
    ...summarise(actions, 'undone'),
    ...summarise(actions, 'absent'),
    ...summarise(actions, 'left'),
    ...(kept === 0 ? [] : [`kept    ${kept} found as they should be`]),
    ...('elsewhere' in report ? report.elsewhere.map(routeLine) : []),
    ...report.problems.flatMap(problemLines),
    report.outcome,
  ];
}
