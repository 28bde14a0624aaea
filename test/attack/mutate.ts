// Variations of frames: what an attacker changes to get by. In: a frame and numbers. Out: another frame. Guarantees: pure; the same numbers give the same
// frame, and never one that is shorter than an Ethernet header.
import fc from 'fast-check';
import { join, withU16 } from '../kernel/frames.ts';

/** One change. */
export type Change =
  | { readonly kind: 'tag'; readonly type: number; readonly id: number; readonly at: number }
  | { readonly kind: 'extension'; readonly next: number; readonly byte: number }
  | { readonly kind: 'flip' | 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut' | 'pad'; readonly length: number }
  | { readonly kind: 'graft'; readonly from: number; readonly at: number; readonly length: number }
  | { readonly kind: 'type' | 'length'; readonly value: number };

const HEADER = 14;
const byte = fc.integer({ min: 0, max: 255 });
const TYPES = [0x0800, 0x0806, 0x8035, 0x86dd, 0x8100, 0x88a8, 0x9100, 60, 0x05dc];
const NEXT = [0, 43, 44, 60, 51, 58, 17, 6, 2, 1, 59];

/** Any change; addresses, lengths, protocols and options more often than what is behind them. */
export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('tag' as const),
    type: fc.constantFrom(0x8100, 0x88a8, 0x9100),
    id: fc.constantFrom(0, 5, 4095),
    at: fc.constantFrom(12, 16),
  }),
  fc.record({ kind: fc.constant('extension' as const), next: fc.constantFrom(0, 43, 44, 60), byte }),
  fc.record({ kind: fc.constantFrom('flip' as const, 'set' as const), at: fc.integer({ min: 0, max: 95 }), byte }),
  fc.record({
    kind: fc.constant('set' as const),
    at: fc.constantFrom(14, 18, 19, 20, 23, 54, 55, 62, 78, 79, 86, 87),
    byte: fc.constantFrom(...NEXT, 1, 2, 4, 133, 134, 135, 136),
  }),
  fc.record({ kind: fc.constant('cut' as const), length: fc.integer({ min: 0, max: 110 }) }),
  fc.record({ kind: fc.constant('pad' as const), length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({
    kind: fc.constant('graft' as const),
    from: fc.nat(),
    at: fc.constantFrom(0, 6, 12, 14, 22, 26, 28, 34, 38, 54, 62, 78, 86),
    length: fc.constantFrom(4, 6, 8, 16, 200),
  }),
  fc.record({ kind: fc.constant('type' as const), value: fc.constantFrom(...TYPES) }),
  fc.record({ kind: fc.constant('length' as const), value: fc.constantFrom(0, 8, 16, 20, 24, 28, 32, 40, 48, 0xffff) }),
);

const u16 = (frame: Uint8Array, at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
const put = (frame: Uint8Array, at: number, bytes: Uint8Array): Uint8Array =>
  at >= frame.length ? frame : join(frame.slice(0, at), bytes, frame.slice(at + bytes.length));

/** The frame with one change; `others` are what grafts are taken from. */
export function changed(frame: Uint8Array, one: Change, others: readonly Uint8Array[]): Uint8Array {
  switch (one.kind) {
    case 'tag':
      return join(
        frame.slice(0, one.at),
        [one.type >> 8, one.type & 255, one.id >> 8, one.id & 255],
        frame.slice(one.at),
      );
    case 'extension':
      return withExtension(frame, one.next, one.byte);
    case 'flip':
      return put(frame, one.at, new Uint8Array([(frame[one.at] ?? 0) ^ one.byte]));
    case 'set':
      return put(frame, one.at, new Uint8Array([one.byte]));
    case 'cut':
      return frame.slice(0, Math.max(HEADER, one.length));
    case 'pad':
      return join(frame, new Uint8Array(one.length));
    case 'graft': {
      const other = others[one.from % others.length] ?? frame;
      return put(frame, one.at, other.slice(one.at, one.at + one.length));
    }
    case 'type':
      return withU16(frame, 12, one.value);
    case 'length':
      return u16(frame, 12) === 0x86dd
        ? put(frame, 18, new Uint8Array([one.value >> 8, one.value & 255]))
        : put(frame, 16, new Uint8Array([one.value >> 8, one.value & 255]));
    default:
      return one satisfies never;
  }
}

/** An extension header put behind the IPv6 header, with right lengths; a fragment header takes its fields from `byte`. */
function withExtension(frame: Uint8Array, next: number, value: number): Uint8Array {
  if (u16(frame, 12) !== 0x86dd || frame.length < HEADER + 40) return frame;
  const header = next === 44 ? [frame[20] ?? 0, 0, 0, value & 0xf9, 0, 0, 0, 1] : [frame[20] ?? 0, 0, 1, 4, 0, 0, 0, 0];
  const longer = join(frame.slice(0, 54), header, frame.slice(54));
  return put(withU16(longer, 18, (u16(frame, 18) + 8) & 0xffff), 20, new Uint8Array([next]));
}
