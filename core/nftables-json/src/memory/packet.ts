/**
 * Packets as the hooks see them. In: an Ethernet frame or a bare IP packet, with the facts about it that no header tells. Out: where its
 * headers start. WHY: the rules of what is found are those of Linux (6.18): the first VLAN tag is taken off before the bridge's hooks, a
 * header that does not add up leaves the packet without transport, a later fragment keeps its protocol but has no ports.
 */
import type { CtState, CtStatus } from '../types/ct-key.ts';
import type { FibExpression } from '../types/expression.ts';
import { EvaluationError } from './error.ts';

/** What connection tracking knows. Without it the packet has no entry: `ct state` is `invalid`. */
export interface PacketConnection {
  /** `invalid` and `untracked` mean that there is no entry: every other ct key then breaks the rule. */
  readonly state: CtState;
  readonly direction?: 'original' | 'reply';
  readonly status?: readonly CtStatus[];
  readonly mark?: number;
  /** Other keys as a rule writes them (`original ip saddr`, `zone`, …): the number each has. */
  readonly keys?: Readonly<Record<string, number | bigint>>;
  /** How many connections `ct count` finds, this one included. */
  readonly count?: number;
}

/** A question to the routing table. */
export interface FibQuestion {
  readonly result: FibExpression['result'];
  readonly flags: FibExpression['flags'];
  /** The address that is looked up, as a number, and its family. */
  readonly address: number | bigint;
  readonly family: 'ip' | 'ip6';
}

/** A packet with everything that rules can ask about it. Exactly one of `frame` and `packet` is given. */
export interface MemoryPacket {
  /** From the destination address on, VLAN tags included, without frame check sequence. */
  readonly frame?: Uint8Array;
  /** From the IP header on, as locally made packets are. */
  readonly packet?: Uint8Array;
  /** Empty where the hook has no such device. */
  readonly iifname?: string;
  readonly oifname?: string;
  /** Names of the bridges of these ports. */
  readonly ibrname?: string;
  readonly obrname?: string;
  readonly mark?: number;
  readonly priority?: number;
  readonly pkttype?: 'host' | 'broadcast' | 'multicast' | 'other';
  readonly ct?: PacketConnection;
  /** Answers `fib`: a name for `oifname` and `oif`, a word or number for `type`; undefined means no route. */
  readonly fib?: (question: FibQuestion) => string | number | undefined;
  /** Numbers of other meta keys (`skuid`, `cpu`, `iifgroup`, …), by key. */
  readonly meta?: Readonly<Record<string, number>>;
}

/** Where the headers of a packet are. Offsets count bytes of `bytes`. */
export interface Layers {
  /** The whole packet. */
  readonly bytes: Uint8Array;
  /** True when it has an Ethernet header. */
  readonly hasLink: boolean;
  readonly network: number;
  /** The type of the network header after the first VLAN tag; 4 for 802.2 frames. */
  readonly protocol: number;
  /** Length without the Ethernet header and first tag, in bytes. */
  readonly length: number;
  readonly l4proto: number | undefined;
  /** Undefined where the kernel has none: no IP, a broken header, a later fragment. */
  readonly transport: number | undefined;
  /**
   * Where reads of one, two or four aligned bytes find the transport header. WHY: the kernel's short way for them (Linux 6.18) does not ask
   * whether the packet is a later fragment: it reads on behind the IPv4 header, and in IPv6 from the IPv6 header itself (seen on the kernel).
   */
  readonly shortTransport: number | undefined;
}

const VLAN_TYPES: ReadonlySet<number> = new Set([0x8100, 0x88a8]);
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const LLC = 4;
const FIRST_ETHERTYPE = 0x600;

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Finds the headers. Throws an `EvaluationError` when there is no header at all. */
export function layersOf(packet: MemoryPacket): Layers {
  const { frame, packet: bare } = packet;
  if ((frame === undefined) === (bare === undefined))
    throw new EvaluationError('misuse', 'a packet has exactly one of `frame` and `packet`');
  if (frame !== undefined) return frameLayers(frame);
  const bytes = bare ?? new Uint8Array();
  const version = (bytes[0] ?? 0) >> 4;
  if (version !== 4 && version !== 6) throw new EvaluationError('misuse', 'the packet is neither IPv4 nor IPv6');
  return withTransport(bytes, false, 0, version === 4 ? IPV4 : IPV6);
}

