/**
 * Whether a TCP header has an option of a kind (RFC 9293 3.1).
 *
 * Guaranteed: undefined where the packet shows no TCP header at all; false where the header or an option is cut off or
 * says a length that it does not have, since nobody can tell then.
 */
import { readBytes } from './bits.ts';
import type { Frame } from './frame.ts';

const HEADER_LENGTH = 20;
const NO_OPERATION = 1;

export function hasTcpOption({ bytes, ip }: Frame, kind: number): boolean | undefined {
  const start = ip?.transport;
  if (start === undefined || readBytes(bytes, start, 4) === undefined) return undefined;
  const offset = readBytes(bytes, start + 12, 1);
  const length = ((offset ?? 0) >> 4) * 4;
  if (length < HEADER_LENGTH || bytes.length < start + length) return false;
  // WHY: like Linux (6.18) the search passes an end-of-options byte and never looks at the last byte.
  for (let at = HEADER_LENGTH; at < length - 1;) {
    const found = bytes[start + at] ?? 0;
    const size = bytes[start + at + 1] ?? 0;
    const step = found <= NO_OPERATION || size === 0 ? 1 : size;
    if (found === kind) return at + step <= length;
    at += step;
  }
  return false;
}
