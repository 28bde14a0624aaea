// IPv6 headers with any chain of extension headers (RFC 8200). In: addresses, extensions in order, an upper protocol and its bytes. Out: packets.
import { ipv6Bytes } from './addresses.ts';
import { join, u8, u16, u32 } from './bytes.ts';

/** One extension header. `options` are type-length-value bytes, filled up with padding; fragment offsets are in bytes, multiples of 8. */
export type Extension =
  | { readonly kind: 'hop-by-hop' | 'destination'; readonly options?: Uint8Array }
  | { readonly kind: 'routing'; readonly type: number; readonly addresses: readonly string[] }
  | { readonly kind: 'fragment'; readonly offset: number; readonly more: boolean; readonly id?: number };

/** A packet. `nextHeader` is the protocol of `payload`, behind all extensions. */
export interface Ipv6Packet {
  readonly src: string;
  readonly dst: string;
  readonly nextHeader: number;
  readonly payload: Uint8Array;
  readonly hopLimit?: number;
  readonly extensions?: readonly Extension[];
}

/** The option that asks routers to look at a packet, with the value for MLD (RFC 2711, RFC 3810 5). */
export const ROUTER_ALERT: Uint8Array = new Uint8Array([5, 2, 0, 0]);

const NUMBER = { 'hop-by-hop': 0, routing: 43, fragment: 44, destination: 60 } as const;

function optionsHeader(next: number, options: Uint8Array): Uint8Array {
  const length = Math.ceil((2 + options.length) / 8) * 8;
  const gap = length - 2 - options.length;
  const padding = gap === 1 ? u8(0) : gap === 0 ? new Uint8Array() : join([1, gap - 2], new Uint8Array(gap - 2));
  return join([next, length / 8 - 1], options, padding);
}

function extensionBytes(extension: Extension, next: number): Uint8Array {
  switch (extension.kind) {
    case 'hop-by-hop':
    case 'destination':
      return optionsHeader(next, extension.options ?? new Uint8Array());
    case 'routing':
      return join(
        [next, extension.addresses.length * 2, extension.type, extension.addresses.length, 0, 0, 0, 0],
        ...extension.addresses.map(ipv6Bytes),
      );
    case 'fragment':
      return join([next, 0], u16(extension.offset | (extension.more ? 1 : 0)), u32(extension.id ?? 0x12345678));
    default:
      return extension satisfies never;
  }
}

/** The bytes of a packet. */
export function ipv6(packet: Ipv6Packet): Uint8Array {
  const extensions = packet.extensions ?? [];
  const kinds = [...extensions.map((extension) => NUMBER[extension.kind]), packet.nextHeader];
  const chain = extensions.map((extension, at) => extensionBytes(extension, kinds[at + 1] ?? packet.nextHeader));
  const body = join(...chain, packet.payload);
  return join(
    u32(0x60000000),
    u16(body.length),
    u8(kinds[0] ?? packet.nextHeader),
    u8(packet.hopLimit ?? 64),
    ipv6Bytes(packet.src),
    ipv6Bytes(packet.dst),
    body,
  );
}

/** A packet in two fragments; its extensions stand before the fragment header, `firstBytes` is a multiple of 8. */
export function ipv6Fragments(packet: Ipv6Packet, firstBytes = 8): readonly [Uint8Array, Uint8Array] {
  const piece = (payload: Uint8Array, offset: number, more: boolean): Uint8Array =>
    ipv6({ ...packet, payload, extensions: [...(packet.extensions ?? []), { kind: 'fragment', offset, more }] });
  return [
    piece(packet.payload.slice(0, firstBytes), 0, true),
    piece(packet.payload.slice(firstBytes), firstBytes, false),
  ];
}
