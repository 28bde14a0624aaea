/**
 * What routing and translation change in a frame: hardware addresses, addresses, ports, the hop limit.
 *
 * In: bytes. Out: new bytes with right checksums. Guaranteed: what is not there is not written.
 */
import type { Family } from '@weir/plugin';
import { readBits, readBytes } from '../bits.ts';
import { NETWORK_START, readFrame } from '../frame.ts';
import { sealed } from './checksum.ts';
import { bytesOf } from './packet.ts';

/** An address of a packet, with the port where its protocol has ports. */
export interface Endpoint {
  readonly address: bigint;
  readonly port?: number;
}

export interface PacketEnds {
  readonly family: Family;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly protocol?: number;
}

const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

const PLACES = {
  ipv4: { source: NETWORK_START + 12, destination: NETWORK_START + 16, bytes: 4, hopLimit: NETWORK_START + 8 },
  ipv6: { source: NETWORK_START + 8, destination: NETWORK_START + 24, bytes: 16, hopLimit: NETWORK_START + 7 },
} as const;

/** The ends of an IP packet; undefined for other frames and for packets whose addresses are cut off. */
export function endsOf(bytes: Uint8Array): PacketEnds | undefined {
  const { ip } = readFrame(bytes);
  if (ip === undefined) return undefined;
  const { family, protocol, transport } = ip;
  const { source, destination, bytes: width } = PLACES[family];
  const addresses = [source, destination].map((at) => readBits(bytes, at * 8, width * 8));
  const [from, to] = addresses;
  if (from === undefined || to === undefined) return undefined;
  const hasPorts = transport !== undefined && protocol !== undefined && WITH_PORTS.has(protocol);
  const port = (offset: number): { readonly port?: number } => {
    const value = hasPorts ? readBytes(bytes, transport + offset, 2) : undefined;
    return value === undefined ? {} : { port: value };
  };
  return {
    family,
    source: { address: from, ...port(0) },
    destination: { address: to, ...port(2) },
    ...(protocol !== undefined && { protocol }),
  };
}

/** The packet with another end. */
export function withEnd(bytes: Uint8Array, side: 'source' | 'destination', to: Endpoint): Uint8Array {
  const { ip } = readFrame(bytes);
  if (ip === undefined || endsOf(bytes) === undefined) return bytes;
  const made = Uint8Array.from(bytes);
  const place = PLACES[ip.family];
  made.set(bytesOf(to.address, place.bytes), place[side]);
  const hasPort = endsOf(bytes)?.[side].port !== undefined && ip.transport !== undefined;
  if (hasPort && to.port !== undefined) {
    made.set(bytesOf(BigInt(to.port), 2), (ip.transport ?? 0) + (side === 'source' ? 0 : 2));
  }
  return sealed(made);
}

export function withMacs(bytes: Uint8Array, source: bigint, destination: bigint): Uint8Array {
  const made = Uint8Array.from(bytes);
  if (bytes.length >= 12) made.set([...bytesOf(destination, 6), ...bytesOf(source, 6)], 0);
  return made;
}

export function macsOf(bytes: Uint8Array): { readonly source: bigint; readonly destination: bigint } | undefined {
  const [destination, source] = [readBits(bytes, 0, 48), readBits(bytes, 48, 48)];
  return source === undefined || destination === undefined ? undefined : { source, destination };
}

/** One hop further; undefined when the hop limit does not allow it (RFC 1812 5.3.1, RFC 8200 3). */
export function routed(bytes: Uint8Array): Uint8Array | undefined {
  const { ip } = readFrame(bytes);
  if (ip === undefined) return undefined;
  const at = PLACES[ip.family].hopLimit;
  const left = bytes[at];
  if (left === undefined || left <= 1) return undefined;
  const made = Uint8Array.from(bytes);
  made[at] = left - 1;
  return sealed(made);
}
