// What the memory host reads of an IP packet and writes into it: addresses, ports, hop limit. In: bytes of a frame. Out: numbers, new bytes.
// Not modelled: extension headers, fragments and checksums (nobody in memory looks at them).

export type Family = 'ipv4' | 'ipv6';
export type Side = 'source' | 'destination';

export interface End {
  readonly address: bigint;
  /** The port, or what tells one exchange from another; 0 where the protocol has nothing of the kind. */
  readonly port: number;
}

/** What a connection is known by, in one direction. */
export interface Tuple extends Readonly<Record<Side, End>> {
  readonly family: Family;
  readonly protocol: number;
}

export const ICMP = 1;
export const ICMPV6 = 58;
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);
const LINK = 14;
const LAYOUT = {
  ipv4: { source: LINK + 12, destination: LINK + 16, width: 4, protocol: LINK + 9, hops: LINK + 8 },
  ipv6: { source: LINK + 8, destination: LINK + 24, width: 16, protocol: LINK + 6, hops: LINK + 7 },
} as const;

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const readNumber = (bytes: Uint8Array, at: number, width: number): bigint =>
  bytes.subarray(at, at + width).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const writeNumber = (bytes: Uint8Array, at: number, width: number, value: bigint): void => {
  for (let index = 0; index < width; index++)
    bytes[at + index] = Number((value >> BigInt(8 * (width - 1 - index))) & 0xffn);
};

export function familyOf(frame: Uint8Array): Family | undefined {
  const type = u16(frame, 12);
  return type === 0x0800 ? 'ipv4' : type === 0x86dd ? 'ipv6' : undefined;
}

const transportAt = (frame: Uint8Array, family: Family): number =>
  family === 'ipv6' ? LINK + 40 : LINK + ((frame[LINK] ?? 0) & 15) * 4;

/** WHY: an echo and its answer bear one identifier; the type stands where others have the other end's port (nf_conntrack_proto_icmp). */
const ANSWERED: ReadonlyMap<string, number> = new Map([
  ['1 8', 0],
  ['1 0', 8],
  ['58 128', 129],
  ['58 129', 128],
]);

export function tupleOf(frame: Uint8Array): Tuple | undefined {
  const family = familyOf(frame);
  if (family === undefined) return undefined;
  const { source, destination, width, protocol: at } = LAYOUT[family];
  const protocol = frame[at] ?? 0;
  const upper = transportAt(frame, family);
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  const ports = WITH_PORTS.has(protocol)
    ? [u16(frame, upper), u16(frame, upper + 2)]
    : isIcmp
      ? [u16(frame, upper + 4), u16(frame, upper)]
      : [0, 0];
  const end = (where: number, port = 0): End => ({ address: readNumber(frame, where, width), port });
  return { family, protocol, source: end(source, ports[0]), destination: end(destination, ports[1]) };
}

/** The tuple of what is sent back; undefined for a kind of ICMP message that nothing answers. */
export function inverted({ family, protocol, source, destination }: Tuple): Tuple | undefined {
  if (protocol !== ICMP && protocol !== ICMPV6) return { family, protocol, source: destination, destination: source };
  const type = ANSWERED.get(`${protocol} ${destination.port >> 8}`);
  if (type === undefined) return undefined;
  const answer = (type << 8) | (destination.port & 0xff);
  const back = { address: destination.address, port: source.port };
  return { family, protocol, source: back, destination: { address: source.address, port: answer } };
}

export const keyOf = ({ family, protocol, source, destination }: Tuple): string =>
  `${family} ${protocol} ${source.address}.${source.port} ${destination.address}.${destination.port}`;

/** The frame with another end; its port is written where the protocol has ports. */
export function withEnd(frame: Uint8Array, side: Side, { address, port }: End): Uint8Array {
  const family = familyOf(frame);
  if (family === undefined) return frame;
  const made = Uint8Array.from(frame);
  const layout = LAYOUT[family];
  writeNumber(made, layout[side], layout.width, address);
  const at = transportAt(frame, family) + (side === 'source' ? 0 : 2);
  if (WITH_PORTS.has(frame[layout.protocol] ?? 0)) writeNumber(made, at, 2, BigInt(port));
  return made;
}

/** One hop further; undefined when the hop limit is used up. */
export function hopped(frame: Uint8Array): Uint8Array | undefined {
  const family = familyOf(frame);
  if (family === undefined) return undefined;
  const at = LAYOUT[family].hops;
  const left = frame[at] ?? 0;
  return left <= 1 ? undefined : frame.with(at, left - 1);
}

export const sourceMac = (frame: Uint8Array): bigint => readNumber(frame, 6, 6);
export const destinationMac = (frame: Uint8Array): bigint => readNumber(frame, 0, 6);

export function withMacs(frame: Uint8Array, source: bigint, destination: bigint): Uint8Array {
  const made = Uint8Array.from(frame);
  writeNumber(made, 0, 6, destination);
  writeNumber(made, 6, 6, source);
  return made;
}

/** What the receiver of a packet sends back; undefined where nothing is. */
export function answerTo(frame: Uint8Array): Uint8Array | undefined {
  const tuple = tupleOf(frame);
  const back = tuple && inverted(tuple);
  if (tuple === undefined || back === undefined) return undefined;
  const upper = transportAt(frame, tuple.family);
  const made = withEnd(withEnd(frame, 'source', back.source), 'destination', back.destination);
  made[LAYOUT[tuple.family].hops] = 64;
  if (tuple.protocol === ICMP || tuple.protocol === ICMPV6) made[upper] = back.destination.port >> 8;
  // A SYN is answered by SYN and ACK (RFC 9293 3.5), anything else by ACK.
  if (tuple.protocol === 6) made[upper + 13] = ((made[upper + 13] ?? 0) & 2) | 0x10;
  return made;
}
