/**
 * Port forwardings, worked out: which packets to the host go to which address of which guest.
 *
 * In: the network. Out: one target per forwarding and family. Guaranteed: order as written, IPv4 before IPv6; a family
 * counts only where the network has a subnet of it and the guest an address in that subnet.
 */
import {
  FAMILIES,
  inSubnet,
  type Family,
  type NetworkProtocol,
  type Placed,
  type PortRange,
  type PortReference,
} from '@weir/plugin';
import type { Forward, NatNetwork } from './settings.ts';

export interface ForwardTarget {
  readonly family: Family;
  readonly protocols: readonly NetworkProtocol[];
  readonly port: PortRange;
  /** The host's address; absent: any of the host's. */
  readonly host?: string;
  /** The guest's. */
  readonly address: string;
  /** The guest's ports, where they differ from the host's. */
  readonly shifted?: PortRange;
  readonly forward: Placed<Forward>;
}

/** The guest's address that forwardings of this family lead to: its first one inside the network. */
export function guestAddress(network: NatNetwork, to: PortReference, family: Family): string | undefined {
  return to.addresses.find(
    (entry) => entry.family === family && network.subnets.some((subnet) => inSubnet(subnet, entry.address)),
  )?.address;
}

/** All targets of the network. */
export function forwardTargets(network: NatNetwork): readonly ForwardTarget[] {
  return network.settings.forward.flatMap((forward) =>
    FAMILIES.flatMap((family) => targetOf(network, forward, family)),
  );
}

function targetOf(network: NatNetwork, forward: Placed<Forward>, family: Family): readonly ForwardTarget[] {
  const { protocol, port, to, address: host, 'to-port': toPort } = forward.value;
  const address = guestAddress(network, to.value, family);
  if (address === undefined || (host && host.value.family !== family)) return [];
  const shifted = toPort && toPort.value.low !== port.value.low ? toPort.value : undefined;
  const target = {
    family,
    protocols: protocolsOf(protocol?.value),
    port: port.value,
    ...(host && { host: host.value.address }),
    address,
    ...(shifted && { shifted }),
    forward,
  };
  return [target];
}

function protocolsOf(protocol: 'tcp' | 'udp' | 'both' | undefined): readonly NetworkProtocol[] {
  return protocol === 'both' ? ['tcp', 'udp'] : [protocol ?? 'tcp'];
}

/** Whether one packet could match both. */
export function overlap(a: ForwardTarget, b: ForwardTarget): boolean {
  return (
    a.family === b.family &&
    a.protocols.some((protocol) => b.protocols.includes(protocol)) &&
    a.port.low <= b.port.high &&
    b.port.low <= a.port.high &&
    (a.host === undefined || b.host === undefined || a.host === b.host)
  );
}