function frameLayers(bytes: Uint8Array): Layers {
  if (bytes.length < 14) throw new EvaluationError('misuse', 'a frame has at least 14 bytes');
  const isTagged = VLAN_TYPES.has(u16(bytes, 12)) && bytes.length >= 18;
  const network = isTagged ? 18 : 14;
  const type = u16(bytes, network - 2);
  return withTransport(bytes, true, network, type < FIRST_ETHERTYPE ? LLC : type);
}

function withTransport(bytes: Uint8Array, hasLink: boolean, network: number, protocol: number): Layers {
  const found =
    protocol === IPV4 ? ipv4Transport(bytes, network) : protocol === IPV6 ? ipv6Transport(bytes, network) : NONE;
  return { bytes, hasLink, network, protocol, length: bytes.length - network, ...found };
}

type Transport = Pick<Layers, 'l4proto' | 'transport' | 'shortTransport'>;

const NONE: Transport = { l4proto: undefined, transport: undefined, shortTransport: undefined };

function ipv4Transport(bytes: Uint8Array, at: number): Transport {
  const headerLength = ((bytes[at] ?? 0) & 15) * 4;
  const total = u16(bytes, at + 2);
  const isSound =
    bytes.length >= at + 20 &&
    (bytes[at] ?? 0) >> 4 === 4 &&
    headerLength >= 20 &&
    bytes.length - at >= total &&
    total >= headerLength;
  if (!isSound) return NONE;
  const isLater = (u16(bytes, at + 6) & 0x1fff) !== 0;
  const start = at + headerLength;
  return { l4proto: bytes[at + 9], transport: isLater ? undefined : start, shortTransport: start };
}

function ipv6Transport(bytes: Uint8Array, at: number): Transport {
  if (bytes.length < at + 40 || (bytes[at] ?? 0) >> 4 !== 6) return NONE;
  if (u16(bytes, at + 4) + 40 > bytes.length - at) return NONE;
  const found = walkExtensions(bytes, at);
  return found === undefined ? NONE : found;
}

/** Numbers of the IPv6 extension headers that Linux walks over. */
export const EXTENSION = { hbh: 0, rt: 43, frag: 44, ah: 51, none: 59, dst: 60 } as const;

const WALKED: ReadonlySet<number> = new Set([EXTENSION.hbh, EXTENSION.rt, EXTENSION.frag, EXTENSION.dst]);
const CHAINED: ReadonlySet<number> = new Set([...WALKED, EXTENSION.ah]);

/** The first header that is no extension header. WHY: an authentication header counts as transport here (nftables asks for that). */
function walkExtensions(bytes: Uint8Array, network: number): Transport | undefined {
  let next = bytes[network + 6] ?? 0;
  let at = network + 40;
  while (WALKED.has(next)) {
    if (at + 2 > bytes.length) return undefined;
    const following = bytes[at] ?? 0;
    if (next === EXTENSION.frag) {
      if (at + 4 > bytes.length) return undefined;
      // WHY: a later fragment tells its protocol only when no extension header follows; otherwise the kernel finds nothing.
      if ((u16(bytes, at + 2) & ~7) !== 0)
        return CHAINED.has(following)
          ? undefined
          : { l4proto: following, transport: undefined, shortTransport: network };
      at += 8;
    } else at += ((bytes[at + 1] ?? 0) + 1) * 8;
    next = following;
  }
  return { l4proto: next, transport: at, shortTransport: at };
}

/** Where the extension header of this number starts; undefined when the kernel does not find it. */
export function findExtension(layers: Layers, wanted: number): number | undefined {
  const { bytes, network, protocol } = layers;
  if (protocol !== IPV6 || bytes.length < network + 40) return undefined;
  let next = bytes[network + 6] ?? 0;
  let at = network + 40;
  while (next !== wanted) {
    if (!CHAINED.has(next) || at + needed(next) > bytes.length) return undefined;
    if (next === EXTENSION.frag && (u16(bytes, at + 2) & ~7) !== 0) return undefined;
    const following = bytes[at] ?? 0;
    const words = bytes[at + 1] ?? 0;
    at += next === EXTENSION.frag ? 8 : next === EXTENSION.ah ? (words + 2) * 4 : (words + 1) * 8;
    next = following;
  }
  return at + needed(wanted) <= bytes.length ? at : undefined;
}

/** Bytes of an extension header that must be there. WHY: of a fragment header the kernel reads the offset as well (Linux 6.18, tried). */
const needed = (header: number): number => (header === EXTENSION.frag ? 4 : 2);
