/** Whether the matches of a network's rule hold for a packet at the host, and which one does not. */
import type { NetworkPolicy } from '@weir/compiler';
import { formatAddress, type NetworkMatch } from '@weir/plugin';
import type { NetworkStep } from './journey.ts';
import type { HostPacket } from './network-rules.ts';
import { isIn, rangesOfBlocks } from './ranges.ts';
import type { Site } from './site.ts';

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
]);
/** WHY: a `port` match is about these (the contract), whatever other protocols have ports. */
const WITH_PORTS: ReadonlySet<number | undefined> = new Set([6, 17, 132]);

/** The first match that does not hold, with what the packet has there; undefined when all hold. */
export function missedPart(
  matches: readonly NetworkMatch[],
  packet: HostPacket,
  network: NetworkPolicy,
  site: Site,
): NetworkStep['missed'] {
  for (const match of matches) {
    const { holds, saw } = ask(match, packet, network, site);
    if (!holds) return { match, ...(saw !== undefined && { saw }) };
  }
  return undefined;
}

interface Answer {
  readonly holds: boolean;
  readonly saw: string | undefined;
}

function ask(match: NetworkMatch, packet: HostPacket, network: NetworkPolicy, site: Site): Answer {
  const { ends, state } = packet;
  switch (match.kind) {
    case 'device':
      return askDevice(match, packet, network, site);
    case 'address': {
      const { address } = ends[match.side];
      const isSame = ends.family === match.family;
      const inside = isSame && isIn(rangesOfBlocks(match.family, match.blocks), address);
      return { holds: isSame && inside !== match.negated, saw: formatAddress({ family: ends.family, value: address }) };
    }
    case 'family':
      return { holds: ends.family === match.family, saw: ends.family };
    case 'host-destination': {
      const { address } = ends.destination;
      const saw = formatAddress({ family: ends.family, value: address });
      return { holds: isIn(site.host[ends.family], address), saw };
    }
    case 'protocol': {
      const name = PROTOCOLS.get(ends.protocol ?? -1);
      return { holds: match.protocols.some((one) => one === name), saw: name ?? ends.protocol?.toString() };
    }
    case 'port': {
      const port = WITH_PORTS.has(ends.protocol) ? ends[match.side].port : undefined;
      return { holds: port !== undefined && match.low <= port && port <= match.high, saw: port?.toString() };
    }
    case 'connection':
      return { holds: match.states.some((one) => one === state), saw: state };
    case 'destination-translated':
      return { holds: packet.isDestinationTranslated, saw: packet.isDestinationTranslated ? 'translated' : 'as sent' };
    default:
      return match satisfies never;
  }
}

type DeviceMatch = Extract<NetworkMatch, { kind: 'device' }>;

function askDevice(match: DeviceMatch, packet: HostPacket, network: NetworkPolicy, site: Site): Answer {
  const isIncoming = match.side === 'in';
  const saw = isIncoming ? packet.inDevice : packet.outDevice;
  if (saw === undefined) return { holds: false, saw };
  const isIt = devicesOf(match.device, network, site).includes(saw);
  return { holds: isIt !== match.negated, saw: saw === '' ? undefined : saw };
}

function devicesOf(device: DeviceMatch['device'], network: NetworkPolicy, site: Site): readonly string[] {
  if (device === 'this-network') return [network.view.bridge];
  if (device === 'any-network') return site.policy.networks.map(({ view }) => view.bridge);
  return [device.name];
}
