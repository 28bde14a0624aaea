/**
 * Addresses as numbers, for modes that reckon with subnets and pools.
 *
 * In: address text. Out: its family and value, and canonical text again. Guaranteed: text that is no address gives
 * undefined and never something near it; `formatAddress` writes dotted decimal or RFC 5952.
 */
import type { Subnet } from './network.ts';
import type { Family } from './settings.ts';

export interface AddressNumber {
  readonly family: Family;
  /** 0 to 2^32 - 1 or 2^128 - 1. */
  readonly value: bigint;
}

/** 32 or 128. */
export function addressBits(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

/**
 * Reads an address; undefined for anything else.
 * WHY: a leading zero is refused, because some readers take `010` for octal 8 (RFC 6943 section 3.1.1).
 */
export function parseAddress(text: string): AddressNumber | undefined {
  const family = text.includes(':') ? 'ipv6' : 'ipv4';
  const value = family === 'ipv4' ? parseIpv4(text) : parseIpv6(text);
  return value === undefined ? undefined : { family, value };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::').map(groupsOf);
  const [head, tail] = halves;
  if (!head || halves.length > 2) return undefined;
  if (halves.length === 2 && !tail) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  // WHY: `::` stands for one or more groups of zeros (RFC 4291 section 2.2), so never for none.
  if (tail ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])].reduce((s, g) => (s << 16n) | g, 0n);
}

function groupsOf(half: string): readonly bigint[] | undefined {
  if (half === '') return [];
  const words = half.split(':');
  const groups: bigint[] = [];
  for (const [index, word] of words.entries()) {
    const ipv4 = index === words.length - 1 && word.includes('.') ? parseIpv4(word) : undefined;
    if (ipv4 !== undefined) groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(word)) groups.push(BigInt(`0x${word}`));
    else return undefined;
  }
  return groups;
}

/** Canonical text of an address. */
export function formatAddress({ family, value }: AddressNumber): string {
  return family === 'ipv4' ? octets(value) : formatIpv6(value);
}

function octets(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

function formatIpv6(value: bigint): string {
  // WHY: RFC 5952 section 5: an IPv4-mapped address keeps its dotted tail.
  if (value >> 32n === 0xffffn) return `::ffff:${octets(value & 0xffffffffn)}`;
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const { start, length } = longestZeros(groups);
  // WHY: RFC 5952 section 4.2: the longest run of two or more zero groups is shortened, the first of equals.
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function hex(groups: readonly bigint[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function longestZeros(groups: readonly bigint[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0n) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

/** First and last address of a prefix, as numbers; host bits in `address` do not matter. Undefined for bad text. */
export function prefixBounds(prefix: {
  readonly address: string;
  readonly length: number;
}): { readonly family: Family; readonly low: bigint; readonly high: bigint } | undefined {
  const parsed = parseAddress(prefix.address);
  if (!parsed) return undefined;
  const free = BigInt(addressBits(parsed.family) - prefix.length);
  const low = (parsed.value >> free) << free;
  return { family: parsed.family, low, high: low + (1n << free) - 1n };
}

/** Whether an address lies in a subnet; false for another family. */
export function inSubnet(subnet: Pick<Subnet, 'address' | 'length'>, address: string): boolean {
  const bounds = prefixBounds(subnet);
  const parsed = parseAddress(address);
  if (!bounds || parsed?.family !== bounds.family) return false;
  return bounds.low <= parsed.value && parsed.value <= bounds.high;
}
