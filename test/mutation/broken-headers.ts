// Frames whose headers contradict themselves or the frame. In: whole frames. Out: each broken in ways that take turns. Guarantees: pure.

const u16 = (frame: Uint8Array, at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);

/** The frame with one byte changed, where it has that byte. */
const withByte = (frame: Uint8Array, at: number, change: (byte: number) => number): Uint8Array =>
  at < frame.length ? frame.with(at, change(frame[at] ?? 0) & 0xff) : frame;

type Break = (frame: Uint8Array) => Uint8Array;

const FOUR: readonly Break[] = [
  (frame) => withByte(frame, 14, (byte) => (byte & 0x0f) | 0x50),
  (frame) => withByte(frame, 14, (byte) => (byte & 0xf0) | 4),
  (frame) => withByte(frame, 14, (byte) => (byte & 0xf0) | 6),
  (frame) =>
    withByte(
      withByte(frame, 16, () => 0),
      17,
      () => 19,
    ),
  (frame) =>
    withByte(
      withByte(frame, 16, () => 0),
      17,
      () => 20,
    ),
  (frame) =>
    withByte(
      withByte(frame, 16, () => 0),
      17,
      () => 20,
    ).slice(0, 34),
  (frame) => withByte(frame, 17, (byte) => byte + 1),
  (frame) => frame.slice(0, -1),
];

const SIX: readonly Break[] = [
  (frame) => withByte(frame, 14, (byte) => (byte & 0x0f) | 0x40),
  (frame) => withByte(frame, 19, (byte) => byte + 1),
  (frame) => frame.slice(0, -1),
  (frame) =>
    withByte(
      withByte(frame, 18, () => 0),
      19,
      () => 0,
    ),
  (frame) =>
    withByte(
      withByte(frame, 18, () => 0),
      19,
      () => 0,
    ).slice(0, 54),
  (frame) =>
    withByte(
      withByte(frame, 18, () => 0),
      19,
      () => 1,
    ).slice(0, 55),
  (frame) => withByte(frame, 20, () => 44),
  (frame) => withByte(frame, 20, () => 0),
];

/** TCP with a data offset that is too small, too large, or over options. */
const TCP: readonly Break[] = [4, 5, 6, 15].map(
  (words) => (frame) => withByte(frame, (frame[12] === 0x08 ? 34 : 54) + 12, (byte) => (byte & 0x0f) | (words << 4)),
);

function breaksOf(frame: Uint8Array): readonly Break[] {
  const isFour = u16(frame, 12) === 0x0800 && frame.length > 34;
  const isSix = u16(frame, 12) === 0x86dd && frame.length > 54;
  const isTcp = (isFour ? frame[23] : frame[20]) === 6;
  return [...(isFour ? FOUR : []), ...(isSix ? SIX : []), ...((isFour || isSix) && isTcp ? TCP : [])];
}

/** So many broken frames; which ways are taken starts at `turn`. */
export function brokenFrames(frames: readonly Uint8Array[], turn: number, count: number): readonly Uint8Array[] {
  return frames
    .filter((frame) => breaksOf(frame).length > 0)
    .slice(0, count)
    .flatMap((frame, at) => {
      const ways = breaksOf(frame);
      return ways[(turn + at * 3) % ways.length]?.(frame) ?? [];
    });
}
