/**
 * A frame for a set of packets, as plain as the set lets it be. In: a set, a port, a direction. Out: a packet of the set;
 * undefined when none was found. Guaranteed: the packet was tried, and is one of the set at that port.
 */
import type { Port } from '@weir/compiler';
import { findBox } from '../engine/box.ts';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { STATES } from '../space/bounds.ts';
import { pointOf } from '../space/point.ts';
import type { PacketFacts } from '../space/point.ts';
import type { Space } from '../space/space.ts';
import { witnessFrame } from '../validate/witness-frame.ts';

/** Boxes that are tried before the search is given up. */
const BOXES = 12;

/** Finds one. */
export function witnessOf(space: Space, set: Diagram, port: Port, direction: 'in' | 'out'): PacketFacts | undefined {
  const { diagrams } = space;
  const isIn = (packet: PacketFacts): boolean => {
    const point = pointOf(space, packet);
    return diagrams.at(set, (level) => point[level] ?? 0) === EVERYTHING;
  };
  let rest = set;
  for (let tries = 0; tries < BOXES && rest !== NOTHING; tries += 1) {
    // Other edges first on odd tries, so that a few tries see different corners of the set.
    const box = findBox(diagrams, rest, tries % 2 === 0 ? undefined : (_, intervals) => intervals.length - 1);
    if (box === undefined) break;
    for (const variant of variantsOf(port)) {
      const packet = { ...witnessFrame(space, box, variant), port };
      if (isIn(packet)) return plainer(packet, port, direction, isIn);
    }
    rest = diagrams.except(rest, boxDiagram(space, box));
  }
  return undefined;
}

function boxDiagram(space: Space, box: ReadonlyMap<number, { readonly low: number; readonly high: number }>): Diagram {
  return [...box].reduce<Diagram>(
    (sum, [level, ranks]) => space.diagrams.where(sum, space.diagrams.among(level, [ranks])),
    EVERYTHING,
  );
}

/** The port with another of its addresses in front. */
function variantsOf(port: Port): readonly Port[] {
  const count = Math.max(1, port.ipv4.length, port.ipv6.length);
  const from = <T>(list: readonly T[], at: number): readonly T[] => [...list.slice(at), ...list.slice(0, at)];
  return Array.from({ length: count }, (_, at) => ({ ...port, ipv4: from(port.ipv4, at), ipv6: from(port.ipv6, at) }));
}

/** Addresses for documentation (RFC 5737, RFC 3849), for whoever is nobody in particular. */
const SOMEBODY = { ipv4: 0xcb00_7107n, ipv6: 0x2001_0db8_0000_0000_0000_0000_0000_0007n } as const;
const SOMEBODYS_MAC = 0x0200_0000_0002n;

interface Wish {
  readonly at: number;
  readonly bytes: number;
  readonly value: bigint;
}

/** Puts usual values where any will do. */
function plainer(
  packet: PacketFacts,
  port: Port,
  direction: 'in' | 'out',
  isIn: (packet: PacketFacts) => boolean,
): PacketFacts {
  const news = { ...packet, state: STATES.new };
  let best = isIn(news) ? news : packet;
  for (const wish of wishesFor(packet, port, direction)) {
    if (wish.at + wish.bytes > best.bytes.length) continue;
    const bytes = best.bytes.slice();
    for (let at = 0; at < wish.bytes; at += 1)
      bytes[wish.at + at] = Number((wish.value >> BigInt(8 * (wish.bytes - 1 - at))) & 0xffn);
    const tried = { ...best, bytes };
    if (isIn(tried)) best = tried;
  }
  return best;
}

function wishesFor({ bytes, transport, protocol }: PacketFacts, port: Port, direction: 'in' | 'out'): readonly Wish[] {
  const type = ((bytes[12] ?? 0) << 8) | (bytes[13] ?? 0);
  const family = type === 0x0800 ? 'ipv4' : type === 0x86dd ? 'ipv6' : undefined;
  const isOut = direction === 'out';
  const macs: readonly Wish[] = [
    { at: isOut ? 6 : 0, bytes: 6, value: port.mac },
    { at: isOut ? 0 : 6, bytes: 6, value: SOMEBODYS_MAC },
  ];
  if (family === undefined) return macs;
  const size = family === 'ipv4' ? 4 : 16;
  const [source, destination] = family === 'ipv4' ? [26, 30] : [22, 38];
  const [own, other] = isOut ? [source, destination] : [destination, source];
  const hops: Wish = { at: family === 'ipv4' ? 22 : 21, bytes: 1, value: 64n };
  const owns = port[family].slice(0, 1).map(({ low }): Wish => ({ at: own, bytes: size, value: low }));
  const ports: readonly Wish[] =
    transport !== undefined && protocol !== undefined && [6, 17, 33, 132, 136].includes(protocol)
      ? [{ at: transport, bytes: 2, value: 40_000n }]
      : [];
  return [...macs, hops, ...owns, { at: other, bytes: size, value: SOMEBODY[family] }, ...ports];
}
