/**
 * Small pieces that modes with subnets on the host share: which addresses are the network's, and its bridge.
 *
 * In: a network. Out: matches and topology data. Guaranteed: families in the fixed order IPv4, IPv6, and no match with
 * an empty list.
 */
import type { AddressBlock, NetworkMatch, NetworkRule } from './network-rule.ts';
import type { NetworkView, Subnet } from './network.ts';
import type { Family } from './settings.ts';
import type { NetworkTopology } from './topology.ts';

/** Both families, in the order in which everything is written. */
export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** The families that the network has a subnet of. */
export function familiesOf(network: { readonly subnets: readonly Subnet[] }): readonly Family[] {
  return FAMILIES.filter((family) => network.subnets.some((subnet) => subnet.family === family));
}

/** "The packet's source (or destination) lies in the network's subnets of this family." The family must have one. */
export function ownAddresses(
  network: { readonly subnets: readonly Subnet[] },
  side: 'source' | 'destination',
  family: Family,
  negated = false,
): NetworkMatch {
  const own = network.subnets.filter((subnet) => subnet.family === family);
  const blocks = own.map(({ address, length }): AddressBlock => ({ kind: 'prefix', address, length }));
  return { kind: 'address', side, family, blocks, negated };
}

/** The bridge with the host's address of every subnet. */
export function servedBridge(network: Pick<NetworkView, 'bridge' | 'mtu' | 'subnets'>): NetworkTopology['bridge'] {
  return {
    name: network.bridge,
    ...(network.mtu !== undefined && { mtu: network.mtu }),
    addresses: network.subnets.map(({ family, gateway, length }) => ({ family, address: gateway, length })),
    uplinks: [],
  };
}

/** "The packet comes in by (or leaves by) this host device." */
export function throughDevice(side: 'in' | 'out', name: string): NetworkMatch {
  return { kind: 'device', side, device: { name }, negated: false };
}

/**
 * The last rules of `forward-from`: guests are told at once that they may not, all else is dropped.
 * WHY: an answer to a source that is not the network's would go to somebody who has sent nothing.
 */
export function refuseLeaving(
  network: { readonly subnets: readonly Subnet[] },
  purpose: string,
): readonly NetworkRule[] {
  return [
    ...familiesOf(network).map((family): NetworkRule => ({
      hook: 'forward-from',
      matches: [ownAddresses(network, 'source', family)],
      action: { kind: 'reject' },
      purpose,
    })),
    { hook: 'forward-from', matches: [], action: { kind: 'drop' }, purpose },
  ];
}
