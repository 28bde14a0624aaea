/**
 * The rules of networks: which are asked at a hook, and what they say to a packet.
 *
 * In: a site, a hook, a packet as the host sees it there. Out: the rule that decides, and everything that was asked.
 * Guaranteed: the core's own rules come before the mode's; what holds for all modes is stated here a second time and in
 * its own words, so that the compiled rules can be held against it.
 */
import type { NetworkPolicy } from '@weir/compiler';
import type { NetworkAction, NetworkHook, NetworkMatch, NetworkRule } from '@weir/plugin';
import type { ConnectionState } from '../subject.ts';
import type { NetworkRuleRef, NetworkStep } from './journey.ts';
import { missedPart } from './network-match.ts';
import type { PacketEnds } from './rewrite.ts';
import type { Site } from './site.ts';

/** A packet at a hook of the host. */
export interface HostPacket {
  readonly ends: PacketEnds;
  readonly state: ConnectionState | undefined;
  /** Devices by name, empty for one outside that no rule names; absent where the hook has none. */
  readonly inDevice?: string;
  readonly outDevice?: string;
  readonly isDestinationTranslated: boolean;
}

export interface NetworkAnswer {
  readonly by?: NetworkRuleRef;
  /** Absent: no rule matched, or one that only ends its network's rules. */
  readonly action?: Exclude<NetworkAction, { kind: 'accept' | 'return' }>;
  readonly asked: readonly NetworkStep[];
}

interface PlacedRule {
  readonly ref: NetworkRuleRef;
  readonly rule: Pick<NetworkRule, 'matches' | 'action'>;
}

/** The rules of one network at a hook, asked in order; the first that matches ends them. */
export function askNetwork(site: Site, network: NetworkPolicy, hook: NetworkHook, packet: HostPacket): NetworkAnswer {
  const asked: NetworkStep[] = [];
  for (const { ref, rule } of rulesAt(network, hook, site.policy.networks)) {
    const missed = missedPart(rule.matches, packet, network, site);
    const step = { rule: ref, action: rule.action.kind };
    if (missed !== undefined) {
      asked.push({ ...step, outcome: 'missed', missed });
      continue;
    }
    asked.push({ ...step, outcome: 'matched' });
    const { action } = rule;
    // An accept ends this network's rules only: the other network's are still asked.
    return { by: ref, asked, ...(action.kind !== 'accept' && action.kind !== 'return' && { action }) };
  }
  return { asked };
}

/** The rules of all networks at a hook that sees every packet, in the networks' order. */
export function askNetworks(site: Site, hook: NetworkHook, packet: HostPacket): NetworkAnswer {
  const asked: NetworkStep[] = [];
  for (const network of site.policy.networks) {
    const answer = askNetwork(site, network, hook, packet);
    asked.push(...answer.asked);
    if (answer.action !== undefined) return { ...answer, asked };
  }
  return { asked };
}

/** All rules of a network at a hook, the core's own first. */
export function rulesAt(
  network: NetworkPolicy,
  hook: NetworkHook,
  networks: readonly NetworkPolicy[],
): readonly PlacedRule[] {
  const { view, plugin } = network;
  const core = coreRules(network, hook, networks).map((rule) => ({ rule, plugin: undefined }));
  const contributed = network.rules.filter((rule) => rule.hook === hook).map((rule) => ({ rule, plugin }));
  return [...core, ...contributed].map(({ rule, plugin: owner }, index) => ({
    rule,
    ref: {
      network: view.name,
      hook,
      index,
      purpose: rule.purpose,
      ...(owner !== undefined && { plugin: owner }),
      span: rule.span ?? view.span,
    },
  }));
}

const device = (side: 'in' | 'out', which: Extract<NetworkMatch, { kind: 'device' }>['device']): NetworkMatch => ({
  kind: 'device',
  side,
  device: which,
  negated: false,
});

/** What holds for every network: it keeps to itself but for `reaches`, and nobody else has its addresses. */
function coreRules(
  { view }: NetworkPolicy,
  hook: NetworkHook,
  networks: readonly NetworkPolicy[],
): readonly NetworkRule[] {
  const rule = (purpose: string, matches: readonly NetworkMatch[], kind: 'return' | 'drop'): NetworkRule => ({
    hook,
    purpose,
    matches,
    action: { kind },
  });
  if (hook === 'forward-from') {
    const answers: NetworkMatch = { kind: 'connection', states: ['established', 'related'] };
    return [
      rule('own-bridge', [device('out', 'this-network')], 'return'),
      rule('replies-to-networks', [device('out', 'any-network'), answers], 'return'),
      ...networks
        .filter((other) => view.reaches.includes(other.view.name))
        .map((other) => rule('reaches', [device('out', { name: other.view.bridge })], 'return')),
      rule('networks-apart', [device('out', 'any-network')], 'drop'),
    ];
  }
  if (hook !== 'forward-to') return [];
  return [
    rule('own-bridge', [device('in', 'this-network')], 'return'),
    ...(['ipv4', 'ipv6'] as const).flatMap((family) => {
      const own = view.subnets.filter((subnet) => subnet.family === family);
      if (own.length === 0) return [];
      const blocks = own.map(({ address, length }) => ({ kind: 'prefix', address, length }) as const);
      const source: NetworkMatch = { kind: 'address', side: 'source', family, blocks, negated: false };
      return [rule('own-source-from-elsewhere', [source], 'drop')];
    }),
    rule('from-networks', [device('in', 'any-network')], 'return'),
  ];
}
