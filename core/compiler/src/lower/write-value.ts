/** Values and ranges as nft expressions: the right side of a comparison and the elements of sets. */
import { anonSet, concat, formatIpv4, formatIpv6, formatMac, prefix, range } from '@weir/nftables-json';
import type { Expression } from '@weir/nftables-json';
import type { ValueRange } from '../policy/match.ts';
import { prefixLength } from './value-ranges.ts';

/** How the values of a field are written. */
export type ValueForm = 'number' | 'ipv4' | 'ipv6' | 'mac' | 'ether-type' | 'protocol' | 'nfproto';

// WHY: these names are nft's own; it prints them back, so a listing reads like the document.
const ETHER_TYPES: Readonly<Record<string, string>> = { 2048: 'ip', 2054: 'arp', 34525: 'ip6', 33024: 'vlan' };
const PROTOCOLS: Readonly<Record<string, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  132: 'sctp',
};

/** One value. INVARIANT: numbers fit in 53 bits; wider fields are addresses. */
export function writeValue(value: bigint, form: ValueForm): string | number {
  switch (form) {
    case 'ipv4':
      return formatIpv4(value);
    case 'ipv6':
      return formatIpv6(value);
    case 'mac':
      return formatMac(value);
    case 'ether-type':
      return ETHER_TYPES[String(value)] ?? Number(value);
    case 'protocol':
      return PROTOCOLS[String(value)] ?? Number(value);
    case 'nfproto':
      return value === 2048n ? 'ipv4' : 'ipv6';
    case 'number':
      return Number(value);
    default:
      return form satisfies never;
  }
}

/** One range: a single value, a prefix where it is one, or a range. */
export function writeRange(values: ValueRange, form: ValueForm): Expression {
  const { low, high } = values;
  if (low === high) return writeValue(low, form);
  if (form === 'ipv4' || form === 'ipv6') {
    const length = prefixLength(values, form === 'ipv4' ? 32 : 128);
    if (length !== undefined) return prefix(String(writeValue(low, form)), length);
  }
  // WHY: names are not ordered the way their numbers are, so the ends of a range are written as numbers.
  const ends = form === 'ether-type' || form === 'protocol' ? 'number' : form;
  return range(writeValue(low, ends), writeValue(high, ends));
}

/** What a field is compared with: the only value, prefix or range, or an anonymous set. `ranges` is not empty. */
export function writeOperand(ranges: readonly ValueRange[], form: ValueForm): Expression {
  const elements = ranges.map((one) => writeRange(one, form));
  const [first] = elements;
  return elements.length === 1 && first !== undefined ? first : anonSet(elements);
}

/**
 * As `writeOperand`, for a comparison that must see the whole value.
 * WHY: nft loads only the bytes that a prefix covers when its length ends with a byte, so a header that is cut off behind
 * them would match (nft 1.0.6, tried); a range is compared with all of it.
 */
export function writeWholeOperand(ranges: readonly ValueRange[], form: ValueForm): Expression {
  const [first, ...others] = ranges;
  if (first === undefined || others.length > 0 || first.low === first.high) return writeOperand(ranges, form);
  const length = prefixLength(first, form === 'ipv4' ? 32 : 128) ?? 1;
  return length % 8 > 0 ? writeRange(first, form) : range(writeValue(first.low, form), writeValue(first.high, form));
}

/** An element of a set keyed by device and value. */
export function writeOwnElement(ifname: string, values: ValueRange, form: ValueForm): Expression {
  return concat(ifname, writeRange(values, form));
}
