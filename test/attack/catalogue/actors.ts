// Who is who in the catalogue of frames, and the packets that its entries are made of.
import {
  ALL_NODES,
  ascii,
  ETHERTYPE,
  ethernet,
  type Extension,
  ipv4,
  ipv6,
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

/** One frame, and what an anti-spoofing guard owes it. */
export interface CatalogueEntry {
  /** Unique; says what the frame pretends or is. */
  readonly name: string;
  /** `stop`: a clean-traffic guard must not let it through. `pass`: it must. `either`: a matter of taste, such as RARP. */
  readonly guard: 'stop' | 'pass' | 'either';
  readonly frame: Uint8Array;
}

/** An IPv4 UDP frame from the sender's own MAC address to the witness, with any source address. */
export const data4 = (actors: Actors, src: string, mac = actors.own.mac): Uint8Array =>
  ethernet({
    dst: actors.witness.mac,
    src: mac,
    type: ETHERTYPE.ipv4,
    payload: ipv4({
      src,
      dst: actors.witness.ipv4,
      protocol: PROTOCOL.udp,
      payload: greeting(src, actors.witness.ipv4),
    }),
  });

/** An IPv6 UDP frame from the sender's own MAC address to the witness, with any source address and extension headers. */
export const data6 = (
  actors: Actors,
  src: string,
  extensions: readonly Extension[] = [],
  mac = actors.own.mac,
): Uint8Array => {
  const dst = src.startsWith('fe80') ? actors.witness.linkLocal : actors.witness.ipv6;
  const packet = { src, dst, nextHeader: PROTOCOL.udp, payload: greeting(src, dst), extensions };
  return ethernet({ dst: actors.witness.mac, src: mac, type: ETHERTYPE.ipv6, payload: ipv6(packet) });
};

/** A datagram of three words, long enough to be cut into fragments. */
export const greeting = (src: string, dst: string): Uint8Array =>
  udp({ src, dst }, { sport: 40000, dport: 40001, payload: ascii('weir weir weir weir weir') });

/** An ICMPv6 packet of neighbour discovery (hop limit 255) in a frame from the sender's own MAC address. */
export function discovery(
  actors: Actors,
  packet: {
    readonly src: string;
    readonly dst: string;
    readonly message: Uint8Array;
    readonly extensions?: readonly Extension[];
  },
): Uint8Array {
  const dst = packet.dst.startsWith('ff') ? multicastMac(packet.dst) : actors.witness.mac;
  const payload = ipv6({
    src: packet.src,
    dst: packet.dst,
    nextHeader: PROTOCOL.icmpv6,
    hopLimit: 255,
    payload: packet.message,
    extensions: packet.extensions ?? [],
  });
  return ethernet({ dst, src: actors.own.mac, type: ETHERTYPE.ipv6, payload });
}

/** The destination of unsolicited messages. */
export const EVERYONE = ALL_NODES;
