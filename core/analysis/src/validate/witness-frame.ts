/**
 * A frame for a box of a space. In: the box and a port. Out: bytes and facts that lie in the box as far as they can: values of
 * bits are taken from it, headers are made so that they add up, and the port's own addresses stand where they must.
 */
import type { Port } from '@weir/compiler';
import type { Box } from '../engine/box.ts';
import { STATES } from '../space/bounds.ts';
import type { PacketFacts } from '../space/point.ts';
import type { Space } from '../space/space.ts';
import { NO_PROTOCOL } from '../space/strip.ts';
import type { Piece, Strip } from '../space/strip.ts';

const LINK_BYTES = 14;
const FRAGMENT_HEADER = 44;

/** Makes the frame. */
export function witnessFrame(space: Space, box: Box, port: Port): PacketFacts {
  const value = (strip: Strip, offset = 0): bigint | undefined => {
    const level = space.subjects.findIndex(
      (one) => one.kind === 'bits' && one.piece.strip === strip && one.piece.offset === offset,
    );
    const ranks = box.get(level);
    return ranks === undefined ? undefined : space.valuesAt(level, ranks.low, ranks.high).low;
  };
  const number = (strip: Strip, otherwise: number): number => Number(value(strip) ?? BigInt(otherwise));
  const type = Number(bitsIn(space, box, { strip: 'link', offset: 96, bits: 16 }) ?? 0x88b5n);
  const protocol = number('protocol', NO_PROTOCOL);
  const upperBytes = number('transport', protocol === NO_PROTOCOL ? 0 : 65) - 1;
  const layout = layoutOf(type, protocol, upperBytes, number('fragment', 0) === 1);
  const length = Math.max(layout.bytes, LINK_BYTES + (layout.isTagged ? 4 : 0) + number('length', 0));
  const bytes = new Uint8Array(Math.min(length, 1514));
  writeBits(bytes, 0, 48, 0x0200_0000_0001n);
  writeBits(bytes, 48, 48, port.mac);
  const starts = startsOf(type, layout.transport);
  for (const [level, ranks] of box) {
    const subject = space.subjects[level];
    if (subject?.kind !== 'bits') continue;
    const start = starts(subject.piece.strip);
    if (start !== undefined)
      writeBits(
        bytes,
        start + subject.piece.offset,
        subject.piece.bits,
        space.valuesAt(level, ranks.low, ranks.high).low,
      );
  }
  for (const [level, ranks] of box) {
    const subject = space.subjects[level];
    if (subject?.kind === 'fact' && subject.fact.own !== undefined)
      placeOwn(bytes, port, subject.fact.own, ranks.low === 1, starts);
  }
  writeBits(bytes, 96, 16, BigInt(type));
  finishHeaders(bytes, type, protocol, layout);
  const oracles = new Map<string, boolean>();
  for (const [level, ranks] of box) {
    const subject = space.subjects[level];
    if (subject?.kind === 'fact' && subject.fact.kind === 'oracle') oracles.set(subject.fact.key, ranks.low === 1);
  }
  return {
    bytes,
    protocol: protocol === NO_PROTOCOL ? undefined : protocol,
    transport: layout.transport,
    hasFragmentHeader: layout.hasFragmentHeader,
    state: number('state', STATES.new),
    mark: Number(bitsIn(space, box, { strip: 'mark', offset: 0, bits: 32 }) ?? 0n),
    packetType: number('packet-type', 0),
    port,
    oracle: (key) => oracles.get(key) ?? false,
  };
}

/** The lowest value of the box in these bits; undefined where no segment of them is in the box. */
function bitsIn(space: Space, box: Box, { strip, offset, bits }: Piece): bigint | undefined {
  let found: bigint | undefined;
  for (const [level, ranks] of box) {
    const subject = space.subjects[level];
    if (subject?.kind !== 'bits' || subject.piece.strip !== strip) continue;
    const { piece } = subject;
    if (piece.offset < offset || piece.offset + piece.bits > offset + bits) continue;
    const shift = BigInt(offset + bits - piece.offset - piece.bits);
    found = (found ?? 0n) | (space.valuesAt(level, ranks.low, ranks.high).low << shift);
  }
  return found;
}

interface Layout {
  readonly bytes: number;
  readonly transport: number | undefined;
  readonly hasFragmentHeader: boolean;
  readonly isTagged: boolean;
}

