// Who is who in the catalogue of frames, and the packets that its entries are made of.
import {
  ALL_NODES,
  ascii,
  ETHERTYPE,
  ethernet,
  type Extension,
  ipv4,
  type Ipv4Packet,
  ipv6,
  type Ipv6Packet,
  join,
  multicastMac,
  PROTOCOL,
  udp,
} from '../../kernel/frames.ts';

/** A station as frames see it. */
export interface Identity {
  readonly mac: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** The link-local address. */
  readonly linkLocal: string;
}

/** The stations of one segment; all four are different. */
export interface Actors {
  /** The guest that sends every frame of the catalogue. */
  readonly own: Identity;
  /** The guest whose identity is stolen. */
  readonly victim: Identity;
  readonly gateway: Identity;
  /** The station to which unicast frames go, and behind which one listens for what comes out. */
  readonly witness: Identity;
}

/** An Ethernet frame from the guest's own MAC address to the witness. */
export const framed = (
  a: Actors,
  type: number,
  payload: Uint8Array,
  ends: { readonly dst?: string; readonly src?: string } = {},
): Uint8Array => ethernet({ dst: a.witness.mac, src: a.own.mac, type, payload, ...ends });

/** An IPv4 packet in such a frame; source and destination are the guest's and the witness's unless given. */
export function in4(a: Actors, packet: Partial<Ipv4Packet> & Pick<Ipv4Packet, 'protocol' | 'payload'>): Uint8Array {
  const whole = { src: a.own.ipv4, dst: a.witness.ipv4, ...packet };
  return framed(a, ETHERTYPE.ipv4, ipv4(whole), { dst: macFor(a, whole.dst) });
}

/** An IPv6 packet in such a frame. */
export function in6(a: Actors, packet: Partial<Ipv6Packet> & Pick<Ipv6Packet, 'nextHeader' | 'payload'>): Uint8Array {
  const whole = { src: a.own.ipv6, dst: a.witness.ipv6, ...packet };
  return framed(a, ETHERTYPE.ipv6, ipv6(whole), { dst: macFor(a, whole.dst) });
}

/** The MAC address to which a packet is sent: a group's for a group, else the witness's. */
export function macFor(a: Actors, dst: string): string {
  if (dst === '255.255.255.255') return 'ff:ff:ff:ff:ff:ff';
  const isGroup = dst.includes(':') ? dst.startsWith('ff') : Number(dst.split('.')[0]) >= 224;
  return isGroup ? multicastMac(dst) : a.witness.mac;
}

/** An IPv4 UDP frame from the sender's own MAC address to the witness, with any source address. */
export const data4 = (a: Actors, src: string, mac = a.own.mac): Uint8Array =>
  framed(
    a,
    ETHERTYPE.ipv4,
    ipv4({ src, dst: a.witness.ipv4, protocol: PROTOCOL.udp, payload: greeting(src, a.witness.ipv4) }),
    { src: mac },
  );

/** An IPv6 UDP frame from the sender's own MAC address to the witness, with any source address and extension headers. */
export const data6 = (a: Actors, src: string, extensions: readonly Extension[] = [], mac = a.own.mac): Uint8Array => {
  const dst = src.startsWith('fe80') ? a.witness.linkLocal : a.witness.ipv6;
  const packet = { src, dst, nextHeader: PROTOCOL.udp, payload: greeting(src, dst), extensions };
  return framed(a, ETHERTYPE.ipv6, ipv6(packet), { src: mac });
};

/** A datagram of three words, long enough to be cut into fragments. */
export const greeting = (src: string, dst: string): Uint8Array =>
  udp({ src, dst }, { sport: 40000, dport: 40001, payload: ascii('weir weir weir weir weir') });

/** An ICMPv6 packet of neighbour discovery (hop limit 255) in a frame from the sender's own MAC address. */
export const discovery = (
  a: Actors,
  packet: {
    readonly src: string;
    readonly dst: string;
    readonly message: Uint8Array;
    readonly extensions?: readonly Extension[];
    readonly hopLimit?: number;
  },
): Uint8Array =>
  in6(a, {
    src: packet.src,
    dst: packet.dst,
    nextHeader: PROTOCOL.icmpv6,
    hopLimit: packet.hopLimit ?? 255,
    payload: packet.message,
    extensions: packet.extensions ?? [],
  });

/** The frame with bytes replaced from `offset` on. */
export function patched(frame: Uint8Array, offset: number, bytes: readonly number[]): Uint8Array {
  return join(frame.slice(0, offset), bytes, frame.slice(offset + bytes.length));
}

/** The destination of unsolicited messages. */
export const EVERYONE = ALL_NODES;
