/**
 * What a policy tells apart: the addresses, ports, types and protocols that some rule of it names.
 *
 * Out: ranges. They serve to choose questions: an address that nothing names stands for everybody else, and one port
 * between two bounds for all of them.
 */
import type { DecisionList, Match, Operand, Policy, PolicyNode, ValueRange } from '@weir/compiler';
import { FAMILY_BITS, rangesOfBlocks } from './ranges.ts';

/** Ranges by what they are compared with. */
export interface Mentioned {
  readonly ipv4: readonly ValueRange[];
  readonly ipv6: readonly ValueRange[];
  /** Destination and source ports, of any protocol. */
  readonly ports: readonly ValueRange[];
  readonly sourcePorts: readonly ValueRange[];
  readonly protocols: readonly ValueRange[];
  /** Types and codes of ICMP and ICMPv6. */
  readonly types: readonly ValueRange[];
  readonly codes: readonly ValueRange[];
}

type Kind = keyof Mentioned;

const KINDS: Readonly<Record<string, Kind>> = {
  'ip.source': 'ipv4',
  'ip.destination': 'ipv4',
  'arp.sender-ip': 'ipv4',
  'arp.target-ip': 'ipv4',
  'ip6.source': 'ipv6',
  'ip6.destination': 'ipv6',
  'ip.protocol': 'protocols',
  'ip6.protocol': 'protocols',
  'packet.protocol': 'protocols',
  'icmp.type': 'types',
  'icmpv6.type': 'types',
  'icmp.code': 'codes',
  'icmpv6.code': 'codes',
};

function kindOf(field: string): Kind | undefined {
  if (field.endsWith('.destination')) return KINDS[field] ?? (field === 'ether.destination' ? undefined : 'ports');
  if (field.endsWith('.source')) return KINDS[field] ?? (field === 'ether.source' ? undefined : 'sourcePorts');
  return KINDS[field];
}

export function mentionedIn(policy: Policy): Mentioned {
  const found: Record<Kind, ValueRange[]> = {
    ipv4: [],
    ipv6: [],
    ports: [],
    sourcePorts: [],
    protocols: [],
    types: [],
    codes: [],
  };
  for (const match of matchesOf(policy)) collect(match, policy, found);
  for (const { rules } of policy.networks) {
    for (const { matches, action } of rules) {
      for (const match of matches) {
        if (match.kind === 'port') found[match.side === 'source' ? 'sourcePorts' : 'ports'].push(portRange(match));
        if (match.kind === 'address') found[match.family].push(...rangesOfBlocks(match.family, match.blocks));
      }
      if (action.kind === 'dnat' && action.ports) found.ports.push(portRange(action.ports));
    }
  }
  return found;
}

const portRange = ({ low, high }: { readonly low: number; readonly high: number }): ValueRange => ({
  low: BigInt(low),
  high: BigInt(high),
});

function matchesOf({ profiles }: Policy): readonly Match[] {
  const inNodes = (nodes: readonly PolicyNode[]): readonly Match[] =>
    nodes.flatMap((node) => (node.kind === 'block' ? inNodes(node.nodes) : [node.match]));
  const inLists = (lists: { readonly in: DecisionList; readonly out: DecisionList }): readonly Match[] => [
    ...inNodes(lists.in.nodes),
    ...inNodes(lists.out.nodes),
  ];
  return profiles.flatMap(({ guard, filters }) => [...(guard ? inLists(guard) : []), ...filters.flatMap(inLists)]);
}

function collect(match: Match, policy: Policy, found: Record<Kind, ValueRange[]>): void {
  switch (match.kind) {
    case 'always':
      break;
    case 'all':
    case 'any':
      for (const one of match.of) collect(one, policy, found);
      break;
    case 'not':
      collect(match.of, policy, found);
      break;
    case 'test': {
      const kind = typeof match.field === 'string' ? kindOf(match.field) : undefined;
      if (kind !== undefined) found[kind].push(...operandRanges(match.operand, policy));
      break;
    }
    default:
      match satisfies never;
  }
}

function operandRanges(operand: Operand, policy: Policy): readonly ValueRange[] {
  if (operand.kind === 'values') return operand.ranges;
  if (operand.kind === 'self') return [];
  const set = policy.sets.find(({ id }) => id === operand.set);
  return set === undefined ? [] : [...set.ranges, ...set.contributed.flatMap(({ ranges }) => ranges)];
}

/** One value for each part into which the bounds cut the ranges: what tells none of them apart is asked once. */
export function representatives(ranges: readonly ValueRange[], bounds: readonly ValueRange[]): readonly bigint[] {
  const cuts = bounds.flatMap(({ low, high }) => [low, high + 1n]);
  const chosen = ranges.flatMap(({ low, high }) => [low, ...cuts.filter((cut) => low < cut && cut <= high)]);
  return [...new Set(chosen)].toSorted((a, b) => (a < b ? -1 : 1));
}

/** Whether the range is all, or nearly all, of its kind: naming it tells nobody apart. */
export function isWide({ low, high }: ValueRange, family: 'ipv4' | 'ipv6'): boolean {
  return high - low >= 1n << BigInt(FAMILY_BITS[family] - 2);
}
