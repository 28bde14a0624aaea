/** What translation makes of an end of a packet. In: the rule that decided. Out: the end after it, or undefined. */
import type { NetworkPolicy } from '@weir/compiler';
import type { NetworkAnswer } from './network-rules.ts';
import { rulesAt } from './network-rules.ts';
import { numberOf } from './ranges.ts';
import type { Endpoint, PacketEnds } from './rewrite.ts';
import { hostAddressFor, type Site } from './site.ts';

interface Ports {
  readonly low: number;
  readonly high: number;
}

/** The ports that the deciding rule matched; `ports` of its action are counted from the first of them. */
function matchedPorts({ by }: NetworkAnswer, site: Site): Ports | undefined {
  const network = by && site.networks.get(by.network);
  const rule = network && rulesAt(network, by.hook, site.policy.networks)[by.index]?.rule;
  const found = rule?.matches.find((match) => match.kind === 'port' && match.side === 'destination');
  return found?.kind === 'port' ? found : undefined;
}

export function translatedDestination(answer: NetworkAnswer, ends: PacketEnds, site: Site): Endpoint | undefined {
  const { action } = answer;
  if (action?.kind !== 'dnat' || action.family !== ends.family) return undefined;
  const { port } = ends.destination;
  const moved = port !== undefined && action.ports ? movedPort(port, action.ports, matchedPorts(answer, site)) : port;
  return { address: numberOf(action.address), ...(moved !== undefined && { port: moved }) };
}

/** Each matched port goes to the one at the same place; one port takes them all. */
function movedPort(port: number, to: Ports, matched: Ports | undefined): number {
  return matched === undefined || to.low === to.high ? to.low : to.low + (port - matched.low);
}

export function translatedSource(
  { action }: NetworkAnswer,
  ends: PacketEnds,
  to: NetworkPolicy | undefined,
  site: Site,
): Endpoint | undefined {
  if (action?.kind !== 'snat' && action?.kind !== 'masquerade') return undefined;
  if (action.kind === 'snat' && action.family !== ends.family) return undefined;
  const address = action.kind === 'snat' ? numberOf(action.low) : hostAddressFor(site, to, ends.family);
  const { port } = ends.source;
  return { address, ...(port !== undefined && { port: keptPort(port, action.ports) }) };
}

/** WHY: a port inside the range is kept where it is free (nf_nat_l4proto_unique_tuple); a journey has it for itself. */
function keptPort(port: number, ports: Ports | undefined): number {
  return ports === undefined || (ports.low <= port && port <= ports.high) ? port : ports.low;
}
