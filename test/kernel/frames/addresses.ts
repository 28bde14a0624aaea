// Addresses as text and as bytes. In: MAC, IPv4 and IPv6 text. Out: bytes, and the addresses that standards derive from them. Guarantees:
// pure; text that is not an address throws.
import { isIPv4, isIPv6 } from 'node:net';
import { join } from './bytes.ts';

/** The Ethernet broadcast address. */
export const BROADCAST = 'ff:ff:ff:ff:ff:ff';
/** All nodes and all routers of a link (RFC 4291 2.7.1). */
export const ALL_NODES = 'ff02::1';
export const ALL_ROUTERS = 'ff02::2';

/** The six bytes of `52:54:00:00:00:01`. */
export function macBytes(mac: string): Uint8Array {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) throw new Error(`not a MAC address: ${mac}`);
  return new Uint8Array(mac.split(':').map((part) => Number.parseInt(part, 16)));
}

/** The four bytes of `192.0.2.1`. */
export function ipv4Bytes(address: string): Uint8Array {
  if (!isIPv4(address)) throw new Error(`not an IPv4 address: ${address}`);
  return new Uint8Array(address.split('.').map(Number));
}

/** The sixteen bytes of `2001:db8::1`; a dotted tail is allowed, a scope is not. */
export function ipv6Bytes(address: string): Uint8Array {
  if (!isIPv6(address) || address.includes('%')) throw new Error(`not an IPv6 address: ${address}`);
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const tail = dotted?.[2] === undefined ? undefined : ipv4Bytes(dotted[2]);
  const groups = tail === undefined ? address : `${dotted?.[1] ?? ''}${groupsOf(tail).join(':')}`;
  const [head = '', rest] = groups.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return join(...[...left, ...zeros, ...right].map((group) => pair(Number.parseInt(group, 16))));
}

/** The bytes of an address of either family. */
export const ipBytes = (address: string): Uint8Array => (isIPv4(address) ? ipv4Bytes(address) : ipv6Bytes(address));

const pair = (value: number): readonly number[] => [value >> 8, value & 0xff];

const groupsOf = (bytes: Uint8Array): readonly string[] =>
  Array.from({ length: bytes.length / 2 }, (_, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
  );

/** The link-local address that a kernel derives from a MAC address (RFC 4291 appendix A). */
export function linkLocalOf(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = macBytes(mac);
  return `fe80::${groupsOf(new Uint8Array([a ^ 2, b, c, 0xff, 0xfe, d, e, f])).join(':')}`;
}

/** The group in which a neighbour listens for solicitations of `address` (RFC 4291 2.7.1). */
export function solicitedNode(address: string): string {
  const bytes = ipv6Bytes(address);
  const [high = 0, middle = 0, low = 0] = bytes.slice(13);
  return `ff02::1:ff${high.toString(16).padStart(2, '0')}:${((middle << 8) | low).toString(16)}`;
}

/** The Ethernet address to which a multicast IP address is sent (RFC 1112 6.4, RFC 2464 7). */
export function multicastMac(address: string): string {
  const bytes = ipBytes(address);
  const mac =
    bytes.length === 4 ? [1, 0, 0x5e, (bytes[1] ?? 0) & 0x7f, ...bytes.slice(2)] : [0x33, 0x33, ...bytes.slice(12)];
  return mac.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
