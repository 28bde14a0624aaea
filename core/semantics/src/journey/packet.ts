/**
 * Frames for questions: what a station would send for a protocol, ports and types.
 *
 * In: numbers. Out: the bytes of an untagged Ethernet frame with right lengths and checksums. Guaranteed: the smallest
 * packet of its kind that has all the fields that a rule can ask for.
 */
import type { Family } from '@weir/plugin';
import { sealed } from './checksum.ts';

export interface PacketShape {
  readonly family: Family;
  readonly source: bigint;
  readonly destination: bigint;
  /** IANA number. */
  readonly protocol: number;
  /** For tcp, udp, udplite, sctp and dccp. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** For icmp and icmpv6. */
  readonly type?: number;
  readonly code?: number;
  /** TCP flags; SYN unless given. */
  readonly flags?: number;
  /** 64 unless given. */
  readonly hopLimit?: number;
  /** For icmp and icmpv6: what follows the checksum; an identifier and a sequence number unless given. */
  readonly body?: readonly number[];
}

/** The bytes of a number, in network order. */
export function bytesOf(value: bigint, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Number((value >> BigInt(8 * (count - 1 - index))) & 0xffn));
}

const u16 = (value: number): readonly number[] => [(value >> 8) & 0xff, value & 0xff];
const zeros = (count: number): readonly number[] => Array.from({ length: count }, () => 0);

/** The frame of a packet between two stations. */
export function packetFrame(shape: PacketShape, sourceMac: bigint, destinationMac: bigint): Uint8Array {
  const upper = upperLayer(shape);
  const packet = shape.family === 'ipv4' ? ipv4(shape, upper) : ipv6(shape, upper);
  const type = shape.family === 'ipv4' ? 0x0800 : 0x86dd;
  return sealed(Uint8Array.from([...bytesOf(destinationMac, 6), ...bytesOf(sourceMac, 6), ...u16(type), ...packet]));
}

function ipv4(
  { source, destination, protocol, hopLimit = 64 }: PacketShape,
  upper: readonly number[],
): readonly number[] {
  const head = [0x45, 0, ...u16(20 + upper.length), 0, 1, 0, 0, hopLimit, protocol, 0, 0];
  return [...head, ...bytesOf(source, 4), ...bytesOf(destination, 4), ...upper];
}

function ipv6(
  { source, destination, protocol, hopLimit = 64 }: PacketShape,
  upper: readonly number[],
): readonly number[] {
  const head = [0x60, 0, 0, 0, ...u16(upper.length), protocol, hopLimit];
  return [...head, ...bytesOf(source, 16), ...bytesOf(destination, 16), ...upper];
}

function upperLayer(shape: PacketShape): readonly number[] {
  const { protocol, sourcePort = 0, destinationPort = 0, type = 0, code = 0, flags = 2, body = [0, 1, 0, 1] } = shape;
  const ports = [...u16(sourcePort), ...u16(destinationPort)];
  switch (protocol) {
    case 1:
    case 58:
      return [type, code, 0, 0, ...body];
    case 6:
      return [...ports, ...zeros(8), 0x50, flags, 0xff, 0xff, ...zeros(4)];
    case 17:
    case 136:
      return [...ports, 0, 8, 0, 0];
    case 33:
      // A request: data offset 5 words, long sequence numbers, a service code (RFC 4340 5).
      return [...ports, 5, 0, 0, 0, 1, ...zeros(11)];
    case 132:
      // An INIT chunk (RFC 9260 3.3.2) with a verification tag of 0.
      return [...ports, ...zeros(8), 1, 0, 0, 20, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1];
    case 51:
      // An authentication header around nothing (RFC 4302 2).
      return [59, 4, 0, 0, ...zeros(20)];
    default:
      return zeros(16);
  }
}

/** ARP for IPv4 over Ethernet (RFC 826). */
export interface ArpShape {
  readonly operation: 'request' | 'reply';
  readonly senderMac: bigint;
  readonly senderIp: bigint;
  readonly targetMac: bigint;
  readonly targetIp: bigint;
}

export function arpFrame(arp: ArpShape, destinationMac: bigint): Uint8Array {
  const { operation, senderMac, senderIp, targetMac, targetIp } = arp;
  const head = [0, 1, 8, 0, 6, 4, 0, operation === 'request' ? 1 : 2];
  const sender = [...bytesOf(senderMac, 6), ...bytesOf(senderIp, 4)];
  const target = [...bytesOf(targetMac, 6), ...bytesOf(targetIp, 4)];
  return Uint8Array.from([
    ...bytesOf(destinationMac, 6),
    ...bytesOf(senderMac, 6),
    8,
    6,
    ...head,
    ...sender,
    ...target,
  ]);
}
