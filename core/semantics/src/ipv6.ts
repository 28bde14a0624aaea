/**
 * The IPv6 layer of a frame and its chain of extension headers (RFC 8200 4).
 *
 * In: the frame and where the packet starts. Out: protocol, fragment, upper layer. Guaranteed: ends for any bytes. The
 * authentication header is an upper layer, as it is in IPv4: the language knows the protocol `ah`, and rules about it
 * mean the same in both families.
 */
import { readBytes } from './bits.ts';
import type { IpLayer } from './frame.ts';

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;

const HEADER_LENGTH = 40;

/** Reads the layer. */
export function ipv6Layer(bytes: Uint8Array, start: number): IpLayer {
  const layer = { family: 'ipv6', isFragment: extensionStart(bytes, start, FRAGMENT) !== undefined } as const;
  const version = (readBytes(bytes, start, 1) ?? 0) >> 4;
  const payloadLength = readBytes(bytes, start + 4, 2) ?? 0;
  const isWhole = bytes.length >= start + HEADER_LENGTH + payloadLength;
  const upper = version === 6 && isWhole ? upperLayer(bytes, start) : undefined;
  return { ...layer, protocol: upper?.protocol, transport: upper?.transport };
}

interface UpperLayer {
  readonly protocol: number;
  readonly transport: number | undefined;
}

/** Behind all extension headers; undefined when the chain is cut off or goes on in another fragment. */
function upperLayer(bytes: Uint8Array, start: number): UpperLayer | undefined {
  let next = readBytes(bytes, start + 6, 1);
  let at = start + HEADER_LENGTH;
  while (next !== undefined && isSkipped(next)) {
    const following = readBytes(bytes, at, 1);
    const length = extensionLength(bytes, at, next);
    if (following === undefined || length === undefined) return undefined;
    if (next === FRAGMENT && fragmentOffset(bytes, at) !== 0) return laterFragment(following);
    next = following;
    at += length;
  }
  return next === undefined ? undefined : { protocol: next, transport: at };
}

/** WHY: what starts a later fragment is named by the fragment header, but only an upper layer's name is the packet's (RFC 8200 4.5). */
function laterFragment(following: number): UpperLayer | undefined {
  const isExtension = isSkipped(following) || following === AUTHENTICATION;
  return isExtension ? undefined : { protocol: following, transport: undefined };
}

const isSkipped = (header: number): boolean =>
  header === HOP_BY_HOP || header === ROUTING || header === FRAGMENT || header === DESTINATION;

/** Bytes of an extension header; undefined when it is cut off where it says so. */
function extensionLength(bytes: Uint8Array, at: number, header: number): number | undefined {
  if (header === FRAGMENT) return fragmentOffset(bytes, at) === undefined ? undefined : 8;
  const units = readBytes(bytes, at + 1, 1);
  if (units === undefined) return undefined;
  // WHY: in units of 4 bytes less 2 for authentication (RFC 4302 2.2), of 8 bytes less 1 for the others.
  return header === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
}

/** In units of 8 bytes, 0 for the first fragment; undefined when it is cut off. */
function fragmentOffset(bytes: Uint8Array, at: number): number | undefined {
  const field = readBytes(bytes, at + 2, 2);
  return field === undefined ? undefined : field >> 3;
}

/**
 * The byte at which the extension header of this kind starts; undefined without one. Here the authentication header is
 * passed over; what stands behind the fragment header of a later fragment is no header (RFC 8200 4.5).
 */
export function extensionStart(bytes: Uint8Array, start: number, wanted: number): number | undefined {
  let next = readBytes(bytes, start + 6, 1);
  let at = start + HEADER_LENGTH;
  while (next !== undefined && (isSkipped(next) || next === AUTHENTICATION)) {
    const length = extensionLength(bytes, at, next);
    if (length === undefined) return undefined;
    if (next === wanted) return at;
    if (next === FRAGMENT && fragmentOffset(bytes, at) !== 0) return undefined;
    next = readBytes(bytes, at, 1);
    at += length;
  }
  return undefined;
}
