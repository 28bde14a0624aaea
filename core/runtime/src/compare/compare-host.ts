/**
 * A plan against a host. In: steps, devices, the record of earlier runs. Out: what to change and when, what is right
 * already, and every reason not to begin. Makes no change; two runs differ only in the MACs of new bridges.
 */
import type { Link, Links } from '../observe/link.ts';
import { MAX_BRIDGE_PORTS } from '../plan/check-plan.ts';
import type { PortStep, TopologyStep, UplinkStep } from '../plan/step.ts';
import { hostProblem, type HostProblem } from '../problem.ts';
import type { HostState } from '../state/state.ts';
import { findings, joinFindings, type Findings } from './change.ts';
import { compareAddress, compareBridge, compareUp } from './compare-bridge.ts';
import { comparePort, compareUplink, compareVlan } from './compare-port.ts';
import { compareRetired } from './compare-retired.ts';

function compareStep(step: TopologyStep, links: Links, made: ReadonlySet<string>, take: boolean): Findings {
  switch (step.kind) {
    case 'bridge':
      return compareBridge(step, links);
    case 'vlan':
      return compareVlan(step, links);
    case 'address':
      return compareAddress(step, links);
    case 'uplink':
      return compareUplink(step, links, made.has(step.device), take);
    case 'port':
      return comparePort(step, links, take);
    case 'up':
      return compareUp(step, links);
    case 'ruleset':
    case 'sysctl':
    case 'service':
      return findings({});
    default:
      return step satisfies never;
  }
}

function isMember(step: TopologyStep): step is PortStep | UplinkStep {
  return step.kind === 'port' || step.kind === 'uplink';
}

function countMembers(steps: readonly TopologyStep[], links: Links, made: ReadonlySet<string>): readonly HostProblem[] {
  const members = new Map<string, Set<string>>();
  const join = (bridge: string, device: string): void => {
    members.set(bridge, (members.get(bridge) ?? new Set()).add(device));
  };
  const planned = steps.filter(isMember);
  const names = new Set(planned.map((step) => step.device));
  for (const { bridge, device } of planned) if (links.has(device) || made.has(device)) join(bridge, device);
  const others = [...links.values()].filter((link): link is Link & { master: string } => link.master !== undefined);
  for (const link of others) if (!names.has(link.name)) join(link.master, link.name);
  const full = [...new Set(planned.map((step) => step.bridge))].filter(
    (bridge) => (members.get(bridge)?.size ?? 0) > MAX_BRIDGE_PORTS,
  );
  return full.map((bridge) =>
    hostProblem(
      'runtime/too-many-ports',
      `bridge \`${bridge}\` would have ${members.get(bridge)?.size} ports; Linux bridges take ${MAX_BRIDGE_PORTS}`,
      { help: 'split the network' },
    ),
  );
}

/** What it takes to make the host's devices fit the plan. */
export function compareHost(
  steps: readonly TopologyStep[],
  links: Links,
  state: HostState,
  options: { readonly takeDevices: boolean },
): Findings {
  const made = new Set(steps.flatMap((step) => (step.kind === 'vlan' ? [step.device] : [])));
  return joinFindings([
    findings({ problems: countMembers(steps, links, made) }),
    compareRetired(steps, links, state),
    ...steps.map((step) => compareStep(step, links, made, options.takeDevices)),
  ]);
}
