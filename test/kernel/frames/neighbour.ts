// Neighbour discovery (RFC 4861) and multicast listener reports (RFC 3810). In: addresses and options, each freely chosen. Out: ICMPv6 messages
// with right checksums, to be put behind an IPv6 header by `ipv6`.
import { ipv6Bytes, macBytes } from './addresses.ts';
import { join, u8, u16, u32 } from './bytes.ts';
import { type Ends, icmpv6 } from './transport.ts';

/** One option of a neighbour discovery message. */
export type NeighbourOption =
  | { readonly kind: 'source-link-layer' | 'target-link-layer'; readonly mac: string }
  | { readonly kind: 'prefix'; readonly prefix: string; readonly length: number }
  | { readonly kind: 'mtu'; readonly mtu: number };

function optionBytes(option: NeighbourOption): Uint8Array {
  switch (option.kind) {
    case 'source-link-layer':
      return join([1, 1], macBytes(option.mac));
    case 'target-link-layer':
      return join([2, 1], macBytes(option.mac));
    case 'prefix':
      return join([3, 4, option.length, 0xc0], u32(86400), u32(14400), u32(0), ipv6Bytes(option.prefix));
    case 'mtu':
      return join([5, 1, 0, 0], u32(option.mtu));
    default:
      return option satisfies never;
  }
}

const all = (options: readonly NeighbourOption[] = []): Uint8Array => join(...options.map(optionBytes));

/** Who has `target`? */
export const neighbourSolicitation = (ends: Ends, target: string, options?: readonly NeighbourOption[]): Uint8Array =>
  icmpv6(ends, { type: 135, rest: join(u32(0), ipv6Bytes(target), all(options)) });

/** I have `target`. Solicited and override bits are set unless said otherwise. */
export const neighbourAdvertisement = (
  ends: Ends,
  target: string,
  options?: readonly NeighbourOption[],
  flags = 0x60000000,
): Uint8Array => icmpv6(ends, { type: 136, rest: join(u32(flags), ipv6Bytes(target), all(options)) });

/** Which routers are there? */
export const routerSolicitation = (ends: Ends, options?: readonly NeighbourOption[]): Uint8Array =>
  icmpv6(ends, { type: 133, rest: join(u32(0), all(options)) });

/** I am a router, for half an hour. */
export const routerAdvertisement = (ends: Ends, options?: readonly NeighbourOption[]): Uint8Array =>
  icmpv6(ends, { type: 134, rest: join(u8(64), u8(0), u16(1800), u32(0), u32(0), all(options)) });

/** Send what is for `destination` to `target` instead. */
export const redirect = (
  ends: Ends,
  target: string,
  destination: string,
  options?: readonly NeighbourOption[],
): Uint8Array =>
  icmpv6(ends, { type: 137, rest: join(u32(0), ipv6Bytes(target), ipv6Bytes(destination), all(options)) });

/** An MLDv2 report that joins `groups`; it goes to ff02::16 with hop limit 1 behind a hop-by-hop router alert. */
export function multicastReport(ends: Ends, groups: readonly string[]): Uint8Array {
  const records = groups.map((group) => join([4, 0, 0, 0], ipv6Bytes(group)));
  return icmpv6(ends, { type: 143, rest: join([0, 0], u16(groups.length), ...records) });
}
