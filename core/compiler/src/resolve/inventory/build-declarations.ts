/**
 * Complete drafts as what later passes and plugins get.
 *
 * In: drafts. Out: port declarations and network views. Guaranteed: ranges in normal form; a port with an IPv6 address
 * and no link-local one also has the one that its MAC gives; views list ports by interface name, subnets by family.
 */
import type { NetworkPort, NetworkView } from '@weir/plugin';
import type { PortDeclaration } from '../../model/inventory.ts';
import type { ValueRange } from '../../policy/match.ts';
import { addressBits, formatMac, LINK_LOCAL, linkLocalOf } from '../../values/address.ts';
import { full, normalise, one } from '../../values/ranges.ts';
import { singleAddresses } from './guest-ports.ts';
import type { PortAddress } from './port-addresses.ts';
import type { NetworkDraft } from './read-network.ts';
import type { PortDraft } from './read-port.ts';

/** Undefined for an incomplete draft. */
export function buildPort(draft: PortDraft): PortDeclaration | undefined {
  const { guest, ifname, labels, network, mac, addresses, guard, filters, span, complete } = draft;
  if (!complete || ifname === undefined || network === undefined || !mac || addresses === undefined) return undefined;
  const ranges =
    addresses === 'any'
      ? { ipv4: [full(addressBits('ipv4'))], ipv6: [full(addressBits('ipv6'))] }
      : { ipv4: rangesOf('ipv4', addresses), ipv6: withLinkLocal(rangesOf('ipv6', addresses), mac.value) };
  return {
    guest,
    ifname,
    labels,
    network,
    mac: mac.value,
    ...ranges,
    ...(guard !== undefined && { guard }),
    filters,
    span,
  };
}

function rangesOf(family: PortAddress['family'], addresses: readonly PortAddress[]): readonly ValueRange[] {
  return normalise(addresses.filter((range) => range.family === family).map(({ low, high }) => ({ low, high })));
}

function withLinkLocal(ranges: readonly ValueRange[], mac: bigint): readonly ValueRange[] {
  const listed = ranges.some(({ low, high }) => low <= LINK_LOCAL.high && high >= LINK_LOCAL.low);
  return ranges.length === 0 || listed ? ranges : normalise([...ranges, one(linkLocalOf(mac))]);
}

/** The ports of each network, by interface name. */
export function viewPorts(drafts: readonly PortDraft[]): ReadonlyMap<string, readonly NetworkPort[]> {
  const groups = new Map<string, NetworkPort[]>();
  for (const draft of drafts) {
    const { guest, ifname, network, mac, span } = draft;
    if (ifname === undefined || network === undefined || !mac) continue;
    const port = { guest, ifname, mac: formatMac(mac.value), addresses: singleAddresses(draft), span };
    const group = groups.get(network);
    if (group) group.push(port);
    else groups.set(network, [port]);
  }
  for (const group of groups.values()) group.sort((a, b) => (a.ifname < b.ifname ? -1 : a.ifname > b.ifname ? 1 : 0));
  return groups;
}

/** Undefined for a draft in which something is missing. */
export function buildView(draft: NetworkDraft, ports: readonly NetworkPort[]): NetworkView | undefined {
  const { name, span, bridge, subnets, reaches, isolatePorts, mtu, settings } = draft;
  if (!bridge || !subnets || !settings) return undefined;
  return {
    name,
    bridge: bridge.value,
    subnets: subnets.map(({ subnet }) => subnet),
    ports,
    reaches,
    isolatePorts,
    ...(mtu !== undefined && { mtu }),
    settings,
    span,
  };
}
