/**
 * Values as the in-memory nftables holds them. In: constants of documents with their types, bytes of packets. Out: atoms that compare with
 * `===` and `<`: text for names of interfaces, a number up to 48 bits, a bigint above.
 */
import { intervalOf } from '../normal/value.ts';
import { MAX_IFNAME_BYTES } from '../check/text.ts';
import { parseIpv4, parseIpv6, parseMac } from '../value/address.ts';
import type { ValueType } from '../value/value-type.ts';

/** One value of one type. */
export type Atom = number | bigint | string;

/** Values from `low` to `high`, both included; texts that start with `prefix`. */
export type Span =
  | { readonly kind: 'span'; readonly low: Atom; readonly high: Atom }
  | { readonly kind: 'prefix'; readonly prefix: string };

const NUMBER_BITS = 48;

/** The atom of a number that is `bits` wide. */
export function atomOf(value: bigint, bits: number): Atom {
  return bits <= NUMBER_BITS ? Number(value) : value;
}

/** The number of an atom; text has none. */
export function bigOf(atom: Atom): bigint {
  return typeof atom === 'string' ? 0n : BigInt(atom);
}

/** Types whose values are names. `iface_index` is compared by name: the in-memory nftables has no devices to count. */
export const NAME_TYPES: ReadonlySet<string> = new Set(['ifname', 'iface_index', 'string']);

/** Width of a value in bits; types of unknown width hold 32. */
export function widthOf(type: ValueType): number {
  return type.bits > 0 ? type.bits : 32;
}

function nameSpan(value: unknown): Span | undefined {
  if (typeof value !== 'string') return undefined;
  const isPrefix = value.endsWith('*') && !value.endsWith('\\*');
  const name = (isPrefix ? value.slice(0, -1) : value).replaceAll('\\*', '*');
  if (Buffer.byteLength(name) > MAX_IFNAME_BYTES) return undefined;
  return isPrefix ? { kind: 'prefix', prefix: name } : { kind: 'span', low: name, high: name };
}

const ADDRESSES: Readonly<Record<string, (text: string) => bigint | undefined>> = {
  ipv4_addr: parseIpv4,
  ipv6_addr: parseIpv6,
  ether_addr: parseMac,
};

/** False for text that is an address of another kind than the type. */
function isOfKind(value: unknown, type: ValueType): boolean {
  if (typeof value === 'string') {
    const own = ADDRESSES[type.type];
    if (own !== undefined) return own(value) !== undefined || /^0x[0-9a-f]+$/i.test(value);
    return Object.values(ADDRESSES).every((parse) => parse(value) === undefined);
  }
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((part) => isOfKind(part, type));
}

/** The values that a constant, prefix or range stands for; undefined when it is none of the type, or too wide. */
export function spanOf(value: unknown, type: ValueType): Span | undefined {
  if (NAME_TYPES.has(type.type)) return nameSpan(value);
  if (!isOfKind(value, type)) return undefined;
  const interval = intervalOf(value, type);
  if (interval === undefined || interval.low < 0n || interval.high < interval.low) return undefined;
  const bits = widthOf(type);
  if (interval.high >> BigInt(bits) !== 0n) return undefined;
  return { kind: 'span', low: atomOf(interval.low, bits), high: atomOf(interval.high, bits) };
}

/** True when the span is one value. */
export function isExact(span: Span): boolean {
  return span.kind === 'span' && span.low === span.high;
}

/** True when `atom` is in the span. */
export function isWithin(span: Span, atom: Atom): boolean {
  if (span.kind === 'prefix') return typeof atom === 'string' && atom.startsWith(span.prefix);
  return span.low === span.high ? atom === span.low : atom >= span.low && atom <= span.high;
}

/** True when two spans have a value in common. */
export function isOverlapping(a: Span, b: Span): boolean {
  if (a.kind === 'span' && b.kind === 'span') return a.low <= b.high && b.low <= a.high;
  if (a.kind === 'span') return isWithin(b, a.low);
  if (b.kind === 'span') return isWithin(a, b.low);
  return a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
}

/** True when two spans hold the same values. */
export function isSame(a: Span, b: Span): boolean {
  if (a.kind === 'prefix' || b.kind === 'prefix') return a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);
  return a.low === b.low && a.high === b.high;
}

/** The key under which several atoms are filed. */
export function fileKey(atoms: readonly Atom[]): Atom {
  const [only] = atoms;
  return atoms.length === 1 && only !== undefined ? only : atoms.join('\u0000');
}

/** The bits of `bytes` from bit `offset` on as a number in network order; undefined when they are not all there. */
export function readBits(bytes: Uint8Array, offset: number, bits: number): Atom | undefined {
  const first = offset >> 3;
  const last = (offset + bits + 7) >> 3;
  if (first < 0 || last > bytes.length) return undefined;
  const spare = last * 8 - offset - bits;
  if (last - first <= 6) {
    let value = 0;
    for (let at = first; at < last; at += 1) value = value * 256 + (bytes[at] ?? 0);
    return Math.floor(value / 2 ** spare) % 2 ** bits;
  }
  let value = 0n;
  for (let at = first; at < last; at += 1) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return atomOf((value >> BigInt(spare)) & ((1n << BigInt(bits)) - 1n), bits);
}

/** Writes a number over the bits of `bytes`; false when they are not all there. */
export function writeBits(bytes: Uint8Array, offset: number, bits: number, atom: Atom): boolean {
  const first = offset >> 3;
  const last = (offset + bits + 7) >> 3;
  if (first < 0 || last > bytes.length) return false;
  const spare = BigInt(last * 8 - offset - bits);
  const mask = ((1n << BigInt(bits)) - 1n) << spare;
  let value = 0n;
  for (let at = first; at < last; at += 1) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  value = (value & ~mask) | ((bigOf(atom) << spare) & mask);
  for (let at = last - 1; at >= first; at -= 1, value >>= 8n) bytes[at] = Number(value & 0xffn);
  return true;
}

/** The number whose bytes are those of `atom` the other way round, `bits` wide. */
export function swapped(atom: Atom, bits: number): Atom {
  let rest = bigOf(atom);
  let value = 0n;
  for (let done = 0; done < bits; done += 8, rest >>= 8n) value = (value << 8n) | (rest & 0xffn);
  return atomOf(value, bits);
}
