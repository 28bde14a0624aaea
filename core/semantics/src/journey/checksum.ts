/**
 * Checksums of packets, so that a frame that was built or rewritten is one that a host would send.
 *
 * In: the bytes of a frame. Out: the same frame with right checksums, as far as the headers are whole; a fragment's upper
 * layer is left alone.
 */
import { readBytes } from '../bits.ts';
import { NETWORK_START, readFrame } from '../frame.ts';

/** RFC 1071, over big-endian words; odd data is padded with a zero byte. */
function internetSum(bytes: Uint8Array, start = 0): number {
  let sum = start;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** Reflected polynomial of CRC32c (RFC 9260 appendix A). */
const CASTAGNOLI = 0x82f63b78;

/** The checksum of SCTP. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CASTAGNOLI : 0);
  }
  return ~crc >>> 0;
}

/** Where the upper layer's own checksum stands, by protocol; those with a pseudo header of addresses among them. */
const PLACES: Readonly<Record<number, { readonly offset: number; readonly pseudo: boolean }>> = {
  1: { offset: 2, pseudo: false },
  6: { offset: 16, pseudo: true },
  17: { offset: 6, pseudo: true },
  33: { offset: 6, pseudo: true },
  58: { offset: 2, pseudo: true },
  136: { offset: 6, pseudo: true },
};

const put16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
};

/** A copy with the checksums of IPv4 and the upper layer set. */
export function sealed(frame: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(frame);
  const { ip } = readFrame(bytes);
  if (ip === undefined) return bytes;
  const end = packetEnd(bytes, ip.family);
  if (ip.family === 'ipv4') sealHeader(bytes);
  if (ip.transport !== undefined && ip.protocol !== undefined && ip.isFragment === false && end !== undefined) {
    sealUpper(bytes, ip.family, ip.protocol, ip.transport, end);
  }
  return bytes;
}

/** Where the packet ends, before any padding. */
function packetEnd(bytes: Uint8Array, family: 'ipv4' | 'ipv6'): number | undefined {
  const length = readBytes(bytes, NETWORK_START + (family === 'ipv4' ? 2 : 4), 2);
  if (length === undefined) return undefined;
  const end = NETWORK_START + length + (family === 'ipv4' ? 0 : 40);
  return end <= bytes.length ? end : undefined;
}

function sealHeader(bytes: Uint8Array): void {
  const length = ((bytes[NETWORK_START] ?? 0) & 0x0f) * 4;
  if (length < 20 || bytes.length < NETWORK_START + length) return;
  put16(bytes, NETWORK_START + 10, 0);
  put16(bytes, NETWORK_START + 10, ~internetSum(bytes.subarray(NETWORK_START, NETWORK_START + length)) & 0xffff);
}

function sealUpper(bytes: Uint8Array, family: 'ipv4' | 'ipv6', protocol: number, start: number, end: number): void {
  if (protocol === 132) return sealSctp(bytes, start, end);
  const place = PLACES[protocol];
  if (place === undefined || start + place.offset + 2 > end) return undefined;
  put16(bytes, start + place.offset, 0);
  const [from, to] =
    family === 'ipv4' ? [NETWORK_START + 12, NETWORK_START + 20] : [NETWORK_START + 8, NETWORK_START + 40];
  const pseudo = place.pseudo ? internetSum(bytes.subarray(from, to), protocol + (end - start)) : 0;
  const sum = ~internetSum(bytes.subarray(start, end), pseudo) & 0xffff;
  // WHY: a UDP sum of 0 means "none" and is sent as all ones (RFC 768, RFC 8200 8.1).
  put16(bytes, start + place.offset, sum === 0 && (protocol === 17 || protocol === 136) ? 0xffff : sum);
  return undefined;
}

/** WHY: SCTP sends its CRC32c lowest byte first (RFC 9260 appendix A). */
function sealSctp(bytes: Uint8Array, start: number, end: number): void {
  if (start + 12 > end) return;
  bytes.fill(0, start + 8, start + 12);
  const crc = crc32c(bytes.subarray(start, end));
  for (let index = 0; index < 4; index++) bytes[start + 8 + index] = (crc >>> (8 * index)) & 0xff;
}
