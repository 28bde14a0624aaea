/** The IPv4 layer of a frame (RFC 791). In: the frame and where the packet starts. Out: protocol, fragment, upper layer. */
import { readBytes } from './bits.ts';
import type { IpLayer } from './frame.ts';

const MORE_FRAGMENTS = 0x2000;
const OFFSET = 0x1fff;

/** Reads the layer. A packet whose lengths contradict themselves or the frame has no known protocol. */
export function ipv4Layer(bytes: Uint8Array, start: number): IpLayer {
  const fragment = readBytes(bytes, start + 6, 2);
  const isFragment = fragment === undefined ? undefined : (fragment & (MORE_FRAGMENTS | OFFSET)) !== 0;
  const unknown: IpLayer = { family: 'ipv4', isFragment, protocol: undefined, transport: undefined };
  const first = readBytes(bytes, start, 1) ?? 0;
  const headerLength = (first & 0x0f) * 4;
  const totalLength = readBytes(bytes, start + 2, 2) ?? 0;
  const protocol = readBytes(bytes, start + 9, 1);
  const isWhole = bytes.length >= start + 20 && bytes.length >= start + totalLength;
  const isWellFormed = first >> 4 === 4 && headerLength >= 20 && totalLength >= headerLength;
  if (!isWhole || !isWellFormed || fragment === undefined) return unknown;
  const isFirst = (fragment & OFFSET) === 0;
  return { family: 'ipv4', isFragment, protocol, transport: isFirst ? start + headerLength : undefined };
}
