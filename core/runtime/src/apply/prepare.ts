/**
 * Looks at the host and decides everything before anything is changed. In: a request and settled options. Out: what to
 * do, and every reason not to. Guaranteed: leaves the host as it is (but may load the kernel module `br_netfilter`).
 */
import type { HostTopology } from '@weir/plugin';
import type { Nft, NftDocument } from '@weir/nftables-json';
import type { Runner } from '../command/runner.ts';
import type { Findings } from '../compare/change.ts';
import { compareHost } from '../compare/compare-host.ts';
import { compareSysctls, deviceOfPath, type SysctlFindings } from '../compare/compare-sysctl.ts';
import { isOurs, type Links } from '../observe/link.ts';
import { readLinks } from '../observe/read-links.ts';
import type { SettledOptions } from '../options.ts';
import type { ServiceStep, SysctlStep, TopologyStep } from '../plan/step.ts';
import { hostProblem, type HostProblem } from '../problem.ts';
import { checkRuleset, listOwnTables } from '../ruleset/load.ts';
import { planService, serviceUser, testService, type ServicePlan } from '../service/service.ts';
import { EMPTY_STATE, type HostState } from '../state/state.ts';
import { readIfThere, readState, rulesetPath } from '../state/state-file.ts';
import { readSysctls } from '../sysctl/sysctl.ts';

/** What is asked for. */
export interface HostRequest {
  readonly topology: HostTopology;
  /** Loaded as one transaction in the place of what Weir's tables hold. */
  readonly ruleset: NftDocument;
}

/** The tools of a run. */
export interface Tools {
  readonly options: SettledOptions;
  readonly runner: Runner;
  readonly nft: Nft;
}

/** Everything decided. */
export interface Prepared {
  readonly problems: readonly HostProblem[];
  readonly links: Findings;
  readonly sysctls: SysctlFindings;
  readonly services: readonly ServicePlan[];
  readonly state: HostState;
  /** Text of the ruleset that stands now, when it is on record; `none` when no table of ours stands. */
  readonly standing: { readonly kind: 'none' | 'unknown' } | { readonly kind: 'known'; readonly text: string };
}

/** Settings that exist as things are; those of devices that are not there (yet) are another matter. */
function isExpected(step: SysctlStep, steps: readonly TopologyStep[], links: Links): boolean {
  const device = deviceOfPath(step.path);
  if (device === undefined || links.has(device)) return true;
  return !steps.some((other) => 'device' in other && other.device === device);
}

function isAbsentPort(step: SysctlStep, steps: readonly TopologyStep[], links: Links): boolean {
  const device = deviceOfPath(step.path);
  return (
    device !== undefined &&
    !links.has(device) &&
    steps.some((other) => other.kind === 'port' && other.device === device)
  );
}

async function currentSysctls(runner: Runner, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const current = await readSysctls(runner, paths);
  if (!paths.some((path) => path.startsWith('net/bridge/') && !current.has(path))) return current;
  // These settings exist only while the module is loaded. Without modprobe or the module, they are reported as missing.
  await runner.run('modprobe', ['br_netfilter']);
  return readSysctls(runner, paths);
}

function missingSysctl(step: SysctlStep): HostProblem {
  return hostProblem('runtime/missing-sysctl', `this kernel has no setting \`${step.path}\` (${step.why})`);
}

async function prepareServices(tools: Tools, steps: readonly ServiceStep[]): Promise<readonly ServicePlan[]> {
  const user = serviceUser(tools.options.dnsmasqUser);
  return steps.map(({ service }) => planService(tools.options.directory, service, user));
}

async function testServices(tools: Tools, services: readonly ServicePlan[]): Promise<readonly HostProblem[]> {
  const problems: HostProblem[] = [];
  for (const { spec, paths, config, running } of services) {
    if (running === config) continue;
    const problem = await testService(tools.runner, spec, paths, config);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/**
 * Whether anything of ours is there at all. WHY: a record may outlive its namespace, and the kernel gives the inode by
 * which it is known to the next one; such a record says nothing about this one.
 */
export function hasOwn(links: Links, tables: readonly string[]): boolean {
  return tables.length > 0 || [...links.values()].some(isOurs);
}

function standingRuleset(tools: Tools, tables: readonly string[]): Prepared['standing'] {
  if (tables.length === 0) return { kind: 'none' };
  const text = readIfThere(rulesetPath(tools.options.directory));
  return text === undefined ? { kind: 'unknown' } : { kind: 'known', text };
}

/** Decides what to do. */
export async function prepare(tools: Tools, steps: readonly TopologyStep[], ruleset: NftDocument): Promise<Prepared> {
  const links = await readLinks(tools.runner);
  const tables = await listOwnTables(tools.nft);
  const recorded = readState(tools.options.directory);
  const state = recorded === undefined || 'code' in recorded || !hasOwn(links, tables) ? EMPTY_STATE : recorded;
  const wanted = steps.filter((step) => step.kind === 'sysctl').filter((step) => !isAbsentPort(step, steps, links));
  const paths = [...new Set([...wanted, ...state.sysctls].map((entry) => entry.path))];
  const current = await currentSysctls(tools.runner, paths);
  const missing = wanted.filter((step) => !current.has(step.path) && isExpected(step, steps, links));
  const services = await prepareServices(
    tools,
    steps.filter((step) => step.kind === 'service'),
  );
  const found = compareHost(steps, links, state, tools.options);
  const refusal = await checkRuleset(tools.nft, ruleset);
  return {
    problems: [
      ...(recorded !== undefined && 'code' in recorded ? [recorded] : []),
      ...found.problems,
      ...missing.map(missingSysctl),
      ...(await testServices(tools, services)),
      ...(refusal === undefined ? [] : [refusal]),
    ],
    links: found,
    sysctls: compareSysctls(wanted, current, state),
    services,
    state,
    standing: standingRuleset(tools, tables),
  };
}
