// Ethernet: plain, VLAN-tagged in any depth, and 802.3 with LLC/SNAP. In: addresses, types and a payload. Out: the frame as on the wire, without
// padding to 60 bytes and without frame check sequence, since veth carries neither.
import { macBytes } from './addresses.ts';
import { join, u16 } from './bytes.ts';

/** Values of the type field. */
export const ETHERTYPE = {
  ipv4: 0x0800,
  arp: 0x0806,
  rarp: 0x8035,
  vlan: 0x8100,
  ipv6: 0x86dd,
  serviceVlan: 0x88a8,
} as const;

/** One tag. `tpid` 0x8100 unless given (0x88a8 for a service tag); `vid` 0 makes a priority tag. */
export interface VlanTag {
  readonly vid: number;
  readonly tpid?: number;
  readonly pcp?: number;
}

/** A frame. `tags` are written in order, the outermost first. */
export interface EthernetFrame {
  readonly dst: string;
  readonly src: string;
  readonly type: number;
  readonly payload: Uint8Array;
  readonly tags?: readonly VlanTag[];
}

const tagBytes = (tag: VlanTag): Uint8Array =>
  join(u16(tag.tpid ?? ETHERTYPE.vlan), u16(((tag.pcp ?? 0) << 13) | tag.vid));

/** An Ethernet II frame. */
export function ethernet(frame: EthernetFrame): Uint8Array {
  const tags = join(...(frame.tags ?? []).map(tagBytes));
  return join(macBytes(frame.dst), macBytes(frame.src), tags, u16(frame.type), frame.payload);
}

/** An 802.3 frame: a length instead of a type, then `llc` (three bytes) and the payload. */
export function ethernet802(frame: {
  readonly dst: string;
  readonly src: string;
  readonly payload: Uint8Array;
}): Uint8Array {
  return join(macBytes(frame.dst), macBytes(frame.src), u16(frame.payload.length), frame.payload);
}

/** An 802.3 frame with LLC and SNAP headers around `type` and `payload` (RFC 1042). */
export function llcSnap(frame: EthernetFrame): Uint8Array {
  const payload = join([0xaa, 0xaa, 0x03, 0, 0, 0], u16(frame.type), frame.payload);
  return ethernet802({ dst: frame.dst, src: frame.src, payload });
}

/** The same frame with tags put after its addresses. */
export function tagged(frame: Uint8Array, tags: readonly VlanTag[]): Uint8Array {
  return join(frame.slice(0, 12), ...tags.map(tagBytes), frame.slice(12));
}
