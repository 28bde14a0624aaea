/** Addresses of all kinds between text and integers; canonical text both ways (RFC 5952 for IPv6). */
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '@weir/nftables-json';
import type { Family } from '@weir/plugin';

export { formatIpv4, formatIpv6, formatMac, parseIpv4, parseIpv6, parseMac } from '@weir/nftables-json';

export const FAMILIES = ['ipv4', 'ipv6'] as const satisfies readonly Family[];

/** Width of an address in bits. */
export function addressBits(family: Family): 32 | 128 {
  return family === 'ipv4' ? 32 : 128;
}

/** Undefined when the text is no address of the family. */
export function parseAddress(family: Family, text: string): bigint | undefined {
  return family === 'ipv4' ? parseIpv4(text) : parseIpv6(text);
}

export function formatAddress(family: Family, value: bigint): string {
  return family === 'ipv4' ? formatIpv4(value) : formatIpv6(value);
}

/** The link-local address that a station makes from its MAC (RFC 4291 2.5.6 and appendix A: universal bit turned round). */
export function linkLocalOf(mac: bigint): bigint {
  const head = (mac >> 24n) ^ 0x020000n;
  return (0xfe80n << 112n) | (head << 40n) | (0xfffen << 24n) | (mac & 0xffffffn);
}

/** fe80::/10. */
export const LINK_LOCAL = { low: 0xfe80n << 112n, high: (0xfec0n << 112n) - 1n } as const;
