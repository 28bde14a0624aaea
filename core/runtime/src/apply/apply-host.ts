/**
 * Makes a host fit a topology and loads its ruleset. In: both, as the compiler writes them. Out: a report. Guaranteed:
 * bad input and bad hosts give problems, never an exception; on any problem found before the first change nothing is
 * changed, and on any later one everything is taken back.
 */
import { createRunner } from '../command/runner.ts';
import { settleOptions, type HostOptions, type SettledOptions } from '../options.ts';
import { checkPlan } from '../plan/check-plan.ts';
import { planTopology } from '../plan/plan-topology.ts';
import type { TopologyStep } from '../plan/step.ts';
import { StepError, type HostProblem } from '../problem.ts';
import type { ApplyReport, ElsewhereNote } from '../report.ts';
import { checkOwnTables } from '../ruleset/own-tables.ts';
import { nftOf } from '../ruleset/load.ts';
import { checkServiceText } from '../service/service-text.ts';
import { withLock } from '../state/state-file.ts';
import { execute } from './execute.ts';
import { prepare, type HostRequest } from './prepare.ts';
import { checkRequirements, ownSurroundings } from './requirements.ts';

function elsewhereNotes(request: HostRequest): readonly ElsewhereNote[] {
  return request.topology.networks.flatMap(({ name, topology }) =>
    topology.elsewhere.map((route) => ({ network: name, route })),
  );
}

function checkRequest(request: HostRequest, steps: readonly TopologyStep[]): readonly HostProblem[] {
  const services = steps.filter((step) => step.kind === 'service');
  const programs = ['ip', 'nft', ...(services.length > 0 ? ['dnsmasq'] : [])];
  return [
    ...checkRequirements(programs, ownSurroundings()),
    ...checkPlan(steps),
    ...services.flatMap((step) => checkServiceText(step.service)),
    ...checkOwnTables(request.ruleset),
  ];
}

async function run(
  request: HostRequest,
  steps: readonly TopologyStep[],
  options: SettledOptions,
): Promise<Omit<ApplyReport, 'elsewhere'>> {
  const tools = { options, runner: createRunner(options), nft: nftOf(options) };
  const prepared = await prepare(tools, steps, request.ruleset);
  if (prepared.problems.length > 0) return refused(prepared.problems);
  return execute(tools, steps, prepared, request.ruleset);
}

function refused(problems: readonly HostProblem[]): Omit<ApplyReport, 'elsewhere'> {
  return { format: 1, outcome: 'refused', changed: false, actions: [], problems };
}

/** Makes the topology, loads the ruleset, starts the services. Safe to repeat. */
export async function applyHost(request: HostRequest, options: HostOptions = {}): Promise<ApplyReport> {
  const elsewhere = elsewhereNotes(request);
  const settled = settleOptions(options);
  if ('code' in settled) return { ...refused([settled]), elsewhere };
  settled.onProgress({ kind: 'phase', phase: 'check' });
  const steps = planTopology(request.topology);
  const problems = checkRequest(request, steps);
  if (problems.length > 0) return { ...refused(problems), elsewhere };
  try {
    return { ...(await withLock(settled.directory, () => run(request, steps, settled))), elsewhere };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { ...refused([error.problem]), elsewhere };
  }
}
