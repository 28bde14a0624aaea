/** Bits of a byte string in network order. Guaranteed: bits that are not there are undefined, never zero. */

/** The number in `width` bits from bit `offset` on; undefined when the bytes end before them. */
export function readBits(bytes: Uint8Array, offset: number, width: number): bigint | undefined {
  const first = Math.floor(offset / 8);
  const end = Math.ceil((offset + width) / 8);
  if (end > bytes.length) return undefined;
  let value = 0n;
  for (let at = first; at < end; at++) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return (value >> BigInt(end * 8 - offset - width)) & ((1n << BigInt(width)) - 1n);
}

/** The number in `count` whole bytes from byte `start` on; undefined when they are not there. */
export function readBytes(bytes: Uint8Array, start: number, count: number): number | undefined {
  const value = readBits(bytes, start * 8, count * 8);
  return value === undefined ? undefined : Number(value);
}
