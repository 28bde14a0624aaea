/**
 * The ways that a packet can take from one end to the other: by which device of the host, and by which translation.
 *
 * Guaranteed: found from the networks' rules alone, never from a mode's name. Where rules name devices, those are the
 * ways; elsewhere it is a device that no rule names.
 */
import type { NetworkPolicy } from '@weir/compiler';
import type { Family, NetworkRule } from '@weir/plugin';
import { networkOf, type PlacedEnd } from './ends.ts';
import { missedPart } from './network-match.ts';
import type { Question } from './questions.ts';
import { isIn, rangesOfBlocks } from './ranges.ts';
import type { Endpoint, PacketEnds } from './rewrite.ts';
import { isSegment, isServed, routeTo, type Site } from './site.ts';
import type { Start } from './trip.ts';

export interface Way {
  readonly device: string;
  readonly destination: Endpoint;
  /** The translation that leads to the destination which was asked about. */
  readonly by?: NetworkRule;
}

/** `byName`: the destination is meant wherever it can be reached, not at this one address. */
export function waysOf(
  site: Site,
  question: Question,
  source: PlacedEnd,
  destination: PlacedEnd,
  byName: boolean,
): readonly Way[] {
  const { family, destinationPort: port } = question;
  const direct: Endpoint = { address: destination.address, ...(port !== undefined && { port }) };
  const devices = devicesFor(site, source.start, family, destination.address);
  const ways: Way[] = devices.map((device) => ({ device, destination: direct }));
  const isOutside = source.start.kind === 'outside' && source.start.network === undefined;
  if (!byName || !isOutside || destination.start.kind !== 'port') return ways;
  for (const network of site.policy.networks) {
    for (const rule of network.rules) {
      if (rule.hook !== 'dstnat' || rule.action.kind !== 'dnat' || rule.action.family !== family) continue;
      ways.push(...throughRule(site, network, rule, question, source, direct));
    }
  }
  return ways;
}

/** The host's devices to the outside that make a difference for this packet. */
export function devicesFor(site: Site, start: Start, family: Family, destination: bigint): readonly string[] {
  const network = start.kind === 'port' ? networkOf(site, start.port) : undefined;
  const leaves = network !== undefined && !(isSegment(network) && !isServed(network, family));
  if (leaves) return orUnnamed(namedDevices([network], 'out'));
  if (start.kind === 'host') return [''];
  const entered = routeTo(site, family, destination);
  const isHosts = isIn(site.host[family], destination);
  return orUnnamed(namedDevices(isHosts || entered === undefined ? site.policy.networks : [entered], 'in'));
}

const orUnnamed = (devices: readonly string[]): readonly string[] => (devices.length === 0 ? [''] : devices);

function namedDevices(networks: readonly NetworkPolicy[], side: 'in' | 'out'): readonly string[] {
  const matches = networks.flatMap(({ rules }) => rules).flatMap((rule) => rule.matches);
  const named = matches.flatMap((match) =>
    match.kind === 'device' && match.side === side && !match.negated && typeof match.device === 'object'
      ? [match.device.name]
      : [],
  );
  return [...new Set(named)];
}

/** What has to be sent so that this rule makes the wanted end of it. */
function throughRule(
  site: Site,
  network: NetworkPolicy,
  rule: NetworkRule,
  { family, protocol, sourcePort }: Question,
  source: PlacedEnd,
  wanted: Endpoint,
): readonly Way[] {
  const { action } = rule;
  if (action.kind !== 'dnat') return [];
  const target = rangesOfBlocks(family, [{ kind: 'range', low: action.address, high: action.address }]);
  if (!isIn(target, wanted.address)) return [];
  const port = portBefore(rule, wanted.port);
  if (port === undefined && wanted.port !== undefined) return [];
  const devices = orUnnamed(namedDevices([{ ...network, rules: [rule] }], 'in'));
  return devices.flatMap((device) => {
    const found = outerAddresses(site, rule, family).find((address) => {
      const destination: Endpoint = { address, ...(port !== undefined && { port }) };
      const from: Endpoint = { address: source.address, ...(sourcePort !== undefined && { port: sourcePort }) };
      const ends: PacketEnds = { family, source: from, destination, protocol };
      const packet = { ends, state: 'new', inDevice: device, isDestinationTranslated: false } as const;
      return missedPart(rule.matches, packet, network, site) === undefined;
    });
    if (found === undefined) return [];
    return [{ device, destination: { address: found, ...(port !== undefined && { port }) }, by: rule }];
  });
}

/** The port that the rule moves to the wanted one; undefined when it moves none there. */
function portBefore({ matches, action }: NetworkRule, wanted: number | undefined): number | undefined {
  if (wanted === undefined || action.kind !== 'dnat') return undefined;
  const matched = matches.find((match) => match.kind === 'port' && match.side === 'destination');
  const { ports } = action;
  if (ports === undefined) return wanted;
  if (wanted < ports.low || wanted > ports.high) return undefined;
  if (matched?.kind !== 'port') return wanted;
  return ports.low === ports.high ? matched.low : matched.low + (wanted - ports.low);
}

/** Addresses of the host that a rule may be about: those it names, then the outer one, then all others. */
function outerAddresses(site: Site, rule: NetworkRule, family: Family): readonly bigint[] {
  const named = rule.matches.flatMap((match) =>
    match.kind === 'address' && match.side === 'destination' && !match.negated && match.family === family
      ? rangesOfBlocks(family, match.blocks)
      : [],
  );
  return [...named.map(({ low }) => low), site.outer[family], ...site.host[family].map(({ low }) => low)];
}
