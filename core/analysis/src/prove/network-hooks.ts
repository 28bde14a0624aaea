/**
 * The networks' rules as matches: what passes the hooks of the host.
 *
 * In: a network, a hook, and what is the same for all packets of a way: devices, and whether the destination was translated.
 * Out: the match of what passes. The core's own rules are stated here in words of their own.
 */
import type { Match, NetworkPolicy, Policy } from '@weir/compiler';
import type { NetworkHook, NetworkMatch, NetworkRule } from '@weir/plugin';
import { addressMatch, all, any, endAmong, familyMatch, not, one, rangesOf, values } from './match-words.ts';
import type { HostRanges } from './host-ranges.ts';

/** One way through the host. Devices by name, empty for one that no rule names; absent where the hook has none. */
export interface HostWay {
  readonly inDevice?: string;
  readonly outDevice?: string;
  readonly isTranslated: boolean;
}

export interface HookWorld {
  readonly policy: Policy;
  readonly host: HostRanges;
}

const NEVER: Match = { kind: 'any', of: [] };
const ALWAYS: Match = { kind: 'always' };
const NUMBERS = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;
const WITH_PORTS = ['tcp', 'udp', 'sctp'] as const;
export const STATE_BITS = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;

/** Packets in one of these states of their connection. */
export const stateMatch = (...states: readonly (keyof typeof STATE_BITS)[]): Match =>
  values(
    'connection.state',
    states
      .map((state) => STATE_BITS[state])
      .toSorted((a, b) => a - b)
      .map(one),
  );

/** What passes the rules of a network at a hook. */
export function passes(network: NetworkPolicy, hook: NetworkHook, way: HostWay, world: HookWorld): Match {
  const rules = [...coreRules(network, hook, world.policy.networks), ...network.rules.filter((r) => r.hook === hook)];
  return rules.reduceRight<Match>((rest, rule) => {
    const matched = ruleMatch(rule, network, way, world);
    const isRefusal = rule.action.kind === 'drop' || rule.action.kind === 'reject';
    return isRefusal ? all(not(matched), rest) : any(matched, rest);
  }, ALWAYS);
}

/** What a rule matches. */
export function ruleMatch(
  rule: Pick<NetworkRule, 'matches'>,
  network: NetworkPolicy,
  way: HostWay,
  world: HookWorld,
): Match {
  return all(...rule.matches.map((match) => partMatch(match, network, way, world)));
}

function partMatch(match: NetworkMatch, network: NetworkPolicy, way: HostWay, world: HookWorld): Match {
  switch (match.kind) {
    case 'device': {
      const device = match.side === 'in' ? way.inDevice : way.outDevice;
      if (device === undefined) return NEVER;
      return devicesOf(match.device, network, world).includes(device) !== match.negated ? ALWAYS : NEVER;
    }
    case 'address':
      return addressMatch(match.side, match.family, rangesOf(match.blocks), match.negated);
    case 'family':
      return familyMatch(match.family);
    case 'host-destination':
      return endAmong('destination', world.host.known);
    case 'protocol':
      return values(
        'packet.protocol',
        match.protocols
          .map((name) => NUMBERS[name])
          .toSorted((a, b) => a - b)
          .map(one),
      );
    case 'port': {
      const range = [{ low: BigInt(match.low), high: BigInt(match.high) }];
      return any(...WITH_PORTS.map((name) => values(`${name}.${match.side}`, range)));
    }
    case 'connection':
      return stateMatch(...match.states);
    case 'destination-translated':
      return way.isTranslated ? ALWAYS : NEVER;
    default:
      return match satisfies never;
  }
}

type Device = Extract<NetworkMatch, { kind: 'device' }>['device'];

function devicesOf(device: Device, network: NetworkPolicy, { policy }: HookWorld): readonly string[] {
  if (device === 'this-network') return [network.view.bridge];
  return device === 'any-network' ? policy.networks.map(({ view }) => view.bridge) : [device.name];
}

const on = (side: 'in' | 'out', device: Device): NetworkMatch => ({ kind: 'device', side, device, negated: false });

type CoreRule = Pick<NetworkRule, 'matches' | 'action'>;

/** A network keeps to itself but for answers and what it reaches, and nobody elsewhere has its addresses. */
function coreRules(
  { view }: NetworkPolicy,
  hook: NetworkHook,
  networks: readonly NetworkPolicy[],
): readonly CoreRule[] {
  const rule = (kind: 'return' | 'drop', ...matches: readonly NetworkMatch[]): CoreRule => ({
    matches,
    action: { kind },
  });
  if (hook === 'forward-from') {
    const reached = networks.filter((other) => view.reaches.includes(other.view.name));
    return [
      rule('return', on('out', 'this-network')),
      rule('return', on('out', 'any-network'), { kind: 'connection', states: ['established', 'related'] }),
      ...reached.map((other) => rule('return', on('out', { name: other.view.bridge }))),
      rule('drop', on('out', 'any-network')),
    ];
  }
  if (hook !== 'forward-to') return [];
  const own = (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const blocks = view.subnets
      .filter((subnet) => subnet.family === family)
      .map(({ address, length }) => ({ kind: 'prefix', address, length }) as const);
    return blocks.length === 0
      ? []
      : [rule('drop', { kind: 'address', side: 'source', family, blocks, negated: false })];
  });
  return [rule('return', on('in', 'this-network')), ...own, rule('return', on('in', 'any-network'))];
}
