/**
 * What a mode's rules do with one packet: a plain reading of the contract, for tests.
 *
 * In: rules and a packet as the host sees it on one hook. Out: the action of the first rule that matches, or undefined.
 * Guaranteed: follows only `network-rule.ts`; knows nothing of nftables and of the compiler's rules in front.
 */
import { parseAddress, prefixBounds } from '../address.ts';
import type { AddressBlock, NetworkHook, NetworkMatch, NetworkProtocol, NetworkRule } from '../network-rule.ts';
import type { Family } from '../settings.ts';

/** A packet on a hook. Devices are absent where the hook has none (`out` in dstnat). */
export interface NetworkPacket {
  readonly family: Family;
  readonly source: string;
  readonly destination: string;
  readonly in?: string;
  readonly out?: string;
  readonly protocol?: NetworkProtocol;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Default `new`. */
  readonly state?: 'new' | 'established' | 'related' | 'invalid';
  /** The connection's destination was translated. */
  readonly translated?: boolean;
  /** The destination is one of the host's own addresses. */
  readonly toHost?: boolean;
}

/** Which devices are bridges of networks. */
export interface Bridges {
  /** This network's. */
  readonly own: string;
  readonly others?: readonly string[];
}

/** The first rule of the hook that matches. */
export function decidingRule(
  rules: readonly NetworkRule[],
  hook: NetworkHook,
  packet: NetworkPacket,
  bridges: Bridges,
): NetworkRule | undefined {
  return rules.find((rule) => rule.hook === hook && rule.matches.every((match) => holds(match, packet, bridges)));
}

/** Whether one match holds. */
export function holds(match: NetworkMatch, packet: NetworkPacket, bridges: Bridges): boolean {
  switch (match.kind) {
    case 'device': {
      const device = match.side === 'in' ? packet.in : packet.out;
      return device !== undefined && isDevice(match.device, device, bridges) !== match.negated;
    }
    case 'address': {
      const address = match.side === 'source' ? packet.source : packet.destination;
      return packet.family === match.family && match.blocks.some((block) => inBlock(block, address)) !== match.negated;
    }
    case 'family':
      return packet.family === match.family;
    case 'host-destination':
      return packet.toHost === true;
    case 'protocol':
      return packet.protocol !== undefined && match.protocols.includes(packet.protocol);
    case 'port': {
      const port = match.side === 'source' ? packet.sourcePort : packet.destinationPort;
      return port !== undefined && match.low <= port && port <= match.high;
    }
    case 'connection':
      return match.states.includes(packet.state ?? 'new');
    case 'destination-translated':
      return packet.translated === true;
    default:
      return match satisfies never;
  }
}

function isDevice(
  wanted: (NetworkMatch & { kind: 'device' })['device'],
  device: string,
  { own, others = [] }: Bridges,
): boolean {
  if (wanted === 'this-network') return device === own;
  if (wanted === 'any-network') return device === own || others.includes(device);
  return device === wanted.name;
}

/** Whether an address lies in a block; false for text that is no address. */
export function inBlock(block: AddressBlock, address: string): boolean {
  const bounds = blockBounds(block);
  const parsed = parseAddress(address);
  if (!bounds || parsed?.family !== bounds.family) return false;
  return bounds.low <= parsed.value && parsed.value <= bounds.high;
}

/** First and last address of a block; undefined for bad text, mixed families, or an end before the start. */
export function blockBounds(
  block: AddressBlock,
): { readonly family: Family; readonly low: bigint; readonly high: bigint } | undefined {
  if (block.kind === 'prefix') return prefixBounds(block);
  const [low, high] = [parseAddress(block.low), parseAddress(block.high)];
  if (!low || low.family !== high?.family || low.value > high.value) return undefined;
  return { family: low.family, low: low.value, high: high.value };
}
