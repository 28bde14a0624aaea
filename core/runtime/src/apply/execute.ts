/**
 * Carries out what was decided, in an order that is fail closed: ports that leave and bridges that go down, new bridges
 * down, the ruleset in one transaction, then settings, addresses, ports and bridges up, then services, and at last what
 * is no longer wanted. A failure takes everything back in reverse, before the end of the run.
 */
import { stringifyDocument, type NftDocument } from '@weir/nftables-json';
import { rmSync } from 'node:fs';
import type { LinkChange } from '../compare/change.ts';
import type { SysctlChange } from '../compare/compare-sysctl.ts';
import { describeStep, type TopologyStep } from '../plan/step.ts';
import { hostProblem, StepError, type HostProblem } from '../problem.ts';
import type { Phase } from '../progress.ts';
import type { Action, ApplyReport } from '../report.ts';
import { loadRuleset, removeRuleset } from '../ruleset/load.ts';
import { removeService, servicePaths, startService, type ServicePlan } from '../service/service.ts';
import { mergeStates } from '../state/state.ts';
import { replaceFile, rulesetPath, writeState } from '../state/state-file.ts';
import { writeSysctl } from '../sysctl/sysctl.ts';
import { Journal } from './journal.ts';
import { runLinkChanges } from './link-batch.ts';
import { nextState } from './next-state.ts';
import type { Prepared, Tools } from './prepare.ts';

/** One execution: what it tells, and what it can take back. */
class Run {
  readonly tools: Tools;
  readonly journal = new Journal();
  readonly actions: Action[] = [];

  constructor(tools: Tools) {
    this.tools = tools;
  }

  phase(phase: Phase): void {
    this.tools.options.onProgress({ kind: 'phase', phase });
  }

  tell(...actions: readonly Action[]): void {
    for (const action of actions) {
      this.actions.push(action);
      this.tools.options.onProgress({ kind: 'action', action });
    }
  }

  async change(changes: readonly LinkChange[]): Promise<void> {
    await runLinkChanges(this.tools.runner, changes, this.journal);
    this.tell(...changes.map((change) => change.action));
  }
}

async function putBackRuleset(tools: Tools, standing: Prepared['standing']): Promise<readonly HostProblem[]> {
  const path = rulesetPath(tools.options.directory);
  switch (standing.kind) {
    case 'none':
      await removeRuleset(tools.nft);
      rmSync(path, { force: true });
      return [];
    case 'known':
      await loadRuleset(tools.nft, JSON.parse(standing.text) as NftDocument);
      replaceFile(path, standing.text);
      return [];
    case 'unknown':
      return [
        hostProblem('runtime/undo-failed', 'the ruleset that stood before is not on record; the new one stays loaded'),
      ];
    default:
      return standing satisfies never;
  }
}

async function load(run: Run, ruleset: NftDocument, standing: Prepared['standing']): Promise<void> {
  await loadRuleset(run.tools.nft, ruleset);
  run.journal.note('the ruleset', () => putBackRuleset(run.tools, standing));
  replaceFile(rulesetPath(run.tools.options.directory), stringifyDocument(ruleset));
  const text = `ruleset of ${ruleset.nftables.length} commands, in one transaction`;
  run.tell({ subject: 'ruleset', name: 'bridge weir, inet weir', result: 'done', text });
}

async function write(run: Run, changes: readonly SysctlChange[]): Promise<void> {
  const { runner } = run.tools;
  for (const { path, value, before, action } of changes) {
    await writeSysctl(runner, path, value);
    if (before !== undefined) {
      run.journal.note(path, async () => {
        await writeSysctl(runner, path, before);
        return [];
      });
    }
    run.tell(action);
  }
}

async function serve(run: Run, service: ServicePlan): Promise<void> {
  const { spec, paths, config, running } = service;
  const text = describeStep({ kind: 'service', network: spec.network, service: spec });
  const action: Action = { subject: 'service', name: spec.network, network: spec.network, result: 'done', text };
  if (running === config) return run.tell({ ...action, result: 'kept' });
  run.journal.note(`dnsmasq of network ${spec.network}`, async () => {
    if (running === undefined) await removeService(paths, spec.network);
    else await startService(run.tools.runner, spec, paths, running);
    return [];
  });
  await startService(run.tools.runner, spec, paths, config);
  run.tell(action);
}

/** Everything that a failure takes back. */
async function build(run: Run, prepared: Prepared, ruleset: NftDocument): Promise<void> {
  const { links, sysctls, services, standing } = prepared;
  run.phase('devices');
  await run.change(links.before);
  await run.change(links.devices);
  run.phase('ruleset');
  await load(run, ruleset, standing);
  run.phase('settings');
  await write(run, sysctls.write);
  await run.change(links.after);
  run.phase('services');
  for (const service of services) await serve(run, service);
}

async function attempt(work: () => Promise<void>, problems: HostProblem[]): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    problems.push({ ...error.problem, code: 'runtime/leftover' });
  }
}

/** What is no longer wanted. A failure here leaves something behind, but what was asked for stands. */
async function retire(run: Run, prepared: Prepared): Promise<readonly HostProblem[]> {
  const problems: HostProblem[] = [];
  const served = new Set(prepared.services.map((service) => service.spec.network));
  const gone = prepared.state.services.filter((network) => !served.has(network));
  if (gone.length + prepared.links.last.length + prepared.sysctls.restore.length > 0) run.phase('retire');
  for (const network of gone) {
    await attempt(async () => {
      await removeService(servicePaths(run.tools.options.directory, network), network);
      run.tell({ subject: 'service', name: network, result: 'removed', text: `dnsmasq of network ${network} stopped` });
    }, problems);
  }
  await attempt(() => run.change(prepared.links.last), problems);
  for (const change of prepared.sysctls.restore) await attempt(() => write(run, [change]), problems);
  return problems;
}

function isChange(action: Action): boolean {
  return action.subject !== 'ruleset' && (action.result === 'done' || action.result === 'removed');
}

async function takeBack(run: Run, prepared: Prepared, cause: HostProblem): Promise<Omit<ApplyReport, 'elsewhere'>> {
  run.phase('undo');
  const failures = await run.journal.undo();
  const whole = failures.length === 0;
  if (whole) writeState(run.tools.options.directory, prepared.state);
  const actions = run.actions.map((action): Action =>
    action.result === 'done' || action.result === 'removed' ? { ...action, result: 'undone' } : action,
  );
  const outcome = whole ? 'undone' : 'partly-undone';
  return { format: 1, outcome, changed: !whole, actions, problems: [cause, ...failures] };
}

/** Carries out a preparation without problems. */
export async function execute(
  tools: Tools,
  steps: readonly TopologyStep[],
  prepared: Prepared,
  ruleset: NftDocument,
): Promise<Omit<ApplyReport, 'elsewhere'>> {
  const run = new Run(tools);
  const next = nextState(prepared, steps);
  run.tell(...prepared.links.settled, ...prepared.sysctls.settled);
  // Written before the first change, so that a run that is killed leaves nothing that `down` does not know.
  writeState(tools.options.directory, mergeStates(prepared.state, next));
  try {
    await build(run, prepared, ruleset);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return takeBack(run, prepared, error.problem);
  }
  const problems = await retire(run, prepared);
  if (problems.length === 0) writeState(tools.options.directory, next);
  return { format: 1, outcome: 'applied', changed: run.actions.some(isChange), actions: run.actions, problems };
}
