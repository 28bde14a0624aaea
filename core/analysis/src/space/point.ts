/**
 * The point of a packet: what each level of a space says of it. In: what is known of one packet. Out: ranks. Bits that the packet
 * has not read as 0; questions about them ask for their presence as well.
 */
import type { Port } from '@weir/compiler';
import type { Space } from './space.ts';
import { NO_PROTOCOL, NO_ROUTING, NUMBER_BITS } from './strip.ts';
import type { Piece, Strip } from './strip.ts';

/** One packet, as whoever reads headers sees it. */
export interface PacketFacts {
  /** From the destination address on. */
  readonly bytes: Uint8Array;
  /** Upper-layer protocol, and the byte at which the upper layer starts; undefined where it does not. */
  readonly protocol: number | undefined;
  readonly transport: number | undefined;
  readonly hasFragmentHeader: boolean;
  /** Bits as the kernel has them; 0 where nobody follows connections. */
  readonly state: number;
  readonly mark: number;
  readonly packetType: number;
  /** Other numbers, by strip: extension headers, the connection's mark and direction. 0 unless given. */
  readonly numbers?: Readonly<Partial<Record<Strip, number>>>;
  readonly port: Pick<Port, 'mac' | 'ipv4' | 'ipv6'>;
  /** Says whether a limit or the like lets its rule match. */
  readonly oracle: (key: string) => boolean;
}

/** The rank of every level. */
export function pointOf(space: Space, packet: PacketFacts): readonly number[] {
  return space.subjects.map((subject) => {
    if (subject.kind === 'bits') {
      const value = readPiece(packet, subject.piece);
      let rank = subject.cuts.length - 1;
      while ((subject.cuts[rank] ?? 0n) > value) rank -= 1;
      return rank;
    }
    const { fact } = subject;
    const holds = fact.holds ?? ((): boolean => packet.oracle(fact.key));
    const value = (pieces: readonly Piece[]): bigint =>
      pieces.reduce((sum, piece) => (sum << BigInt(piece.bits)) | readPiece(packet, piece), 0n);
    return holds({ port: packet.port, value }) ? 1 : 0;
  });
}

function readPiece(packet: PacketFacts, { strip, offset, bits }: Piece): bigint {
  const start = startOf(packet, strip);
  if (start !== undefined) return readBits(packet.bytes, start + offset, bits);
  const { value, width } = numberOf(packet, strip);
  return (value >> BigInt(width - offset - bits)) & ((1n << BigInt(bits)) - 1n);
}

/** The bit of the packet at which a strip starts; undefined for numbers. */
function startOf({ bytes, transport }: PacketFacts, strip: Strip): number | undefined {
  switch (strip) {
    case 'link':
      return 0;
    case 'arp':
    case 'ip4':
    case 'ip6':
    case 'tag':
    case 'other':
      return 112;
    case 'inner':
      return 144;
    case 'icmp':
    case 'upper':
      return (transport ?? bytes.length) * 8;
    case 'shadow':
      return (14 + ((bytes[14] ?? 0) & 15) * 4) * 8;
    default:
      return undefined;
  }
}

function numberOf(packet: PacketFacts, strip: Strip): { readonly value: bigint; readonly width: number } {
  const { bytes, transport, protocol } = packet;
  const type = readBits(bytes, 96, 16);
  const network = type === 0x8100n || type === 0x88a8n ? 18 : 14;
  const number = (value: number, width: number) => ({ value: BigInt(value), width });
  switch (strip) {
    case 'protocol':
      return number(protocol ?? NO_PROTOCOL, 9);
    case 'transport':
      return number(transport === undefined ? 0 : Math.max(0, bytes.length - transport) + 1, 17);
    case 'shadow-length':
      return number(Math.max(0, bytes.length - 14 - ((bytes[14] ?? 0) & 15) * 4), 17);
    case 'length':
      return number(Math.max(0, bytes.length - network), 32);
    case 'fragment':
      return number(packet.hasFragmentHeader ? 1 : 0, 1);
    case 'state':
      return number(packet.state, 7);
    case 'mark':
      return number(packet.mark, 32);
    case 'packet-type':
      return number(packet.packetType, 8);
    default:
      if (!(strip in NUMBER_BITS)) throw new Error(`${strip} is no number`);
      return number(
        packet.numbers?.[strip] ?? (strip === 'routing-type' ? NO_ROUTING : 0),
        NUMBER_BITS[strip as keyof typeof NUMBER_BITS],
      );
  }
}

function readBits(bytes: Uint8Array, offset: number, bits: number): bigint {
  let value = 0n;
  const [first, last] = [offset >> 3, (offset + bits + 7) >> 3];
  for (let at = first; at < last; at += 1) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return (value >> BigInt(last * 8 - offset - bits)) & ((1n << BigInt(bits)) - 1n);
}
