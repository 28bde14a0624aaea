// Bytes in network order. In: numbers and byte strings. Out: new byte strings. Guarantees: pure; a number that does not fit its field throws.

/** Joins byte strings. */
export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function unsigned(value: number, bytes: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * bytes))
    throw new RangeError(`${value} in ${bytes} bytes`);
  const out = new Uint8Array(bytes);
  for (let at = bytes - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) out[at] = rest % 256;
  return out;
}

/** One byte. */
export const u8 = (value: number): Uint8Array => unsigned(value, 1);
/** Two bytes. */
export const u16 = (value: number): Uint8Array => unsigned(value, 2);
/** Four bytes. */
export const u32 = (value: number): Uint8Array => unsigned(value, 4);

/** The bytes of a text of ASCII characters. */
export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** `data` filled up with zeros to `length`; longer data stays as it is. */
export function padded(data: Uint8Array, length: number): Uint8Array {
  return data.length >= length ? data : join(data, new Uint8Array(length - data.length));
}

/** The internet checksum (RFC 1071) of `data`: 0 for data that already holds its right checksum. */
export function checksum(data: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += 2) sum += ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** A copy of `data` with two bytes at `offset` replaced by `value`. */
export function withU16(data: Uint8Array, offset: number, value: number): Uint8Array {
  const out = data.slice();
  out.set(u16(value), offset);
  return out;
}

/** Lower-case hexadecimal, two digits a byte. */
export const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