function layoutOf(type: number, protocol: number, upperBytes: number, isFragment: boolean): Layout {
  const isTagged = type === 0x8100 || type === 0x88a8;
  if (type === 0x0800) {
    const start = LINK_BYTES + 20;
    const transport = protocol === NO_PROTOCOL || upperBytes < 0 ? undefined : start;
    return { bytes: start + Math.max(0, upperBytes), transport, hasFragmentHeader: false, isTagged };
  }
  if (type === 0x86dd) {
    const hasFragmentHeader = isFragment || (protocol !== NO_PROTOCOL && upperBytes < 0);
    const start = LINK_BYTES + 40 + (hasFragmentHeader ? 8 : 0);
    const transport = protocol === NO_PROTOCOL || upperBytes < 0 ? undefined : start;
    return { bytes: start + Math.max(0, upperBytes), transport, hasFragmentHeader, isTagged };
  }
  const isArp = type === 0x0806 || type === 0x8035;
  return {
    bytes: LINK_BYTES + (isArp ? 28 : isTagged ? 4 : 0),
    transport: undefined,
    hasFragmentHeader: false,
    isTagged,
  };
}

/** The bit at which each strip starts that such a frame has. */
function startsOf(type: number, transport: number | undefined): (strip: Strip) => number | undefined {
  const behind: Strip =
    type === 0x0800
      ? 'ip4'
      : type === 0x86dd
        ? 'ip6'
        : type === 0x0806 || type === 0x8035
          ? 'arp'
          : type === 0x8100 || type === 0x88a8
            ? 'tag'
            : 'other';
  return (strip) => {
    if (strip === 'link') return 0;
    if (strip === behind) return LINK_BYTES * 8;
    if (strip === 'inner' && behind === 'tag') return (LINK_BYTES + 4) * 8;
    return (strip === 'icmp' || strip === 'upper') && transport !== undefined ? transport * 8 : undefined;
  };
}

function placeOwn(
  bytes: Uint8Array,
  port: Port,
  {
    own,
    piece,
    part,
  }: { readonly own: 'mac' | 'ipv4' | 'ipv6'; readonly piece: Piece; readonly part: { readonly kind: string } },
  isOwn: boolean,
  starts: (strip: Strip) => number | undefined,
): void {
  const start = starts(piece.strip);
  if (start === undefined || part.kind !== 'all') return;
  const ranges = own === 'mac' ? [{ low: port.mac, high: port.mac }] : port[own];
  const [first] = ranges;
  if (isOwn && first !== undefined) writeBits(bytes, start + piece.offset, piece.bits, first.low);
  if (!isOwn && own === 'mac') writeBits(bytes, start + piece.offset, piece.bits, port.mac ^ 0xff00n);
}

function finishHeaders(bytes: Uint8Array, type: number, protocol: number, layout: Layout): void {
  const start = LINK_BYTES * 8;
  const isKnown = protocol !== NO_PROTOCOL;
  if (type === 0x0800) {
    // Without a known protocol the header contradicts itself.
    writeBits(bytes, start, 8, isKnown ? 0x45n : 0x40n);
    writeBits(bytes, start + 16, 16, BigInt(bytes.length - LINK_BYTES));
    if (isKnown) writeBits(bytes, start + 72, 8, BigInt(protocol));
    if (isKnown && layout.transport === undefined) writeBits(bytes, start + 51, 13, 1n);
  }
  if (type === 0x86dd) {
    writeBits(bytes, start, 4, isKnown ? 6n : 5n);
    writeBits(bytes, start + 32, 16, BigInt(bytes.length - LINK_BYTES - 40));
    writeBits(bytes, start + 48, 8, BigInt(layout.hasFragmentHeader ? FRAGMENT_HEADER : isKnown ? protocol : 0));
    if (layout.hasFragmentHeader) {
      writeBits(bytes, start + 320, 8, BigInt(isKnown ? protocol : 0));
      writeBits(bytes, start + 336, 16, layout.transport === undefined && isKnown ? 8n : 1n);
    }
  }
}

function writeBits(bytes: Uint8Array, offset: number, bits: number, value: bigint): void {
  for (let bit = 0; bit < bits; bit += 1) {
    const at = offset + bits - 1 - bit;
    const mask = 0x80 >> (at % 8);
    const byte = bytes[at >> 3];
    if (byte === undefined) continue;
    bytes[at >> 3] = (value >> BigInt(bit)) & 1n ? byte | mask : byte & ~mask;
  }
}
