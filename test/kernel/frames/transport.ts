// TCP, UDP, ICMP and ICMPv6 segments. In: the IP addresses of both ends (for the pseudo header), ports or types, payload. Out: the bytes that go
// behind an IP header, with right checksums.
import { ipBytes } from './addresses.ts';
import { checksum, join, u8, u16, u32, withU16 } from './bytes.ts';
import { PROTOCOL } from './ipv4.ts';

/** Both ends of a packet; the families must agree. */
export interface Ends {
  readonly src: string;
  readonly dst: string;
}

/** The checksum over the pseudo header of either family (RFC 9293 3.1, RFC 8200 8.1) and `segment`. */
export function pseudoChecksum(ends: Ends, protocol: number, segment: Uint8Array): number {
  const src = ipBytes(ends.src);
  const dst = ipBytes(ends.dst);
  if (src.length !== dst.length) throw new Error(`${ends.src} and ${ends.dst} are of two families`);
  return checksum(join(src, dst, u32(segment.length), u32(protocol), segment));
}

/** A UDP datagram; a checksum of zero is written as all ones (RFC 768). */
export function udp(
  ends: Ends,
  datagram: { readonly sport: number; readonly dport: number; readonly payload?: Uint8Array },
): Uint8Array {
  const payload = datagram.payload ?? new Uint8Array();
  const bare = join(u16(datagram.sport), u16(datagram.dport), u16(8 + payload.length), [0, 0], payload);
  return withU16(bare, 6, pseudoChecksum(ends, PROTOCOL.udp, bare) || 0xffff);
}

/** TCP flags by their bits. */
export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 } as const;

/** A TCP segment without options; a SYN unless flags are given. */
export function tcp(
  ends: Ends,
  segment: {
    readonly sport: number;
    readonly dport: number;
    readonly flags?: number;
    readonly sequence?: number;
    readonly acknowledgement?: number;
    /** A multiple of four bytes. */
    readonly options?: Uint8Array;
    readonly payload?: Uint8Array;
  },
): Uint8Array {
  const options = segment.options ?? new Uint8Array();
  const bare = join(
    u16(segment.sport),
    u16(segment.dport),
    u32(segment.sequence ?? 1),
    u32(segment.acknowledgement ?? 0),
    u8(0x50 + 4 * options.length),
    u8(segment.flags ?? TCP_FLAG.syn),
    u16(0xffff),
    [0, 0, 0, 0],
    options,
    segment.payload ?? [],
  );
  return withU16(bare, 16, pseudoChecksum(ends, PROTOCOL.tcp, bare));
}

/** An ICMP message: `rest` is what follows the checksum. */
export function icmp(message: {
  readonly type: number;
  readonly code?: number;
  readonly rest: Uint8Array;
}): Uint8Array {
  const bare = join(u8(message.type), u8(message.code ?? 0), [0, 0], message.rest);
  return withU16(bare, 2, checksum(bare));
}

/** An ICMPv6 message: `rest` is what follows the checksum. */
export function icmpv6(
  ends: Ends,
  message: { readonly type: number; readonly code?: number; readonly rest: Uint8Array },
): Uint8Array {
  const bare = join(u8(message.type), u8(message.code ?? 0), [0, 0], message.rest);
  return withU16(bare, 2, pseudoChecksum(ends, PROTOCOL.icmpv6, bare));
}
