// IPv4 headers (RFC 791). In: addresses, a protocol and its bytes, options, fragment fields. Out: packets with right header checksums.
import { ipv4Bytes } from './addresses.ts';
import { checksum, join, padded, u8, u16, withU16 } from './bytes.ts';

/** Protocol numbers, as in IPv4's protocol and IPv6's next header. */
export const PROTOCOL = { icmp: 1, igmp: 2, tcp: 6, udp: 17, icmpv6: 58, none: 59 } as const;

/** A packet. Offsets of fragments are in bytes and must be multiples of 8; options are filled up to words with end-of-list. */
export interface Ipv4Packet {
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly payload: Uint8Array;
  readonly ttl?: number;
  readonly id?: number;
  readonly tos?: number;
  readonly options?: Uint8Array;
  readonly fragmentOffset?: number;
  readonly moreFragments?: boolean;
  readonly dontFragment?: boolean;
}

/** The bytes of a packet. */
export function ipv4(packet: Ipv4Packet): Uint8Array {
  const options = packet.options ?? new Uint8Array();
  const words = padded(options, Math.ceil(options.length / 4) * 4);
  const length = 20 + words.length;
  const offset = packet.fragmentOffset ?? 0;
  if (offset % 8 !== 0) throw new RangeError(`fragment offset ${offset}`);
  const flags = (packet.dontFragment === true ? 0x4000 : 0) | (packet.moreFragments === true ? 0x2000 : 0);
  const header = join(
    u8(0x40 | (length / 4)),
    u8(packet.tos ?? 0),
    u16(length + packet.payload.length),
    u16(packet.id ?? 0x1234),
    u16(flags | (offset / 8)),
    u8(packet.ttl ?? 64),
    u8(packet.protocol),
    [0, 0],
    ipv4Bytes(packet.src),
    ipv4Bytes(packet.dst),
    words,
  );
  return join(withU16(header, 10, checksum(header)), packet.payload);
}

/** A packet in two pieces, the first with `firstBytes` (a multiple of 8) bytes of payload. */
export function ipv4Fragments(packet: Ipv4Packet, firstBytes = 8): readonly [Uint8Array, Uint8Array] {
  const first = { ...packet, payload: packet.payload.slice(0, firstBytes), moreFragments: true };
  const second = { ...packet, payload: packet.payload.slice(firstBytes), fragmentOffset: firstBytes };
  return [ipv4(first), ipv4(second)];
}
